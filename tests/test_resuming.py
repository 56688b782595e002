"""Stopping a fit at any moment and going on, to the same bits."""

import numpy as np
import pytest
from stopped_fits import (
    AMOUNTS,
    WEIGHT,
    WORDS,
    X,
    assert_same,
    classifier,
    interrupt_after,
    stop_after,
    two_steps_together,
)

import byhand
from byhand.errors import ProblemError
from byhand.networks import Checkpoint, MLPRegressor
from byhand.rules import RULES
from byhand.train import backend

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

# Stopped after some epochs


@pytest.mark.parametrize("rule", RULES)
def test_a_resumed_fit_is_the_one_that_was_never_stopped(tmp_path, rule):
    path = tmp_path / "run.byhand"
    never = classifier(rule=rule).fit(X, WORDS)
    classifier(rule=rule).fit(X, WORDS, callbacks=[Checkpoint(path), stop_after(4)])
    stopped = byhand.load(path)
    assert 4 == stopped.n_iter_
    assert_same(never, stopped.resume(X, WORDS))


@pytest.mark.parametrize("epochs", [1, 2, 3, 5, 8])
def test_early_stopping_goes_on_with_its_best_weights_and_its_patience(tmp_path, epochs):
    path = tmp_path / "run.byhand"
    how = {"early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 3, "max_iter": 40}
    never = classifier(**how, learning_rate=0.03).fit(X, WORDS)
    assert 8 < never.n_iter_ < 40
    stopping = [Checkpoint(path), stop_after(epochs)]
    stopped = classifier(**how, learning_rate=0.03).fit(X, WORDS, callbacks=stopping)
    resumed = byhand.load(path)
    assert_same(stopped, resumed)
    assert_same(never, resumed.resume(X, WORDS))
    assert_same(never, stopped.resume(X, WORDS))


def test_weights_of_samples_and_a_warm_start_go_on_too(tmp_path):
    path = tmp_path / "run.byhand"
    never = classifier(warm_start=True, max_iter=5).fit(X, WORDS, WEIGHT).fit(X, WORDS, WEIGHT)
    net = classifier(warm_start=True, max_iter=5).fit(X, WORDS, WEIGHT)
    net.fit(X, WORDS, WEIGHT, callbacks=[Checkpoint(path), stop_after(7)])
    resumed = byhand.load(path).resume(X, WORDS, WEIGHT)
    assert_same(never, resumed)
    assert_same(never.partial_fit(X, WORDS), resumed.partial_fit(X, WORDS))


def test_a_full_batch_and_several_stops_in_one_fit(tmp_path):
    path = tmp_path / "run.byhand"
    how = {"alpha": 0.01, "max_iter": 12, "random_state": 2}
    never = MLPRegressor((3,), "tanh", **how).fit(X, AMOUNTS, WEIGHT)
    MLPRegressor((3,), "tanh", **how).fit(X, AMOUNTS, WEIGHT, callbacks=[Checkpoint(path), stop_after(2)])
    for epoch in (3, 7, 8):
        byhand.load(path).resume(X, AMOUNTS, WEIGHT, callbacks=[Checkpoint(path), stop_after(epoch)])
    assert_same(never, byhand.load(path).resume(X, AMOUNTS, WEIGHT))


def test_a_fit_at_its_end_goes_on_where_more_epochs_are_asked_for(tmp_path):
    path = tmp_path / "run.byhand"
    ended = classifier(max_iter=4).fit(X, WORDS, callbacks=[Checkpoint(path)])
    assert_same(ended, byhand.load(path).resume(X, WORDS))
    assert_same(classifier().fit(X, WORDS), byhand.load(path).set_params(max_iter=9).resume(X, WORDS))


def test_a_fit_that_stopped_by_itself_stays_stopped(tmp_path):
    how = {"tol": 0.05, "n_iter_no_change": 1, "max_iter": 50}
    ended = classifier(**how).fit(X, WORDS, callbacks=[Checkpoint(tmp_path / "run.byhand")])
    assert ended.n_iter_ < 50
    assert_same(ended, byhand.load(tmp_path / "run.byhand").resume(X, WORDS))


# In the midst of an epoch


@pytest.mark.parametrize(
    ("early_stopping", "saves", "epochs", "steps"),
    [
        (False, 1, 0, 2),
        (False, 2, 0, 4),
        (False, 3, 1, 0),
        (False, 8, 2, 4),
        (True, 1, 0, 2),
        (True, 7, 3, 2),
    ],
)
def test_a_fit_goes_on_in_the_midst_of_an_epoch(tmp_path, monkeypatch, early_stopping, saves, epochs, steps):
    two_steps_together(monkeypatch)
    path, how = tmp_path / "run.byhand", {"early_stopping": early_stopping, "validation_fraction": 0.3}
    never = classifier(**how).fit(X, WORDS)
    interrupt_after(saves, monkeypatch)
    with pytest.warns(UserWarning, match=r"Go on with byhand\.load\(.*run\.byhand"):
        classifier(**how).fit(X, WORDS, callbacks=[Checkpoint(path)])
    stopped = byhand.load(path)
    assert (epochs, steps) == (stopped.n_iter_, len(stopped._fitting.losses))
    assert_same(never, stopped.resume(X, WORDS))


def test_chunks_change_nothing_but_where_a_fit_can_stop(monkeypatch):
    two_steps_together(monkeypatch)
    chunks = classifier().fit(X, WORDS)
    monkeypatch.setattr(backend, "TOGETHER", 1e9)
    np.testing.assert_allclose(chunks.loss_curve_, classifier().fit(X, WORDS).loss_curve_, rtol=1e-6)


def test_a_half_trained_network_is_a_network(tmp_path, monkeypatch):
    two_steps_together(monkeypatch)
    path = tmp_path / "run.byhand"
    interrupt_after(4, monkeypatch)
    with pytest.warns(UserWarning, match="after epoch 1 .7 updates"):
        classifier().fit(X, WORDS, callbacks=[Checkpoint(path)])
    half = byhand.load(path)
    assert WORDS.shape == half.predict(X).shape
    work = half.work(X[:5], WORDS[:5])
    before = half.params_["W1"]
    half.partial_fit(X[:5], WORDS[:5])
    worked = work.updates["W1"]
    np.testing.assert_allclose(half.params_["W1"] - before, worked.new - worked.old, rtol=2e-3, atol=1e-7)
    with pytest.raises(ProblemError, match="no fit to go on with"):
        half.resume(X, WORDS)


# Other data, another environment


def test_other_data_are_refused(tmp_path):
    path = tmp_path / "run.byhand"
    classifier().fit(X, WORDS, WEIGHT, callbacks=[Checkpoint(path), stop_after(2)])
    one_bit = X.astype(np.float32)
    one_bit.view(np.int32)[5, 2] ^= 1
    for name, data in {
        "X": (one_bit, WORDS, WEIGHT),
        "y": (X, WORDS[::-1], WEIGHT),
        "sample_weight": (X, WORDS, np.where(WEIGHT > 0, 1.0, 0.0)),
    }.items():
        with pytest.raises(ValueError, match=f"{name} is not what the fit began with: it was 22"):
            byhand.load(path).resume(*data)
    with pytest.raises(ValueError, match=r"X is not .* 22×3 float32 \w+, and is 21×3 float32"):
        byhand.load(path).resume(X[1:], WORDS[1:], WEIGHT[1:])
    resumed = byhand.load(path).resume(X.tolist(), WORDS.tolist(), WEIGHT)
    assert_same(classifier().fit(X, WORDS, WEIGHT), resumed)


def test_other_settings_are_refused_and_named(tmp_path):
    path = tmp_path / "run.byhand"
    classifier().fit(X, WORDS, callbacks=[Checkpoint(path), stop_after(2)])
    for settings, words in [
        ({"learning_rate": 0.5}, r"learning_rate 0\.001 → 0\.5\."),
        ({"alpha": 0.1, "batch_size": 7}, r"alpha 0\.0 → 0\.1, batch_size 5 → 7\. .* max_iter, verbose"),
        ({"rule": "sgd"}, "rule adam → sgd"),
    ]:
        net = byhand.load(path).set_params(**settings)
        with pytest.raises(ValueError, match=words):
            net.resume(X, WORDS)
        assert 2 == net.n_iter_
        begun = {name: getattr(classifier(), name) for name in settings}
        assert_same(classifier().fit(X, WORDS), net.set_params(**begun).resume(X, WORDS))


def test_another_environment_is_said_and_goes_on(tmp_path):
    path = tmp_path / "run.byhand"
    classifier().fit(X, WORDS, callbacks=[Checkpoint(path), stop_after(2)])
    net = byhand.load(path)
    assert {"python", "jax", "jaxlib", "numpy", "backend", "device", "processor", "threads", "XLA_FLAGS"} <= (
        net._fitting.environment.keys()
    )
    elsewhere = {**net._fitting.environment, "jaxlib": "0.1.2", "threads": "77"}
    net._fitting = net._fitting._replace(environment=elsewhere)
    with pytest.warns(UserWarning, match=r"jaxlib 0\.1\.2 → .*, threads 77 → ") as told:
        net.resume(X, WORDS)
    assert __file__ == told[0].filename
    assert_same(classifier().fit(X, WORDS), net)
