"""A deep belief network on MNIST, beside the 1.25 % of Hinton, Osindero & Teh 2006.

python benchmarks/dbn.py [--folder FOLDER] [--seed 0] [--epochs 25] [--without] [--model FILE]

784-500-500-2000-10: three restricted Boltzmann machines, each learned on the probabilities of the one below,
then back-propagation through all of them with dropout, and once more with a tenth of the rate. All of it
learns from 55,000 of the training images; the other 5,000 decide which epoch is kept. The test images are
looked at once, at the end. --without leaves the machines out: the same network from weights drawn at random.
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.data import load
from byhand.networks import Checkpoint, DBNClassifier

SIZES = (500, 500, 2000)
RATE = 0.0005
TURNS = {"max_iter": 40, "n_iter_no_change": 10}, {"max_iter": 8, "n_iter_no_change": 4}


def network(epochs, seed):
    machines = {"pretraining_learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.0002}
    tuning = {"dropout": 0.3, "input_dropout": 0.1, "batch_size": 100, "tol": 0.0}
    how = {"early_stopping": True, "validation_fraction": 1 / 12, "random_state": seed, "verbose": True}
    return DBNClassifier(SIZES, pretraining_epochs=epochs, **machines, **tuning, **how)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--model")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    training, test = load("mnist", folder=options.folder).split()
    epochs = 0 if options.without else options.epochs
    net, ends = network(epochs, options.seed), []
    saving = [Checkpoint(options.model, every=1)] if options.model else []
    began = time.perf_counter()
    for part, turn in enumerate(TURNS):
        net.set_params(learning_rate=RATE / 10**part, warm_start=part > 0, **turn)
        net.fit(training.X, training.y, callbacks=[lambda report: ends.append(time.perf_counter()), *saving])
    tuning = (ends[-1] - ends[0]) * len(ends) / (len(ends) - 1)
    pretraining = ends[-1] - began - tuning
    wrong = int(np.sum(net.predict(test.X) != test.y))
    weights = sum(value.size for value in net.params_.values())
    print("| network | weights | pre-training | fine-tuning | validation error | test error |")
    print("|---|---:|---|---|---|---|")
    print(
        f"| 784-{'-'.join(map(str, SIZES))}-10, seed {options.seed} | {weights:,} "
        f"| {epochs} epochs a layer, {pretraining:.0f} s | {len(ends)} epochs, {tuning:.0f} s "
        f"| {1 - max(net.validation_scores_):.2%} | {wrong / len(test):.2%} ({wrong} of {len(test):,}) |"
    )


if __name__ == "__main__":
    main()
