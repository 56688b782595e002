"""How much a Hopfield network holds: wrong bits after recall by the load p/n, and a picture.

Random patterns are stored, each is the start of a recall, and the bits are counted that have changed when the
state is stable; the theory of infinitely many units has 1.6 % of them just below 0.138 patterns a unit, and
no memory above (Amit, Gutfreund & Sompolinsky 1985, Storing infinite numbers of patterns in a spin-glass
model of neural networks). Beside it the pseudo-inverse.

Run as ``python benchmarks/hopfield.py``; ``--units 1000`` for one size, ``--times`` for the time of a sweep
beside a loop in NumPy, ``-o load.svg`` for the picture.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from byhand.networks import Hopfield
from byhand.views import panels

LOADS = (0.05, 0.10, 0.12, 0.13, 0.138, 0.145, 0.15, 0.16, 0.18, 0.20, 0.25)
PROJECTED = (0.10, 0.20, 0.40, 0.60, 0.80)
NOISE = 0.1  # of the bits at the start of a second recall


def wrong_bits(rule: str, units: int, load: float, seed: int, noise: float) -> tuple[float, float]:
    """The share of wrong bits after recall, and the share of recalls that come to rest."""
    random = np.random.default_rng((seed, units))
    patterns = random.choice(np.array([-1, 1], np.float32), (round(load * units), units))
    starts = np.where(random.random(patterns.shape) < noise, -patterns, patterns)
    found = Hopfield(rule, random_state=seed, max_sweeps=200).fit(patterns).recall(starts)
    return float((found.states != patterns).mean()), float(found.stable.mean())


def table(
    rule: str, sizes: list[int], loads: tuple[float, ...], seeds: int, noise: float
) -> dict[int, list[float]]:
    """A row a load, a column a size: percent wrong, mean ± standard deviation over the seeds."""
    print(f"\n{rule}, starts with {noise:.0%} of the bits wrong, {seeds} seeds: wrong bits after recall in %")
    print("p/n      " + "".join([f"{f'n = {units}':>18}" for units in sizes]))
    curves: dict[int, list[float]] = {units: [] for units in sizes}
    for load in loads:
        cells = []
        for units in sizes:
            found = [wrong_bits(rule, units, load, seed, noise)[0] for seed in range(seeds)]
            curves[units].append(100 * float(np.mean(found)))
            cells.append(f"{100 * np.mean(found):9.3f} ± {100 * np.std(found):6.3f}")
        print(f"{load:<9.3f}" + "".join([f"{cell:>18}" for cell in cells]), flush=True)
    return curves


def times(units: int) -> None:
    """A sweep of many states at once, beside the loop over units that one would write in NumPy."""
    patterns = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), (units // 10, units))
    net = Hopfield(order="sequential", max_sweeps=1).fit(patterns)
    net.recall(patterns)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        net.recall(patterns)
        taken.append(time.perf_counter() - start)
    W, states = net.params_["W"], patterns.copy()
    start = time.perf_counter()
    for unit in range(units):
        field = states @ W[unit]
        states[:, unit] = np.where(field == 0, states[:, unit], np.sign(field))
    other = time.perf_counter() - start
    what = f"a sweep of {len(patterns)} states of {units} units"
    print(f"{what}: {1e3 * min(taken):.0f} ms, NumPy {1e3 * other:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--times", action="store_true")
    parser.add_argument("-o", type=Path)
    wanted = parser.parse_args()
    if wanted.times:
        times(1000)
        raise SystemExit
    curves = table("hebb", wanted.units, LOADS, wanted.seeds, 0.0)
    table("hebb", wanted.units[-1:], LOADS[:7], wanted.seeds, NOISE)
    table("pseudo-inverse", wanted.units[-1:], PROJECTED, wanted.seeds, NOISE)
    if wanted.o:
        lines = [panels.Group(f"n = {units}", LOADS, curve) for units, curve in curves.items()]
        panels.draw(wanted.o, [panels.Lines("Hopfield network", lines, "p/n", "wrong bits in %")])
