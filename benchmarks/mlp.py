"""Epochs of a multilayer perceptron beside PyTorch, Keras, scikit-learn and NumPy by hand; one prediction.

python benchmarks/mlp.py [--layers 784,16,10] [--batch 32] [--samples 60000] [--epochs 10] [--turns 5]

A peer that is not installed is left out, and that is said.
"""

import argparse
import os
import statistics
import time
import warnings
from itertools import pairwise

os.environ.setdefault("KERAS_BACKEND", "torch")

import by_hand
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as Theirs

from byhand.networks import MLPClassifier as Ours
from byhand.networks.multilayer import mlp

RATE = 0.1


def samples(count, inputs=784, classes=10):
    """Random numbers of MNIST's shape, four fifths of them 0."""
    rng = np.random.default_rng(0)
    X = rng.random((count, inputs), np.float32) * (rng.random((count, inputs), np.float32) < 0.2)
    return X, rng.integers(0, classes, count)


def byhand(X, y, layers, batch, epochs):
    net = Ours(layers[1:-1], "sigmoid", rule="sgd", learning_rate=RATE, **_fitted(batch, epochs))
    return net, lambda: net.fit(X, y)


def scikit_learn(X, y, layers, batch, epochs):
    plain = {"solver": "sgd", "learning_rate_init": RATE, "momentum": 0.0, "alpha": 0.0}
    net = Theirs(layers[1:-1], "logistic", **plain, **_fitted(batch, epochs))
    return net, lambda: net.fit(X, y)


def _fitted(batch, epochs):
    forever = {"tol": 0.0, "n_iter_no_change": 1000}
    return {"batch_size": batch, "max_iter": epochs, "random_state": 0, **forever}


def numpy_by_hand(X, y, layers, batch, epochs):
    return None, lambda: by_hand.fit(X, y, layers, batch, epochs, RATE)


def torch_eager(X, y, layers, batch, epochs, *, compiled=False):
    import torch

    parts = []
    for k, (inputs, units) in enumerate(pairwise(layers)):
        parts += [torch.nn.Linear(inputs, units), *([torch.nn.Sigmoid()] if k < len(layers) - 2 else [])]
    net = torch.nn.Sequential(*parts)
    optimiser = torch.optim.SGD(net.parameters(), lr=RATE)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)

    def loss_of(x, t):
        return torch.nn.functional.cross_entropy(net(x), t)

    run = torch.compile(loss_of) if compiled else loss_of

    def fit():
        for _ in range(epochs):
            order = torch.randperm(len(inputs))
            for start in range(0, len(inputs), batch):
                chosen = order[start : start + batch]
                optimiser.zero_grad(set_to_none=True)
                run(inputs[chosen], targets[chosen]).backward()
                optimiser.step()

    return net, fit


def torch_compiled(X, y, layers, batch, epochs):
    return torch_eager(X, y, layers, batch, epochs, compiled=True)


def keras(X, y, layers, batch, epochs):
    import keras as k

    hidden = [k.layers.Dense(units, "sigmoid") for units in layers[1:-1]]
    net = k.Sequential([k.Input((layers[0],)), *hidden, k.layers.Dense(layers[-1], "softmax")])
    net.compile(k.optimizers.SGD(RATE), "sparse_categorical_crossentropy")
    return net, lambda: net.fit(X, y, batch_size=batch, epochs=epochs, verbose=0)


SIDES = {
    "byhand": byhand,
    "PyTorch": torch_eager,
    "PyTorch, compiled": torch_compiled,
    "Keras (on PyTorch)": keras,
    "scikit-learn": scikit_learn,
    "NumPy by hand": numpy_by_hand,
}


def milliseconds(function):
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def interleaved(sides, turns):
    """The median of each side, measured in turn with the others after one round to warm up."""
    rounds = [{name: milliseconds(side) for name, side in sides.items()} for _ in range(turns + 1)][1:]
    return {name: statistics.median(one[name] for one in rounds) for name in sides}


def epochs_beside(options, layers):
    """Epochs of every side that is installed; the fitted network of ours and of scikit-learn's."""
    X, y = samples(options.samples, layers[0], layers[-1])
    nets, fits = {}, {}
    for name, side in SIDES.items():
        if name in options.without:
            continue
        try:
            nets[name], fits[name] = side(X, y, layers, options.batch, options.epochs)
        except ImportError as error:
            print(f"  {name}: left out, {error.name} is not installed")
    found = interleaved(fits, options.turns)
    shape = "-".join(map(str, layers))
    print(f"{shape}, batch {options.batch}, {options.samples} samples: ms an epoch "
          f"(fits of {options.epochs}, medians of {options.turns})")  # fmt: skip
    for name, taken in found.items():
        print(f"  {name:20} {taken / options.epochs:8.1f}   byhand / it: {found['byhand'] / taken:.2f}")
    print(f"  operations: {_speed(layers, options.samples, found['byhand'] / options.epochs):.0f} GF/s of "
          f"{_peak():.0f} that a product of 1024 × 1024 reaches")  # fmt: skip
    return X, nets["byhand"], nets["scikit-learn"]


def _speed(layers, samples, milliseconds_an_epoch):
    """10⁹ multiplications and additions a second; no gradient by the inputs is needed."""
    weights = [a * b for a, b in pairwise(layers)]
    return samples * (6 * sum(weights) - 2 * weights[0]) / milliseconds_an_epoch / 1e6


def _peak():
    a = np.random.default_rng(0).random((1024, 1024), np.float32)
    return max(2 * 1024**3 / milliseconds(lambda: a @ a) / 1e6 for _ in range(20))


def predictions_beside(one, ours, theirs, turns):
    """One sample predicted, by the estimators and by the bare functions."""
    params, form = ours.params_, ours._form

    def forward_by_hand():
        a, layers = one, len(params) // 2
        for k in range(1, layers):
            a = 1 / (1 + np.exp(-(a @ params[f"W{k}"].T + params[f"b{k}"])))
        z = a @ params[f"W{layers}"].T + params[f"b{layers}"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    calls = {
        "predict": lambda: ours.predict(one),
        "scikit-learn": lambda: theirs.predict(one),
        "forward": lambda: mlp.forward(form, params, one),
        "NumPy by hand": forward_by_hand,
    }
    many = {name: lambda call=call: [call() for _ in range(200)] for name, call in calls.items()}
    print("one sample: microseconds a call")
    for name, taken in interleaved(many, turns).items():
        print(f"  {name:20} {1e3 * taken / 200:8.1f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", default="784,16,10")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], choices=[*SIDES][1:])
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    layers = tuple(map(int, options.layers.split(",")))
    X, ours, theirs = epochs_beside(options, layers)
    predictions_beside(X[:1], ours, theirs, options.turns)


if __name__ == "__main__":
    main()
