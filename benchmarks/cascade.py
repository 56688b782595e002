"""Cascade-correlation on two spirals and on N-parity, beside the tables of Fahlman & Lebiere 1990, and FANN.

FANN is measured where its library is installed (Debian's libfann-dev).
"""

import argparse
import time
import warnings
from collections import Counter

import numpy as np
from fann import Fann
from sklearn.exceptions import ConvergenceWarning

from byhand.data import spirals
from byhand.networks import CascadeCorrelationClassifier

PARITY = {
    2: ("1", 24),
    3: ("1", 32),
    4: ("2", 66),
    5: ("2-3", 142),
    6: ("3", 161),
    7: ("4-5", 292),
    8: ("4-5", 357),
}
PUBLISHED = {"activation": "sigmoid", "loss": "quadratic_offset"}
ADAM = {"rule": "adam", "learning_rate": 0.1, "candidate_learning_rate": 0.05}


def grown(X, y, runs, **settings):
    """Networks grown from so many seeds: units, epochs, whether all samples are right, seconds."""
    found = []
    for seed in range(runs):
        start = time.perf_counter()
        net = CascadeCorrelationClassifier(random_state=seed, **settings).fit(X, y)
        found.append((net.n_units_, net.n_iter_, net.score(X, y) == 1, time.perf_counter() - start))
    return [np.array(column) for column in zip(*found, strict=True)]


def parity(bits):
    rows = (np.arange(2**bits)[:, None] >> np.arange(bits)) & 1
    return rows - 0.5, rows.sum(axis=1) % 2


def beside_fann(turns):
    """One network of each side in turn, until no output is farther from its target than ours allow."""
    data = spirals()
    limit = CascadeCorrelationClassifier().error_limit
    targets = np.where(data.y == data.y[0], 1, -1)
    try:
        fann = Fann(data.X, targets, 2 * limit)
    except OSError:
        print("FANN is left out: libfann is not installed")
        return
    ours = [CascadeCorrelationClassifier(random_state=seed) for seed in range(turns + 1)]
    pools = {"8 candidates": True, "its own 80 candidates": False}
    taken = {name: [] for name in ("byhand", *pools)}
    ends = {name: [] for name in taken}
    for net in ours:
        start = time.perf_counter()
        net.fit(data.X, data.y)
        taken["byhand"].append(time.perf_counter() - start)
        ends["byhand"].append((net.n_units_, round((1 - net.score(data.X, data.y)) * len(data.y))))
        for name, eight in pools.items():
            start = time.perf_counter()
            ends[name].append(fann.train(eight))
            taken[name].append(time.perf_counter() - start)
    middle = {name: 1000 * np.median(times[1:]) for name, times in taken.items()}
    print(f"two spirals beside FANN, medians of {turns} after one to warm up: ms, units, samples left wrong")
    for name, ms in middle.items():
        units, wrong = np.mean(ends[name][1:], axis=0)
        print(f"  {name:24} {ms:8.1f} {units:6.1f} {wrong:5.1f}   byhand / it: {middle['byhand'] / ms:.3f}")
    print(f"  byhand's first network in this process: {1000 * taken['byhand'][0]:.0f} ms")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--turns", type=int, default=20)
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--bits", type=int, default=8)
    turns, runs, bits = vars(options.parse_args()).values()
    warnings.simplefilter("ignore", ConvergenceWarning)
    beside_fann(turns)
    data = spirals()
    print(f"two spirals, 8 candidates, {runs} runs")
    print(" " * 42 + "solved  units: mean, median, range   epochs    ms  first ms")
    print("  Fahlman & Lebiere 1990                 100/100        15.2     15   12-19     1700")
    sides = {"byhand (tanh, cross-entropy)": {}, "byhand (as published)": PUBLISHED, "byhand (adam)": ADAM}
    for name, settings in sides.items():
        units, epochs, solved, seconds = grown(data.X, data.y, runs, **settings)
        print(
            f"  {name:36} {solved.sum():5}/{runs:<3} {units.mean():11.1f} {np.median(units):6.0f}"
            f"   {units.min()}-{units.max()} {epochs.mean():8.0f} {1000 * np.median(seconds):5.0f}"
            f" {1000 * seconds[0]:9.0f}"
        )
        print(
            "    units: "
            + "  ".join(f"{count}:{times}" for count, times in sorted(Counter(units.tolist()).items()))
        )
    print(f"N-parity, Gaussian units, {runs} runs: units (mean), epochs (mean); published")
    for count in range(2, bits + 1):
        units, epochs, solved, _ = grown(*parity(count), runs, activation="gaussian", max_units=12)
        published = "units {}, epochs {}".format(*PARITY[count]) if count in PARITY else "-"
        print(
            f"  {count}: solved {solved.sum()}/{runs}  units {units.min()}-{units.max()}"
            f" ({units.mean():.1f}), epochs {epochs.mean():.0f}; {published}"
        )


if __name__ == "__main__":
    main()
