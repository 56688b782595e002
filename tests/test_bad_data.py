"""Every estimator with every kind of bad data: a clear error or a finite result in each cell of the table."""

import re
import traceback
import warnings
from datetime import date
from functools import cache

import numpy as np
import pytest
from every_estimator import DESCENDING, EVERY, WAYS
from scipy.sparse import csr_array
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import get_tags

from byhand.errors import ByhandError, CalculationError

rng = np.random.default_rng(2)
X = rng.normal(size=(8, 3)) + 0.1
CLASSES = np.array([0, 1, 2, 1, 0, 2, 0, 1])
AMOUNTS = X[:, 0] * 2 + 1
# What the rule keeps is compiled too, and of no interest here.
ALL = {
    name: clone(net).set_params(rule="sgd") if getattr(net, "rule", None) in ("adam", "adamw") else net
    for name, net in {**EVERY, **WAYS}.items()
}
CLASSIFIERS = [name for name, net in ALL.items() if is_classifier(net)]
REGRESSORS = [name for name, net in ALL.items() if is_regressor(net)]


def targets(net):
    return AMOUNTS if is_regressor(net) else CLASSES


def spoilt(values, wrong):
    """One value in their midst replaced."""
    found = values.astype(float if isinstance(wrong, float) else object)
    found[(1, 1) if values.ndim == 2 else 2] = wrong
    return found


def outcome(call, *data):
    """What a call returns, and the message of the error it ends with; no more is said, and never by JAX."""
    found, message, frames = None, "", []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = call(*data)
        except (ByhandError, ValueError, TypeError) as error:
            message, frames = str(error), traceback.extract_tb(error.__traceback__)
    assert not message or 20 < len(message) < 2000
    assert not any("/jax" in frame.filename for frame in frames)
    assert set() == {one.category for one in caught} - {ConvergenceWarning, UserWarning}
    assert len(caught) <= 1
    return found, message


def complaint(call, *data):
    return outcome(call, *data)[1]


def assert_finite(net):
    """All that was learned."""
    assert all(np.isfinite(value).all() for value in net.params_.values())
    for name in ("loss_curve_", "losses_", "distances_"):
        assert np.isfinite(getattr(net, name, [])).all()


def assert_predicts(net, inputs):
    """All that can be asked of it is finite, or an output is said to be too large."""
    for method in ("predict", "decision_function", "predict_proba", "transform"):
        if hasattr(net, method):
            found, message = outcome(getattr(net, method), inputs)
            numbers = np.zeros(0) if message or np.asarray(found).dtype.kind in "UO" else found
            assert "an output grows beyond" in message or np.isfinite(numbers).all()


# Inputs that cannot be used

REFUSED = {
    "NaN": (spoilt(X, np.nan), "NaN"),
    "infinity": (spoilt(X, np.inf), "infinity"),
    "minus infinity": (spoilt(X, -np.inf), "infinity"),
    "1e308": (spoilt(X, 1e308), "too large for dtype"),
    "no sample": (X[:0], "0 sample"),
    "no column": (X[:, :0], r"0 feature\(s\)"),
    "one axis": (X[:, 0], "Expected 2D array"),
    "three axes": (np.zeros((8, 3, 2)), "dim 3"),
    "text": (np.full((8, 3), "a few"), "could not convert string to float: .*a few"),
    "a word among objects": (spoilt(X, "few"), "could not convert string to float: 'few'"),
    "None among objects": (spoilt(X, None), "NaN"),
    "a date among objects": (spoilt(X, date(2020, 1, 1)), "date"),
    "rows of two lengths": ([[1.0, 2.0, 3.0], [1.0]] * 4, "inhomogeneous"),
    "complex": (X + 1j, "Complex data not supported"),
    "sparse": (csr_array(X), "Sparse data was passed"),
    "nothing": (None, "Expected 2D array"),
}


# A network that takes sequences has a use for three axes.
NO_STEPS = (np.zeros((8, 0, 3)), r"shape 0×3|fitted with rows")


def refused(name, bad):
    """Inputs, and what is said of them."""
    takes_sequences = get_tags(ALL[name]).input_tags.three_d_array
    return NO_STEPS if takes_sequences and bad == "three axes" else REFUSED[bad]


@pytest.mark.parametrize("bad", REFUSED)
@pytest.mark.parametrize("name", ALL)
def test_inputs_that_cannot_be_learned_from(name, bad):
    inputs, message = refused(name, bad)
    net = clone(ALL[name])
    y = targets(net)[:0] if bad == "no sample" else targets(net)
    assert re.search(message, complaint(net.fit, inputs, y))
    assert not hasattr(net, "params_")


@cache
def fitted(name):
    net = clone(ALL[name])
    complaint(net.fit, X, targets(net))
    return net


@pytest.mark.parametrize("bad", [*REFUSED, "two columns"])
@pytest.mark.parametrize("name", ALL)
def test_inputs_that_nothing_can_be_predicted_for(name, bad):
    inputs, message = (X[:, :2], "3 features") if bad == "two columns" else refused(name, bad)
    net = fitted(name)
    assert re.search(message, complaint(net.predict, inputs))


@pytest.mark.parametrize("name", ALL)
def test_a_fitted_network_neither_learns_from_another_width_nor_changes(name):
    net = fitted(name)
    before, y = net.predict(X).tolist(), targets(net)
    for method in ("partial_fit", "work"):
        if hasattr(net, method):
            said = complaint(getattr(net, method), X[:, :2], y)
            assert ("annealing" if (name, method) == ("annealing", "partial_fit") else "3 features") in said
    assert before == net.predict(X).tolist()


