"""A learner's own backpropagation in code: their gradients beside the true ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from byhand.check.measured import Measured, as_array

RELATIVE = 1e-4
EXACT = 1e-6


class Compared(NamedTuple):
    """The gradient of one parameter.

    Attributes
    ----------
    name : str
    verdict : str
        ``right``, ``wrong``, ``missing`` or ``shape``.
    error : float
        The largest difference over the largest true entry.
    place : tuple of int
        Where the difference is largest.
    own, true : float
        The two entries there.
    cause : str or None
        The mistake that gives the whole array.
    facts : dict
        What its sentence names.
    """

    name: str
    verdict: Literal["right", "wrong", "missing", "shape"]
    error: float = 0.0
    place: tuple[int, ...] = ()
    own: float = 0.0
    true: float = 0.0
    cause: str | None = None
    facts: Mapping[str, str] = {}


def compare_gradients(
    own: Mapping[str, Any],
    true: Mapping[str, Measured],
    counts: tuple[int, ...],
    last: Mapping[str, Measured],
) -> list[Compared]:
    """Each parameter's gradient, from the last parameter to the first, as backpropagation goes.

    Parameters
    ----------
    own : mapping
        The learner's gradients by name.
    true : mapping
    counts : tuple of int
        Numbers of samples and features that a forgotten division may have to do with.
    last : mapping
        The gradients of the last sample alone, where there are several.
    """
    return [_compared(name, own.get(name), true, counts, last) for name in reversed([*true])]


def _compared(
    name: str, own: Any, true: Mapping[str, Measured], counts: tuple[int, ...], last: Mapping[str, Measured]
) -> Compared:
    wanted = true[name]
    if own is None:
        return Compared(name, "missing")
    array = as_array(own)
    if array.shape != wanted.shape:
        turned = array.ndim == 2 and array.shape[::-1] == wanted.shape
        cause = "transposed" if turned and _same(array.T.ravel()[wanted.positions], wanted.values) else None
        facts = {"own": _shape(array.shape), "wanted": _shape(wanted.shape)}
        return Compared(name, "shape", cause=cause, facts=facts)
    flat = array.ravel()[wanted.positions]
    if _same(flat, wanted.values):
        return Compared(name, "right")
    worst = int(np.argmax(np.where(np.isfinite(flat), np.abs(flat - wanted.values), np.inf)))
    size = float(np.max(np.abs(wanted.values))) or 1.0
    error = float(abs(flat[worst] - wanted.values[worst])) / size
    place = tuple(int(k) for k in np.unravel_index(int(wanted.positions[worst]), wanted.shape))
    cause, told = _cause(name, array, wanted, true, counts, last)
    return Compared(name, "wrong", error, place, float(flat[worst]), float(wanted.values[worst]), cause, told)


def _cause(
    name: str,
    own: np.ndarray,
    wanted: Measured,
    true: Mapping[str, Measured],
    counts: tuple[int, ...],
    last: Mapping[str, Measured],
) -> tuple[str | None, Mapping[str, str]]:
    """The first mistake that gives the whole array."""
    flat = own.ravel()[wanted.positions]
    if not np.any(flat):
        return "zero", {}
    if _same(-flat, wanted.values):
        return "sign", {}
    if (
        own.ndim == 2
        and own.shape[0] == own.shape[1]
        and _same(own.T.ravel()[wanted.positions], wanted.values)
    ):
        return "transposed", {}
    if name in last and any(_same(flat * n, last[name].values) for n in (1, *counts)):
        return "last_sample", {}
    for other, measured in true.items():
        alike = other != name and measured.shape == wanted.shape
        if alike and np.array_equal(measured.positions, wanted.positions) and _same(flat, measured.values):
            return "of_another", {"other": other}
    return _factor(flat, wanted.values, counts)


def _factor(
    own: np.ndarray, true: np.ndarray, counts: tuple[int, ...]
) -> tuple[str | None, Mapping[str, str]]:
    """A constant factor between the two."""
    scale = float(np.dot(own, true) / np.dot(true, true)) if np.any(true) else 0.0
    if not scale or not _same(own / scale, true):
        return None, {}
    for count in counts:
        for code, factor in (("count_left_out", count), ("count_twice", 1 / count)):
            if abs(scale / factor - 1) < RELATIVE:
                return code, {"count": str(count)}
    return "factor", {"factor": f"{scale:.6g}"}


def _same(own: np.ndarray, true: np.ndarray) -> bool:
    size = float(np.max(np.abs(true), initial=0.0))
    return bool(
        np.all(np.isfinite(own)) and np.all(np.abs(own - true) <= RELATIVE * (np.abs(true) + EXACT * size))
    )


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "1"
