"""Online learning: each sample changes the weights before the next is seen; an epoch in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np

from byhand.errors import CalculationError
from byhand.train.backend import is_quick, jitted, quick_options, start_backend

Step = Callable[[Any, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]], tuple[Any, Any]]


class Epoch(NamedTuple):
    """An epoch gone through.

    Attributes
    ----------
    params : dict
        Arrays by name.
    order : ndarray of int, shape (n,)
        In which the samples were seen.
    decisions : dict
        What each step decided, by name, in that order: shape (n, …).
    """

    params: dict[str, Any]
    order: np.ndarray
    decisions: dict[str, np.ndarray]


def go_through(
    step: Step,
    params: Mapping[str, Any],
    settings: Mapping[str, float],
    samples: Mapping[str, np.ndarray],
    orders: Iterator[np.ndarray],
) -> Iterator[Epoch]:
    """Go through the samples again and again, an epoch for each order.

    Parameters
    ----------
    step : callable
        ``step(params, sample, settings, draws)``, which returns the new parameters and its decisions; the
        same function for the same equations, so that what was compiled for one fit serves the next.
    params : mapping
        Arrays by name.
    settings : mapping
    samples : mapping
        For each name the values of all samples along the first axis.
    orders : iterator of ndarray
        For each epoch the order of the samples.

    Yields
    ------
    Epoch

    Raises
    ------
    CalculationError
        ``diverged``: a weight is no finite number any more. The epoch yielded last is the last good one.
    """
    work = 4.0 * sum(np.size(value) for value in params.values())
    start_backend(work)
    quick = is_quick(work, len(next(iter(samples.values()))))
    run, data, known = compiled(step, quick=quick), jax.device_put(dict(samples)), dict(params)
    for number, order in enumerate(orders, 1):
        known, decisions = run(known, data, np.asarray(order, np.int32), dict(settings))
        if not all(np.isfinite(np.asarray(value)).all() for value in known.values()):
            raise CalculationError("diverged", epoch=number, rate=settings["eta"])
        yield Epoch(known, order, {name: np.asarray(value) for name, value in decisions.items()})


@lru_cache(maxsize=64)
def compiled(step: Step, *, quick: bool) -> Callable[..., Any]:
    """The epoch as one compiled function; the settings are inputs of it."""

    def epoch(params: Any, data: Any, order: Any, settings: Any) -> Any:
        def one(params: Any, k: Any) -> Any:
            return step(params, {name: column[k] for name, column in data.items()}, settings, {})

        return jax.lax.scan(one, params, order)

    return jitted(epoch, quick_options() if quick else None)
