"""Ctrl-C, termination, divergence and callbacks: each ends a fit that can go on."""

import os
import signal

import numpy as np
import pytest
from stopped_fits import AMOUNTS, WORDS, X, assert_same, classifier

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.networks import Checkpoint, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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
