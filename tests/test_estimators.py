"""Estimators by scikit-learn's conventions, and with what does not fit."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from every_estimator import KINDS
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from byhand.errors import ByhandError, ProblemError
from byhand.networks import (
    BERT,
    GAN,
    SOM,
    Autoencoder,
    BoltzmannMachine,
    CascadeCorrelationClassifier,
    CascadeCorrelationRegressor,
    CNNClassifier,
    DBNClassifier,
    ElmanClassifier,
    ElmanRegressor,
    LogisticRegression,
    LSTMClassifier,
    LSTMRegressor,
    MLPClassifier,
    MLPRegressor,
    StackedAutoencoderClassifier,
    TransformerClassifier,
)

BRIEF = {"learning_rate": 0.03, "max_iter": 60}

# With their own settings, but those that take long: compiling what a rule keeps is half of it.
CHECKED = {
    **{name: kind() for name, kind in KINDS.items()},
    "MLPClassifier": MLPClassifier((10,), **BRIEF),
    "MLPRegressor": MLPRegressor((10,), **BRIEF),
    "LogisticRegression": LogisticRegression(learning_rate=0.05, max_iter=60),
    "ElmanClassifier": ElmanClassifier(4, rule="momentum", learning_rate=0.1, max_iter=60),
    "ElmanRegressor": ElmanRegressor(4, learning_rate=0.03, max_iter=100),
    "LSTMClassifier": LSTMClassifier(2, rule="sgd", learning_rate=1.0, max_iter=40),
    "LSTMRegressor": LSTMRegressor(4, learning_rate=0.03, max_iter=100),
    "SOM": SOM((3, 3), max_iter=3),
    "TransformerClassifier": TransformerClassifier(8, 1, rule="sgd", learning_rate=0.5, max_iter=30),
    "BERT": BERT(4, 1, rule="sgd", bins=4, batch_size=200, max_iter=1),
    "Autoencoder": Autoencoder(max_iter=20),
    "StackedAutoencoderClassifier": StackedAutoencoderClassifier(
        (10,), rule="sgd", pretraining_epochs=1, learning_rate=0.5, max_iter=60
    ),
    "DBNClassifier": DBNClassifier((10,), pretraining_epochs=2, **BRIEF),
    "BoltzmannMachine": BoltzmannMachine(max_iter=5),
    "CNNClassifier": CNNClassifier(["conv 4 1x1", "relu"], learning_rate=0.03, max_iter=30),
    "GAN": GAN((2,), (2,), rule="sgd", max_iter=2),
    "CascadeCorrelationClassifier": CascadeCorrelationClassifier(max_units=4, candidates=3, max_iter=50),
    "CascadeCorrelationRegressor": CascadeCorrelationRegressor(max_units=4, candidates=3, max_iter=50),
}

rng = np.random.default_rng(2)
X = rng.normal(size=(8, 3)) + 0.1
CLASSES = np.array([0, 1, 2, 1, 0, 2, 0, 1])
LABELS = (X[:, :2] > 0).astype(int)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("name", CHECKED)
def test_every_check_of_scikit_learn_passes(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(CHECKED[name], on_fail=None, on_skip=None)
    assert len(results) >= 40
    assert {} == {
        one["check_name"]: one["exception"] for one in results if one["status"] not in ("passed", "skipped")
    }
    assert not any(one["expected_to_fail"] for one in results)


def test_pipeline_and_search():
    inputs, species = load_iris(return_X_y=True)
    net = MLPClassifier((5,), "tanh", learning_rate=0.02, max_iter=60, random_state=0)
    search = GridSearchCV(make_pipeline(StandardScaler(), net), {"mlpclassifier__alpha": [0.0, 0.3]}, cv=3)
    search.fit(inputs, species)
    assert search.best_score_ > 0.9
    assert clone(search.best_estimator_[-1]).get_params() == search.best_estimator_[-1].get_params()


def test_several_labels():
    net = MLPClassifier((6,), "tanh", output="sigmoid", learning_rate=0.05, random_state=0).fit(X, LABELS)
    assert LABELS.tolist() == net.predict(X).tolist()
    assert (8, 2) == net.predict_proba(X).shape
    assert 1.0 == net.score(X, LABELS)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_two_classes(output):
    words = np.where(CLASSES == 1, "yes", "no")
    net = MLPClassifier((6,), "tanh", output=output, learning_rate=0.1, random_state=0).fit(X, words)
    assert {"softmax": 2, "sigmoid": 1}[output] == net.n_outputs_
    assert words.tolist() == net.predict(X).tolist()
    np.testing.assert_allclose(net.predict_proba(X).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(np.exp(net.predict_log_proba(X)), net.predict_proba(X), rtol=1e-5)


def test_the_classes_of_partial_fit_are_those_of_its_first_call():
    net = MLPClassifier((4,), random_state=0).partial_fit(X[:1], CLASSES[:1], classes=[0, 1, 2])
    net.partial_fit(X, CLASSES)
    assert [0, 1, 2] == net.classes_.tolist()
    assert (2, 2) == (net.n_iter_, net.t_)
    with pytest.raises(ValueError, match="class 5 was not among"):
        net.partial_fit(X, CLASSES + 5)


def test_nothing_imports_jax_before_a_network_is_fitted():
    code = "import sys\nfrom byhand.networks import MLPClassifier\nprint('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "False" == done.stdout.strip()


# What does not fit


def test_targets_that_do_not_fit():
    with pytest.raises(ValueError, match="one class 1"):
        MLPClassifier().fit(X, CLASSES, sample_weight=CLASSES == 1)
    with pytest.raises(ValueError, match=r"(?i)sample weight"):
        MLPRegressor().fit(X, CLASSES, sample_weight=np.zeros(8))
    with pytest.raises(ValueError, match="output=sigmoid"):
        MLPClassifier().fit(X, LABELS)


def test_settings_that_do_not_fit():
    for settings, message in [
        ({"hidden_layer_sizes": (3, 0)}, "hidden_layer_sizes"),
        ({"hidden_layer_sizes": (3, 2), "activation": ["tanh"]}, "2 hidden layers"),
        ({"hidden_layer_sizes": (3,), "activation": ["sine"]}, "one of identity, sigmoid"),
        ({"output": "sigmoid", "loss": "cross_entropy"}, "do not go together"),
        ({"rule": "sgd", "rule_settings": {"momentum": 0.9}}, "momentum"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"activation": "sine"}, "activation"),
    ]:
        with pytest.raises(ValueError, match=message):
            MLPClassifier(**settings).fit(X, CLASSES)


def test_prediction_of_what_does_not_fit():
    net = MLPRegressor((4,), max_iter=1, random_state=0)
    for method in (net.predict, lambda inputs: net.work(inputs, [1.0])):
        with pytest.raises(NotFittedError):
            method(X[:1])
    net.fit(X, CLASSES)
    net.params_["W1"] = np.full((4, 3), 1e30, np.float32)
    with pytest.raises(ByhandError, match="an output grows beyond"):
        MLPClassifier(max_iter=1).fit(X, CLASSES).predict(np.full((1, 3), 3e38))


def test_going_on_with_other_targets():
    net = MLPRegressor((4,), random_state=0).partial_fit(X, LABELS)
    with pytest.raises(ProblemError, match="3 outputs for each sample; the network was made for 2"):
        net.partial_fit(X, X)
    labels = MLPClassifier((4,), output="sigmoid", warm_start=True, max_iter=1).fit(X, LABELS)
    with pytest.raises(ProblemError, match="of the other kind"):
        labels.fit(X, CLASSES)


def test_going_on_with_other_sizes_or_another_rule():
    net = MLPClassifier((4,), max_iter=1, warm_start=True).fit(X, CLASSES)
    with pytest.raises(ProblemError, match="no longer fits"):
        clone(net).fit(X, CLASSES).set_params(hidden_layer_sizes=(5,)).fit(X, CLASSES)
    with pytest.raises(ProblemError, match="no longer fits"):
        clone(net).fit(X, CLASSES).set_params(hidden_layer_sizes=(5,)).partial_fit(X, CLASSES)
    with pytest.raises(ProblemError, match="another rule"):
        net.set_params(rule="momentum").fit(X, CLASSES)
