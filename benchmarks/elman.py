"""Elman's own tasks as his paper has them, and training beside torch.nn.RNN.

python benchmarks/elman.py [--seeds 5] [--turns 5] [--picture FILE]

Errors are over a stream that was not learned from. PyTorch is measured where it is installed.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from mlp import interleaved
from sklearn.exceptions import ConvergenceWarning

from byhand.data import as_vectors, letters, temporal_xor
from byhand.networks import ElmanClassifier, ElmanRegressor
from byhand.views.panels import Group, Lines, draw

UNITS, STEPS, FEATURES, CLASSES, BATCH, SAMPLES, RATE = 128, 100, 64, 10, 64, 640, 0.01


def elmans(units, passes, rate, seed):
    """A network that learns after each time step, with the context as an input like any other."""
    how = {"output": "sigmoid", "loss": "quadratic", "rule": "sgd", "tol": 0, "n_iter_no_change": passes}
    how |= {"truncation": 1, "online": True, "return_sequences": True, "initial_context": 0.5}
    return ElmanRegressor(units, "sigmoid", learning_rate=rate, max_iter=passes, random_state=seed, **how)


def errors_after(net, stream, other):
    """The squared error of each output at each step of another stream, after learning the first."""
    net.fit(stream[None, :-1], stream[None, 1:])
    found = net.predict(other[None, :-1])[0].reshape(-1, other.shape[1])
    return np.square(found - other[1:])


def temporal(seeds):
    """Elman 1990: the error drops at every third bit; the mean over 1,200 bits by their place in twelve."""
    print("temporal XOR, 1-2-1 and 2 context units, 3,000 bits, 600 passes, rate 0.5: mean squared error")
    print("  seed  third bit  the others  ratio")
    curves, ratios = [], []
    for seed in range(seeds):
        stream, other = temporal_xor(3001, seed=seed), temporal_xor(1201, seed=1000 + seed)
        errors = errors_after(elmans(2, 600, 0.5, seed), stream, other)[:, 0]
        third = errors.reshape(-1, 3).mean(axis=0)
        rest = third[[0, 2]].mean()
        curves.append(np.sqrt(errors.reshape(-1, 12).mean(axis=0)))
        ratios.append(third[1] / rest)
        print(f"  {seed:4}  {third[1]:9.4f}  {rest:10.4f}  {ratios[-1]:5.3f}", flush=True)
    print(f"  ratios {np.mean(ratios):.3f} ± {np.std(ratios):.3f}, at most {max(ratios):.3f} (wanted: 0.7)")
    steps = range(1, 13)
    return Lines(
        "Temporal XOR", [Group("", steps, np.mean(curves, axis=0))], "input", "root mean square error"
    )


def spelling(seeds):
    """Elman 1990: high errors at consonants, low ones at vowels; bit 1 is known, bit 4 is not."""
    print("letters in words, 6-20-6 and 20 context units, 1,000 consonants, 200 passes, rate 0.1: rms error")
    print("  seed  vowels  consonants  ratio  bit 1  bit 4")
    ratios = []
    for seed in range(seeds):
        stream, text = as_vectors(letters(1000, seed=seed)), letters(300, seed=1000 + seed)
        errors = errors_after(elmans(20, 200, 0.1, seed), stream, as_vectors(text))
        by_letter, by_bit = np.sqrt(errors.mean(axis=1)), np.sqrt(errors.mean(axis=0))
        is_vowel = np.array([letter in "aiu" for letter in text[1:]])
        vowels, consonants = by_letter[is_vowel].mean(), by_letter[~is_vowel].mean()
        ratios.append(vowels / consonants)
        known, unknown = by_bit[[0, 3]]
        figures = f"{vowels:6.4f}  {consonants:10.4f}  {ratios[-1]:5.3f}  {known:5.3f}  {unknown:5.3f}"
        print(f"  {seed:4}  {figures}", flush=True)
    print(f"  ratios {np.mean(ratios):.3f} ± {np.std(ratios):.3f}, at most {max(ratios):.3f} (wanted: 0.3)")
    shown = by_letter[:40]
    title = f"Letters in words: {text[1:41]}"
    return Lines(title, [Group("", range(1, len(shown) + 1), shown)], "letter", "root mean square error")


def ours(X, y):
    """An epoch of byhand's as a function."""
    how = {"rule": "sgd", "learning_rate": RATE, "batch_size": BATCH, "max_iter": 1, "random_state": 0}
    net = ElmanClassifier(UNITS, warm_start=True, **how)
    return lambda: net.fit(X, y)


def theirs(X, y):
    """The same epoch of torch.nn.RNN; None where PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        return None
    layer, head = torch.nn.RNN(FEATURES, UNITS, batch_first=True), torch.nn.Linear(UNITS, CLASSES)
    optimiser = torch.optim.SGD([*layer.parameters(), *head.parameters()], lr=RATE)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)

    def fit():
        for rows in torch.randperm(len(inputs)).split(BATCH):
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(head(layer(inputs[rows])[0][:, -1]), targets[rows])
            loss.backward()
            optimiser.step()

    return fit


def times(turns):
    """Milliseconds an epoch of ten steps, beside PyTorch."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(SAMPLES, STEPS, FEATURES)).astype(np.float32)
    y = rng.integers(0, CLASSES, SAMPLES)
    runs = {"byhand": ours(X, y), "torch.nn.RNN": theirs(X, y)}
    found = interleaved({name: run for name, run in runs.items() if run}, turns)
    print(f"{UNITS} hidden units, {STEPS} steps of {FEATURES}, batch {BATCH}: milliseconds for ten updates")
    for name, taken in found.items():
        print(f"  {name:13} {taken:8.1f}   byhand / it: {found['byhand'] / taken:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--picture", type=Path, help="draw the errors over the steps into this file")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    panels = [temporal(asked.seeds), spelling(asked.seeds)] if asked.seeds else []
    if asked.picture:
        draw(asked.picture, panels)
    if asked.turns:
        times(asked.turns)
