"""One epoch of 60,000 × 784 on 784-16-10, beside scikit-learn and NumPy by hand; and one prediction."""

import argparse
import statistics
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as Theirs

from byhand.networks import MLPClassifier as Ours
from byhand.networks import mlp

RATE = 0.1


def samples(count):
    """Random numbers of MNIST's shape, four fifths of them 0."""
    rng = np.random.default_rng(0)
    X = rng.random((count, 784), np.float32) * (rng.random((count, 784), np.float32) < 0.2)
    return X, rng.integers(0, 10, count)


def by_hand(X, y, batch, epochs):
    """The same network and its gradients, written for this network alone."""
    rng = np.random.default_rng(0)
    W1, W2 = (rng.normal(size=size).astype(np.float32) / 20 for size in ((784, 16), (16, 10)))
    b1, b2 = np.zeros(16, np.float32), np.zeros(10, np.float32)
    Y = np.eye(10, dtype=np.float32)[y]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch):
            x, t = X[order[start : start + batch]], Y[order[start : start + batch]]
            a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
            z2 = a1 @ W2 + b2
            e = np.exp(z2 - z2.max(axis=1, keepdims=True))
            d2 = (e / e.sum(axis=1, keepdims=True) - t) / len(x)
            d1 = (d2 @ W2.T) * a1 * (1 - a1)
            W1 -= RATE * (x.T @ d1)
            b1 -= RATE * d1.sum(axis=0)
            W2 -= RATE * (a1.T @ d2)
            b2 -= RATE * d2.sum(axis=0)


def milliseconds(function):
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def interleaved(sides, turns):
    """The median of each side, measured in turn with the others after one round to warm up."""
    rounds = [{name: milliseconds(side) for name, side in sides.items()} for _ in range(turns + 1)][1:]
    return {name: statistics.median(one[name] for one in rounds) for name in sides}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--epochs", type=int, default=10)
    options.add_argument("--turns", type=int, default=5)
    batch, epochs, turns = vars(options.parse_args()).values()
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = samples(60_000)
    same = {"batch_size": batch, "max_iter": epochs, "random_state": 0, "tol": 0.0, "n_iter_no_change": 1000}
    ours = Ours((16,), "sigmoid", rule="sgd", learning_rate=RATE, **same)
    theirs = Theirs((16,), "logistic", solver="sgd", learning_rate_init=RATE, momentum=0.0, alpha=0.0, **same)
    found = interleaved(
        {
            "byhand": lambda: ours.fit(X, y),
            "scikit-learn": lambda: theirs.fit(X, y),
            "NumPy by hand": lambda: by_hand(X, y, batch, epochs),
        },
        turns,
    )
    print(f"784-16-10, batch {batch}, 60,000 samples: ms an epoch (fit of {epochs}, medians of {turns})")
    for name, time_taken in found.items():
        print(f"  {name:14} {time_taken / epochs:8.1f}   byhand / it: {found['byhand'] / time_taken:.2f}")
    one, form = X[:1], ours._form
    W1, b1, W2, b2 = (ours.params_[name] for name in ("W1", "b1", "W2", "b2"))

    def forward_by_hand():
        z2 = (1 / (1 + np.exp(-(one @ W1.T + b1)))) @ W2.T + b2
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    calls = {
        "predict": lambda: ours.predict(one),
        "scikit-learn": lambda: theirs.predict(one),
        "forward": lambda: mlp.forward(form, ours.params_, one),
        "NumPy by hand": forward_by_hand,
    }
    many = {name: lambda call=call: [call() for _ in range(200)] for name, call in calls.items()}
    found = interleaved(many, turns)
    print("one sample: microseconds a call")
    for name, time_taken in found.items():
        print(f"  {name:14} {1e3 * time_taken / 200:8.1f}")


if __name__ == "__main__":
    main()
