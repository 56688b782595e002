"""What the weight of a sample means, in each network that takes one."""

import inspect
import warnings

import numpy as np
import pytest
from every_estimator import EVERY, WAYS
from sklearn.base import clone, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning

from byhand.networks import Adaline, Perceptron, RBFClassifier

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
    assert {"LogisticRegression", "MLPClassifier", "MLPRegressor"} < WEIGHTED.keys()
    # Where a weight of 2 is not the sample twice, it is taken for single passes alone.
    assert {"Perceptron", "Adaline", "RBFRegressor"}.isdisjoint(WEIGHTED)


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
def test_only_proportions_matter(name):
    net = WEIGHTED[name]
    one, three = (clone(net).fit(X, targets(net), sample_weight=k * SOME) for k in (1, 4))
    assert all(one.params_[key].tobytes() == value.tobytes() for key, value in three.params_.items())


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor", "LogisticRegression", "annealing"])
def test_in_a_batch_a_weight_of_2_is_the_sample_twice(name):
    net = WEIGHTED[name]
    again = np.repeat(np.arange(9), TWICE.astype(int))
    weighted = clone(net).fit(X, targets(net), sample_weight=TWICE)
    twice = clone(net).fit(X[again], targets(net)[again])
    for key, value in twice.params_.items():
        np.testing.assert_allclose(weighted.params_[key], value, rtol=2e-5, atol=1e-6)


# Worked out


@pytest.mark.parametrize("name", ["LogisticRegression", "MLPRegressor"])
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


def after_a_pass(net, weight):
    """The weights before and after a pass over the samples in their order."""
    net.partial_fit(X, CLASSES, np.unique(CLASSES), sample_weight=np.zeros(9) + 1e-30)
    before = {name: value.astype(float) for name, value in net.params_.items()}
    work = net.work(X, CLASSES, weight)
    return before, net.partial_fit(X, CLASSES, sample_weight=weight).params_, work


def test_rosenblatts_rule_with_weights():
    """Each step is so many times as long: in NumPy, as it is learned, and as it is worked out."""
    before, after, work = after_a_pass(Perceptron(0.3, shuffle=False), TWICE)
    W, b = before["W1"], before["b1"]
    for x, label, c in zip(X.astype(np.float32), CLASSES, TWICE, strict=True):
        e = 1.0 * (np.unique(CLASSES) == label) - (W @ x + b > 0)
        W, b = W + 0.3 * c * np.outer(e, x), b + 0.3 * c * e
    np.testing.assert_allclose(after["W1"], W, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after["b1"], b, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after["W1"], work.updates["W1"].new, rtol=1e-5, atol=1e-6)
    assert "W1 + eta·c·outer(e, x)" in work.to_text(language="en")


def test_online_adaline_takes_steps_as_long_as_the_weights_say():
    net = Adaline(0.05, shuffle=False, random_state=2)
    before, after, _ = after_a_pass(net, TWICE)
    W, b = before["W1"], before["b1"]
    for x, label, c in zip(X.astype(np.float32), CLASSES, TWICE / TWICE.mean(), strict=True):
        e = np.where(np.unique(CLASSES) == label, 1, -1) - (W @ x + b)
        W, b = W + 0.05 * c * np.outer(e, x), b + 0.05 * c * e
    np.testing.assert_allclose(after["W1"], W, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(after["b1"], b, rtol=1e-4, atol=1e-5)


def test_outputs_of_radial_networks_sum_to_1_and_can_be_calibrated():
    many = np.repeat(X, 3, axis=0) + rng.normal(size=(27, 3)) * 0.1
    net = RBFClassifier(5, random_state=0).fit(many, np.repeat(CLASSES, 3))
    np.testing.assert_allclose(net.decision_function(many).sum(axis=1), 1, rtol=1e-4)
    found = CalibratedClassifierCV(net, cv=3).fit(many, np.repeat(CLASSES, 3)).predict_proba(many)
    assert found.min() >= 0
