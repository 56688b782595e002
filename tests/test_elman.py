"""Elman and Jordan networks: what is compiled is what is worked out; sequences; Elman's own tasks."""

import copy
import warnings

import jax
import numpy as np
import pytest
from recurrent_forms import FEATURES, OUTPUTS, STEPS, UNITS, drawn, fast, graded, worked
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.data import Preparation, as_vectors, from_arrays, letters, temporal_xor
from byhand.equations.recurrent import Simple
from byhand.errors import ProblemError
from byhand.networks import ElmanClassifier, ElmanRegressor
from byhand.networks.recurrence.through_time import forward
from byhand.networks.tasks import pictures
from byhand.networks.tasks.saving import load
from byhand.networks.tasks.seen import Seen
from byhand.train.descent import Step, compiled
from byhand.train.reading import OPERATIONS
from byhand.train.recurrent import Recurrence
from byhand.train.simple import SLOPES

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
    f"{context}, {'each step' if each else 'whole'}, truncation {truncation}": Simple(
        context, activation, *output, each, truncation
    )
    for context, activation, output, each, truncation in [
        ("hidden", "tanh", ("softmax", "cross_entropy"), False, None),
        ("hidden", "sigmoid", ("sigmoid", "quadratic"), True, 1),
        ("hidden", "relu", ("sigmoid", "binary_cross_entropy"), False, 2),
        ("output", "tanh", ("softmax", "cross_entropy"), True, None),
        ("output", "identity", ("tanh", "mse"), False, 3),
    ]
}


