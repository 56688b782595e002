"""What the weight of a sample means, in each network that takes one."""

import inspect
import warnings

import numpy as np
import pytest
from every_estimator import EVERY, WAYS
from sklearn.base import clone, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning

from byhand.networks import Adaline, Perceptron, RBFClassifier, RBFRegressor

rng = np.random.default_rng(5)
X = rng.normal(size=(9, 3)) + 0.2
AMOUNTS = X[:, 0] * 2 - X[:, 1] + 0.7
CLASSES = np.array(["a", "b", "c", "b", "a", "c", "a", "b", "c"])
TWICE = np.array([1.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 1.0])
SOME = np.array([1.0, 2.0, 0.0, 1.0, 0.5, 3.0, 0.0, 1.0, 1.0])
WEIGHTED = {
    name: net
    for name, net in {**EVERY, **WAYS}.items()
    if "sample_weight" in inspect.signature(net.fit).parameters
}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def targets(net):
    return AMOUNTS if is_regressor(net) else CLASSES


def test_these_take_weights():
    assert {"Perceptron", "Adaline", "LogisticRegression", "MLPClassifier", "MLPRegressor"} < WEIGHTED.keys()
    assert {"RBFClassifier", "RBFRegressor"} < WEIGHTED.keys()


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_sample_of_weight_0_is_left_out(name):
    net = WEIGHTED[name]
    y, there = targets(net), SOME > 0
    whole, some = clone(net).fit(X, y, sample_weight=SOME), clone(net)
    some.fit(X[there], y[there], sample_weight=SOME[there])
    assert all(whole.params_[key].tobytes() == value.tobytes() for key, value in some.params_.items())
    everything = clone(net).fit(X, y).params_
    assert any(everything[key].tobytes() != value.tobytes() for key, value in some.params_.items())


@pytest.mark.parametrize("name", WEIGHTED)
def test_only_proportions_matter_but_to_the_perceptron(name):
    net = WEIGHTED[name]
    one, three = (clone(net).fit(X, targets(net), sample_weight=k * SOME) for k in (1, 4))
    same = all(one.params_[key].tobytes() == value.tobytes() for key, value in three.params_.items())
    assert same == (name != "Perceptron")


BATCHES = {
    **{name: WEIGHTED[name] for name in ("MLPClassifier", "MLPRegressor", "LogisticRegression", "annealing")},
    "Adaline": Adaline(0.05, batch_size="all", max_iter=20, random_state=0),
    **{
        f"RBF {training}": RBFRegressor(
            centres=X[:4], training=training, alpha=0.1, max_iter=5, random_state=0
        )
        for training in ("least_squares", "descent", "full")
    },
    "RBF classifier": RBFClassifier(centres=X[:4]),
}


@pytest.mark.parametrize("name", BATCHES)
def test_in_a_batch_a_weight_of_2_is_the_sample_twice(name):
    net = BATCHES[name]
    again = np.repeat(np.arange(9), TWICE.astype(int))
    weighted = clone(net).fit(X, targets(net), sample_weight=TWICE)
    twice = clone(net).fit(X[again], targets(net)[again])
    for key, value in twice.params_.items():
        np.testing.assert_allclose(weighted.params_[key], value, rtol=2e-5, atol=1e-6)


# Worked out


@pytest.mark.parametrize("name", ["Adaline", "LogisticRegression", "MLPRegressor", "RBF descent", "RBF full"])
def test_the_weighted_step_that_is_worked_out_is_the_one_that_is_made(name):
    net = clone({**EVERY, **WAYS}[name]).set_params(batch_size=9)
    net.fit(X, targets(net))
    work = net.work(X, targets(net), TWICE)
    np.testing.assert_allclose(work.number("c"), TWICE / TWICE.mean())
    assert "Lc = c·L" in work.to_text(language="en")
    before = net.params_
    made = net.set_params(warm_start=True, max_iter=1).fit(X, targets(net), sample_weight=TWICE).params_
    for key, update in work.updates.items():
        np.testing.assert_allclose(made[key] - before[key], update.new - update.old, rtol=2e-3, atol=1e-6)


