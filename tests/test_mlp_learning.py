"""What the multilayer perceptron learns, when it stops, and how it goes on."""

import gzip
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from byhand.equations.layers import Layers, equations
from byhand.errors import CalculationError
from byhand.networks import MLPClassifier, MLPRegressor
from byhand.networks.base.objective import objective
from byhand.networks.fits.fitting import order
from byhand.train.batches import batches
from byhand.train.descent import Step, compiled
from byhand.train.stopping import Patience

MNIST = Path(__file__).parents[2] / "shared" / "data" / "mnist"

rng = np.random.default_rng(5)
X = rng.normal(size=(6, 3)) + 0.2
WORDS = np.array(["low", "mid", "top", "mid", "low", "top"])
AMOUNTS = np.column_stack([X @ [1.0, -2.0, 0.5], X[:, 0] ** 2]) + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


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
        return compiled(Step(objective(equations(layers)), "adam"), quick=True)._cache_size()

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