@pytest.mark.parametrize("name", FORMS)
def test_a_compiled_step_is_the_step_that_is_worked_out(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=2)
    work = worked(form, params, columns, 0.5)
    found = graded(fast(Recurrence(form, 0.5), columns), params)
    np.testing.assert_allclose(found[0], work.run.first.objective, rtol=1e-12)
    for key, value in work.gradients.items():
        if key in params:
            np.testing.assert_allclose(found[1][key], value, rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", FORMS)
def test_the_written_derivative_is_that_of_the_equations_read_step_by_step(name):
    """Of sequences of several lengths, by JAX's own differentiation of the plain loop."""
    form = FORMS[name]
    params, columns = drawn(form, samples=4, steps=7)
    columns["present"] = (np.arange(7) < np.array([7, 1, 4, 6])[:, None]).astype(float)
    kind = Recurrence(form, -0.25)
    expected = graded(lambda params: jax.vmap(lambda sample: kind(params, sample, {}))(columns), params)
    found = graded(fast(kind, columns), params)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)
    for key, value in expected[1].items():
        np.testing.assert_allclose(found[1][key], value, rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", SLOPES)
def test_the_derivative_of_an_activation_is_found_from_what_it_gives(name):
    z = np.array([-1.5, -0.25, 0.5, 2.0])
    activation = OPERATIONS.get(name, lambda z: z)
    expected = jax.vmap(jax.grad(activation))(z)
    np.testing.assert_allclose(SLOPES[name](activation(jax.numpy.asarray(z))), expected, rtol=1e-5)


def test_fifty_steps_give_the_weights_that_fifty_worked_steps_give():
    form = FORMS["hidden, whole, truncation None"]
    params, columns = drawn(form, samples=3)
    work = worked(form, params, columns, rate=0.1, steps=50)
    with jax.enable_x64(True):
        run = compiled(Step(Recurrence(form), "sgd"), quick=True)
        index, share = np.tile(np.arange(3), (50, 1)), np.full((50, 3), 1 / 3)
        learned, _, _ = run(params, {}, 0, columns, index, share, {"rate": 0.1}, 0.0)
    for key, update in work.updates.items():
        np.testing.assert_allclose(learned[key], update.new, rtol=1e-10, atol=1e-12, err_msg=key)


def test_the_context_weights_get_a_share_from_every_time_step():
    form = FORMS["hidden, whole, truncation None"]
    contributions = worked(form, *drawn(form)).run.first.backwards[0].contributions
    through = [one.through.partition(".")[0] for one in contributions if one.of == "U"]
    assert ["z5", "z4", "z3", "z2", "z1"] == through


def test_elmans_rule_takes_the_context_for_an_input():
    """With a context that is given the gradient of a step is that of a network without memory."""
    whole = FORMS["hidden, each step, truncation 1"]
    params, columns = drawn(whole)
    work = worked(whole, params, columns)
    lines = "z = W @ x + U @ c + bh\nh = sigmoid(z)\nyhat = sigmoid(V @ h + by)\nL = quadratic(y, yhat)"
    contexts = [np.zeros(UNITS), *[work.values[f"h{t}"] for t in range(1, STEPS)]]
    alone = {"x": list(columns["x"][0]), "y": list(columns["y"][0]), "c": contexts}
    without = byhand.work({"problem": lines, "given": params, "samples": alone, "minimise": "L"})
    for key in params:
        np.testing.assert_allclose(work.gradients[key], without.gradients[key], rtol=1e-12, err_msg=key)


def test_pytorch_has_the_same_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    form = Simple("hidden", "tanh", "identity", "mse", False, None)
    params, columns = drawn(form, samples=3)
    found = graded(fast(Recurrence(form), columns), params)
    layer, head = torch.nn.RNN(FEATURES, UNITS, batch_first=True), torch.nn.Linear(UNITS, OUTPUTS)
    names = {"W": layer.weight_ih_l0, "U": layer.weight_hh_l0, "bh": layer.bias_ih_l0}
    names |= {"V": head.weight, "by": head.bias}
    with torch.no_grad():
        layer.double(), head.double()
        layer.bias_hh_l0.zero_()
        for key, tensor in names.items():
            tensor.copy_(torch.tensor(params[key]))
    outputs = head(layer(torch.tensor(columns["x"]))[0][:, -1])
    loss = torch.nn.functional.mse_loss(outputs, torch.tensor(columns["y"]))
    loss.backward()
    np.testing.assert_allclose(found[0], loss.item(), rtol=1e-10)
    for key, tensor in names.items():
        np.testing.assert_allclose(found[1][key], tensor.grad.numpy(), rtol=1e-10, atol=1e-13, err_msg=key)


# The estimator

NETS = {
    "Elman": (ElmanClassifier(4), X, WORDS),
    "each step": (ElmanClassifier(4, return_sequences=True, truncation=2), X, BY_STEP),
    "rows": (ElmanRegressor(4, features_per_step=2), X.reshape(6, -1), AMOUNTS[:, 0]),
    "Jordan": (ElmanRegressor(4, context="output", return_sequences=True, alpha=0.1), X, AMOUNTS),
}


def fitted(name, **settings):
    net, inputs, y = NETS[name]
    net = type(net)(**{**net.get_params(), "max_iter": 3, "random_state": 0, **settings})
    return net.fit(inputs, y), inputs, y


@pytest.mark.parametrize("name", NETS)
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
    before = [values[f"{net._form.carried[0]}{t}"] for t in range(STEPS)]
    np.testing.assert_allclose(contexts[0], before, rtol=1e-12, atol=1e-15)


def test_why_explains_a_number_of_one_time_step():
    net, *_ = fitted("Elman")
    why = net.why("dL/dU[1,2]", X[0], "top")
    assert pytest.approx(net.work(X[:1], ["top"]).gradients["U"][1, 2], rel=1e-14) == why.value
    assert "h4" in net.why("z5[1]", X[0]).to_text()
    with pytest.raises(ProblemError, match="4 features at each time step; the network was made for 2"):
        net.why("L", np.ones((3, 4)))
    by_step, *_ = fitted("each step")
    assert pytest.approx(by_step.predict_proba(X[:1])[0, 2, 0]) == by_step.why("yhat3[0]", X[0]).value


def test_it_is_told_time_step_by_time_step_forwards_and_backwards():
    net, *_ = fitted("Elman", rule="sgd")
    work = net.work(X[:1, :3], ["top"])
    told = work.to_markdown(language="en")
    forwards, backwards = told.split("Backward pass")
    places = [forwards.index(f"Time step {t}") for t in (1, 2, 3)]
    assert sorted(places) == places
    places = [backwards.index(f"Time step {t}") for t in (3, 2, 1)]
    assert sorted(places) == places
    assert "时间步 3" in work.to_text(language="zh")


def test_a_sheet_of_elmans_rule_is_checked():
    """The gradient that a context hands on is not asked for: it is right without, and wrong with it."""
    form = FORMS["hidden, each step, truncation 1"]
    params, columns = drawn(form, steps=2)
    cut = worked(form, params, columns, rate=0.1)
    whole = worked(form._replace(truncation=None), params, columns)
    right = {"c2": [f"{one:.5g}" for one in cut.values["h1"]], "dL/dh1[0]": f"{cut.gradients['h1'][0]:.5g}"}
    right["U_new[1,2]"] = f"{cut.updates['U'].new[1, 2]:.5g}"
    assert byhand.check(cut.task.problem, right).first_wrong is None
    wrong = {**right, "dL/dh1[0]": f"{whole.gradients['h1'][0]:.5g}"}
    assert "dL/dh1[0]" == byhand.check(cut.task.problem, wrong).first_wrong


def test_sequences_may_be_arrays_lists_of_their_own_lengths_or_rows():
    ragged = [X[0], X[1][:2], X[2][:1]]
    net = ElmanClassifier(4, max_iter=2, random_state=0, shuffle=False, batch_size=1).fit(ragged, WORDS[:3])
    alone = ElmanClassifier(4, random_state=0, shuffle=False, batch_size=1)
    for _ in range(2):
        for one, word in zip(ragged, WORDS[:3], strict=True):
            alone.partial_fit([one], [word], classes=["low", "mid", "top"])
    for key, value in alone.params_.items():
        np.testing.assert_allclose(net.params_[key], value, rtol=1e-4, atol=1e-6, err_msg=key)
    assert [net.predict([one])[0] for one in ragged] == net.predict(ragged).tolist()
    by_rows = ElmanRegressor(4, features_per_step=2, max_iter=3, random_state=0)
    by_rows.fit(X.reshape(6, -1), AMOUNTS[:, 0])
    by_steps = ElmanRegressor(4, max_iter=3, random_state=0).fit(X, AMOUNTS[:, 0])
    assert by_rows.loss_curve_ == by_steps.loss_curve_
    assert (10, 2) == (by_rows.n_features_in_, by_steps.n_features_in_)


def test_answers_for_each_time_step_have_the_lengths_of_the_sequences():
    ragged, words = [X[0], X[1][:2]], [BY_STEP[0], BY_STEP[1][:2]]
    net = ElmanClassifier(6, return_sequences=True, max_iter=20, random_state=1).fit(ragged, words)
    found = net.predict(ragged)
    assert [5, 2] == [len(one) for one in found]
    assert [(5, 3), (2, 3)] == [one.shape for one in net.predict_log_proba(ragged)]
    right = np.concatenate([one == own for one, own in zip(found, words, strict=True)])
    assert net.score(ragged, words) == right.mean()
    assert (6, STEPS) == net.predict(X).shape
    amounts = ElmanRegressor(3, return_sequences=True, max_iter=2).fit(X, AMOUNTS[..., 0])
    assert (6, STEPS) == amounts.predict(X).shape
    assert amounts.score(X, AMOUNTS[..., 0]) <= 1


@pytest.mark.parametrize("name", NETS)
def test_it_is_saved_and_goes_on(name, tmp_path):
    net, inputs, y = fitted(name)
    net.save(tmp_path / "net.byhand")
    again = load(tmp_path / "net.byhand")
    assert np.array_equal(net.predict(inputs), again.predict(inputs))
    net.partial_fit(inputs, y)
    again.partial_fit(inputs, y)
    assert net.loss_curve_ == again.loss_curve_


def test_its_picture_is_the_error_over_the_time_steps():
    inputs, y = X.reshape(6, -1), WORDS
    data = from_arrays(inputs, y, name="words", task="classification", scaling="none")
    net = ElmanClassifier(4, features_per_step=2, max_iter=5, random_state=0).fit(inputs, y)
    seen = Seen(inputs.astype(np.float32), y, Preparation.fit(data, "none"))
    (panel,) = pictures.panels_of(net, seen, "en")
    (line,) = panel.lines
    assert [*range(1, STEPS + 1)] == [*line.x]
    assert pytest.approx(1 - net.score(inputs, y)) == line.y[-1]
    amounts = ElmanRegressor(3, features_per_step=2, max_iter=5, random_state=0)
    data = from_arrays(inputs, AMOUNTS[:, 0, 0], name="amounts", task="regression", scaling="none")
    preparation = Preparation.fit(data, "none")
    net = amounts.fit(inputs, preparation.targets(data))
    (panel,) = pictures.panels_of(net, Seen(seen.X, AMOUNTS[:, 0, 0], preparation), "zh")
    found = preparation.restored(net.predict(inputs))
    assert pytest.approx(np.sqrt(np.mean((found - AMOUNTS[:, 0, 0]) ** 2))) == panel.lines[0].y[-1]


# A stream

STREAM, NEXT = X[:1], AMOUNTS[:1]


def streaming(length, **settings):
    settings = {"rule": "momentum", "learning_rate": 0.2, "max_iter": 1, "random_state": 0, **settings}
    return ElmanRegressor(3, "sigmoid", truncation=length, online=True, return_sequences=True, **settings)


@pytest.mark.parametrize("length", [1, 2])
def test_a_stream_is_learned_stretch_by_stretch_as_it_is_worked_out(length):
    net = streaming(length, initial_context=0.5).fit(STREAM, NEXT)
    compiled_net = copy.deepcopy(net).partial_fit(STREAM, NEXT)
    context = None
    for start in range(0, STEPS, length):
        part = slice(start, start + length)
        work = net.work(STREAM[:, part], NEXT[:, part], context=context)
        context = work.values[f"h{min(length, STEPS - start)}"]
        net.params_ = {name: update.new.astype(np.float32) for name, update in work.updates.items()}
        net.rule_state_ = {"m": {name: update.working["m_new"] for name, update in work.updates.items()}}
        net.t_ += 1
    assert compiled_net.t_ == net.t_
    for key, value in net.params_.items():
        np.testing.assert_allclose(compiled_net.params_[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


# Elman's tasks


def test_temporal_xor():
    """Every third bit can be predicted: 1-2-1 and two context units, 3,000 bits, 600 passes, his own rule."""
    stream, other = temporal_xor(3001, seed=0)[None], temporal_xor(1201, seed=1000)[None]
    settings = {"learning_rate": 0.5, "max_iter": 600, "initial_context": 0.5}
    net = elmans(2, **settings).fit(stream[:, :-1], stream[:, 1:])
    errors = np.square(net.predict(other[:, :-1])[0] - other[0, 1:, 0]).reshape(-1, 3).mean(axis=0)
    assert errors[1] <= 0.7 * errors[[0, 2]].mean()


def test_letters_in_words():
    """After a consonant its vowels can be predicted; which consonant is next cannot."""
    text, other = as_vectors(letters(1000, seed=0))[None], letters(300, seed=1000)
    net = elmans(20, learning_rate=0.1, max_iter=10).fit(text[:, :-1], text[:, 1:])
    vectors = as_vectors(other)[None]
    errors = np.sqrt(np.square(net.predict(vectors[:, :-1])[0] - vectors[0, 1:]).mean(axis=1))
    is_vowel = np.array([letter in "aiu" for letter in other[1:]])
    assert errors[is_vowel].mean() <= 0.3 * errors[~is_vowel].mean()


def elmans(units, **settings):
    """A network that learns after each time step by his rule."""
    how = {"output": "sigmoid", "loss": "quadratic", "rule": "sgd", "tol": 0, "n_iter_no_change": 1000}
    how |= {"truncation": 1, "online": True, "return_sequences": True, "random_state": 0}
    return ElmanRegressor(units, "sigmoid", **how, **settings)


# What does not fit

REFUSED = {
    "no time step": ([X[0], X[1][:0]], WORDS[:2], r"Sequence 1, .* shape 0×2"),
    "other features": ([X[0], X[1][:, :1]], WORDS[:2], "Sequence 1, .* 1 feature at each time step"),
    "NaN": ([X[0], np.array([[1.0, np.nan]])], WORDS[:2], "Sequence 1, .* at time step 0"),
    "texts": ([[["a", "b"]], X[1]], WORDS[:2], "Sequence 0, .* no array of numbers"),
    "lengths": (X, WORDS[:5], "inconsistent numbers of samples"),
    "no targets": (X, None, "y to be passed"),
    "amounts": (X, AMOUNTS[:, 0, 0], "continuous"),
}


@pytest.mark.parametrize("bad", REFUSED)
def test_sequences_that_cannot_be_learned_from(bad):
    inputs, y, message = REFUSED[bad]
    net = ElmanClassifier(3, max_iter=1)
    with pytest.raises(ValueError, match=message):
        net.fit(inputs, y)
    assert not hasattr(net, "params_")


REFUSED_BY_STEP = {
    "too few": (X, BY_STEP[:, :4], "Sequence 0, .* has 5 time steps and 4 targets"),
    "one a sequence": (X, WORDS, "Sequence 0, .* has 5 time steps and 1 target"),
    "too few sequences": (X, BY_STEP[:4], "6 lists of them; here are 4"),
    "none": (X, None, "6 lists of them; here is 1"),
}


@pytest.mark.parametrize("bad", REFUSED_BY_STEP)
def test_targets_that_are_not_one_a_time_step(bad):
    inputs, y, message = REFUSED_BY_STEP[bad]
    with pytest.raises(ValueError, match=message):
        ElmanClassifier(3, return_sequences=True, max_iter=1).fit(inputs, y)


def test_a_fitted_network_takes_samples_of_its_kind():
    net, *_ = fitted("Elman")
    with pytest.raises(ValueError, match="fitted with sequences"):
        net.predict(X.reshape(6, -1))
    with pytest.raises(ValueError, match="3 features at each time step; the network was made for 2"):
        net.predict(np.ones((1, 4, 3)))
    with pytest.raises(ValueError, match="sequences of one length"):
        net.work([X[0], X[1][:2]], WORDS[:2])
    with pytest.raises(ValueError, match="4 context units"):
        net.work(X[:1], WORDS[:1], context=[0.0])
    with pytest.raises(ValueError, match="no longer fit"):
        net.set_params(units=5).partial_fit(X, WORDS)
    rows, *_ = fitted("rows")
    with pytest.raises(ValueError, match="fitted with rows"):
        rows.predict(X)
    with pytest.raises(ValueError, match="no whole number of time steps"):
        ElmanRegressor(features_per_step=4).fit(X.reshape(6, -1), WORDS == "low")


def test_a_stream_needs_stretches_and_one_length():
    with pytest.raises(ValueError, match="return_sequences=True"):
        ElmanClassifier(online=True).fit(X, WORDS)
    with pytest.raises(ValueError, match="sequences of one length"):
        streaming(2).fit([X[0], X[1][:2]], [AMOUNTS[0], AMOUNTS[1][:2]])
    with pytest.raises(ValueError, match=r"after every 2 time steps .* here are 5"):
        streaming(2).fit(STREAM, NEXT).work(STREAM, NEXT)
