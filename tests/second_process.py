"""Fits in processes that a test may kill; each is forked from one that has imported everything."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.base import clone

import byhand
from byhand.networks import (
    SOM,
    CascadeCorrelationRegressor,
    Checkpoint,
    FuzzyARTMAP,
    MLPClassifier,
    MLPRegressor,
)
from byhand.networks.fits import checkpoint

rng = np.random.default_rng(11)
X = rng.normal(size=(60, 4)) + 0.2
CLASSES = (X @ [1.0, -0.5, 0.8, 0.1] > 0.2).astype(int) + (X[:, 0] > 0.4)
AMOUNTS = X @ [[1.0, 0.5], [-2.0, 0.1], [0.5, 0.9], [0.2, -0.3]] + 0.3
WEIGHT = rng.uniform(0.5, 2.0, 60)

HOW = {"max_iter": 20, "n_iter_no_change": 1000, "random_state": 3}
RUNS = {
    "early stopping": (MLPClassifier((5,), "tanh", batch_size=7, early_stopping=True, **HOW), (X, CLASSES)),
    "weights": (MLPRegressor((4, 3), rule="momentum", batch_size=9, **HOW), (X, AMOUNTS, WEIGHT)),
    "full batch": (
        MLPClassifier((6,), output="sigmoid", rule="rmsprop", alpha=0.02, **HOW),
        (X, CLASSES == 1),
    ),
    "annealing": (
        MLPClassifier((5,), "tanh", strategy="annealing", max_iter=6000, random_state=3),
        (X, CLASSES, WEIGHT),
    ),
    "restarts": (
        MLPClassifier((5,), "tanh", batch_size=7, restarts=3, early_stopping=True, **HOW),
        (X, CLASSES),
    ),
    "map": (SOM((6, 6), max_iter=40, random_state=3), (X,)),
    "restarts, all seen": (MLPRegressor((4,), restarts=4, batch_size=9, **HOW), (X, AMOUNTS)),
    "categories": (FuzzyARTMAP(0.9, learning_rate=0.02, max_iter=3, random_state=3), (X, CLASSES)),
    "growth": (
        CascadeCorrelationRegressor(
            **{"max_units": 30, "candidates": 4, "n_units_no_change": 30, "random_state": 3},
            **{"error_limit": 0, "early_stopping": True, "validation_fraction": 0.3},
        ),
        (X, CLASSES),
    ),
}


class Starter:
    """Starts runs one after the other."""

    def __init__(self, cache):
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "XDG_CACHE_HOME": str(cache), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, name, path, *, never=None):
        """Begin a run, or go on with it where its file exists; the new process's number.

        If wanted, one that is never stopped, and saves nothing on its way, comes first.
        """
        print(json.dumps([name, str(path), never and str(never)]), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def wait(self):
        """How the run ended: 0, or minus a signal's number; until then its number is no other process's."""
        print(file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def run(name, path, never):
    """A checkpoint after every second step, and at each epoch's end."""
    from byhand.train import backend

    backend.TOGETHER = 2 * backend.LEAST
    checkpoint.SECONDS = 0.0
    kind, data = RUNS[name]
    if never:
        clone(kind).fit(*data).save(never)
    if path.exists():
        byhand.load(path).resume(*data, callbacks=[Checkpoint(path)])
    else:
        clone(kind).fit(*data, callbacks=[Checkpoint(path)])


if __name__ == "__main__":
    from byhand.train import descent  # noqa: F401  JAX is imported here, and started in each run

    warnings.simplefilter("ignore")
    for line in sys.stdin:
        name, path, never = json.loads(line)
        child = os.fork()
        if not child:
            run(name, Path(path), never)
            os._exit(0)
        print(child, flush=True)
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
