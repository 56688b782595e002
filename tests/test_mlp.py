"""The multilayer perceptron: what is compiled is what is worked out."""

import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.equations.layers import equations, weight_names
from byhand.networks import MLPClassifier, MLPRegressor
from byhand.networks.base.objective import objective
from byhand.networks.multilayer import mlp
from byhand.rules import RULES
from byhand.sources.formula import read_lines
from byhand.trace.program import build
from byhand.train.descent import Descent, Epoch, descend
from byhand.train.reading import read
from byhand.train.rules import nothing_kept, optimiser, optimiser_state, rule_state

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
