"""LSTM and GRU: what is compiled is what is worked out, and what PyTorch has; sequences; streams."""

import copy
import warnings

import jax
import numpy as np
import pytest
from recurrent_forms import FEATURES, OUTPUTS, STEPS, UNITS, drawn, fast, graded, worked
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.data import adding
from byhand.equations.gated import Gated
from byhand.errors import DataError
from byhand.networks import LSTMClassifier, LSTMRegressor
from byhand.networks.recurrence.exchange import from_torch, to_torch
from byhand.networks.recurrence.through_time import forward
from byhand.train.descent import Step, compiled
from byhand.train.recurrent import Recurrence

rng = np.random.default_rng(7)
X = rng.normal(size=(6, STEPS, FEATURES)) + 0.1
WORDS = np.array(["low", "mid", "top", "mid", "low", "top"])
BY_STEP = np.array(["low", "mid", "top"])[rng.integers(0, 3, (6, STEPS))]
AMOUNTS = rng.normal(size=(6, STEPS, 2)) + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# What is compiled is what is worked out

FORMS = {
    "LSTM": Gated("lstm", "softmax", "cross_entropy", False, None),
    "LSTM, each step, cut": Gated("lstm", "sigmoid", "quadratic", True, 2),
    "GRU": Gated("gru", "identity", "mse", True, None, dropout=0.4),
    "GRU, cut": Gated("gru", "sigmoid", "binary_cross_entropy", False, 3, dropout=0.3),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_compiled_step_is_the_step_that_is_worked_out(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=2)
    work = worked(form, params, columns, 0.5)
    found = graded(fast(Recurrence(form, 0.5), columns), params)
    np.testing.assert_allclose(found[0], work.run.first.objective, rtol=1e-12)
    for key, value in params.items():
        assert value.shape == found[1][key].shape
        np.testing.assert_allclose(found[1][key], work.gradients[key], rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", ["LSTM, each step, cut", "GRU, cut"])
def test_the_written_derivative_is_that_of_the_equations_read_step_by_step(name):
    """Of sequences of several lengths, by JAX's own differentiation of the plain loop."""
    form = FORMS[name]
    params, columns = drawn(form, samples=4, steps=7)
    columns["present"] = (np.arange(7) < np.array([7, 1, 4, 6])[:, None]).astype(float)
    kind = Recurrence(form, -0.25)

    def plainly(params):
        return jax.vmap(lambda sample: kind(params, sample, {k: sample[k] for k in form.drawn}))(columns)

    expected = graded(plainly, params)
    found = graded(fast(kind, columns), params)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)
    for key, value in expected[1].items():
        np.testing.assert_allclose(found[1][key], value, rtol=1e-12, atol=1e-14, err_msg=key)


def test_what_is_carried_on_has_a_derivative_too():
    """Of an LSTM the cells after the last time step, as a network around it may ask for."""
    form = FORMS["LSTM"]
    params, columns = drawn(form, samples=2)

    def together(params):
        return Recurrence(form).together(params, columns)[1]["c"]

    def plainly(params):
        c = h = np.zeros((2, UNITS))
        for x in columns["x"].swapaxes(0, 1):
            a = {k: x @ params[f"W_{k}"].T + h @ params[f"U_{k}"].T + params[f"b_{k}"] for k in "ifgo"}
            c = jax.nn.sigmoid(a["f"]) * c + jax.nn.sigmoid(a["i"]) * jax.numpy.tanh(a["g"])
            h = jax.nn.sigmoid(a["o"]) * jax.numpy.tanh(c)
        return c

    expected, found = graded(plainly, params), graded(together, params)
    for key, value in expected[1].items():
        np.testing.assert_allclose(found[1][key], value, rtol=1e-12, atol=1e-14, err_msg=key)


def test_units_left_out_are_drawn_outside_the_step_and_answers_leave_none_out():
    net = LSTMRegressor(4, dropout=0.5, rule="sgd", shuffle=False, max_iter=2, random_state=3)
    net.fit(X, AMOUNTS[:, 0]).set_params(learning_rate=0.5)
    before, work = net.params_, net.work(X, AMOUNTS[:, 0])
    assert {0.0, 1.0} == set(np.ravel(work.values["keep"]))
    net.partial_fit(X, AMOUNTS[:, 0])
    for key, update in work.updates.items():
        np.testing.assert_allclose(net.params_[key], update.new, rtol=1e-5, atol=1e-6, err_msg=key)
    assert np.abs(net.params_["V"] - before["V"]).max() > 1e-3
    sure = copy.deepcopy(net).set_params(dropout=0.0)
    np.testing.assert_array_equal(sure.predict(X), net.predict(X))


def test_fifty_steps_give_the_weights_that_fifty_worked_steps_give():
    form = FORMS["LSTM"]
    params, columns = drawn(form, samples=2, steps=2)
    work = worked(form, params, columns, rate=0.1, steps=50)
    with jax.enable_x64(True):
        run = compiled(Step(Recurrence(form), "sgd"), quick=True)
        index, share = np.tile(np.arange(2), (50, 1)), np.full((50, 2), 1 / 2)
        learned, _, _ = run(params, {}, 0, columns, index, share, {"rate": 0.1}, 0.0)
    for key, update in work.updates.items():
        np.testing.assert_allclose(learned[key], update.new, rtol=1e-10, atol=1e-12, err_msg=key)


@pytest.mark.parametrize(
    ("name", "weight", "parts"),
    [
        ("LSTM", "U_f", ["a_f5", "a_f4", "a_f3", "a_f2", "a_f1"]),
        ("GRU", "U_n", ["m5", "m4", "m3", "m2", "m1"]),
    ],
)
def test_a_gate_s_weights_get_a_share_from_every_time_step(name, weight, parts):
    form = FORMS[name]
    contributions = worked(form, *drawn(form)).run.first.backwards[0].contributions
    assert parts == [one.through.partition(".")[0] for one in contributions if one.of == weight]


# PyTorch

LAYERS = {"lstm": "LSTM", "gru": "GRU"}


def layers(cell):
    """A layer and a head of PyTorch, in float64, with weights of their own."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    rnn = getattr(torch.nn, LAYERS[cell])(FEATURES, UNITS, batch_first=True)
    return torch, torch.nn.ModuleDict({"rnn": rnn, "head": torch.nn.Linear(UNITS, OUTPUTS)}).double()


@pytest.mark.parametrize("cell", LAYERS)
def test_pytorch_has_the_same_outputs_and_gradients(cell):
    torch, module = layers(cell)
    form = Gated(cell, "identity", "mse", True, None)
    params, columns = drawn(form, samples=3)
    module.load_state_dict({name: torch.tensor(value) for name, value in to_torch(params).items()})
    outputs = module["head"](module["rnn"](torch.tensor(columns["x"]))[0])
    np.testing.assert_allclose(forward(form, params, columns["x"], 0.0)[0], outputs.detach(), rtol=1e-10)
    loss = torch.nn.functional.mse_loss(outputs, torch.tensor(columns["y"]))
    loss.backward()
    found = graded(fast(Recurrence(form), columns), params)
    np.testing.assert_allclose(found[0], loss.item(), rtol=1e-10)
    ours, theirs = to_torch(found[1]), {name: one.grad for name, one in module.named_parameters()}
    if cell == "lstm":  # two biases with one gradient
        ours["rnn.bias_hh_l0"] = ours["rnn.bias_ih_l0"]
    else:
        ours["rnn.bias_hh_l0"][: 2 * UNITS] = ours["rnn.bias_ih_l0"][: 2 * UNITS]
    for key, value in theirs.items():
        np.testing.assert_allclose(ours[key], value, rtol=1e-10, atol=1e-13, err_msg=key)


@pytest.mark.parametrize("cell", LAYERS)
def test_weights_of_pytorch_are_taken_over(cell):
    torch, module = layers(cell)
    net = LSTMRegressor(UNITS, cell, return_sequences=True).partial_fit(X, rng.random((6, STEPS, OUTPUTS)))
    net.params_ = from_torch(module.state_dict())
    expected = module["head"](module["rnn"](torch.tensor(X))[0]).detach()
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-5, atol=1e-6)
    again = from_torch(to_torch(net.params_))
    assert all(np.array_equal(value, again[name]) for name, value in net.params_.items())


def test_what_is_no_layer_of_pytorch():
    state = {name: np.zeros((10, 2)) for name in ("weight_ih_l0", "weight_hh_l0")}
    with pytest.raises(DataError, match=r"not the state of one layer .* found weight_ih_l0, weight_hh_l0"):
        from_torch(state)


# The estimator

NETS = {
    "LSTM": (LSTMClassifier(4), X, WORDS),
    "each step": (LSTMClassifier(4, return_sequences=True, truncation=2), X, BY_STEP),
    "rows": (LSTMRegressor(4, features_per_step=2), X.reshape(6, -1), AMOUNTS[:, 0]),
    "GRU": (LSTMRegressor(4, "gru", return_sequences=True, alpha=0.1), X, AMOUNTS),
}


def fitted(name, **settings):
    net, inputs, y = NETS[name]
    net = type(net)(**{**net.get_params(), "max_iter": 3, "random_state": 0, **settings})
    return net.fit(inputs, y), inputs, y


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_an_epoch_of_one_batch_is_the_step_that_work_tells(name):
    net, inputs, y = fitted(name, rule="momentum")
    work = net.work(inputs, y)
    net.partial_fit(inputs, y)
    for key, update in work.updates.items():
        np.testing.assert_allclose(net.params_[key], update.new, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", NETS)
def test_what_is_predicted_is_what_is_worked_out(name):
    net, inputs, y = fitted(name)
    values = net.work(inputs[:1], y[:1]).values
    outputs, contexts = forward(net._form, net.params_, net._inputs(inputs[:1]), 0.0)
    each = [values[f"yhat{t}"] for t in range(1, STEPS + 1)] if net.return_sequences else [values["yhat"]]
    np.testing.assert_allclose(outputs[0][-len(each) :], each, rtol=1e-12)
    before = [np.concatenate([values[f"{one}{t}"] for one in net._form.carried]) for t in range(STEPS)]
    np.testing.assert_allclose(contexts[0], before, rtol=1e-12, atol=1e-15)


def first_biases(**settings):
    net = LSTMRegressor(200, learning_rate=1e-9, random_state=0, **settings)
    return net.partial_fit(np.zeros((2, 21, 1)), [0.0, 1.0]).params_


def test_the_forget_gate_is_open_at_first():
    params = first_biases()
    means = {gate: round(float(params[f"b_{gate}"].mean()), 6) for gate in "ifgo"}
    assert {"i": 0.0, "f": 1.0, "g": 0.0, "o": 0.0} == means


def test_memories_of_all_lengths_to_begin_with():
    """As Tallec and Ollivier have it: forgetting after 1 to T - 1 steps, and as little let in."""
    params = first_biases(forget_bias="chrono")
    steps = np.exp(params["b_f"])
    assert 1 <= steps.min() < 3
    assert 18 < steps.max() <= 20
    assert pytest.approx(10.5, abs=1.5) == steps.mean()
    np.testing.assert_allclose(params["b_i"], -params["b_f"], rtol=1e-6)


def test_why_explains_a_gate_of_one_time_step():
    net, *_ = fitted("LSTM")
    why = net.why("dL/dU_f[1,2]", X[0], "top")
    assert pytest.approx(net.work(X[:1], ["top"]).gradients["U_f"][1, 2], rel=1e-13) == why.value
    told = net.why("c3[1]", X[0]).to_text()
    assert all(name in told for name in ("c2", "f3", "i3", "g3"))


def test_every_gate_is_told_time_step_by_time_step_forwards_and_backwards():
    net, *_ = fitted("LSTM", rule="sgd")
    work = net.work(X[:1, :3], ["top"])
    told = work.to_markdown(language="en")
    forwards, backwards = told.split("Backward pass")
    places = [forwards.index(f"Time step {t}") for t in (1, 2, 3)]
    assert sorted(places) == places
    places = [backwards.index(f"Time step {t}") for t in (3, 2, 1)]
    assert sorted(places) == places
    assert "forget gate: how much of what the cell holds is kept" in told
    assert "遗忘门：单元原有的内容保留多少" in work.to_text(language="zh")


def test_sequences_of_their_own_lengths():
    net, *_ = fitted("LSTM")
    ragged = [X[0], X[1][:2], X[2][:1]]
    alone = [net.predict_proba([one])[0] for one in ragged]
    np.testing.assert_allclose(net.predict_proba(ragged), alone, rtol=1e-12)


def test_a_network_with_its_cells_is_saved_and_goes_on(tmp_path):
    net, inputs, y = fitted("GRU")
    net.save(tmp_path / "net.byhand")
    again = byhand.load(tmp_path / "net.byhand")
    assert np.array_equal(net.predict(inputs), again.predict(inputs))
    net.partial_fit(inputs, y)
    again.partial_fit(inputs, y)
    assert net.loss_curve_ == again.loss_curve_
    with pytest.raises(ValueError, match="units=4, cell=lstm, features_per_step=1: one of these no"):
        net.set_params(cell="lstm").partial_fit(inputs, y)


def test_a_stream_is_learned_stretch_by_stretch_as_it_is_worked_out():
    how = {"rule": "momentum", "learning_rate": 0.2, "max_iter": 1, "random_state": 0}
    net = LSTMRegressor(3, "gru", truncation=2, online=True, return_sequences=True, **how)
    stream, wanted = X[:1], AMOUNTS[:1]
    net.fit(stream, wanted)
    at_once, context = copy.deepcopy(net).partial_fit(stream, wanted), None
    for start in range(0, STEPS, 2):
        part = slice(start, start + 2)
        work = net.work(stream[:, part], wanted[:, part], context=context)
        last = min(2, STEPS - start)
        context = np.concatenate([work.values[f"{one}{last}"] for one in net._form.carried])
        net.params_ = {name: update.new.astype(np.float32) for name, update in work.updates.items()}
        net.rule_state_ = {"m": {name: update.working["m_new"] for name, update in work.updates.items()}}
        net.t_ += 1
    assert at_once.t_ == net.t_
    for key, value in net.params_.items():
        np.testing.assert_allclose(at_once.params_[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_two_numbers_are_remembered_until_they_are_to_be_added():
    """Hochreiter and Schmidhuber's task, short; benchmarks/lstm.py has it as they had it."""
    (X, y), (others, wanted) = adding(3000, 30, seed=0), adding(300, 30, seed=1)
    how = {"forget_bias": "chrono", "learning_rate": 0.02, "batch_size": 10, "max_iter": 2, "random_state": 0}
    net = LSTMRegressor(8, **how).fit(X, y)
    assert (abs(net.predict(others) - wanted) < 0.04).mean() > 0.95
