"""Chains of scalar operations, built and differentiated: beside micrograd, and up to 100,000 in a row."""

import statistics
import sys
import time

from byhand.trace.backward import run_backward
from byhand.trace.forward import run_forward
from byhand.trace.program import Equation, Program

OPERATIONS = ("add", "mul", "relu", "sub")
TURNS = 101


def ours(length):
    """The chain as a program, its values, and the gradient of its end by everything."""
    equations, last = [], "x"
    for k in range(length):
        name, op = f"v{k}", OPERATIONS[k % 4]
        equations.append(Equation(name, op, (last,) if op == "relu" else (last, "w")))
        last = name
    program = Program(tuple(equations))
    return run_backward(program, run_forward(program, {"x": 0.5, "w": 0.9}), last).gradients


def theirs(length, value):
    """The same with micrograd's values."""
    x, w = value(0.5), value(0.9)
    last = x
    for k in range(length):
        op = OPERATIONS[k % 4]
        last = (
            last + w
            if op == "add"
            else last * w
            if op == "mul"
            else last.relu()
            if op == "relu"
            else last - w
        )
    last.backward()
    return {"x": x.grad, "w": w.grad}


def milliseconds(function, *args):
    start = time.perf_counter()
    function(*args)
    return 1e3 * (time.perf_counter() - start)


def beside_micrograd(length):
    try:
        from micrograd.engine import Value
    except ImportError:
        print("micrograd is not installed: skipped")
        return
    sys.setrecursionlimit(20 * length)  # micrograd orders its graph by recursion
    gradients = ours(length)
    for name, gradient in theirs(length, Value).items():
        assert abs(gradient - gradients[name]) < 1e-12 * max(1.0, abs(gradient)), name
    pairs = [(milliseconds(ours, length), milliseconds(theirs, length, Value)) for _ in range(TURNS)]
    byhand, micrograd = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = byhand / micrograd
    print(f"{length:,} operations: byhand {byhand:.2f} ms, micrograd {micrograd:.2f} ms, ratio {ratio:.2f}")


def main():
    beside_micrograd(1000)
    for length in (1000, 10_000, 100_000):
        taken = statistics.median(milliseconds(ours, length) for _ in range(5))
        print(f"{length:,} operations: {taken:.1f} ms, {1e3 * taken / length:.2f} µs each")


if __name__ == "__main__":
    main()
