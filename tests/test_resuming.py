"""Stopping a fit at any moment and going on, to the same bits."""

import os
import random
import signal
import time
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from second_process import RUNS, Starter
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.networks import (
    ART,
    ART1,
    BERT,
    GAN,
    SOM,
    CascadeCorrelationClassifier,
    CascadeCorrelationRegressor,
    Checkpoint,
    FuzzyART,
    FuzzyARTMAP,
    MLPClassifier,
    MLPRegressor,
    TransformerClassifier,
    checkpoint,
)
from byhand.rules import RULES
from byhand.train import backend, resonance

rng = np.random.default_rng(8)
X = rng.normal(size=(23, 3)) + 0.1
WORDS = np.array(["low", "mid", "top"])[(X @ [1.0, -0.5, 0.8] > 0.2).astype(int) + (X[:, 0] > 0.4)]
AMOUNTS = X @ [[1.0, 0.5], [-2.0, 0.1], [0.5, 0.9]] + 0.3
WEIGHT = rng.uniform(0.5, 2.0, 23)
WEIGHT[4] = 0
SMALL = {"max_units": 4, "candidates": 3, "max_iter": 20, "random_state": 3}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def classifier(**settings):
    how = {"batch_size": 5, "max_iter": 9, "random_state": 1, "n_iter_no_change": 20, **settings}
    return MLPClassifier((4,), "tanh", **how)


def stop_after(epoch):
    return lambda report: report.epoch == epoch


NUMBERS = (
    *("t_", "n_iter_", "loss_", "best_loss_", "loss_curve_", "validation_scores_", "distances_", "labels_"),
    *("losses_", "epochs_", "scores_", "validation_losses_", "stopped_"),
)


def assert_same(one, other):
    """Every learned number is the same, to the last bit."""
    assert one.params_.keys() == other.params_.keys()
    assert all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)
    for key, tree in getattr(one, "rule_state_", {}).items():
        assert all(tree[name].tobytes() == other.rule_state_[key][name].tobytes() for name in tree)
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(one, name, None), getattr(other, name, None))


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


# A search


