"""Checkpoints that cannot be written, are left behind, or are damaged."""

import os
from contextlib import contextmanager

import pytest
from stopped_fits import WORDS, X, assert_same, classifier, interrupt_after, stop_after, two_steps_together

import byhand
from byhand.errors import ProblemError
from byhand.networks import Checkpoint

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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


def test_a_damaged_checkpoint_is_an_error_wherever_it_is_damaged(tmp_path, monkeypatch):
    two_steps_together(monkeypatch)
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
