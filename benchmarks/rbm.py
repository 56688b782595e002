"""The restricted Boltzmann machine: published likelihoods, and time beside scikit-learn and PyTorch.

python benchmarks/rbm.py --bars [--seeds 5]
python benchmarks/rbm.py --mnist [--seeds 3] [--epochs 15] [--init uniform] [--folder FOLDER]
python benchmarks/rbm.py --times [--rounds 7]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from byhand.data import bars_and_stripes, load
from byhand.networks import RBM

# LISA lab, Deep Learning Tutorials, doc/rbm.txt: epochs 1 to 15.
PUBLISHED = [-90.65, -81.24, -74.91, -73.02, -68.41, -63.27, -66.00, -68.12, -68.32, -64.29]
PUBLISHED += [-61.52, -61.65, -63.55, -63.38, -62.76]
PART = 100  # batches between two measurements


def bars(seeds: int) -> None:
    """3×3: 14 patterns, each as probable as the others at best; the exact mean log-likelihood."""
    patterns = bars_and_stripes().X
    X, best = np.tile(patterns, (500, 1)), -np.log(len(patterns))
    print(f"bars and stripes 3×3, 20 hidden units, CD-50; at best {best:.4f}, wanted {1.01 * best:.4f}")
    found = []
    for seed in range(seeds):
        begun = time.perf_counter()
        net = RBM(20, k=50, batch_size=140, learning_rate=1.0, max_iter=50, random_state=seed)
        net.fit(X).set_params(learning_rate=0.1, max_iter=30, warm_start=True).fit(X)
        found.append(net.log_likelihood(patterns).value)
        print(f"seed {seed}: {found[-1]:.4f}   {time.perf_counter() - begun:.1f} s", flush=True)
    print(f"mean {statistics.mean(found):.4f}, least {min(found):.4f}")


def mnist(seeds: int, epochs: int, init: str, folder: Path | None) -> None:
    """500 hidden units, PCD-15, batches of 20: the stochastic log pseudo-likelihood while it learns.

    As the tutorial has it: the first 50,000 images, pixels rounded to bits, the bit that is flipped goes on
    by one with each batch, each batch is measured before it is learned (here up to a hundred batches before).
    """
    X = load("mnist", folder=folder).X[:50_000].astype(np.float32)
    part = 20 * PART
    curves = []
    for seed in range(seeds):
        net = RBM(
            *(500,),
            **{"k": 15, "persistent": True, "learning_rate": 0.1, "batch_size": 20, "init": init},
            **{"shuffle": False, "random_state": seed},
        )
        curve, turn, begun = [], 0, time.perf_counter()
        for epoch in range(epochs):
            found = []
            for start in range(0, len(X), part):
                bits = np.repeat(np.arange(turn, turn + PART), 20) % 784
                if hasattr(net, "params_"):
                    found.append(net.pseudo_likelihood(X[start : start + part], bits))
                net.partial_fit(X[start : start + part])
                turn += PART
            curve.append(statistics.mean(found))
            print(
                f"seed {seed}, epoch {epoch + 1}: {curve[-1]:.2f} (published {PUBLISHED[epoch]:.2f})"
                f"   {time.perf_counter() - begun:.0f} s",
                flush=True,
            )
        curves.append(curve)
    late = [statistics.mean(curve[10:]) for curve in curves if len(curve) > 10]
    for epoch, values in enumerate(zip(*curves, strict=True)):
        told = ", ".join(f"{value:.2f}" for value in values)
        print(f"epoch {epoch + 1:2}   {told}   published {PUBLISHED[epoch]:.2f}")
    if late:
        spread = f" ± {statistics.stdev(late):.2f}" if len(late) > 1 else ""
        print(
            f"epochs 11 to 15: {statistics.mean(late):.2f}{spread}; published {np.mean(PUBLISHED[10:]):.2f}"
        )


def times(rounds: int) -> None:
    """CD-1, 784-500, batches of 100, an epoch of 10,000 samples: the sides in turn, medians."""
    import torch
    from sklearn.neural_network import BernoulliRBM

    random = np.random.default_rng(0)
    X = (random.random((10_000, 784)) < 0.2).astype(np.float32)
    other = BernoulliRBM(500, learning_rate=0.1, batch_size=100, n_iter=1, random_state=0)
    net = RBM(500, batch_size=100, max_iter=1, random_state=0)
    sides: dict[str, Callable[[], object]] = {
        "byhand": lambda: net.fit(X),
        "scikit-learn": lambda: other.fit(X),
        "PyTorch, rand": lambda: with_torch(X, lambda p: (torch.rand_like(p) < p).float()),
        "PyTorch, bernoulli": lambda: with_torch(X, torch.bernoulli),
    }
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, run in sides.items():
            begun = time.perf_counter()
            run()
            if turn:  # the first is to warm up
                taken[name].append(1e3 * (time.perf_counter() - begun))
    for name, kept in taken.items():
        ratios = [ours / theirs for ours, theirs in zip(taken["byhand"], kept, strict=True)]
        ratio = statistics.median(ratios)
        print(f"{name:20}{statistics.median(kept):8.0f} ms, least {min(kept):6.0f}; ratio {ratio:.2f}")


def with_torch(X: np.ndarray, draw: Callable[..., object]) -> object:
    """The same epoch in PyTorch, with what it has for such products."""
    import torch

    rows, rate = 100, 0.1 / 100
    with torch.no_grad():
        data, W = torch.from_numpy(X), torch.randn(500, 784) * 0.01
        b, c = torch.zeros(784), torch.zeros(500)
        for k in torch.randperm(len(data)).reshape(-1, rows):
            v0 = data[k]
            p0 = torch.sigmoid(torch.addmm(c, v0, W.T))
            v1 = draw(torch.sigmoid(torch.addmm(b, draw(p0), W)))
            p1 = torch.sigmoid(torch.addmm(c, v1, W.T))
            W.addmm_(p0.T, v0, alpha=rate).addmm_(p1.T, v1, alpha=-rate)
            b += rate * (v0 - v1).sum(0)
            c += rate * (p0 - p1).sum(0)
    return W


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument(
        "--init", default="uniform", help="first weights: as the tutorial has them, or normal"
    )
    parser.add_argument("--folder", type=Path)
    for study in ("bars", "mnist", "times"):
        parser.add_argument(f"--{study}", action="store_true")
    wanted = parser.parse_args()
    every = not (wanted.bars or wanted.mnist or wanted.times)
    if wanted.bars or every:
        bars(wanted.seeds or 5)
    if wanted.times or every:
        times(wanted.rounds)
    if wanted.mnist or every:
        mnist(wanted.seeds or 3, wanted.epochs, wanted.init, wanted.folder)
