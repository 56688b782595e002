"""The multilayer perceptron: what is compiled is what is worked out, and what it learns."""

import gzip
import warnings
from pathlib import Path

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

import byhand
from byhand.equations.layers import ACTIVATIONS, Layers, equations, weight_names
from byhand.errors import CalculationError
from byhand.networks import MLPClassifier, MLPRegressor, mlp
from byhand.networks.fitting import order
from byhand.networks.objective import objective
from byhand.rules import RULES
from byhand.sources.formula import read_lines
from byhand.trace.program import build, givens_of
from byhand.train.descent import Descent, Epoch, batches, compiled, descend
from byhand.train.reading import OPERATIONS, read
from byhand.train.rules import nothing_kept, optimiser, optimiser_state, rule_state
from byhand.train.stopping import Patience

MNIST = Path(__file__).parents[2] / "shared" / "data" / "mnist"

rng = np.random.default_rng(5)
X = rng.normal(size=(6, 3)) + 0.2
WORDS = np.array(["low", "mid", "top", "mid", "low", "top"])
LABELS = np.array([[1, 0], [0, 1], [1, 1], [0, 0], [1, 0], [0, 1]])
AMOUNTS = np.column_stack([X @ [1.0, -2.0, 0.5], X[:, 0] ** 2]) + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# The equations read by JAX

CASES = {
    "neg": "-u",
    "copy": "u",
    "add": "u + v",
    "sub": "u - v",
    "mul": "u*v",
    "div": "u/v",
    "pow": "u^2 + u^3",
    "total": "u + v + u",
    "sqrt": "sqrt(v)",
    "exp": "exp(u)",
    "sum": "u*sum(M, axis=0)",
    "matmul": "M @ u",
    "outer": "outer(u, t)",
    "step": "u*step(u)",
    **{name: f"{name}(u)" for name in ACTIVATIONS if name != "identity"},
    "softmax": "softmax(u)",
    "quadratic": "quadratic(v, u)",
    "mse": "mse(v, u)",
    "cross_entropy": "cross_entropy(t, p)",
    "binary_cross_entropy": "binary_cross_entropy(t, p)",
    "norm": "u*norm(u)",
    "mean": "u*mean(v)",
    "abs": "abs(u)",
    "cos": "cos(u)",
    "floor": "u*floor(v)",
    "minimum": "min(u, v)",
    "maximum": "max(u, v)",
    "le": "u*(u <= v)",
    "ge": "u*(u >= v)",
    "gt": "u*(u > v)",
    "lt": "u*(u < v)",
    "sign": "u*sign(v)",
    "eq": "u*(v == v)",
    "where": "where(u > 0, u, v)",
    "argmin": "u*argmin(v)",
    "argmax": "u*argmax(v)",
    "take": "take(M, argmin(v))",
    "index": "M[1, 0:2]*u[1]",
    "pick": "pick([u, v], [2, 0])",
    **{name: f"{name}(u)" for name in ("erf", "gelu", "gelu_tanh", "layer_norm")},
    "replace": "replace(M, argmin(v), u)",
    "concat": "concat(u, v)",
    "stack": "[u, v]",
    "transpose": "transpose(M)",
    "flatten": "flatten(M)",
    "conv": "conv(M, M, stride=2, pad=2, dilation=1, groups=1)",
    "pool": "pool(M, 2, 1)",
    "mean_pool": "mean_pool(M, 2, 1)",
}
ONE_NUMBER = {"quadratic", "mse", "cross_entropy", "binary_cross_entropy"}
GIVEN = {
    "u": np.array([0.7, -1.3, 0.4]),
    "v": np.array([0.9, 0.2, 1.7]),
    "M": np.array([[0.3, -0.6, 1.1], [-0.8, 0.5, 0.9]]),
    "t": np.array([0.0, 0.3, 0.7]),
    "p": np.array([0.25, 0.35, 0.4]),
}


