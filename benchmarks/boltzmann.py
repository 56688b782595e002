"""The 4-2-4 encoder of Ackley, Hinton and Sejnowski 1985: after how many cycles there are four codes.

Two groups of four visible units meet in two hidden units only; one unit is on in either group, the same in
both. The settings are the paper's: annealing 2@20, 2@15, 2@12, 4@10, statistics of 10 sweeps at 10, each
input clamped twice in a cycle with noise 0.15 and 0.05, steps of 2. A run is at its end when the four inputs
have four codes and one group completes the other. In the paper 250 runs took 110 cycles (the median), the
longest 1810.

Run as ``python benchmarks/boltzmann.py``; ``--seeds 5`` for fewer, ``--lasting`` for runs of a fixed length,
which anneal from a higher temperature and clamp each input ten times.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from byhand.networks import BoltzmannMachine

INPUTS = np.tile(np.eye(4), (1, 2))
HALF = np.where(np.arange(8) < 4, INPUTS, np.nan)
LINKS = 1 - np.eye(10, dtype=int)
LINKS[:4, 4:8] = LINKS[4:8, :4] = 0
HOTTER = [(4, 40.0), (4, 30.0), (4, 20.0), (4, 15.0), (4, 10.0)]


def codes(net: BoltzmannMachine) -> int:
    """How many codes the four inputs have."""
    return len(np.unique(net.predict(INPUTS), axis=0))


def passes_on(net: BoltzmannMachine) -> bool:
    """Whether there are four codes, and what is clamped on one group appears on the other."""
    return codes(net) == 4 and bool((net.complete(HALF) == INPUTS).all())


def until_found(seeds: int, most: int) -> None:
    """Runs that end when the codes are found."""
    cycles, coded, seconds = [], [], []
    for seed in range(seeds):
        first: list[int] = []

        def seen(report: object, first: list[int] = first) -> bool:
            if codes(report.network) == 4 and not first:
                first.append(report.epoch)
            return passes_on(report.network)

        start = time.perf_counter()
        net = BoltzmannMachine(2, connections=LINKS, max_iter=most, random_state=seed)
        net.fit(INPUTS, callbacks=[seen])
        seconds.append(time.perf_counter() - start)
        cycles.append(net.n_iter_ if passes_on(net) else None)
        coded.append(first[0] if first else None)
        print(f"seed {seed}: four codes in cycle {coded[-1]}, passed on in cycle {cycles[-1]}", flush=True)
    for name, found in (("four codes", coded), ("and passed on", cycles)):
        done = [one for one in found if one is not None]
        print(f"{name}: {len(done)} of {seeds} runs, median {np.median(done):g}, longest {max(done)}")
    print(f"a run with its tests: median {np.median(seconds):.2f} s")


def lasting(seeds: int, cycles: int) -> None:
    """Runs of one length, judged at their end."""
    four, passed, scores = 0, 0, []
    for seed in range(seeds):
        net = BoltzmannMachine(
            2, connections=LINKS, annealing=HOTTER, repeats=10, max_iter=cycles, random_state=seed
        )
        net.fit(INPUTS)
        four, passed = four + (codes(net) == 4), passed + passes_on(net)
        scores.append(net.score(INPUTS))
        print(f"seed {seed}: {codes(net)} codes, ln p {scores[-1]:.2f}", flush=True)
    print(f"after {cycles} cycles: four codes in {four} of {seeds} runs, passed on in {passed}")
    print(f"mean log-likelihood {np.mean(scores):.2f} ± {np.std(scores):.2f}, at best {-np.log(4):.2f}")


def speed() -> None:
    """The time of a cycle of the encoder."""
    net = BoltzmannMachine(2, connections=LINKS, max_iter=100, random_state=0).fit(INPUTS)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        net.fit(INPUTS)
        taken.append((time.perf_counter() - start) / net.max_iter)
    print(f"a cycle, 8 clamped and 8 free chains of 20 sweeps: {1e3 * min(taken):.2f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--lasting", action="store_true")
    wanted = parser.parse_args()
    if wanted.lasting:
        lasting(wanted.seeds, wanted.cycles)
    else:
        until_found(wanted.seeds, 3000)
        speed()
