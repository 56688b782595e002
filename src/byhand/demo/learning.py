"""Houses divided and standardised, and their prices learned by the worked engine."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any, NamedTuple

import numpy as np

from byhand.api import Work, work
from byhand.data import Houses
from byhand.data.columns import Scale
from byhand.sources.problem import Problem, parse_problem

TRAINING_SHARE = 0.8
HIDDEN = 3


class Split(NamedTuple):
    """Houses divided at random, and all that is taken from the training part before learning.

    Attributes
    ----------
    seed : int
    training, held_out : ndarray of int
        Which houses.
    median : float
        The median price, in dollars.
    dear : frozenset of str
        The neighbourhoods whose median price is above that.
    area, location, price : Scale
    """

    seed: int
    training: np.ndarray
    held_out: np.ndarray
    median: float
    dear: frozenset[str]
    area: Scale
    location: Scale
    price: Scale


class Trial(NamedTuple):
    """One split and its learning, worked out."""

    split: Split
    work: Work


def divided(houses: Houses, seed: int) -> Split:
    """Divide the houses 80 to 20.

    Parameters
    ----------
    houses : Houses
    seed : int

    Returns
    -------
    Split
    """
    order = np.random.default_rng(seed).permutation(len(houses.price))
    training, held_out = np.split(order, [int(TRAINING_SHARE * len(order))])
    price, neighbourhood = houses.price[training], houses.neighbourhood[training]
    median = float(np.median(price))
    dear = frozenset(
        str(name) for name in np.unique(neighbourhood) if np.median(price[neighbourhood == name]) > median
    )
    location = location_of(neighbourhood, dear)
    scales = [Scale.of(own, "standard") for own in (houses.area[training], location, price)]
    return Split(seed, training, held_out, median, dear, *scales)


def location_of(neighbourhood: np.ndarray, dear: frozenset[str]) -> np.ndarray:
    """1 for a house in a dear neighbourhood, 0 for one elsewhere (also where no house was seen)."""
    return np.isin(neighbourhood, list(dear)).astype(float)


def inputs(split: Split, area: Any, location: Any) -> np.ndarray:
    """Areas in square metres and locations as the network sees them, shape (n, 2)."""
    return np.column_stack([split.area.scaled(area), split.location.scaled(location)])


def inputs_of(houses: Houses, split: Split, which: np.ndarray) -> np.ndarray:
    """Some of the houses as the network sees them, shape (n, 2)."""
    return inputs(split, houses.area[which], location_of(houses.neighbourhood[which], split.dear))


def problem() -> Problem:
    """The network and how it learns, without its numbers."""
    return parse_problem(resources.files("byhand.demo").joinpath("houses.toml").read_text("utf-8"))


def starting_weights(seed: int) -> dict[str, Any]:
    """Small weights drawn at random, and biases 0."""
    draw = np.random.default_rng(seed)
    W1, w2 = draw.normal(0, 0.5, (2, HIDDEN)).round(2), draw.normal(0, 0.5, HIDDEN).round(2)
    return {"W1": W1, "b1": np.zeros(HIDDEN), "w2": w2, "b2": 0.0}


def learn(houses: Houses, split: Split, progress: Callable[[int, Any], None] | None = None) -> Trial:
    """Learn the prices of the training part.

    Parameters
    ----------
    houses : Houses
    split : Split
    progress : callable, optional
        Told the number of each step and its loss.

    Returns
    -------
    Trial
        Ctrl-C ends it early; what was done is kept.
    """
    X = inputs_of(houses, split, split.training)
    y = split.price.scaled(houses.price[split.training])
    return Trial(split, work(problem(), {"X": X, "y": y, **starting_weights(split.seed)}, progress=progress))
