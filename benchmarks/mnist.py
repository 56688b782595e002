"""What networks reach on MNIST, beside what was published for the same ones.

python benchmarks/mnist.py [--folder FOLDER] [--seeds 5] [--only NAME]

The network of Nielsen's book learns from the first 50,000 of the training images, as his do; a best epoch is
chosen by the test images, as his is, and the last one stands beside it.
"""

import argparse
import statistics
import time
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.data import load
from byhand.networks import LogisticRegression, MLPClassifier

FOREVER = {"tol": 0.0, "n_iter_no_change": 10_000}


class Study(NamedTuple):
    """A network, from how many images it learns, and what was published for it."""

    net: object
    images: int
    published: str


STUDIES = {
    "784-16-10": Study(
        MLPClassifier((16,), "sigmoid", learning_rate=0.003, batch_size=32, max_iter=30, **FOREVER),
        60_000,
        "12,730 parameters (no accuracy was published)",
    ),
    "784-30-10, quadratic cost": Study(
        MLPClassifier(
            *((30,), "sigmoid"),
            **{"output": "sigmoid", "loss": "quadratic", "rule": "sgd", "learning_rate": 3.0},
            **{"batch_size": 10, "max_iter": 30, **FOREVER},
        ),
        50_000,
        "95.42 % best epoch (Nielsen, chapter 1)",
    ),
    # His cost is the sum over ten outputs, ours the mean: ten times his rate 0.1, a tenth of his 5/50,000.
    "784-100-10, cross-entropy and L2": Study(
        MLPClassifier(
            *((100,), "sigmoid"),
            **{"output": "sigmoid", "rule": "sgd", "learning_rate": 1.0, "alpha": 1e-5},
            **{"batch_size": 10, "max_iter": 60, **FOREVER},
        ),
        50_000,
        "97.92 % best epoch (Nielsen, chapter 3)",
    ),
    "logistic regression": Study(
        LogisticRegression(learning_rate=0.001, max_iter=15),
        60_000,
        "92.51 % (the Theano tutorial's logistic regression)",
    ),
}


def accuracies(study, parts, seed):
    """The accuracy on the test images after each epoch, and how many parameters learned it."""
    training, test = parts
    found = []

    def measure(report):
        found.append(float(np.mean(report.network.predict(test.X) == test.y)))

    net = study.net.set_params(random_state=seed)
    net.fit(training.X[: study.images], training.y[: study.images], callbacks=[measure])
    return found, sum(value.size for value in net.params_.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=STUDIES)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    parts = load("mnist", folder=options.folder).split()
    columns = "best epoch: mean (best seed) | last epoch: mean ± spread | published | s a seed"
    print(f"| network | parameters | {columns} |")
    print("|---|---:|---|---|---|---:|")
    for name in [options.only] if options.only else STUDIES:
        started, curves, parameters = time.perf_counter(), [], 0
        for seed in range(options.seeds):
            curve, parameters = accuracies(STUDIES[name], parts, seed)
            curves.append(curve)
        best, last = [max(curve) for curve in curves], [curve[-1] for curve in curves]
        spread = statistics.stdev(last) if len(last) > 1 else 0.0
        seconds = (time.perf_counter() - started) / options.seeds
        print(f"| {name} | {parameters:,} | {np.mean(best):.2%} ({max(best):.2%}) | {np.mean(last):.2%} ± "
              f"{spread:.2%} | {STUDIES[name].published} | {seconds:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
