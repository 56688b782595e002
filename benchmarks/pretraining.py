"""What pre-training is worth where few samples have labels, and what its codes are worth to a simple model.

python benchmarks/pretraining.py [--seeds 5] [--labels 100]

The digits of 8×8 pixels, a fifth held out. Of the rest some have labels, all can be used without them. A seed
decides all splits, orders, first weights; networks share it, so that each line is compared with the first of
its kind seed by seed. Fine-tuning is the same for all networks, and so is the number of updates of the
pre-training: what sees the few alone goes through them more often. A network of ReLU units, as one would take
today, stands beside them.
"""

import argparse
import statistics
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from byhand.data import load
from byhand.networks import RBM, Autoencoder, DBNClassifier, StackedAutoencoderClassifier

SIZES = (100, 100, 100)
TUNING = {"batch_size": 20, "learning_rate": 0.001, "max_iter": 200, "tol": 0.0, "n_iter_no_change": 1000}
CODERS = {"pretraining_epochs": 60, "pretraining_learning_rate": 0.002, "corruption": 0.2}
MACHINES = {"pretraining_epochs": 60, "pretraining_learning_rate": 0.05, "momentum": 0.5}
NETWORKS = {
    "a multilayer perceptron": (StackedAutoencoderClassifier(SIZES, pretraining_epochs=0, **TUNING), False),
    "the same of ReLU units": (
        StackedAutoencoderClassifier(SIZES, "relu", pretraining_epochs=0, **TUNING),
        False,
    ),
    "stacked auto-encoders": (StackedAutoencoderClassifier(SIZES, **CODERS, **TUNING), False),
    "the same, and samples without labels": (StackedAutoencoderClassifier(SIZES, **CODERS, **TUNING), True),
    "deep belief network": (DBNClassifier(SIZES, **MACHINES, **TUNING), False),
    "the same, and samples without labels ": (DBNClassifier(SIZES, **MACHINES, **TUNING), True),
}
FEW = {"batch_size": 20, "max_iter": 60}
CODES = {
    "the pixels": (),
    "codes of an auto-encoder": (Autoencoder(100, learning_rate=0.002, corruption=0.2, tol=0.0, **FEW),),
    "codes of a Boltzmann machine": (RBM(100, learning_rate=0.05, momentum=0.5, **FEW),),
}


def divided(seed, labels):
    """Inputs and labels of the few, the inputs of the others, and what is held out."""
    data = load("digits")
    X, X_test, y, y_test = train_test_split(data.X, data.y, test_size=0.2, random_state=seed, stratify=data.y)
    few, rest, y_few, _ = train_test_split(X, y, train_size=labels, random_state=seed, stratify=y)
    return few, y_few, rest, X_test, y_test


def networks_errors(seed, labels):
    """The error of each network on what is held out."""
    X, y, rest, X_test, y_test = divided(seed, labels)
    found = {}
    for name, (net, more) in NETWORKS.items():
        net = clone(net).set_params(random_state=seed)
        if not more:
            net.set_params(pretraining_epochs=net.pretraining_epochs * (len(X) + len(rest)) // len(X))
        net.fit(X, y, unlabelled=rest if more else None)
        found[name] = 1 - net.score(X_test, y_test)
    return found


def codes_errors(seed, labels):
    """The error of logistic regression on codes that were learned from all samples, without labels."""
    X, y, rest, X_test, y_test = divided(seed, labels)
    found = {}
    for name, steps in CODES.items():
        coder = make_pipeline("passthrough", *(step.set_params(random_state=seed) for step in steps))
        coder.fit(np.vstack([X, rest]))
        model = LogisticRegression(max_iter=2000).fit(coder.transform(X), y)
        found[name] = 1 - model.score(coder.transform(X_test), y_test)
    return found


def told(title, found):
    """A table: the mean error, and the difference to the first line with its standard error."""
    print(f"\n| {title} | error | less than the first, mean ± standard error | better, of {len(found)} |")
    print("|---|---:|---:|---:|")
    first = next(iter(found[0]))
    for name in found[0]:
        errors, less = [one[name] for one in found], [one[first] - one[name] for one in found]
        spread = statistics.stdev(less) / len(less) ** 0.5 if len(less) > 1 else 0.0
        difference = "" if name == first else f"{statistics.fmean(less):.2%} ± {spread:.2%}"
        better = "" if name == first else sum(one > 0 for one in less)
        print(f"| {name.strip()} | {statistics.fmean(errors):.2%} | {difference} | {better} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--labels", type=int, default=100)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    for title, errors in (("network", networks_errors), ("logistic regression on", codes_errors)):
        told(title, [errors(seed, options.labels) for seed in range(options.seeds)])


if __name__ == "__main__":
    main()
