"""A 784-16-10 network with one sample, all its gradients worked out at the level of arrays."""

import statistics
import time

import numpy as np

import byhand
from byhand.trace.backward import run_backward
from byhand.trace.forward import run_forward

PROBLEM = """
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
C = quadratic(y, a2)
"""
TURNS = 51


def numbers():
    rng = np.random.default_rng(0)
    weights = {"W1": rng.normal(size=(16, 784)) / 28, "b1": rng.normal(size=16)}
    weights |= {"W2": rng.normal(size=(10, 16)) / 4, "b2": rng.normal(size=10)}
    return {**weights, "x": rng.random(784), "y": np.eye(10)[3]}


def median(function):
    taken = []
    for _ in range(TURNS):
        start = time.perf_counter()
        function()
        taken.append(1e3 * (time.perf_counter() - start))
    return statistics.median(taken)


def main():
    given = numbers()
    program = byhand.work(PROBLEM, given, minimise="C").run.program
    whole = median(lambda: byhand.work(PROBLEM, given, minimise="C"))
    updated = median(
        lambda: byhand.work(PROBLEM, given, minimise="C", rate=0.1, learn=["W1", "b1", "W2", "b2"])
    )
    trace = median(lambda: run_backward(program, run_forward(program, given), "C"))
    print(f"784-16-10, one sample, formulas to gradients: {whole:.1f} ms; one update: {updated:.1f} ms")
    print(f"the trace alone: {trace:.2f} ms")


if __name__ == "__main__":
    main()
