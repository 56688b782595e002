"""Auto-encoders: compiled, worked out by hand, and what cannot be used."""

import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.errors import ProblemError
from byhand.networks import Autoencoder, MLPRegressor
from byhand.train.descent import Descent, Epoch, descend
from byhand.train.drawing import uniforms

rng = np.random.default_rng(5)
X = rng.uniform(0.02, 0.98, (24, 5)).astype(np.float32)
PLAIN = rng.normal(size=(24, 5)).astype(np.float32) + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# One step

KINDS = {
    "denoising": (X, {"corruption": 0.4}),
    "tied": (X, {}),
    "untied, tanh": (PLAIN, {"tied": False, "activation": "tanh", "corruption": 0.3}),
    "squared error of a sigmoid": (X, {"output": "sigmoid", "loss": "quadratic", "alpha": 0.02}),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_step_worked_out_is_the_compiled_step_with_the_same_draws(name):
    data, settings = KINDS[name]
    net = Autoencoder(3, rule="sgd", learning_rate=0.5, batch_size=24, max_iter=2, random_state=1, **settings)
    work = net.fit(data).work(data)
    made = clone(net).set_params(max_iter=3).fit(data)
    order = next(net._orders(24))
    drawn = uniforms(net._seed, net.t_, 24, net._drawn(data))
    descent = Descent(
        *(net._objective(), "sgd", net._settings(), net._penalised() if net.alpha else (), net.alpha, 24)
    )
    samples = {"x": data.astype(np.float64), **{key: np.asarray(u, np.float64) for key, u in drawn.items()}}
    with jax.enable_x64(True):
        start = Epoch({key: value.astype(np.float64) for key, value in net.params_.items()}, {}, 0, 0.0)
        (reached,) = descend(descent, start, samples, np.ones(24), iter([order]))
    for key, update in work.updates.items():
        wide = np.asarray(reached.params[key])
        np.testing.assert_allclose(update.new, wide, rtol=1e-12, atol=1e-12)
        if not settings.get("corruption"):  # else each place of the batch has numbers of its own
            np.testing.assert_allclose(made.params_[key], update.new, rtol=1e-5, atol=1e-6)


def test_a_compiled_step_sets_to_0_what_is_told():
    net = Autoencoder(3, corruption=0.4, rule="sgd", learning_rate=0.5, batch_size=24, shuffle=False)
    net.set_params(max_iter=2, random_state=1).fit(X)
    work = net.work(X)
    for key, value in net.partial_fit(X).params_.items():
        np.testing.assert_allclose(work.updates[key].new, value, rtol=1e-5, atol=1e-6)
    assert 0.3 < 1 - np.mean(work.number("keep")) < 0.5
    assert "the corrupted input" in work.to_text(language="en")
    assert "由编码重构出的输入" in work.to_text(language="zh")


def test_a_denoising_step_by_hand():
    """Tied weights: each has a share from the code and one from what is given back."""
    net = Autoencoder(3, corruption=0.4, rule="sgd", learning_rate=0.5, random_state=1, max_iter=1).fit(X)
    work = net.work(X[:1])
    W, b, c = (net.params_[name].astype(float) for name in ("W1", "b1", "b2"))
    x, noisy = X[0].astype(float), np.where(work.number("u") < 0.4, 0, X[0])
    a = 1 / (1 + np.exp(-(W @ noisy + b)))
    back = 1 / (1 + np.exp(-(W.T @ a + c)))
    error = (back - x) / 5
    delta = (W @ error) * a * (1 - a)
    np.testing.assert_allclose(
        work.updates["W1"].new, W - 0.5 * (np.outer(delta, noisy) + np.outer(a, error))
    )
    np.testing.assert_allclose(work.updates["b1"].new, b - 0.5 * delta)
    np.testing.assert_allclose(work.updates["b2"].new, c - 0.5 * error)


def test_without_noise_and_ties_it_is_a_multilayer_perceptron_whose_targets_are_its_inputs():
    how = {"learning_rate": 0.01, "batch_size": 5, "max_iter": 6, "random_state": 2}
    net = Autoencoder(3, "tanh", tied=False, **how).fit(PLAIN)
    mlp = MLPRegressor((3,), "tanh", **how).fit(PLAIN, PLAIN)
    for key, value in mlp.params_.items():
        np.testing.assert_allclose(net.params_[key], value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.predict(PLAIN), mlp.predict(PLAIN), rtol=1e-4, atol=1e-5)


def test_noise_is_new_in_every_step_and_about_as_strong_as_asked_for():
    first, second = (np.asarray(uniforms(4, turn, 200, {"u": (50,)})["u"]) for turn in (0, 1))
    assert abs(np.mean(first < 0.3) - 0.3) < 0.02
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05


# As a sheet

SHEET = {
    "network": "Autoencoder",
    "settings": {"corruption": 0.5},
    "rate": 0.5,
    "given": {
        **{"x": [1, 0, 1], "u": [0.7, 0.2, 0.3], "W1": [[0.4, -0.2, 0.1], [0.3, 0.5, -0.6]]},
        **{"b1": [0.1, -0.1], "b2": [0.2, 0, -0.3]},
    },
}
RIGHT = {
    **{"noisy": ["1", "0", "0"], "z1": ["0.5", "0.2"], "a1": ["0.6225", "0.5498"]},
    **{"z2": ["0.6139", "0.1504", "-0.5676"], "xhat": ["0.6488", "0.5375", "0.3618"], "L": "0.7401"},
}


def test_a_sheet_is_checked():
    verdicts = {claim.name: claim.verdict for claim in byhand.check(SHEET, RIGHT).claims}
    assert {"right", "rounded"} >= set(verdicts.values())
    # The input that was to be set to 0 is coded all the same: all else follows.
    slip = byhand.check(SHEET, {**RIGHT, "noisy": ["1", "0", "1"], "z1": ["0.6", "-0.4"]})
    assert "noisy[2]" == slip.first_wrong
    assert {"carried"} == {claim.verdict for claim in slip.claims if claim.name.startswith("z1")}


# What does not fit


def test_the_cross_entropy_needs_numbers_between_0_and_1():
    with pytest.raises(ProblemError, match=r"An input is .*scale the inputs"):
        Autoencoder(loss="binary_cross_entropy").fit(PLAIN)
    net = Autoencoder(3, max_iter=1).fit(X)
    with pytest.raises(ProblemError, match="from 0 to 1"):
        net.partial_fit(PLAIN)
    with pytest.raises(ProblemError, match="do not go together"):
        Autoencoder(output="identity", loss="binary_cross_entropy").fit(X)
    with pytest.raises(ProblemError, match="units=4, tied=True no longer fits"):
        net.set_params(units=4).partial_fit(X)
