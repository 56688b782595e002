"""Perceptron passes over 60,000 × 784 with ten units, beside scikit-learn."""

import argparse
import warnings

from mlp import interleaved, samples
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Theirs

from byhand.networks import Perceptron as Ours


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--turns", type=int, default=5)
    epochs, turns = vars(options.parse_args()).values()
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = samples(60_000)
    wide = X.astype(float)  # which scikit-learn would make of it in each fit
    ours, theirs = (
        {count: net(max_iter=count, random_state=0, **more) for count in (1, 1 + epochs)}
        for net, more in ((Ours, {}), (Theirs, {"tol": None}))
    )
    sides = {("byhand", count): lambda net=net: net.fit(X, y) for count, net in ours.items()}
    sides |= {("scikit-learn", count): lambda net=net: net.fit(wide, y) for count, net in theirs.items()}
    found = interleaved(sides, turns)
    print(f"perceptron, 784 inputs, 10 units, 60,000 samples: ms (medians of {turns})")
    passes = {}
    for name in ("byhand", "scikit-learn"):
        passes[name] = (found[name, 1 + epochs] - found[name, 1]) / epochs
        print(f"  {name:14} first pass {found[name, 1]:8.1f}   each further one {passes[name]:8.1f}")
    print(f"  byhand / scikit-learn, a further pass: {passes['byhand'] / passes['scikit-learn']:.2f}")


if __name__ == "__main__":
    main()
