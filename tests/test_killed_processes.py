"""Processes that are killed: what they saved goes on, to the same bits."""

import os
import random
import signal
import time

import pytest
from second_process import RUNS, Starter
from stopped_fits import assert_same

import byhand


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
        *[("early stopping", 4), ("weights", 3), ("full batch", 3)],
        *[("annealing", 2), ("restarts", 2), ("restarts, all seen", 2), ("map", 2)],
        *[("categories", 1), ("growth", 1)],
    ],
)
def test_killed_at_random_moments_every_resume_gives_the_same_bits(tmp_path, starter, name, kills):
    chance, runs = random.Random(name), iter(range(100))

    def start(path, **how):
        """Begin a run, or go on with it, until something new is saved; its number."""
        before = written(path)
        process = starter.start(name, path, **how)
        while written(path) == before:
            time.sleep(0.002)
        return process

    start(tmp_path / "whole", never=tmp_path / "never")
    began = time.monotonic()
    assert 0 == starter.wait()
    length = time.monotonic() - began
    never = byhand.load(tmp_path / "never")
    assert_same(never, byhand.load(tmp_path / "whole"))
    killed = 0
    while killed < kills:
        path = tmp_path / f"run {next(runs)}"
        ended = None
        while ended != 0:
            is_early = killed == 0 and kills > 2  # before anything is saved, or soon after
            process = starter.start(name, path) if is_early else start(path)
            if killed < kills:
                time.sleep(chance.random() * length)
                os.kill(process, signal.SIGKILL)
            ended = starter.wait()
            assert ended in (0, -signal.SIGKILL)
            killed += bool(ended)
        assert_same(never, byhand.load(path))


def written(path):
    """When the checkpoint that stands there was written."""
    return path.stat().st_mtime_ns if path.exists() else None


def test_terminated_from_outside_it_saves_first(tmp_path, starter):
    name, path = "weights", tmp_path / "run.byhand"
    process = starter.start(name, path)
    while not path.exists():
        time.sleep(0.01)
    os.kill(process, signal.SIGTERM)
    assert -signal.SIGTERM == starter.wait()
    assert byhand.load(path).n_iter_ < RUNS[name][0].max_iter
    assert ["run.byhand"] == os.listdir(tmp_path)
    starter.start(name, path, never=tmp_path / "never")
    assert 0 == starter.wait()
    assert_same(byhand.load(tmp_path / "never"), byhand.load(path))
