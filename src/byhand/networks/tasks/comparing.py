"""Strategies side by side: the same splits for all of them, over several seeds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, stdev
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, train_test_split

from byhand.data import Dataset, Preparation
from byhand.networks.fits.interrupts import whole_fits
from byhand.networks.fits.progress import Report


@dataclass(frozen=True)
class Strategy:
    """One way to train a network.

    Attributes
    ----------
    name : str
    settings : mapping
        Parameters of the estimator.
    search : mapping
        Parameters chosen by cross-validation within the training part, each with its candidates.
    share : float
        How much of the training part is used.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    search: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    share: float = 1.0


class Point(NamedTuple):
    """The mean losses after an epoch, without a penalty."""

    epoch: int
    training: float
    test: float


class Outcome(NamedTuple):
    """One strategy with one seed.

    Attributes
    ----------
    strategy : str
    seed : int
    training, test : float
        Errors: the share of wrong classes, or for amounts 1 − R².
    epochs, updates : int
    seconds : float
    chosen : dict
        What cross-validation chose.
    curve : tuple of Point
    """

    strategy: str
    seed: int
    training: float
    test: float
    epochs: int
    updates: int
    seconds: float
    chosen: dict[str, Any]
    curve: tuple[Point, ...]


class Estimate(NamedTuple):
    """A mean over seeds and its standard error; of one seed there is none."""

    mean: float
    error: float | None


class Row(NamedTuple):
    """What the seeds of one strategy say.

    Attributes
    ----------
    strategy : str
    seeds : int
    training, test : Estimate
    difference : Estimate or None
        Of the test error to that of the first strategy, seed by seed; None for the first itself.
    epochs, updates : float
        Means.
    seconds : float
        The median: the first fit of a shape is compiled.
    """

    strategy: str
    seeds: int
    training: Estimate
    test: Estimate
    difference: Estimate | None
    epochs: float
    updates: float
    seconds: float


def outcomes(
    net: Any,
    strategies: Sequence[Strategy],
    data: Dataset,
    *,
    seeds: Iterable[int] = range(5),
    test: float = 0.25,
) -> Iterator[Outcome]:
    """Train with every strategy for every seed.

    A seed decides the split, the first weights and the orders; strategies share it. Inputs, and targets that
    are amounts, are prepared as the training part asks for.

    Parameters
    ----------
    net : estimator
        A gradient network; each strategy changes a copy of it.
    strategies : sequence of Strategy
    data : Dataset
    seeds : iterable of int
    test : float
        The part that is not trained on.

    Yields
    ------
    Outcome

    Raises
    ------
    KeyboardInterrupt
        Also where a fit would have kept what it had: half a fit is no outcome.
    """
    for seed in seeds:
        parts = data.split(test, seed)
        preparation = Preparation.fit(parts.training)
        training, held_out = ((preparation.inputs(part), preparation.targets(part)) for part in parts)
        for strategy in strategies:
            yield _outcome(net, strategy, seed, training, held_out)


def _outcome(
    net: Any,
    strategy: Strategy,
    seed: int,
    training: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
) -> Outcome:
    X, y = training
    net = clone(net).set_params(**strategy.settings, random_state=seed)
    if strategy.share < 1:
        classes = y if is_classifier(net) else None
        X, _, y, _ = train_test_split(X, y, train_size=strategy.share, random_state=seed, stratify=classes)
    watch = _Watch((X, y), test)
    chosen: dict[str, Any] = {}
    start = time.perf_counter()
    with whole_fits():
        if strategy.search:
            search = GridSearchCV(net, dict(strategy.search), cv=3, error_score="raise", refit=False)
            chosen = search.fit(X, y).best_params_
        net.set_params(**chosen).fit(X, y, callbacks=[watch])
    seconds = time.perf_counter() - start - watch.seconds
    errors = 1 - net.score(X, y), 1 - net.score(*test)
    return Outcome(strategy.name, seed, *errors, net.n_iter_, net.t_, seconds, chosen, tuple(watch.points))


class _Watch:
    """Measures both parts after each epoch, and how long it takes to."""

    def __init__(self, *parts: tuple[np.ndarray, np.ndarray]) -> None:
        self.parts = parts
        self.samples: list[dict[str, np.ndarray]] = []
        self.points: list[Point] = []
        self.seconds = 0.0

    def __call__(self, report: Report) -> None:
        from byhand.train.measuring import mean_loss

        start = time.perf_counter()
        net = report.network
        if not self.samples:
            self.samples = [
                net._columns_seen(net._inputs(X), net._targets(np.asarray(y))) for X, y in self.parts
            ]
        training, test = (mean_loss(net._measured(), net.params_, part) for part in self.samples)
        self.points.append(Point(report.epoch, training, test))
        self.seconds += time.perf_counter() - start


def summary(found: Sequence[Outcome]) -> list[Row]:
    """What the outcomes say of each strategy, in the order in which they first appear.

    Parameters
    ----------
    found : sequence of Outcome

    Returns
    -------
    list of Row

    Examples
    --------
    >>> def outcome(strategy, seed, test):
    ...     return Outcome(strategy, seed, 0.0, test, 9, 90, 1.0, {}, ())
    >>> found = [outcome("a", 0, 0.25), outcome("b", 0, 0.5), outcome("a", 1, 0.75), outcome("b", 1, 0.5)]
    >>> a, b = summary(found)
    >>> a.test, a.difference
    (Estimate(mean=0.5, error=0.25), None)
    >>> b.test, b.difference
    (Estimate(mean=0.5, error=0.0), Estimate(mean=0.0, error=0.25))
    """
    names = list(dict.fromkeys(outcome.strategy for outcome in found))
    by_seed = {name: {one.seed: one for one in found if one.strategy == name} for name in names}
    first = by_seed[names[0]] if names else {}
    rows = []
    for name, ones in by_seed.items():
        pairs = [one.test - first[seed].test for seed, one in ones.items() if seed in first]
        rows.append(
            Row(
                name,
                len(ones),
                _estimate([one.training for one in ones.values()]),
                _estimate([one.test for one in ones.values()]),
                _estimate(pairs) if name != names[0] and pairs else None,
                fmean(one.epochs for one in ones.values()),
                fmean(one.updates for one in ones.values()),
                median(one.seconds for one in ones.values()),
            )
        )
    return rows


def _estimate(values: Sequence[float]) -> Estimate:
    return Estimate(fmean(values), stdev(values) / len(values) ** 0.5 if len(values) > 1 else None)
