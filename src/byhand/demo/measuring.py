"""How far off predictions are in dollars: the network's, and those of two simple ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from byhand.data import Houses
from byhand.demo.learning import Split, Trial, inputs_of
from byhand.trace.forward import run_forward


class Errors(NamedTuple):
    """Mean absolute errors on the held-out houses, in dollars.

    Attributes
    ----------
    mean : float
        Of always saying the mean price of the training part.
    linear : float
        Of least squares on the network's two inputs.
    network : float
    """

    mean: float
    linear: float
    network: float


def errors(houses: Houses, trial: Trial) -> Errors:
    """Measure on the houses that were held out."""
    split = trial.split
    X, price = inputs_of(houses, split, split.held_out), houses.price[split.held_out]
    guesses = split.price.centre, linear_prices(houses, split, X), network_prices(trial, X)
    return Errors(*[float(np.mean(np.abs(guess - price))) for guess in guesses])


def network_prices(trial: Trial, X: np.ndarray, step: int = -1) -> np.ndarray:
    """What the network says, in dollars, after learning or before some step, for inputs of shape (n, 2)."""
    run = trial.work.run
    values = run_forward(run.program, {**run.starts[step], "X": X, "y": np.zeros(len(X))}).values
    return trial.split.price.restored(values["yhat"])


def linear_prices(houses: Houses, split: Split, X: np.ndarray) -> np.ndarray:
    """What the plane of least squares through the training part says, in dollars."""
    known = inputs_of(houses, split, split.training)
    plane = np.linalg.lstsq(_with_ones(known), houses.price[split.training])[0]
    return _with_ones(X) @ plane


def _with_ones(X: np.ndarray) -> np.ndarray:
    return np.column_stack([X, np.ones(len(X))])


def average(measured: Iterable[Errors]) -> Errors:
    """The mean over several splits."""
    return Errors(*[float(np.mean(column)) for column in zip(*measured, strict=True)])
