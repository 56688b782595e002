"""Competitive learning: the units compete for each sample; the winner and its neighbours learn it.

The same learning as the network's equations, faster. A squared distance is |w|² - 2w·x + |x|²: one product of
a matrix and a vector, which then gives |w|² after the update too. The samples are taken from their mean, so
that the difference keeps its digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.errors import CalculationError
from byhand.train.backend import is_quick, jitted, quick_options, start_backend

CHUNK_NUMBERS = 2**21  # distances in memory at a time
NEAR_NUMBERS = 2**19  # distances that stay near the processor
ENOUGH = 256  # samples that are worth a product of matrices
LEAST_WEIGHT = 1e-30  # below, float32 has not enough digits to divide by


class Form(NamedTuple):
    """What is compiled: how the neighbourhood of a winner is calculated from places on the map.

    Attributes
    ----------
    rates : callable
        ``rates(t, settings)``: the learning rate and the width, after `t` samples.
    around : callable
        ``around(winner, settings, sigma)``: the neighbourhood factor of each unit, shape (…, units), whose
        rows and columns are ``r`` and ``c`` of the settings.
    grid : (int, int) or None
        Rows and columns, where the factor is one of the row times one of the column.
    """

    rates: Callable[..., Any]
    around: Callable[..., Any]
    grid: tuple[int, int] | None


class Epoch(NamedTuple):
    """An epoch gone through.

    Attributes
    ----------
    W : ndarray, shape (units, features)
    distances : ndarray, shape (n,)
        Of each sample to its winner when it was seen.
    """

    W: np.ndarray
    distances: np.ndarray


def go_through(
    form: Form,
    W: np.ndarray,
    X: np.ndarray,
    settings: dict[str, Any],
    start: int,
    orders: Iterator[np.ndarray],
    *,
    batch: bool,
) -> Iterator[Epoch]:
    """Go through the samples again and again, an epoch for each order.

    Parameters
    ----------
    form : Form
        The same object for the same equations, so that what was compiled for one fit serves the next.
    W : ndarray, shape (units, features)
        One weight vector a unit, float32.
    X : ndarray, shape (n, features)
    settings : dict
        What the functions of `form` need.
    start : int
        Samples seen before.
    orders : iterator of ndarray
    batch : bool
        Learn once, at the end of each epoch.

    Yields
    ------
    Epoch

    Raises
    ------
    CalculationError
        ``diverged``: a weight is no finite number any more. The epoch yielded last is the last good one.
    """
    units, n = len(W), len(X)
    work = operations(W, n, batch=batch)
    start_backend(work)
    middle = X.mean(axis=0, dtype=np.float64).astype(np.float32)
    data, settings = jnp.subtract(X, middle), jax.device_put({**settings, "middle": middle})
    quick = is_quick(work, 1 if batch else n)
    run = _batch(form, _at_a_time(units), quick) if batch else _online(form, quick)
    for number, order in enumerate(orders, 1):
        W, distances = map(np.asarray, run(W, data, np.asarray(order, np.int32), np.float32(start), settings))
        if not np.isfinite(W).all():
            raise CalculationError("diverged", epoch=number, rate=float(settings["eta0"]))
        start += n
        yield Epoch(W, distances)


def operations(W: np.ndarray, samples: int, *, batch: bool) -> float:
    """Arithmetic operations in one step, about."""
    return 4.0 * W.size * (samples if batch else 1)


@lru_cache(maxsize=64)
def _online(form: Form, quick: bool) -> Callable[..., Any]:
    """An epoch in which each sample changes the weights before the next is seen.

    Learning a sample moves the product of a unit with any other sample as it moves the unit: by a share of
    the way to the product of the two samples. So the weights are read and written once for several samples.
    """

    def epoch(W: Any, data: Any, order: Any, t: Any, settings: Any) -> Any:
        n, size = len(order), several(*data.shape)

        def in_rows(values: Any, rest: float) -> Any:
            values = jnp.broadcast_to(values, n)
            return jnp.pad(values, (0, -n % size), constant_values=rest).reshape(-1, size)

        def some(known: Any, seen: Any) -> Any:
            W, squares = known
            X = data[seen[0]]

            def one(known: Any, seen: Any) -> Any:
                products, squares = known
                k, to_others, length, eta, sigma = seen
                own = products[k]
                distances = squares - 2 * own
                winner = jnp.argmin(distances)
                share = eta * form.around(winner, settings, sigma)
                keep = 1 - share
                squares = keep * (keep * squares + 2 * share * own) + share * share * length
                products = keep * products + to_others[:, None] * share
                return (products, squares), (share, distances[winner] + length)

            steps = jnp.arange(size), X @ X.T, *seen[1:]
            (_, squares), (shares, distances) = jax.lax.scan(one, (X @ W.T, squares), steps)
            left, parts = jax.lax.scan(_left_of, jnp.ones_like(squares), shares, reverse=True)
            return (left[:, None] * W + parts.T @ X, squares), distances

        W = W - settings["middle"]
        eta, sigma = form.rates(t + jnp.arange(n, dtype=W.dtype), settings)
        lengths = jnp.sum(data * data, axis=1)[order]
        # A sample that fills the last row up is learned at a rate of 0.
        seen = in_rows(order, 0), in_rows(lengths, 0), in_rows(eta, 0), in_rows(sigma, 1)
        (W, _), distances = jax.lax.scan(some, (W, jnp.sum(W * W, axis=1)), seen)
        return W + settings["middle"], jnp.sqrt(jnp.maximum(distances.reshape(-1)[:n], 0))

    return jitted(epoch, quick_options() if quick else None)


def several(n: int, features: int) -> int:
    """How many samples are learned before the weights are written: about where both halves of the work meet.

    A step goes through as many products a unit as there are samples together, and through the features a unit
    divided by that number, three times: two products of matrices and the writing.

    Examples
    --------
    >>> several(60000, 784), several(60000, 3), several(5, 784)
    (48, 3, 5)
    """
    return min(n, round((3 * features) ** 0.5))


def _left_of(later: Any, share: Any) -> tuple[Any, Any]:
    """What the samples after this one leave of the weights before it, and of the sample itself."""
    return later * (1 - share), later * share


def _at_a_time(units: int) -> int:
    return max(1, NEAR_NUMBERS // units, min(ENOUGH, CHUNK_NUMBERS // units))


@lru_cache(maxsize=64)
def _batch(form: Form, most: int, quick: bool) -> Callable[..., Any]:
    """An epoch after which each unit is the mean of all samples, weighted by its factors for their winners.

    The samples of each unit are added up first; then the sums are spread over the map.
    """

    def epoch(W: Any, data: Any, order: Any, t: Any, settings: Any) -> Any:
        units, n = len(W), len(data)
        size = min(most, n)
        W = W - settings["middle"]
        _, sigma = form.rates(t, settings)
        lengths = jnp.sum(W * W, axis=1)

        def one(known: Any, first: Any) -> Any:
            sums, counts = known
            X = jax.lax.dynamic_slice_in_dim(data, first, size)
            distances = lengths - 2 * (X @ W.T)
            winners = jnp.argmin(distances, axis=1)
            nearest = jnp.take_along_axis(distances, winners[:, None], axis=1)[:, 0] + jnp.sum(X * X, axis=1)
            # The last part may begin within the one before: what was counted there is not counted again.
            new = jnp.arange(size) >= jnp.where(first == n - size, (size - n % size) % size, 0)
            winners = jnp.where(new, winners, units)
            sums = sums.at[winners].add(X, mode="drop")
            counts = counts.at[winners].add(1.0, mode="drop")
            return (sums, counts), nearest

        firsts = jnp.minimum(jnp.arange(0, n, size), n - size)
        (sums, counts), nearest = jax.lax.scan(one, (jnp.zeros_like(W), jnp.zeros_like(lengths)), firsts)
        distances = jnp.concatenate([nearest[:-1].reshape(-1), nearest[-1][(size - n % size) % size :]])
        sums, counts = _spread(form, jnp.hstack([sums, counts[:, None]]), settings, sigma)
        known = counts[:, None] > LEAST_WEIGHT
        W = jnp.where(known, sums / jnp.where(known, counts[:, None], 1), W)
        return W + settings["middle"], jnp.sqrt(jnp.maximum(distances, 0))

    return jitted(epoch, quick_options() if quick else None)


def _spread(form: Form, totals: Any, settings: Any, sigma: Any) -> tuple[Any, Any]:
    """Each unit's total handed to its neighbours: along rows and columns, or to each unit by itself."""
    units = len(totals)
    if form.grid:
        rows, columns = (jnp.arange(size) for size in form.grid)
        r, c = 1.0 * rows[:, None], 1.0 * columns[:, None]
        down = form.around(rows, {**settings, "r": r, "c": 0 * r}, sigma)
        across = form.around(columns, {**settings, "r": 0 * c, "c": c}, sigma)
        whole = totals.reshape(*form.grid, -1)
        whole = jnp.einsum("ir,rcf->icf", down, whole)
        whole = jnp.einsum("jc,icf->ijf", across, whole).reshape(units, -1)
    else:
        size = max(1, min(units, CHUNK_NUMBERS // units))

        def part(numbers: Any) -> Any:
            # The factor of a unit for a winner is that of the winner for the unit.
            return form.around(numbers, settings, sigma) @ totals

        numbers = jnp.arange(-(-units // size) * size).reshape(-1, size)
        whole = jax.lax.map(part, numbers).reshape(-1, totals.shape[1])[:units]
    return whole[:, :-1], whole[:, -1]
