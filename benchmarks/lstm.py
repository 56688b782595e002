"""Hochreiter and Schmidhuber's adding problem, a character model, and training beside torch.nn.LSTM and GRU.

python benchmarks/lstm.py [--cell gru] [--adding 100 ...] [--seeds 5] [--text FILE --epochs 10] [--turns 5]

An answer to the adding problem is right within 0.04; 2,560 sequences that were not learned from are asked.
PyTorch is measured where it is installed.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
from mlp import interleaved
from sklearn.exceptions import ConvergenceWarning

from byhand.data import adding
from byhand.networks import CharacterModel, LSTMClassifier, LSTMRegressor

UNITS, STEPS, FEATURES, CLASSES, BATCH, SAMPLES, RATE = 128, 100, 64, 10, 64, 640, 0.01
ASKED, TOLERANCE, FRESH = 2560, 0.04, 2000
PUBLISHED = {100: (74_000, 1), 500: (209_000, 0), 1000: (853_000, 1)}  # their table 7: sequences, wrong


def solving(steps, cell, seed, most):
    """Learn from sequences that are all new until at most one of those asked is wrong."""
    how = {"learning_rate": 0.01, "batch_size": 10, "forget_bias": "chrono", "random_state": seed}
    net = LSTMRegressor(8, cell, **how)
    asked, wanted = adding(ASKED, steps, seed=999_999_000 + seed)
    learned, wrong, started = 0, ASKED, time.perf_counter()
    while wrong > 1 and learned < most:
        X, y = adding(FRESH, steps, seed=1_000_000 * seed + learned)
        net.partial_fit(X, y)
        learned += FRESH
        wrong = int((abs(net.predict(asked) - wanted) >= TOLERANCE).sum())
    weights = sum(value.size for value in net.params_.values())
    return learned, wrong, weights, time.perf_counter() - started


def additions(steps, cell, seeds):
    """The adding problem of one length for some seeds."""
    published, published_wrong = PUBLISHED[steps]
    print(f"adding problem, {steps} to {steps + steps // 10} steps, {cell}, 8 units: until solved")
    print("  seed  sequences  wrong of 2,560  weights  seconds")
    found = []
    for seed in range(seeds):
        learned, wrong, weights, seconds = solving(
            steps, cell, seed, most=PUBLISHED.get(steps, (10**6, 0))[0]
        )
        found.append(learned)
        print(f"  {seed:4}  {learned:9,}  {wrong:14}  {weights:7}  {seconds:7.0f}", flush=True)
    told = f"published {published:,}, {published_wrong} wrong"
    print(f"  mean {np.mean(found):,.0f} ± {np.std(found):,.0f}; {told}")


def writing(path, cell, epochs):
    """A character model of a text: bits a character over the last tenth, which is not learned from."""
    text = path.read_text("utf-8")
    learned, other = text[: len(text) * 9 // 10], text[len(text) * 9 // 10 :]
    net = CharacterModel(UNITS, cell, random_state=0, max_iter=epochs, learning_rate=0.005)
    started = time.perf_counter()
    net.fit(learned)
    seconds, found = time.perf_counter() - started, net.errors(other)
    known = len(net.characters_)
    print(f"{path.name}: {len(learned):,} characters learned from, {known} different ones; {cell}")
    print(f"  {net.n_iter_} epochs, {seconds:.0f} s, learning {net.loss_ / np.log(2):.3f} bits a character")
    bits = found["bits_a_character"]
    print(f"  {len(other):,} characters held out: {bits:.3f}; guessing blindly {np.log2(known):.3f}")
    print(net.sample(400, learned[:64], temperature=0.8, random_state=0))


def ours(X, y, cell):
    """An epoch of byhand's as a function."""
    how = {"rule": "sgd", "learning_rate": RATE, "batch_size": BATCH, "max_iter": 1, "random_state": 0}
    net = LSTMClassifier(UNITS, cell, warm_start=True, **how)
    return lambda: net.fit(X, y)


def theirs(X, y, cell):
    """The same epoch of PyTorch's; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    layer, head = kind(FEATURES, UNITS, batch_first=True), torch.nn.Linear(UNITS, CLASSES)
    optimiser = torch.optim.SGD([*layer.parameters(), *head.parameters()], lr=RATE)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)

    def fit():
        for rows in torch.randperm(len(inputs)).split(BATCH):
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(head(layer(inputs[rows])[0][:, -1]), targets[rows])
            loss.backward()
            optimiser.step()

    return fit


def times(turns, cell):
    """Milliseconds an epoch of ten steps, beside PyTorch."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(SAMPLES, STEPS, FEATURES)).astype(np.float32)
    y = rng.integers(0, CLASSES, SAMPLES)
    name = f"torch.nn.{cell.upper()}"
    runs = {"byhand": ours(X, y, cell), name: theirs(X, y, cell)}
    found = interleaved({key: run for key, run in runs.items() if run}, turns)
    print(f"{UNITS} units, {STEPS} steps of {FEATURES}, batch {BATCH}: milliseconds for ten updates")
    for key, taken in found.items():
        print(f"  {key:13} {taken:8.1f}   byhand / it: {found['byhand'] / taken:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--adding", type=int, nargs="*", choices=PUBLISHED, default=[100])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--text", type=Path, help="a text for a character model")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--cell", choices=("lstm", "gru"), default="lstm")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    for length in asked.adding:
        additions(length, asked.cell, asked.seeds)
    if asked.text:
        writing(asked.text, asked.cell, asked.epochs)
    if asked.turns:
        times(asked.turns, asked.cell)
