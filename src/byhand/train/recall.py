"""Recall: many states fall at once, all asked in the same order, until none changes.

The same updates as the network's equations, faster. The fields of a block of units are one product of
matrices; within the block each unit's field is corrected by what the units before it have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from byhand.equations.hopfield import Hopfield, firing
from byhand.sources.formula import read_lines
from byhand.trace.program import build
from byhand.train.backend import jitted, start_backend
from byhand.train.reading import read

BLOCK = 64  # units


def sweeps(
    kind: Hopfield, W: np.ndarray, added: np.ndarray, states: np.ndarray, orders: Iterator[np.ndarray]
) -> Iterator[np.ndarray]:
    """The states after each sweep over all units; of a synchronous network after each update of all.

    Parameters
    ----------
    kind : Hopfield
    W : ndarray, shape (units, units)
    added : ndarray, shape (units, n) or (units, 1)
        What is added to each unit's field.
    states : ndarray, shape (units, n)
        A column for each of n states.
    orders : iterator
        The order of the units in each sweep.

    Yields
    ------
    ndarray, shape (units, n)
    """
    start_backend(2.0 * W.size * states.shape[1])
    weights, more, states = jax.device_put((W, added, states))
    run = _compiled(kind.states, kind.at_zero, kind.synchronous)
    for order in orders:
        states = run(weights, more, states, _blocks(np.asarray(order, np.int32)))
        yield np.asarray(states)


def _blocks(order: np.ndarray) -> list[np.ndarray]:
    """The order in blocks of units that all differ, those of one size together."""
    if len(np.unique(order)) < len(order):
        return [order[:, None]]
    whole = len(order) // BLOCK * BLOCK
    return [part for part in (order[:whole].reshape(-1, BLOCK), order[None, whole:]) if part.size]


@lru_cache(maxsize=16)
def _compiled(coded: Any, at_zero: Any, synchronous: bool) -> Callable[..., Any]:
    """A sweep as one compiled function."""
    follow = build(read_lines(f"v = {firing(Hopfield(states=coded, at_zero=at_zero), 'u', 's')}").expressions)

    def fired(u: Any, s: Any) -> Any:
        return read(follow, {"u": u, "s": s})["v"]

    def together(W: Any, added: Any, states: Any, units: Any) -> Any:
        return fired(W @ states + added, states).astype(states.dtype)

    def sweep(W: Any, added: Any, states: Any, blocks: Any) -> Any:
        def block(states: Any, units: Any) -> Any:
            rows, begun = W[units], states[units]
            fields, among = rows @ states + added[units], rows[:, units]

            def one(k: Any, changes: Any) -> Any:
                after = fired(fields[k] + among[k] @ changes, begun[k]).astype(states.dtype)
                return changes.at[k].set(after - begun[k])

            changes = jax.lax.fori_loop(0, len(units), one, jnp.zeros_like(fields))
            return states.at[units].set(begun + changes), None

        for units in blocks:
            states, _ = jax.lax.scan(block, states, units)
        return states

    return jitted(together if synchronous else sweep)
