"""Which operation moves elements like this: found from where each element of the result came from."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

MOST_AXES = 5


def moved(positions: np.ndarray, shape: tuple[int, ...]) -> tuple[str, dict[str, Any]] | None:
    """The operation that takes these elements of an array.

    Parameters
    ----------
    positions : ndarray of int
        For each element of the result its place in the array, counted along the rows.
    shape : tuple of int
        The array's.

    Returns
    -------
    tuple or None
        The operation's code and its settings; None where the result is the array itself.

    Examples
    --------
    >>> moved(np.array([[0, 3], [1, 4], [2, 5]]), (2, 3))
    ('transpose', {})
    >>> moved(np.array([3, 4, 5]), (2, 3))
    ('index', {'index': (1,)})
    """
    whole = np.arange(int(np.prod(shape))).reshape(shape)
    if np.array_equal(positions, whole):
        return None
    if positions.ndim == 0:
        return "index", {"index": tuple(map(int, np.unravel_index(int(positions), shape)))}
    if np.array_equal(positions, whole.T):
        return "transpose", {}
    if np.array_equal(positions.ravel(), whole.ravel()):
        return "reshape", {"shape": positions.shape}
    return _stretched(positions, whole) or _permuted(positions, whole) or _taken(positions, whole)


def _stretched(positions: np.ndarray, whole: np.ndarray) -> tuple[str, dict[str, Any]] | None:
    ways = [None, *range(positions.ndim)] if positions.ndim == whole.ndim + 1 else [None]
    for axis in ways:
        source = whole if axis is None else np.expand_dims(whole, axis)
        try:
            same = np.array_equal(np.broadcast_to(source, positions.shape), positions)
        except ValueError:
            continue
        if same:
            return "fill", {"shape": positions.shape, **({} if axis is None else {"axis": axis})}
    return None


def _permuted(positions: np.ndarray, whole: np.ndarray) -> tuple[str, dict[str, Any]] | None:
    if sorted(positions.shape) != sorted(whole.shape) or not 2 < whole.ndim <= MOST_AXES:
        return None
    for axes in permutations(range(whole.ndim)):
        if np.array_equal(np.transpose(whole, axes), positions):
            return "permute", {"axes": axes}
    return None


def _taken(positions: np.ndarray, whole: np.ndarray) -> tuple[str, dict[str, Any]]:
    """An index: whole numbers and slices where they will do, else the rows, else every element's place."""
    places = np.unravel_index(positions, whole.shape)
    for single in (True, False):
        slots = tuple([_slot(place, size, single) for place, size in zip(places, whole.shape, strict=True)])
        index = _without_full_ends(slots)
        if np.array_equal(whole[index], positions):
            return "index", {"index": index}
    rows = places[0][(slice(None),) * (positions.ndim - whole.ndim + 1) + (0,) * (whole.ndim - 1)]
    if whole[rows].shape == positions.shape and np.array_equal(whole[rows], positions):
        return "index", {"index": (_nested(rows),)}
    return "index", {"index": tuple([_nested(place) for place in places])}


def _slot(place: np.ndarray, size: int, single: bool) -> int | slice:
    """What one axis is indexed by, if it is by one whole number or by a slice."""
    start, stop = int(place.min()), int(place.max()) + 1
    if single and stop - start == 1 < size:
        return start
    return slice(start or None, stop if stop < size else None)


def _without_full_ends(slots: tuple[Any, ...]) -> tuple[Any, ...]:
    while len(slots) > 1 and slots[-1] == slice(None):
        slots = slots[:-1]
    return slots


def _nested(array: Any) -> Any:
    return tuple(map(_nested, array)) if np.ndim(array) else int(array)