def test_every_operation_that_is_read_has_a_case():
    lines = {code: build(read_lines(f"q = {text}").expressions) for code, text in CASES.items()}
    used = {equation.op for program in lines.values() for equation in program.equations}
    assert set(OPERATIONS) - {"total"} <= used


@pytest.mark.parametrize("code", CASES)
def test_jax_reads_an_operation_as_it_is_worked_out(code):
    squared = "q*q" if code in ONE_NUMBER else "quadratic(q, 0*q + 0.5)"
    lines = f"q = {CASES[code]}\nL = {squared}"
    program = build(read_lines(lines).expressions)
    known = {name: GIVEN[name] for name in givens_of(program)}
    worked = byhand.work(lines, known, minimise="L")
    with jax.enable_x64(True):
        loss, gradients = jax.jit(jax.value_and_grad(lambda given: read(program, given)["L"]))(known)
    np.testing.assert_allclose(loss, worked.values["L"], rtol=1e-12)
    for name in known:
        np.testing.assert_allclose(gradients[name], worked.gradients[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("text", ["cross_entropy(t, softmax(u))", "binary_cross_entropy(t, sigmoid(u))"])
def test_the_logarithm_of_an_activation_is_taken_from_its_pre_activation(text):
    program = build(read_lines(f"L = {text}").expressions)
    known = {"t": np.array([0.0, 0.0, 1.0]), "u": np.array([3.0, 1.0, -2.0])}
    with jax.enable_x64(True):
        at = jax.jit(
            jax.value_and_grad(lambda u: read(program, {"t": known["t"].astype(u.dtype), "u": u})["L"])
        )
        loss, slope = at(known["u"])
        worked = byhand.work(f"L = {text}", known, minimise="L")
        np.testing.assert_allclose(loss, worked.values["L"], rtol=1e-12)
        np.testing.assert_allclose(slope, worked.gradients["u"], rtol=1e-12)
    loss, slope = at(np.array([300.0, 1.0, -200.0], np.float32))
    assert np.isfinite(loss)
    assert loss > 100
    assert np.isfinite(slope).all()


def test_relu_has_the_derivative_0_at_its_corner_in_both_readings():
    program = build(read_lines("L = relu(u)").expressions)
    assert 0.0 == jax.grad(lambda u: read(program, {"u": u})["L"])(0.0)
    assert 0.0 == byhand.work("L = relu(u)", u=0, minimise="L").gradients["u"]


# Rules

SETTINGS = {
    "momentum": {"momentum": 0.8},
    "rmsprop": {"decay": 0.95, "eps": 1e-6},
    "adamw": {"weight_decay": 0.1},
}


@pytest.mark.parametrize("name", RULES)
def test_training_follows_the_written_rule_over_50_steps(name):
    lines = "r = W @ x - y\nL = r @ r"
    given = {"W": np.array([[0.3, -0.6, 1.1], [-0.8, 0.5, 0.9]]), "x": np.array([0.4, -1.2, 0.7])}
    given["y"] = np.array([5.0, -3.0])
    own = SETTINGS.get(name, {})
    worked = byhand.work(
        lines, given, minimise="L", rate=0.01, rule=name, rule_settings=own, learn=["W"], steps=50
    )
    program = build(read_lines(lines).expressions)
    with jax.enable_x64(True):
        rules = optimiser(name, {"rate": 0.01, **RULES[name].settings, **own})
        params = {"W": jax.numpy.asarray(given["W"])}
        state = optimiser_state(name, params, nothing_kept(name, params), 0)
        slope = jax.jit(jax.grad(lambda params: read(program, {**given, **params})["L"]))
        update = jax.jit(rules.update)
        for _ in range(50):
            changes, state = update(slope(params), state, params)
            params = jax.tree.map(lambda w, change: w + change, params, changes)
        last = worked.updates["W"]
        np.testing.assert_allclose(params["W"], last.new, rtol=1e-12, atol=1e-14)
        for key, tree in rule_state(name, state).items():
            np.testing.assert_allclose(tree["W"], last.working[f"{key}_new"], rtol=1e-12, atol=1e-14)
    assert np.abs(np.asarray(params["W"]) - given["W"]).min() > 1e-3


# One compiled step is one worked step

NETWORKS = {
    "softmax": (MLPClassifier((4,), "sigmoid", rule="sgd", learning_rate=0.3), WORDS),
    "sigmoids": (
        MLPClassifier((4, 3), ["tanh", "relu"], output="sigmoid", rule="nesterov", alpha=0.02),
        WORDS,
    ),
    "quadratic": (MLPClassifier((4,), "softplus", output="sigmoid", loss="quadratic", rule="rmsprop"), WORDS),
    "softmax mse": (MLPClassifier((4,), "gaussian", loss="mse", rule="adagrad", learning_rate=0.1), WORDS),
    "labels": (MLPClassifier((4,), "leaky_relu", output="sigmoid", rule="adamw", alpha=0.1), LABELS),
    "amounts": (MLPRegressor((4, 2), "tanh", rule="momentum", alpha=0.05), AMOUNTS),
    "one amount": (MLPRegressor((), loss="quadratic", rule="adam", learning_rate=0.05), AMOUNTS[:, 0]),
}
# What is left out goes by a sample's place in its batch.
LEAVING_OUT = {
    "dropout": (MLPClassifier((5, 4), "tanh", dropout=0.4, shuffle=False), WORDS),
    "input dropout": (MLPRegressor((4,), input_dropout=0.3, rule="sgd", shuffle=False), AMOUNTS),
}


@pytest.mark.parametrize(
    ("name", "count"),
    [*((name, 6) for name in (*NETWORKS, *LEAVING_OUT)), ("softmax", 1), ("one amount", 1)],
)
def test_one_compiled_step_is_one_worked_step(name, count):
    kind, y = {**NETWORKS, **LEAVING_OUT}[name]
    net = clone(kind).set_params(random_state=3, max_iter=3).fit(X, y)
    work = net.work(X[:count], y[:count])
    before, kept = net.params_, net.rule_state_
    x64 = in_double(net, X[:count], y[:count])
    net.partial_fit(X[:count], y[:count])
    assert set(RULES[net.rule].state) == set(kept)
    assert set(work.updates) == set(net.params_)
    for name, update in work.updates.items():
        assert (before[name] == update.old).all()
        assert np.float64 == update.old.dtype
        np.testing.assert_allclose(net.params_[name], update.new, rtol=1e-5, atol=1e-6)
        step = np.abs(update.new - update.old).max()
        np.testing.assert_allclose(
            net.params_[name] - before[name], update.new - update.old, atol=2e-3 * step
        )
        np.testing.assert_allclose(x64.params[name], update.new, rtol=1e-12, atol=1e-14)
    objective = work.run.first.objective
    np.testing.assert_allclose(net.loss_, objective, rtol=1e-5)
    np.testing.assert_allclose(x64.loss, objective, rtol=1e-12)


def in_double(net, X, y, batch=None):
    """The next epoch in float64, by the same compiled function; one batch if nothing else is said."""
    form = net._layers()
    targets = net._targets(np.asarray(y)).astype(np.float64)
    penalised = weight_names(form) if net.alpha else ()
    how = objective(equations(form)), net.rule, net._settings(), penalised, net.alpha
    descent = Descent(*how, batch or len(X), drawn=tuple(net._drawn(X).items()), seed=net._seed)
    start = Epoch(widened(net.params_), widened(net.rule_state_), net.t_, 0.0)
    samples = {"x": X.astype(np.float32).astype(np.float64), "y": targets}
    with jax.enable_x64(True):
        (epoch,) = descend(descent, start, samples, np.ones(len(X)), iter([np.arange(len(X))]))
        assert np.float64 == epoch.params["W1"].dtype
    return epoch


def widened(tree):
    return jax.tree.map(lambda value: value.astype(np.float64), tree)


def test_an_epoch_is_its_batches_one_after_the_other_the_last_one_smaller():
    net = MLPClassifier((4,), "sigmoid", rule="sgd", learning_rate=0.3, random_state=3, max_iter=1).fit(
        X, WORDS
    )
    epoch = in_double(net, X[:5], WORDS[:5], batch=2)
    problem = net.problem(X[:5], WORDS[:5])
    columns = problem["samples"]
    losses = []
    for batch in ([0, 1], [2, 3], [4]):
        problem["samples"] = {name: [column[k] for k in batch] for name, column in columns.items()}
        work = byhand.work(problem)
        losses += [work.run.first.objective] * len(batch)
        problem["given"] = {name: update.new for name, update in work.updates.items()}
    for name, update in work.updates.items():
        np.testing.assert_allclose(epoch.params[name], update.new, rtol=1e-12)
    np.testing.assert_allclose(epoch.loss, np.mean(losses), rtol=1e-12)


@pytest.mark.parametrize("name", ["softmax", "amounts"])
def test_a_weighted_batch_is_worked_out_as_it_is_trained_on(name):
    kind, y = NETWORKS[name]
    weight = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 0.25])
    net = clone(kind).set_params(random_state=3, max_iter=3, batch_size=6).fit(X, y, weight)
    work = net.work(X, y, weight)
    losses, used = np.array(work.values["L"]), weight[weight > 0]
    squares = sum((w.astype(float) ** 2).sum() for key, w in net.params_.items() if key.startswith("W"))
    objective = used @ losses / used.sum() + net.alpha / 2 * squares
    np.testing.assert_allclose(work.run.first.objective, objective, rtol=1e-12)
    assert abs(objective - net.work(X, y).run.first.objective) > 1e-3 * objective
    before = net.params_
    net.partial_fit(X, y, sample_weight=weight)
    np.testing.assert_allclose(net.loss_, work.run.first.objective, rtol=1e-5)
    for name, update in work.updates.items():
        step = np.abs(update.new - update.old).max()
        np.testing.assert_allclose(
            net.params_[name] - before[name], update.new - update.old, atol=2e-3 * step
        )


