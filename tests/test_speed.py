"""How time grows, and how it compares; never how long something took."""

import importlib.util
import os
import subprocess
import sys
import timeit
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Theirs

from byhand.networks import Perceptron
from byhand.trace.backward import run_backward
from byhand.trace.forward import run_forward


def benchmark(name, monkeypatch):
    """One of the scripts in benchmarks/, as a module."""
    folder = Path(__file__).parents[1] / "benchmarks"
    monkeypatch.syspath_prepend(folder)
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ratio(first, second, turns):
    """How many times as long the first takes, measured in turns with the second; what disturbs only adds."""
    pairs = [(seconds(first), seconds(second)) for _ in range(turns)]
    return min(a for a, _ in pairs) / min(b for _, b in pairs)


def seconds(function):
    """Of one call, in which nothing is collected: what other tests have left would be walked with it."""
    return timeit.timeit(function, number=1)


def test_a_chain_takes_time_linear_in_its_length(monkeypatch):
    ours = benchmark("scalars", monkeypatch).ours
    # 32 times the length: 32 if linear, 1,024 if quadratic. What leaves the processor's caches costs more.
    assert ratio(lambda: ours(32_000), lambda: ours(1_000), 5) < 5 * 32


def test_a_chain_of_100000_needs_no_recursion(monkeypatch):
    gradients = benchmark("scalars", monkeypatch).ours(100_000)
    assert 100_002 == len(gradients)
    assert sys.getrecursionlimit() < 100_000


def test_a_chain_of_1000_takes_at_most_three_times_micrograd_s_time(monkeypatch):
    engine = pytest.importorskip("micrograd.engine")
    scalars = benchmark("scalars", monkeypatch)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)  # micrograd's
    try:
        assert ratio(lambda: scalars.ours(1000), lambda: scalars.theirs(1000, engine.Value), 31) <= 3
    finally:
        sys.setrecursionlimit(limit)


def by_numpy(given):
    """The benchmark's network and its gradients, written for this network alone."""
    x, y, W1, W2 = given["x"], given["y"], given["W1"], given["W2"]
    a1 = 1 / (1 + np.exp(-(W1 @ x + given["b1"])))
    a2 = 1 / (1 + np.exp(-(W2 @ a1 + given["b2"])))
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (W2.T @ d2) * a1 * (1 - a1)
    return {"W1": np.outer(d1, x), "b1": d1, "W2": np.outer(d2, a1), "b2": d2, "x": W1.T @ d1}


def test_a_network_is_traced_in_a_few_times_what_numpy_needs(monkeypatch):
    network = benchmark("network", monkeypatch)
    given = network.numbers()
    program = network.byhand.work(network.PROBLEM, given, minimise="C").run.program

    def traced():
        return run_backward(program, run_forward(program, given), "C").gradients

    for name, gradient in by_numpy(given).items():
        np.testing.assert_allclose(traced()[name], gradient, rtol=1e-12, atol=1e-15)
    assert ratio(traced, lambda: by_numpy(given), 101) < 12


def perceptrons():
    """How many times as long a fit of ours takes as scikit-learn's."""
    X = np.random.default_rng(0).random((3000, 784), np.float32) * (np.arange(784) % 5 == 0)
    y, wide = np.arange(3000) * 7 % 10, X.astype(float)
    ours, theirs = Perceptron(max_iter=3, random_state=0), Theirs(max_iter=3, tol=None, random_state=0)
    warnings.simplefilter("ignore", ConvergenceWarning)
    ours.fit(X, y)
    return ratio(lambda: ours.fit(X, y), lambda: theirs.fit(wide, y), 5)


def test_a_pass_of_the_perceptron_takes_a_part_of_scikit_learn_s_time():
    """In a process of its own, where nobody tells the compiler to take less trouble."""
    env = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    code = "import test_speed; print(test_speed.perceptrons())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, env=env, capture_output=True, check=True
    )
    assert float(done.stdout) < 0.6
