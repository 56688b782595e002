"""Sequences: several lengths in one array, and what may be given for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from byhand.errors import DataError


def are_sequences(X: Any) -> bool:
    """Whether this is a sequence of time steps for each sample, and no table of one row for each.

    Parameters
    ----------
    X : object
        An array of three axes, or a list of arrays of two, holds sequences.
    """
    is_row = isinstance(X, list | tuple | np.ndarray) and _axes(X) == 1 and len(X) > 0
    return (1 + _axes(X[0]) if is_row else _axes(X)) == 3


def padded(X: Any) -> np.ndarray:
    """Sequences in one array, each filled up with NaN to the length of the longest.

    Parameters
    ----------
    X : array-like, shape (n, steps, features), or list of array-like, shape (steps, features)

    Returns
    -------
    ndarray of float32, shape (n, steps, features)

    Raises
    ------
    DataError
        A sequence has no time step, other features than the first, or what is no finite number in float32.

    Examples
    --------
    >>> padded([[[1.0], [2.0]], [[3.0]]])[:, :, 0].tolist()
    [[1.0, 2.0], [3.0, nan]]
    """
    if isinstance(X, np.ndarray) and X.ndim == 3 and X.dtype.kind == "f" and X.size:
        with np.errstate(over="ignore"):
            whole = X.astype(np.float32)
        if np.isfinite(whole).all():
            return whole
    found = list(_checked(X))
    whole = np.full((len(found), max(map(len, found)), found[0].shape[1]), np.nan, np.float32)
    for place, one in zip(whole, found, strict=True):
        place[: len(one)] = one
    return whole


def _checked(X: Any) -> Iterator[np.ndarray]:
    width = 0
    for k, given in enumerate(X):
        try:
            with np.errstate(over="ignore"):
                one = np.asarray(given, np.float32)
        except (TypeError, ValueError):
            raise DataError("sequence_not_numbers", row=k) from None
        if one.ndim != 2 or not one.size:
            raise DataError("sequence_shape", row=k, found="×".join(map(str, one.shape)) or "1")
        width = width or one.shape[1]
        if one.shape[1] != width:
            raise DataError("sequence_width", row=k, found=one.shape[1], wanted=width)
        if not np.isfinite(one).all():
            step = int((~np.isfinite(one)).any(axis=1).argmax())
            raise DataError("sequence_not_finite", row=k, step=step)
        yield one


def present(X: np.ndarray) -> np.ndarray:
    """Which time steps are a sequence's own, of an array that NaN fills up, shape (n, steps)."""
    there: np.ndarray = ~np.isnan(X[:, :, 0])
    return there


def targets_by_step(y: Any, X: np.ndarray) -> np.ndarray:
    """Targets for each time step, filled up as `padded` does, with what stands there first.

    Parameters
    ----------
    y : array-like, shape (n, steps) or (n, steps, outputs), or list of array-like
    X : ndarray, shape (n, steps, features)
        Filled up.

    Returns
    -------
    ndarray, shape (n, steps) or (n, steps, outputs)

    Raises
    ------
    DataError
        They are not one for each time step.
    """
    lengths = present(X).sum(axis=1)
    if not _axes(y) or len(y) != len(X):
        raise DataError("step_targets", found=len(y) if _axes(y) else 1, wanted=len(X))
    rows = [np.asarray(row) for row in y]
    for k, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        found = 1 if row.ndim == 0 else len(row)
        if row.ndim not in (1, 2) or found != length:
            raise DataError("step_targets_of", row=k, found=found, wanted=int(length))
        if row.shape[1:] != rows[0].shape[1:]:
            raise DataError("step_targets_width", row=k)
    steps = X.shape[1]
    return np.stack([np.concatenate([row, np.repeat(row[:1], steps - len(row), axis=0)]) for row in rows])


def ended(values: np.ndarray, X: np.ndarray) -> np.ndarray | list[np.ndarray]:
    """What was found for each time step: one array, or, of sequences of several lengths, one for each."""
    there = present(X)
    if there.all():
        return values
    return [row[own] for row, own in zip(values, there, strict=True)]


def _axes(one: Any) -> int:
    """The number of axes, by the first entries alone where lists may be of several lengths."""
    if hasattr(one, "ndim"):
        return int(one.ndim)
    if not isinstance(one, list | tuple):
        return 0
    return 1 + (_axes(one[0]) if one else 0)