def test_the_weighted_normal_equations_are_worked_out():
    net = RBFRegressor(centres=X[:3], widths=1.0, alpha=0.1).fit(X, AMOUNTS, sample_weight=SOME)
    work = net.work(X, AMOUNTS, SOME)
    np.testing.assert_allclose(work.updates["W"].new[0], net.params_["W"][0], rtol=1e-5)
    np.testing.assert_allclose(work.updates["b"].new, net.params_["b"], rtol=1e-5)
    there = SOME > 0
    c = SOME[there] / SOME[there].mean()
    A = np.column_stack([np.ones(7), np.exp(-0.5 * ((X[there, None] - X[:3]) ** 2).sum(axis=2))])
    expected = np.linalg.solve(A.T @ np.diag(c) @ A + 0.7 * np.diag([0, 1, 1, 1]), A.T @ (c * AMOUNTS[there]))
    np.testing.assert_allclose(work.values["w"][:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(
        work.values["E"], np.sum(c * (AMOUNTS[there] - A @ expected) ** 2) / 14, rtol=1e-5
    )


def test_rosenblatts_rule_with_weights():
    """Each step is so many times as long: in NumPy, as it is fitted, and as it is worked out."""
    net = Perceptron(0.3, shuffle=False, max_iter=2).fit(X, CLASSES, sample_weight=TWICE)
    W, b = np.zeros((3, 3)), np.zeros(3)
    for _ in range(net.n_iter_):
        for x, label, c in zip(X.astype(np.float32), CLASSES, TWICE, strict=True):
            e = 1.0 * (np.unique(CLASSES) == label) - (W @ x + b > 0)
            W, b = W + 0.3 * c * np.outer(e, x), b + 0.3 * c * e
    np.testing.assert_allclose(net.params_["W1"], W, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.params_["b1"], b, rtol=1e-5, atol=1e-6)
    work = net.work(X, CLASSES, TWICE)
    net.partial_fit(X, CLASSES, sample_weight=TWICE)
    np.testing.assert_allclose(net.params_["W1"], work.updates["W1"].new, rtol=1e-5, atol=1e-6)
    assert "W1 + eta·c·outer(e, x)" in work.to_text(language="en")


def test_online_adaline_takes_steps_as_long_as_the_weights_say():
    net = Adaline(0.05, shuffle=False, max_iter=1, random_state=2).fit(X, CLASSES, sample_weight=TWICE)
    drawn = clone(net).set_params(learning_rate=1e-30).fit(X, CLASSES).params_
    W, b = drawn["W1"].astype(float), drawn["b1"].astype(float)
    for x, label, c in zip(X.astype(np.float32), CLASSES, TWICE / TWICE.mean(), strict=True):
        e = np.where(np.unique(CLASSES) == label, 1, -1) - (W @ x + b)
        W, b = W + 0.05 * c * np.outer(e, x), b + 0.05 * c * e
    np.testing.assert_allclose(net.params_["W1"], W, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(net.params_["b1"], b, rtol=1e-4, atol=1e-5)


def test_its_own_rate_is_stable_with_weights_too():
    net = Adaline(random_state=0, max_iter=30).fit(
        X * 100, CLASSES, sample_weight=np.r_[np.full(8, 0.01), 50.0]
    )
    assert net.loss_curve_[-1] < net.loss_curve_[0]


def test_outputs_of_radial_networks_sum_to_1_and_can_be_calibrated():
    many = np.repeat(X, 3, axis=0) + rng.normal(size=(27, 3)) * 0.1
    net = RBFClassifier(5, random_state=0).fit(many, np.repeat(CLASSES, 3))
    np.testing.assert_allclose(net.decision_function(many).sum(axis=1), 1, rtol=1e-4)
    found = CalibratedClassifierCV(net, cv=3).fit(many, np.repeat(CLASSES, 3)).predict_proba(many)
    assert found.min() >= 0
