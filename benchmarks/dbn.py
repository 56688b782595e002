"""A deep belief network on MNIST, beside the 1.25 % of Hinton, Osindero & Teh 2006.

python benchmarks/dbn.py [--folder FOLDER] [--seed 0] [--epochs 25] [--model FILE]

784-500-500-2000-10: three restricted Boltzmann machines, each learned on the probabilities of the one below,
then back-propagation through all of them. Both learn from 50,000 of the training images; the other 10,000
decide which epoch is kept. The test images are looked at once, at the end.
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.data import load
from byhand.networks import Checkpoint, DBNClassifier

SIZES = (500, 500, 2000)


def network(epochs, seed):
    machines = {"pretraining_epochs": epochs, "momentum": 0.5, "weight_decay": 0.0002}
    tuning = {"learning_rate": 0.0002, "max_iter": 60, "early_stopping": True, "validation_fraction": 1 / 6}
    how = {"batch_size": 100, "n_iter_no_change": 8, "tol": 0.0, "random_state": seed, "verbose": True}
    return DBNClassifier(SIZES, **machines, **tuning, **how)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--model")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    training, test = load("mnist", folder=options.folder).split()
    net, watch = network(options.epochs, options.seed), []
    saving = [Checkpoint(options.model)] if options.model else []
    began = time.perf_counter()
    net.fit(training.X, training.y, callbacks=[lambda report: watch.append(time.perf_counter()), *saving])
    tuning = (watch[-1] - watch[0]) * len(watch) / max(1, len(watch) - 1)
    pretraining = time.perf_counter() - began - tuning
    scores = net.validation_scores_
    wrong = int(np.sum(net.predict(test.X) != test.y))
    weights = sum(value.size for value in net.params_.values())
    print("| network | weights | pre-training | fine-tuning | validation error | test error |")
    print("|---|---:|---|---|---|---|")
    print(f"| 784-{'-'.join(map(str, SIZES))}-10, seed {options.seed} | {weights:,} "
          f"| {options.epochs} epochs a layer, {pretraining:.0f} s "
          f"| {len(scores)} epochs, the best was {1 + int(np.argmax(scores))}, {tuning:.0f} s "
          f"| {1 - max(scores):.2%} | {wrong / len(test):.2%} ({wrong} of {len(test):,}) |")  # fmt: skip


if __name__ == "__main__":
    main()
