"""Many starts at once beside as many fits of scikit-learn; an annealed network beside a loop in NumPy."""

import argparse
import statistics
import time
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as Theirs

from byhand.networks import MLPClassifier as Ours

SCALE, HOT, COLD = 0.02, 0.01, 1e-4


def milliseconds(function):
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def interleaved(sides, turns):
    """The times of each side, measured in turn with the others after one round to warm up."""
    rounds = [{name: milliseconds(side) for name, side in sides.items()} for _ in range(turns + 1)][1:]
    return {name: [one[name] for one in rounds] for name in sides}


def told(title, found):
    ours, theirs = found.values()
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(title)
    for name, taken in found.items():
        print(f"  {name:24} {statistics.median(taken):9.0f} ms")
    print(f"  byhand / it, round by round, median of {len(ours)}: {ratio:.3f}")


def starts(count, turns):
    """64-32-10 on the digits, batch 32, 20 epochs."""
    X, y = load_digits(return_X_y=True)
    X, y = (X[:1792] / 16).astype(np.float32), y[:1792]
    same = {"batch_size": 32, "max_iter": 20, "tol": 0.0, "n_iter_no_change": 1000}
    ours = Ours((32,), "relu", rule="adam", restarts=count, random_state=0, **same)

    def theirs():
        for seed in range(count):
            Theirs((32,), "relu", solver="adam", alpha=0.0, random_state=seed, **same).fit(X, y)

    sides = {"byhand, at once": lambda: ours.fit(X, y), "scikit-learn, in turn": theirs}
    told(f"64-32-10, {count} starts of 20 epochs over 1,792 samples", interleaved(sides, turns))


def annealing(proposals, turns):
    """64-16-10 on 500 of the digits."""
    X, y = load_digits(return_X_y=True)
    X, y = (X[:500] / 16).astype(np.float32), y[:500]
    settings = {"scale": SCALE, "temperature": HOT, "final_temperature": COLD}
    ours = Ours((16,), "tanh", strategy="annealing", strategy_settings=settings, max_iter=proposals)
    sides = {"byhand": lambda: ours.set_params(random_state=0).fit(X, y)}
    sides["NumPy by hand"] = lambda: by_hand(X, y, proposals)
    told(f"64-16-10, 500 samples, {proposals} proposals of annealing", interleaved(sides, turns))
    print(f"  lowest objective: byhand {ours.best_loss_:.4f}, NumPy {by_hand(X, y, proposals):.4f}")


def by_hand(X, y, proposals):
    """The same chain, written for this network alone."""
    rng = np.random.default_rng(0)
    place = [rng.uniform(-0.25, 0.25, size).astype(np.float32) for size in ((64, 16), (16,), (16, 10), (10,))]
    own = np.arange(len(X))

    def energy(W1, b1, W2, b2):
        z2 = np.tanh(X @ W1 + b1) @ W2 + b2
        z2 -= z2.max(axis=1, keepdims=True)
        return (np.log(np.exp(z2).sum(axis=1)) - z2[own, y]).mean()

    here = lowest = energy(*place)
    for temperature in HOT * (COLD / HOT) ** (np.arange(proposals) / (proposals - 1)):
        there = [W + SCALE * rng.standard_normal(W.shape, np.float32) for W in place]
        proposed = energy(*there)
        if rng.random() < np.exp(min(0.0, -(proposed - here) / temperature)):
            place, here = there, proposed
            lowest = min(lowest, here)
    return lowest


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--starts", type=int, default=32)
    options.add_argument("--proposals", type=int, default=10_000)
    options.add_argument("--turns", type=int, default=5)
    asked = options.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    starts(asked.starts, asked.turns)
    annealing(asked.proposals, asked.turns)


if __name__ == "__main__":
    main()