SEARCHES = {
    "annealing": classifier(strategy="annealing", max_iter=2200),
    "restarts": classifier(restarts=3, max_iter=9),
    "restarts, early stopping": classifier(
        **{"restarts": 3, "early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 2},
        **{"max_iter": 30, "learning_rate": 0.05},
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("reports", [1, 3])
def test_a_search_goes_on_as_if_it_had_never_been_stopped(tmp_path, name, reports):
    path, told = tmp_path / "run.byhand", []
    never = clone(SEARCHES[name]).fit(X, WORDS, WEIGHT)

    def stop(report):
        told.append(report.loss)
        return len(told) == reports

    stopped = clone(SEARCHES[name]).fit(X, WORDS, WEIGHT, callbacks=[Checkpoint(path), stop])
    assert stopped.n_iter_ < never.n_iter_
    for net in (byhand.load(path), stopped):
        net.resume(X, WORDS, WEIGHT, callbacks=[Checkpoint(path)])
        assert_same(never, net)
        assert_same(never, byhand.load(path).resume(X, WORDS, WEIGHT))
        for found in ("accepted_", "restart_losses_"):
            assert getattr(never, found, None) == getattr(net, found, None)


def test_a_chain_keeps_its_schedule(tmp_path):
    net = clone(SEARCHES["annealing"])
    net.fit(X, WORDS, callbacks=[Checkpoint(tmp_path / "run"), lambda report: True])
    with pytest.raises(ValueError, match=r"max_iter 2200 → 5000.* only these may change: verbose"):
        byhand.load(tmp_path / "run").set_params(max_iter=5000).resume(X, WORDS)


def test_starts_that_all_diverge_do_so_again(tmp_path):
    path = tmp_path / "run.byhand"
    net = MLPRegressor((3,), rule="sgd", learning_rate=1e4, restarts=2, max_iter=9, random_state=0)
    with pytest.raises(CalculationError, match="diverges: in epoch") as error:
        net.fit(X, AMOUNTS, callbacks=[Checkpoint(path)])
    saved = byhand.load(path)
    assert all(np.isfinite(value).all() for value in saved.params_.values())
    with pytest.raises(CalculationError, match=f"in epoch {error.value.facts['epoch']} "):
        saved.resume(X, AMOUNTS)


# Maps


@pytest.mark.parametrize("batch", [False, True])
def test_a_map_goes_on_as_if_it_had_never_been_stopped(tmp_path, batch):
    path, how = tmp_path / "map.byhand", {"batch": batch, "max_iter": 8, "random_state": 1}
    never = SOM((2, 3), **how).fit(X)
    stopped = SOM((2, 3), **how).fit(X, callbacks=[Checkpoint(path), stop_after(3)])
    assert 3 == stopped.n_iter_
    for net in (byhand.load(path), stopped):
        net.resume(X, callbacks=[Checkpoint(path)])
        assert never.params_["W"].tobytes() == net.params_["W"].tobytes()
        assert (never.distances_, never.t_, 8) == (net.distances_, net.t_, net.n_iter_)
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(path).resume(X + 1)
    with pytest.raises(ValueError, match="max_iter 8 → 9"):
        byhand.load(path).set_params(max_iter=9).resume(X)
    with pytest.raises(ProblemError, match="no fit to go on with"):
        stopped.partial_fit(X).resume(X)


# Categories, and units that are grown


def bits(X):
    return (X > 0).astype(float)


OTHERS = {
    "ART": (ART(0.6, max_iter=9, shuffle=True, random_state=1), (X,)),
    "ART1": (ART1(0.6, max_iter=9), (bits(X),)),
    "FuzzyART": (FuzzyART(0.8, learning_rate=0.5, max_iter=4, shuffle=True, random_state=1), (X,)),
    "FuzzyARTMAP": (FuzzyARTMAP(0.7, max_iter=9, random_state=1), (X, WORDS)),
    "GAN": (
        GAN(3, 3, loss="wasserstein", discriminator_updates=2, batch_size=5, max_iter=4, random_state=1),
        (X,),
    ),
    "attention": (TransformerClassifier(4, 1, max_iter=3, random_state=1), (X, WORDS)),
    "masked tokens": (BERT(4, 1, bins=4, max_iter=3, random_state=1), (X,)),
    "growth": (CascadeCorrelationClassifier(**SMALL, error_limit=0), (X, WORDS)),
    "growth, early stopping": (
        CascadeCorrelationRegressor(
            **{**SMALL, "max_units": 6, "error_limit": 0, "n_units_no_change": 2},
            **{"early_stopping": True, "validation_fraction": 0.3},
        ),
        (X, X[:, 0] ** 2),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_place_where_it_can_stop_leads_to_the_same_end(tmp_path, name):
    (kind, data), path, told = OTHERS[name], tmp_path / "run.byhand", []
    never = clone(kind).fit(*data)
    watched = clone(kind).fit(*data, callbacks=[lambda report: told.append(report.epoch)])
    assert_same(never, watched)
    assert len(told) > 1
    for place in told:
        stopped = clone(kind).fit(*data, callbacks=[Checkpoint(path), stop_after(place)])
        resumed = byhand.load(path)
        assert_same(stopped, resumed)
        for net in (stopped, resumed):
            net.resume(*data, callbacks=[Checkpoint(path)])
            assert_same(never, net)
        assert_same(never, byhand.load(path).resume(*data))  # one at its end stays there
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(path).resume(1 - data[0], *data[1:])
    with pytest.raises(ValueError, match="random_state"):
        byhand.load(path).set_params(random_state=7).resume(*data)


def test_a_growth_beyond_its_best_network_goes_on_from_where_it_stood(tmp_path):
    (kind, data), path = OTHERS["growth, early stopping"], tmp_path / "run.byhand"
    net = clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    assert "validation" == net.stopped_
    ahead = byhand.load(path)._fitting.ahead
    assert net.n_units_ + 2 == len(ahead["params_"]["U"])


def test_more_units_are_grown_where_more_are_asked_for(tmp_path):
    (kind, data), path = OTHERS["growth"], tmp_path / "run.byhand"
    net = clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    more = byhand.load(path).set_params(max_units=5).resume(*data)
    assert ("units", 4, 5) == (net.stopped_, net.n_units_, more.n_units_)
    assert net.params_["U"].tolist() == more.params_["U"][:4, :-1].tolist()
    assert net.losses_ == more.losses_[:5]


@pytest.mark.parametrize("saves", [1, 3, 9, 12])
def test_a_search_goes_on_in_the_midst_of_an_epoch(tmp_path, monkeypatch, saves):
    """Checkpoints after two samples each: 12 in an epoch of 23."""
    (kind, data), path = OTHERS["FuzzyART"], tmp_path / "run.byhand"
    never = clone(kind).fit(*data)
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    monkeypatch.setattr(resonance, "steps_together", lambda work: 2)
    interrupt_after(saves, monkeypatch)
    with pytest.warns(UserWarning, match=r"Go on with byhand\.load\(.*run\.byhand"):
        clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    stopped = byhand.load(path)
    assert (saves // 12, min(2 * saves, 23)) == (stopped.n_iter_, stopped.t_)
    assert min(2 * saves, 23) == (stopped.labels_ >= 0).sum()
    assert_same(never, stopped.resume(*data))


# In the midst of an epoch


@pytest.fixture
def two_steps_together(monkeypatch):
    """Epochs of five steps in chunks of two, two and one, and a checkpoint after each."""
    monkeypatch.setattr(backend, "TOGETHER", 2 * backend.LEAST)
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)


def interrupt_after(saves, monkeypatch):
    """Ctrl-C while the checkpoint is written for that time."""
    save, count = Checkpoint.save, [0]

    def interrupting(self, network):
        save(self, network)
        count[0] += 1
        if count[0] == saves:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Checkpoint, "save", interrupting)


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
def test_a_fit_goes_on_in_the_midst_of_an_epoch(
    tmp_path, monkeypatch, two_steps_together, early_stopping, saves, epochs, steps
):
    path, how = tmp_path / "run.byhand", {"early_stopping": early_stopping, "validation_fraction": 0.3}
    never = classifier(**how).fit(X, WORDS)
    interrupt_after(saves, monkeypatch)
    with pytest.warns(UserWarning, match=r"Go on with byhand\.load\(.*run\.byhand"):
        classifier(**how).fit(X, WORDS, callbacks=[Checkpoint(path)])
    stopped = byhand.load(path)
    assert (epochs, steps) == (stopped.n_iter_, len(stopped._fitting.losses))
    assert_same(never, stopped.resume(X, WORDS))


def test_chunks_change_nothing_but_where_a_fit_can_stop(two_steps_together, monkeypatch):
    chunks = classifier().fit(X, WORDS)
    monkeypatch.setattr(backend, "TOGETHER", 1e9)
    np.testing.assert_allclose(chunks.loss_curve_, classifier().fit(X, WORDS).loss_curve_, rtol=1e-6)


def test_a_half_trained_network_is_a_network(tmp_path, two_steps_together, monkeypatch):
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


# Ctrl-C, divergence, callbacks


def test_ctrl_c_without_a_checkpoint_can_go_on_in_the_same_process():
    def press(report):
        if report.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.warns(UserWarning, match=r"after epoch 3 .*Go on with resume") as told:
        net = classifier().fit(X, WORDS, callbacks=[press])
    assert __file__ == told[0].filename
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)
    assert_same(classifier().fit(X, WORDS), net.resume(X, WORDS))


def test_a_second_ctrl_c_breaks_off_at_once(tmp_path):
    def press_twice(report):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError

    with pytest.warns(UserWarning, match="after epoch 1"):
        net = classifier().fit(X, WORDS, callbacks=[press_twice])
    assert_same(classifier().fit(X, WORDS), net.resume(X, WORDS))


def test_termination_saves_and_is_passed_on(tmp_path):
    path, told = tmp_path / "run.byhand", []
    before = signal.signal(signal.SIGTERM, lambda number, frame: told.append(byhand.load(path).n_iter_))
    try:
        with pytest.warns(UserWarning, match="after epoch 2 .*saved"):
            classifier().fit(
                X,
                WORDS,
                callbacks=[
                    Checkpoint(path, every=100),
                    lambda report: report.epoch == 2 and signal.raise_signal(signal.SIGTERM),
                ],
            )
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [2] == told
    assert_same(classifier().fit(X, WORDS), byhand.load(path).resume(X, WORDS))


def test_divergence_saves_the_last_good_weights(tmp_path):
    path = tmp_path / "run.byhand"
    how = {"rule": "sgd", "batch_size": 5, "max_iter": 30, "random_state": 0}
    net = MLPRegressor((3,), "relu", learning_rate=0.1, **how)
    with pytest.raises(CalculationError, match=r"smaller learning_rate than 0\.1") as error:
        net.fit(X, AMOUNTS * 30, callbacks=[Checkpoint(path, every=100)])
    saved = byhand.load(path)
    assert saved.n_iter_ == error.value.facts["epoch"] - 1 > 0
    assert_same(net, saved)
    assert all(np.isfinite(value).all() for value in saved.params_.values())
    with pytest.raises(CalculationError, match="epoch 2"):
        saved.resume(X, AMOUNTS * 30)


def test_a_network_saved_by_a_callback_is_no_fit_in_progress(tmp_path):
    def save(report):
        report.network.save(tmp_path / f"{report.epoch}.byhand")

    classifier(max_iter=3).fit(X, WORDS, callbacks=[Checkpoint(tmp_path / "run.byhand", every=2), save])
    assert ["1.byhand", "2.byhand", "3.byhand", "run.byhand"] == sorted(os.listdir(tmp_path))
    with pytest.raises(ProblemError, match="no fit to go on with"):
        byhand.load(tmp_path / "3.byhand").resume(X, WORDS)


def test_a_fit_whose_callback_fails_can_go_on():
    def fail(report):
        if report.epoch == 2:
            raise OSError("no room")

    net = classifier()
    with pytest.raises(OSError, match="no room"):
        net.fit(X, WORDS, callbacks=[fail])
    assert_same(classifier().fit(X, WORDS), net.resume(X, WORDS))


def test_every_is_a_number_of_epochs(tmp_path):
    saved = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checkpoint, "save", lambda self, network: saved.append(network.n_iter_))
        classifier(max_iter=7).fit(X, WORDS, callbacks=[Checkpoint(tmp_path / "run", every=3)])
    assert [3, 6, 7] == saved
    for every in (0, 2.5, "often"):
        with pytest.raises(ValueError, match=f"every={every} does not fit"):
            Checkpoint(tmp_path / "run", every=every)


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


# Processes that are killed


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    if not hasattr(os, "fork"):
        pytest.skip("no fork here to start processes quickly")
    starter = Starter(tmp_path_factory.mktemp("cache"))
    yield starter
    assert 0 == starter.close()


@pytest.mark.parametrize(
    ("name", "kills"),
    [
        *[("early stopping", 8), ("weights", 7), ("full batch", 5)],
        *[("annealing", 4), ("restarts", 4), ("restarts, all seen", 3), ("map", 3)],
        *[("categories", 2), ("growth", 2)],
    ],
)
def test_killed_at_random_moments_every_resume_gives_the_same_bits(tmp_path, starter, name, kills):
    chance, runs = random.Random(name), iter(range(100))

    def has_begun(path):
        net = byhand.load(path) if path.exists() else None
        return bool(net and (net.n_iter_ or getattr(net, "t_", 0)))

    starter.start(name, tmp_path / "never", saving=False)
    assert 0 == starter.wait()
    never = byhand.load(tmp_path / "never")

    def go_on(path, seconds=None, *, saved=False):
        """Run until the end, or until killed, if wanted not before something is saved; how it ended."""
        process = starter.start(name, path)
        if seconds is not None:
            time.sleep(seconds)
            while saved and not has_begun(path):
                time.sleep(0.01)
            os.kill(process, signal.SIGKILL)
        return starter.wait()

    began = time.monotonic()
    assert 0 == go_on(tmp_path / "whole")
    length = time.monotonic() - began
    assert_same(never, byhand.load(tmp_path / "whole"))
    killed = resumed = 0
    while killed < kills:
        path = tmp_path / f"run {next(runs)}"
        while killed < kills and go_on(path, chance.uniform(0.1, 0.9) * length, saved=not resumed):
            killed += 1
            resumed += has_begun(path)
        assert 0 == go_on(path)
        assert_same(never, byhand.load(path))
    assert resumed > 0


def test_terminated_from_outside_it_saves_first(tmp_path, starter):
    name, path = "weights", tmp_path / "run.byhand"
    process = starter.start(name, path)
    while not path.exists():
        time.sleep(0.01)
    os.kill(process, signal.SIGTERM)
    assert -signal.SIGTERM == starter.wait()
    assert byhand.load(path).n_iter_ < RUNS[name][0].max_iter
    assert ["run.byhand"] == os.listdir(tmp_path)
    for place in ("never", "run.byhand"):
        starter.start(name, tmp_path / place, saving=False)
        assert 0 == starter.wait()
    assert_same(byhand.load(tmp_path / "never"), byhand.load(path))


# Files that cannot be written or are damaged


@contextmanager
def largest_file(size):
    """The system refuses to write files of more bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_room_for_a_checkpoint_is_said_and_the_earlier_one_goes_on(tmp_path):
    path = tmp_path / "run.byhand"
    classifier().fit(X, WORDS, callbacks=[Checkpoint(path), stop_after(2)])
    net = byhand.load(path)
    with (
        largest_file(1000),
        pytest.raises(ProblemError, match=r"run\.byhand cannot be written: the file is too large"),
    ):
        net.resume(X, WORDS, callbacks=[Checkpoint(path)])
    assert ["run.byhand"] == os.listdir(tmp_path)
    never = classifier().fit(X, WORDS)
    assert_same(never, byhand.load(path).resume(X, WORDS))
    assert 3 == net.n_iter_
    assert_same(never, net.resume(X, WORDS))


def test_a_folder_that_cannot_be_written_is_said_at_the_first_checkpoint(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "absent"):
        net = classifier()
        with pytest.raises(ProblemError, match=r"run\.byhand cannot be written: (a part|there is)"):
            net.fit(X, WORDS, callbacks=[Checkpoint(folder / "run.byhand")])
        assert 1 == net.n_iter_


def test_what_a_killed_process_left_beside_is_never_read_and_is_removed(tmp_path):
    path = tmp_path / "run[1].byhand"
    classifier().fit(X, WORDS, callbacks=[Checkpoint(path), stop_after(2)])
    content = path.read_bytes()
    for name in (".run[1].byhand.0123abcd", ".run[1].byhand.note", ".run1.byhand.0123abcd"):
        (tmp_path / name).write_bytes(content[:700])
    resumed = byhand.load(path).resume(X, WORDS, callbacks=[Checkpoint(path)])
    assert_same(classifier().fit(X, WORDS), resumed)
    assert [".run1.byhand.0123abcd", ".run[1].byhand.note", path.name] == sorted(os.listdir(tmp_path))


def test_a_damaged_checkpoint_is_an_error_wherever_it_is_damaged(tmp_path, two_steps_together, monkeypatch):
    path, damaged = tmp_path / "run.byhand", tmp_path / "damaged"
    interrupt_after(7, monkeypatch)
    with pytest.warns(UserWarning, match="Interrupted"):
        classifier(early_stopping=True, validation_fraction=0.3).fit(X, WORDS, callbacks=[Checkpoint(path)])
    content = path.read_bytes()
    assert byhand.load(path)._fitting.ahead
    for place in range(0, len(content), 97):
        damaged.write_bytes(content[:place])
        with pytest.raises(ProblemError, match=r"damaged|no file of a byhand network"):
            byhand.load(damaged)
        damaged.write_bytes(content[:place] + bytes([content[place] ^ 16]) + content[place + 1 :])
        with pytest.raises(ProblemError):
            byhand.load(damaged)
