"""Radial basis functions beside k-means and ridge of scikit-learn; and on MNIST.

Run as ``python benchmarks/radial.py [--rounds 7]``, or with ``--mnist FOLDER`` (four IDX files) for the error
of 1,000 units.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge

from byhand.data.idx import read_idx
from byhand.networks import RBFClassifier, RBFRegressor

UNITS, ITERATIONS, ALPHA = 200, 20, 1e-6


def theirs(X: np.ndarray, y: np.ndarray) -> int:
    """k-means, a Gaussian for each cluster as wide as byhand's, and ridge; the iterations made."""
    found = KMeans(UNITS, init="random", n_init=1, max_iter=ITERATIONS, random_state=0).fit(X)
    C = found.cluster_centers_
    r2 = np.square(C[:, None] - C).sum(axis=2)
    variances = np.sort(r2, axis=1)[:, 1:3].mean(axis=1)
    Ridge(len(X) * ALPHA).fit(np.exp(-np.square(found.transform(X)) / (2 * variances)), y)
    return int(found.n_iter_)


def ours(X: np.ndarray, y: np.ndarray) -> int:
    return RBFRegressor(UNITS, kmeans_iter=ITERATIONS, alpha=ALPHA, random_state=0).fit(X, y).kmeans_iter_


def times(rounds: int) -> None:
    """10,000 samples of 64 inputs around 20 places."""
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(10_000, 64)) + 2 * rng.normal(size=(20, 64))[rng.integers(0, 20, 10_000)]).astype(
        "f"
    )
    y = np.sin(X[:, 0]) + X[:, 1]
    taken: dict[str, list[float]] = {"scikit-learn": [], "byhand": []}
    made = {}
    for turn in range(rounds + 1):
        for name, fit in (("scikit-learn", theirs), ("byhand", ours)):
            start = time.perf_counter()
            made[name] = fit(X, y)
            if turn:
                taken[name].append(1e3 * (time.perf_counter() - start))
    for name, found in taken.items():
        print(f"{name:14} {statistics.median(found):7.0f} ms, {made[name]} iterations")
    ratios = [a / b for a, b in zip(taken["byhand"], taken["scikit-learn"], strict=True)]
    print(f"byhand / scikit-learn, round by round, median of {rounds}: {statistics.median(ratios):.2f}")


def mnist(folder: Path, iterations: int) -> None:
    """The test error of 1,000 units."""
    X, T = (
        (read_idx(folder / f"{part}-images-idx3-ubyte.gz") / np.float32(255)).reshape(-1, 784)
        for part in ("train", "t10k")
    )
    y, t = (read_idx(folder / f"{part}-labels-idx1-ubyte.gz") for part in ("train", "t10k"))
    start = time.perf_counter()
    net = RBFClassifier(1000, kmeans_iter=iterations, overlap=1.4, alpha=1e-7, random_state=0).fit(X, y)
    taken, wrong = time.perf_counter() - start, 100 * (1 - net.score(T, t))
    print(f"MNIST, 1,000 units, {net.kmeans_iter_} iterations: {wrong:.2f} % wrong, fitted in {taken:.0f} s")


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mnist", type=Path)
    parser.add_argument("--iterations", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.mnist:
        mnist(chosen.mnist, chosen.iterations)
    else:
        times(chosen.rounds)
