"""Random numbers for each step of a descent, drawn outside it, so that it can be worked out with the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

LEVELS = 2**16


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
    keys = _keys(seed, turn, drawn, 0)
    return {
        name: jax.random.uniform(keys[name], (count, *shape), jnp.float32) for name, shape in drawn.items()
    }


def normals(seed: Any, turn: Any, count: int, drawn: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Standard normal numbers, drawn apart from the uniform ones; parameters and result as of `uniforms`.

    Each is the quantile of the middle of one of 65,536 equal parts of the interval from 0 to 1, looked up: so
    it has the same bits wherever it is drawn.

    Examples
    --------
    >>> normals(3, 0, 2, {"z": (4,)})["z"].shape
    (2, 4)
    """
    keys, table = _keys(seed, turn, drawn, 1), jnp.asarray(quantiles())
    return {
        name: table[jax.random.bits(keys[name], (count, *shape), jnp.uint16)] for name, shape in drawn.items()
    }


@cache
def quantiles() -> np.ndarray:
    """The standard normal number that stands for each number of 16 bits, shape (65536,)."""
    from scipy.special import ndtri

    return ndtri((np.arange(LEVELS) + 0.5) / LEVELS).astype(np.float32)


def _keys(seed: Any, turn: Any, names: Iterable[str], kind: int) -> dict[str, Any]:
    """A key for each name; those of a kind other than 0 are apart from it."""
    # The default generator would take much of the time of a wide step.
    key = jax.random.fold_in(jax.random.key(seed, impl="rbg"), turn)
    key = jax.random.fold_in(key, 2**31 + kind) if kind else key
    return {name: jax.random.fold_in(key, place) for place, name in enumerate(names)}