@pytest.mark.parametrize("name", NETWORKS)
def test_predictions_are_the_worked_outputs(name):
    kind, y = NETWORKS[name]
    net = clone(kind).set_params(random_state=3, max_iter=3).fit(X, y)
    yhat = np.array(net.work(X, y).values["yhat"])
    wide = mlp.forward(net._layers(), widened(net.params_), X.astype(np.float32).astype(np.float64))
    np.testing.assert_allclose(wide, yhat, rtol=1e-12)
    if isinstance(net, MLPClassifier):
        outputs = yhat if net.output == "auto" or y.ndim == 2 else yhat / yhat.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(net.predict_proba(X), outputs, rtol=1e-5)
    else:
        np.testing.assert_allclose(net.predict(X).reshape(yhat.shape), yhat, rtol=1e-12)


@pytest.mark.parametrize("name", LEAVING_OUT)
def test_what_is_left_out_is_drawn_anew_and_answers_leave_nothing_out(name):
    kind, y = LEAVING_OUT[name]
    net = clone(kind).set_params(random_state=3, max_iter=1, warm_start=True).fit(X, y)
    k, share = max(net._layers().dropped.items())
    first, again = (net.work(X, y).values, net.fit(X, y).work(X, y).values)
    np.testing.assert_array_equal(first[f"keep{k}"], np.array(first[f"u{k}"]) >= share)
    values = np.array(first["x" if k == 0 else f"a{k}"])
    np.testing.assert_allclose(first[f"d{k}"], values * first[f"keep{k}"] / (1 - share), rtol=1e-12)
    assert np.any(np.array(first[f"keep{k}"]) != again[f"keep{k}"])
    plain = clone(net).set_params(dropout=0.0, input_dropout=0.0).fit(X, y)
    plain.params_ = net.params_
    np.testing.assert_array_equal(plain._outputs(X), net._outputs(X))


