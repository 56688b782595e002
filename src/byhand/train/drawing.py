"""Uniform random numbers for each step of a descent, drawn outside it: it can be worked out with the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp


def uniforms(seed: Any, turn: Any, count: int, drawn: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Numbers in [0, 1) for each sample of a batch; they depend on nothing but the seed and the step.

    Parameters
    ----------
    seed : int
    turn : int
        Updates made before the step.
    count : int
        Samples in the batch.
    drawn : mapping
        The shape of one sample's numbers, by name.

    Returns
    -------
    dict
        Float32 arrays of shape (count, …).

    Examples
    --------
    >>> found = uniforms(3, 0, 2, {"u": (4,)})["u"]
    >>> found.shape, bool((found >= 0).all() and (found < 1).all())
    ((2, 4), True)
    """
    # The default generator would take much of the time of a wide step.
    key = jax.random.fold_in(jax.random.key(seed, impl="rbg"), turn)
    return {
        name: jax.random.uniform(jax.random.fold_in(key, place), (count, *shape), jnp.float32)
        for place, (name, shape) in enumerate(drawn.items())
    }
