"""The self-organising map beside MiniSom and, in batches, XPySom: errors on iris, and time; needs both.

Run as ``python -m benchmarks.som``; ``--seeds 3`` for fewer, ``--errors`` or ``--times`` for one half.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
from minisom import MiniSom
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler
from xpysom import XPySom

from byhand.networks import SOM

STEPS = 10_000
EPOCHS = 5  # in a fit of batches


def errors(seeds: int) -> None:
    """7×7 on standardised iris, σ 1.5, η 0.5, asymptotic decay, PCA start, 10,000 steps."""
    X = StandardScaler().fit_transform(load_iris(return_X_y=True)[0])
    found: dict[str, list[tuple[float, float]]] = {"MiniSom": [], "byhand": [], "byhand, batch": []}
    for seed in range(seeds):
        other = MiniSom(7, 7, 4, sigma=1.5, learning_rate=0.5, random_seed=seed)
        other.pca_weights_init(X)
        other.train(X, STEPS, random_order=True)
        found["MiniSom"].append((other.quantization_error(X), other.topographic_error(X)))
        for name, batch in (("byhand", False), ("byhand, batch", True)):
            net = SOM(sigma=1.5, batch=batch, max_iter=round(STEPS / len(X)), random_state=seed).fit(X)
            found[name].append((net.quantisation_error(X), net.topographic_error(X)))
    print(f"iris 7×7, {seeds} seeds    quantisation       topographic")
    for name, pairs in found.items():
        (q, t), (dq, dt) = np.mean(pairs, axis=0), np.std(pairs, axis=0)
        print(f"{name:20} {q:8.4f} ± {dq:.4f}  {t:8.4f} ± {dt:.4f}")


def times(rounds: int) -> None:
    """Online and batch epochs on inputs of MNIST's shape, the sides in turn; the least of each.

    A fit in batches has several epochs, of which the time of one is told. Each line has a process of its own:
    how many threads JAX has is settled by the first network of a process.
    """
    print(f"{'':32}{'peer':>10}{'byhand':>10}{'ratio':>8}   milliseconds")
    for row in range(len(ROWS)):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            theirs, ours = alone.submit(timed, row, rounds).result()
        print(f"{ROWS[row].name:32}{theirs:10.0f}{ours:10.0f}{ours / theirs:8.3f}", flush=True)


class Row(NamedTuple):
    """A line of the table: a square map, and how many steps of MiniSom tell the time of all samples."""

    name: str
    side: int
    samples: int
    steps: int | None = None


ROWS = (
    Row("online 20×20, 2,000 samples", 20, 2_000, 200),
    Row("online 100×100, 100 samples", 100, 100, 20),
    Row("batch 20×20, 10,000 samples", 20, 10_000),
    Row("batch 100×100, 2,000 samples", 100, 2_000),
)


def timed(row: int, rounds: int) -> tuple[float, float]:
    """The peer's time and ours, in milliseconds."""
    _, side, samples, steps = ROWS[row]
    random = np.random.default_rng(0)
    X = (random.random((2000, 784)) * (random.random((2000, 784)) < 0.2)).astype(np.float32)
    X = np.tile(X, (5, 1))[:samples]
    net = SOM((side, side), init="random", batch=steps is None, max_iter=EPOCHS, random_state=0).fit(X)
    if steps:
        other = MiniSom(side, side, 784, sigma=side / 4, learning_rate=0.5, random_seed=0)
        theirs, ours = least([lambda: other.train(X, steps), lambda: net.partial_fit(X)], rounds)
        # MiniSom's time grows evenly with its steps, so a part of them tells.
        return theirs * samples / steps, ours
    other = XPySom(side, side, 784, sigma=side / 4, learning_rate=0.5, random_seed=0, xp=np)
    theirs, ours = least([lambda: other.train(X, EPOCHS), lambda: net.fit(X)], rounds)
    return theirs / EPOCHS, ours / EPOCHS


def least(sides: list[Callable[[], object]], rounds: int) -> list[float]:
    """The least time of each side in milliseconds, run in turn."""
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for run, kept in zip(sides, taken, strict=True):
            start = time.perf_counter()
            run()
            kept.append(1e3 * (time.perf_counter() - start))
    return [min(kept) for kept in taken]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--times", action="store_true")
    wanted = parser.parse_args()
    if wanted.errors or not wanted.times:
        errors(wanted.seeds)
    if wanted.times or not wanted.errors:
        times(wanted.rounds)
