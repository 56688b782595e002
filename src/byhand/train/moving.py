"""Samples moved to where JAX works on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

ALIGNMENT = 64  # bytes: a processor's JAX takes an array that begins at a multiple of it as it is


def moved(samples: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The samples as arrays of JAX.

    Where JAX runs on the processor it would copy them to memory of small pages. NumPy's memory has large ones
    where the system has them, and copying and picking samples at random are faster there.

    Parameters
    ----------
    samples : mapping
        Arrays by name; not to be changed while the result is in use.

    Returns
    -------
    dict

    Examples
    --------
    >>> moved({"x": np.array([1.0, 2.0], np.float32)})
    {'x': Array([1., 2.], dtype=float32)}
    """
    if jax.default_backend() == "cpu":
        samples = {name: _aligned(array) for name, array in samples.items()}
    return jax.device_put(dict(samples))


def _aligned(array: np.ndarray) -> np.ndarray:
    """The array, or a copy that JAX need not copy again."""
    if array.flags.c_contiguous and array.ctypes.data % ALIGNMENT == 0:
        return array
    room = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    copy = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
