"""A batch worked through in parts, whose losses and gradients are added up: less memory, the same step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def in_parts(graded: Callable[..., Any], parts: int) -> Callable[..., Any]:
    """What ``graded(samples, draws, share)`` gives of a batch, of one part of it after the other.

    Parameters
    ----------
    graded : callable
        It gives ``(loss, after), gradients``: a loss that is a sum over the samples, its gradients, and what
        there is of each sample besides.
    parts : int
        A last part that is smaller is filled up with samples that count nothing.
    """
    if parts == 1:
        return graded

    def whole(samples: Any, draws: Any, share: Any) -> Any:
        count = len(share)
        size = -(-count // parts)
        more = size * parts - count

        def cut(column: Any) -> Any:
            full = jnp.concatenate([column, jnp.repeat(column[-1:], more, axis=0)]) if more else column
            return full.reshape(parts, size, *column.shape[1:])

        def add(sums: Any, part: Any) -> Any:
            (loss, after), gradients = graded(*part)
            return jax.tree.map(jnp.add, sums, (loss, gradients)), after

        shares = jnp.pad(share, (0, more)).reshape(parts, size)
        batch = (jax.tree.map(cut, samples), jax.tree.map(cut, draws), shares)
        first = jax.tree.map(lambda column: column[0], batch)
        (loss, _), gradients = jax.eval_shape(graded, *first)
        zeros = jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), (loss, gradients))
        (loss, gradients), after = jax.lax.scan(add, zeros, batch)
        return (loss, jax.tree.map(lambda one: one.reshape(-1, *one.shape[2:])[:count], after)), gradients

    return whole
