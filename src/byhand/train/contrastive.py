"""Contrastive divergence: an epoch in one compiled loop over its batches.

The random numbers are drawn outside it, 16 bits each: u is the middle of one of 65,536 equal parts of the
interval from 0 to 1, which float32 holds exactly, and a normal number is its quantile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.equations.contrastive import Kind, drawn, equations, learned
from byhand.errors import CalculationError
from byhand.sources.formula import read_lines
from byhand.trace.program import build
from byhand.train.backend import is_quick, jitted, quick_options, start_backend, steps_together
from byhand.train.drawing import LEVELS, quantiles
from byhand.train.reading import read

MOST_DRAWN = 2**25  # random numbers in memory at a time


class Reached(NamedTuple):
    """Where a fit stands.

    Attributes
    ----------
    params : dict
        Arrays by name.
    whole : bool
        Whether this is the end of an epoch.
    """

    params: dict[str, Any]
    whole: bool


def go_through(
    kind: Kind,
    params: Mapping[str, np.ndarray],
    X: np.ndarray,
    settings: Mapping[str, float],
    batch_size: int,
    orders: Iterator[np.ndarray],
    seed: int,
    start: int = 0,
) -> Iterator[Reached]:
    """Go through the samples again and again, an epoch for each order.

    Parameters
    ----------
    kind : Kind
        Its rows are ``hidden``.
    params : mapping
        ``W`` of shape (hidden, visible), ``b`` (visible,), ``c`` (hidden,), float32; with momentum the
        velocities ``mW``, ``mb``, ``mc`` of the same shapes; of a persistent chain ``h`` (chains, hidden).
    X : ndarray, shape (n, visible)
    settings : mapping
        ``eta``; with momentum ``alpha``; with weight decay ``decay``.
    batch_size : int
        The last batch of an epoch has what is left.
    orders : iterator of ndarray
    seed, start : int
        Of the random numbers; the epochs gone through before.

    Yields
    ------
    Reached
        At the end of each epoch, and in the midst of long ones.

    Raises
    ------
    CalculationError
        ``diverged``: a weight is no finite number any more. The end of an epoch yielded last is good.
    """
    size = min(batch_size, len(X))
    work = operations(kind, params["W"].size, size)
    start_backend(work)
    run = compiled(kind, quick=is_quick(work, -(-len(X) // size)))
    data, known, settings = jax.device_put(X), dict(params), dict(settings)
    rows = max(size, len(params.get("h", ())))
    shape = rows, _width(kind, params["W"].shape)
    together = min(steps_together(work), max(1, MOST_DRAWN // (shape[0] * shape[1])))
    for number, order in enumerate(orders, start):
        bits = generator(seed, number)
        batches = _cut(np.asarray(order, np.int32), size, together)
        for k, index in enumerate(batches):
            known = run(known, data, index, draw(bits, (len(index), *shape)), settings)
            if k < len(batches) - 1:
                yield Reached(known, False)
        if not all(np.isfinite(np.asarray(value)).all() for value in known.values()):
            raise CalculationError("diverged", epoch=number + 1, rate=float(settings["eta"]))
        yield Reached(known, True)


def operations(kind: Kind, weights: int, batch_size: int) -> float:
    """Arithmetic operations in one step, about: up, down and up again, and two phases."""
    return 2.0 * batch_size * weights * (2 * kind.k + 3)


def generator(seed: int, epoch: int) -> np.random.BitGenerator:
    """What draws the random numbers of an epoch; it depends on nothing but the seed and its number."""
    return np.random.default_rng((seed, 2, epoch)).bit_generator


def draw(bits: np.random.BitGenerator, shape: tuple[int, ...]) -> np.ndarray:
    """The next numbers from 0 to 65,535.

    Examples
    --------
    >>> draw(generator(0, 0), (2, 3)).dtype
    dtype('uint16')
    """
    count = int(np.prod(shape))
    return bits.random_raw(-(-count // 4)).view(np.uint16)[:count].reshape(shape)


def split(kind: Kind, bits: Any, shape: tuple[int, int]) -> dict[str, Any]:
    """The random numbers of a step by name.

    Parameters
    ----------
    kind : Kind
    bits : array of int, shape (rows, width)
    shape : (int, int)
        Hidden and visible units.

    Returns
    -------
    dict of array, shape (rows, units)
    """
    found, first = {}, 0
    for name, units in drawn(kind).items():
        own = bits[:, first : first + _units(units, shape)]
        found[name] = jnp.asarray(quantiles())[own] if name[0] == "n" else (own + 0.5) / LEVELS
        first += own.shape[1]
    return found


def first_numbers(
    kind: Kind, shape: tuple[int, int], rows: int, chains: int, seed: int, epoch: int
) -> dict[str, np.ndarray]:
    """The random numbers of the first step of an epoch, by name, in float64.

    Parameters
    ----------
    kind : Kind
    shape : (int, int)
        Hidden and visible units.
    rows, chains : int
        Samples in the batch, and chains that are run.
    seed, epoch : int

    Returns
    -------
    dict of ndarray, shape (rows or chains, units)
    """
    bits = draw(generator(seed, epoch), (max(rows, chains), _width(kind, shape)))
    found = split(kind, bits, shape)
    return {
        name: np.asarray(value[: rows if name.endswith("h0") else chains], np.float64)
        for name, value in found.items()
    }


def _width(kind: Kind, shape: tuple[int, ...]) -> int:
    """How many numbers are drawn for a row."""
    return sum(_units(units, shape) for units in drawn(kind).values())


def _units(units: str, shape: tuple[int, ...]) -> int:
    return shape[0] if units == "hidden" else shape[1]


@lru_cache(maxsize=32)
def step(kind: Kind) -> Callable[..., Any]:
    """``step(params, sample, settings, draws)``: one batch learned, for JAX.

    Parameters
    ----------
    kind : Kind

    Returns
    -------
    callable
        Takes a batch ``v0`` and, by their names, random numbers of at least as many rows. Gives the new
        parameters, and its decisions: the states that were drawn.
    """
    program = build(read_lines("\n".join(equations(kind, batch=True))).expressions)

    def one(
        params: Any, sample: Mapping[str, Any], settings: Mapping[str, Any], draws: Mapping[str, Any]
    ) -> Any:
        n = len(sample["v0"])
        m = len(params["h"]) if kind.persistent else n
        own = {name: value[: n if name.endswith("h0") else m] for name, value in draws.items()}
        values = read(program, {**params, **sample, **settings, **own, "n": n, "m": m})
        decisions = {name: values[name.partition("_")[2]] for name in draws}
        return {name: values[f"{name}_new"] for name in learned(kind)}, decisions

    return one


@lru_cache(maxsize=32)
def compiled(kind: Kind, *, quick: bool) -> Callable[..., Any]:
    """Some batches as one compiled function; the settings are inputs of it."""
    one = step(kind)

    def run(params: Any, data: Any, index: Any, bits: Any, settings: Any) -> Any:
        def batch(params: Any, drawn: Any) -> Any:
            rows, bits = drawn
            draws = split(kind, bits, params["W"].shape)
            return one(params, {"v0": data[rows]}, settings, draws)[0], None

        return jax.lax.scan(batch, params, (index, bits))[0]

    return jitted(run, quick_options() if quick else None)


def _cut(order: np.ndarray, size: int, together: int) -> list[np.ndarray]:
    """An order in batches: some at a time, each of one size; what is left is a last, smaller batch."""
    whole = len(order) - len(order) % size
    batches = order[:whole].reshape(-1, size)
    parts = [batches[k : k + together] for k in range(0, len(batches), together)]
    return parts if whole == len(order) else [*parts, order[None, whole:]]