def test_a_step_is_told_with_the_names_of_the_textbook():
    net = clone(NETWORKS["sigmoids"][0]).set_params(random_state=3, max_iter=3).fit(X, WORDS)
    work = net.work(X[:1], WORDS[:1])
    names = [
        "x",
        "y",
        "W1",
        "b1",
        "W2",
        "b2",
        "W3",
        "b3",
        "z1",
        "a1",
        "z2",
        "a2",
        "z3",
        "yhat",
        "L",
        "R",
        "J",
    ]
    assert names == list(work.values)
    assert (1, 0, 0) == tuple(work.values["y"])
    assert (3, 4) == np.shape(work.gradients["W2"])
    assert work.number("a1[3]") == work.values["a1"][3]
    assert work.number("W1[3,2]_new") == work.updates["W1"].new[3, 2]
    assert "W2 @ a1 + b2" in work.to_text()
    assert {"beta1", "beta2"} & set(work.run.plan.settings) == set()


# Learning


def test_digits():
    images, digits = load_digits(return_X_y=True)
    parts = train_test_split(images / 16, digits, random_state=0)
    net = MLPClassifier((32,), "relu", batch_size=32, max_iter=40, random_state=0).fit(parts[0], parts[2])
    assert net.score(parts[1], parts[3]) > 0.96
    assert net.n_iter_ == len(net.loss_curve_) == 40
    assert net.loss_ == net.loss_curve_[-1] == min(net.loss_curve_) == net.best_loss_
    assert 40 * -(-1347 // 32) == net.t_


def test_diabetes():
    inputs, progression = load_diabetes(return_X_y=True)
    inputs, progression = inputs * 20, (progression - 152) / 77
    parts = train_test_split(inputs, progression, random_state=0)
    net = MLPRegressor((8,), "tanh", alpha=0.01, learning_rate=0.01, random_state=0).fit(parts[0], parts[2])
    assert net.score(parts[1], parts[3]) > 0.3


def test_mnist():
    if not MNIST.is_dir():
        pytest.skip("MNIST is not beside the checkout")
    train, test = (
        read_idx(f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255 for name in ("train", "t10k")
    )
    train_y, test_y = (read_idx(f"{name}-labels-idx1-ubyte.gz", 8) for name in ("train", "t10k"))
    net = MLPClassifier((16,), "relu", batch_size=32, learning_rate=0.002, max_iter=3, random_state=0)
    net.fit(train, train_y)
    assert 12_730 == sum(value.size for value in net.params_.values())
    assert net.score(test, test_y) > 0.93


def read_idx(name, header):
    return np.frombuffer(gzip.decompress((MNIST / name).read_bytes()), np.uint8, offset=header)


def test_a_penalty_keeps_weights_small():
    net = MLPRegressor((4,), "tanh", learning_rate=0.05, random_state=0)
    sizes = [np.abs(net.set_params(alpha=alpha).fit(X, AMOUNTS).params_["W1"]).mean() for alpha in (0.0, 1.0)]
    assert sizes[1] < sizes[0] / 2


def test_early_stopping_keeps_the_best_weights():
    images, digits = load_digits(return_X_y=True)
    net = MLPClassifier((32,), "relu", batch_size=32, max_iter=60, random_state=0, early_stopping=True)
    net.set_params(n_iter_no_change=2, learning_rate=0.01).fit(images / 16, digits)
    held_out = train_test_split(images / 16, digits, test_size=0.1, random_state=net._seed, stratify=digits)
    assert net.n_iter_ == len(net.validation_scores_) < 60
    assert net.score(held_out[1], held_out[3]) == net.best_validation_score_ == max(net.validation_scores_)
    assert net.validation_scores_[-1] <= net.best_validation_score_
    assert net.t_ == 51 * (1 + int(np.argmax(net.validation_scores_)))


def test_patience():
    patience = Patience(2, 0.1)
    assert [True, True, True, False, False] == [patience.note(value) for value in (3.0, 2.0, 1.95, 1.95, 2.0)]
    assert patience.exhausted
    assert 1.95 == patience.best


def test_going_on_is_never_having_stopped():
    whole = MLPClassifier((4,), batch_size=4, random_state=1, max_iter=7).fit(X, WORDS)
    parts = MLPClassifier((4,), batch_size=4, random_state=1, max_iter=3, warm_start=True).fit(X, WORDS)
    parts.set_params(max_iter=4).fit(X, WORDS)
    assert whole.loss_curve_ == parts.loss_curve_
    assert all((whole.params_[name] == parts.params_[name]).all() for name in whole.params_)


def test_every_epoch_has_an_order_of_its_own():
    orders = [order(seed, epoch, 9).tolist() for seed, epoch in [(0, 0), (0, 1), (1, 0), (0, 0)]]
    assert all(list(range(9)) == sorted(order) for order in orders)
    assert orders[0] == orders[3]
    assert 3 == len({tuple(order) for order in orders})


def test_a_fit_of_the_same_shape_compiles_nothing():
    def fit(**settings):
        MLPClassifier((5,), batch_size=3, max_iter=1, **settings).fit(X, WORDS)
        layers = Layers(("relu", "softmax"), "cross_entropy")
        return compiled(
            objective(equations(layers)), "adam", (), "half", (), 1, "constant", 1, quick=True
        )._cache_size()

    assert 0 < fit() == fit(learning_rate=0.5, random_state=7, rule_settings={"beta1": 0.5})


def test_a_weight_is_worth_so_many_samples():
    """In mini-batches too the mean of the samples' losses, each times its weight over the mean weight."""
    index, share, counts = batches(np.array([3, 1, 0]), np.array([1.0, 2.0, 9.0, 3.0]), 2)
    assert [[3, 1], [0, 0]] == index.tolist()
    assert [2, 1] == counts.tolist()
    np.testing.assert_allclose(share, [[3 / 3.75 / 2, 2 / 3.75 / 2], [1 / 3.75, 0]])


def test_a_last_update_that_is_not_finite_is_divergence_too():
    net = MLPRegressor((3,), "relu", rule="sgd", learning_rate=3e38, max_iter=1, random_state=0)
    with pytest.raises(CalculationError, match="in epoch 1 "):
        net.fit(X, AMOUNTS * 1e3)
    assert np.isfinite(net.predict(X)).all()


def test_callbacks_are_told_and_may_stop():
    told = []

    def callback(report):
        told.append((report.epoch, report.loss, report.network.predict(X).shape))
        return report.epoch == 3

    net = MLPClassifier((4,), random_state=0).fit(X, WORDS, callbacks=[callback])
    assert [(k, loss, (6,)) for k, loss in enumerate(net.loss_curve_, 1)] == told
    assert 3 == net.n_iter_


def test_ctrl_c_keeps_the_last_whole_epoch():
    def interrupt(report):
        if report.epoch == 2:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="after epoch 2"):
        net = MLPClassifier((4,), random_state=0).fit(X, WORDS, callbacks=[interrupt])
    two = MLPClassifier((4,), random_state=0, max_iter=2).fit(X, WORDS)
    assert (two.params_["W1"] == net.params_["W1"]).all()


def test_progress_goes_to_standard_error(capsys):
    MLPClassifier((4,), random_state=0, max_iter=2, verbose=True).fit(X, WORDS)
    out, err = capsys.readouterr()
    assert "" == out
    assert ["epoch 1 of at most 2: loss", "epoch 2 of at most 2: loss"] == [
        line[:26] for line in err.splitlines()
    ]


def test_stopping_at_max_iter_is_said():
    with pytest.warns(ConvergenceWarning, match="after 2 epochs"):
        MLPClassifier((4,), random_state=0, max_iter=2).fit(X, WORDS)