# Targets that cannot be used

REFUSED_LABELS = {
    "one class": (np.full(8, 3), "one class 3"),
    "amounts": (AMOUNTS, "continuous"),
    "texts and numbers": (np.array(["a", 1, 2, 1, "a", 2, "a", 1], object), "several kinds: int, str"),
    "None among texts": (spoilt(np.array(list("abcabcab")), None), "several kinds: NoneType, str"),
    "None among numbers": (spoilt(CLASSES, None), "several kinds: NoneType, int"),
    "1e308": (AMOUNTS * 1e300, "continuous"),
}
REFUSED_AMOUNTS = {
    "texts": (np.array(list("abcabcab")), "could not convert string to float: .*a"),
    "None": (spoilt(AMOUNTS, None), "Sample 2, counted from 0, has no target"),
    "1e308": (spoilt(AMOUNTS, 1e308), r"beyond 3\.4e38"),
}
REFUSED_TARGETS = {
    "NaN": (spoilt(AMOUNTS, np.nan), "NaN"),
    "infinity": (spoilt(AMOUNTS, np.inf), "infinity"),
    "lengths": (CLASSES[:5], "inconsistent numbers of samples"),
    "three axes": (np.zeros((8, 2, 2)), "dim 3"),
    "sparse": (csr_array(CLASSES[:, None]), "(?i)sparse"),
    "nothing": (None, "y to be passed"),
}
CASES = [
    *[(name, bad, *REFUSED_TARGETS[bad]) for name in CLASSIFIERS + REGRESSORS for bad in REFUSED_TARGETS],
    *[(name, bad, *REFUSED_LABELS[bad]) for name in CLASSIFIERS for bad in REFUSED_LABELS],
    *[(name, bad, *REFUSED_AMOUNTS[bad]) for name in REGRESSORS for bad in REFUSED_AMOUNTS],
]


@pytest.mark.parametrize(
    ("name", "y", "message"),
    [(name, y, message) for name, _, y, message in CASES],
    ids=[f"{name}-{bad}" for name, bad, *_ in CASES],
)
def test_targets_that_cannot_be_learned(name, y, message):
    net = clone(ALL[name])
    assert re.search(message, complaint(net.fit, X, y))
    assert not hasattr(net, "params_")


# Hard data

HARD = {
    "one sample": X[:1],
    "constant": X * 0 + 3.0,
    "zeros": X * 0,
    "a constant column": np.where(np.arange(3) == 1, 2.5, X),
    "one value of 1e18": spoilt(X, 1e18),
    "one value of 1e38": spoilt(X, 1e38),
    "a column of 1e30": np.where(np.arange(3) == 1, 1e30, X),
    "as large as float32 goes": np.sign(X) * 3.4e38,
    "as small as float32 goes": X * 1e-44,
    "smaller still": X * 1e-308,
    "far away": X + 1e7,
    "objects": X.astype(object),
    "numbers as texts": X.astype(str),
    "truth values": X > 0,
    "dates": np.arange(24).reshape(8, 3).astype("datetime64[D]"),
}
CLEAR = r"diverges|one class|at most 1e\+17|without a single 1|beyond 3\.4e38|train set will be empty"


@pytest.mark.parametrize("hard", HARD)
@pytest.mark.parametrize("name", ALL)
def test_hard_inputs_give_a_finite_network_or_a_clear_error(name, hard):
    net, inputs = clone(ALL[name]), HARD[hard]
    message = complaint(net.fit, inputs, targets(net)[: len(inputs)])
    assert re.search(CLEAR, message) if message else hasattr(net, "params_")
    if hasattr(net, "params_"):
        assert_finite(net)
        assert_predicts(net, inputs)


@pytest.mark.parametrize(
    "y",
    [AMOUNTS * 0 + 2.0, AMOUNTS * 1e18, AMOUNTS * 1e38, AMOUNTS * 1e-44],
    ids=["constant", "1e18", "1e38", "1e-44"],
)
@pytest.mark.parametrize("name", REGRESSORS)
def test_hard_targets_give_a_finite_network_or_a_clear_error(name, y):
    net = clone(ALL[name])
    message = complaint(net.fit, X, y)
    assert re.search(CLEAR, message) if message else hasattr(net, "params_")
    if hasattr(net, "params_"):
        assert_finite(net)
        assert_predicts(net, X)


# Divergence


@pytest.mark.parametrize("name", DESCENDING)
def test_divergence_stops_with_the_reason_and_the_last_good_weights(name):
    how = {
        "learning_rate": 1e38,
        "max_iter": 30,
        # Bounded units may settle where their weights are too large to change what they give.
        **{
            key: how
            for key, how in {"rule": "sgd", "activation": "relu"}.items()
            if key in ALL[name].get_params()
        },
        **({"rule": "sgd"} if "rule" in ALL[name].get_params() else {}),
        # Where units cannot grow the weights alone can, and the penalty lets them.
        **({"alpha": 0.1} if "alpha" in ALL[name].get_params() else {}),
    }
    net = clone(ALL[name]).set_params(**how)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        with pytest.raises(CalculationError, match=r"smaller learning_rate than 1e\+38") as error:
            net.fit(X, targets(net))
        assert_finite(net)
        assert net.n_iter_ == error.value.facts["epoch"] - 1
        if net.n_iter_:
            good = clone(net).set_params(max_iter=net.n_iter_).fit(X, targets(net))
            assert net.loss_curve_ == good.loss_curve_
            assert all(net.params_[key].tolist() == value.tolist() for key, value in good.params_.items())
