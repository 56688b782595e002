"""Inputs brought between 0 and 1: each column by its least and its greatest value in the first fit."""

from __future__ import annotations

import numpy as np

from byhand.errors import DataError


def limits(X: np.ndarray) -> np.ndarray:
    """What is to become 0 and 1: the least and the greatest value of each column, (2, columns)."""
    return np.stack([X.min(axis=0), X.max(axis=0)]).astype(np.float64)


def within(X: np.ndarray, limits: np.ndarray | None) -> np.ndarray:
    """Checked inputs between 0 and 1, float32; what lies beyond the limits is cut off.

    Raises
    ------
    DataError
        ``not_in_unit_interval``, where nothing is scaled.
    """
    if limits is None:
        if not lies_within(X):
            raise DataError("not_in_unit_interval", found=str(X[(X < 0) | (X > 1)][0]))
        return X
    low, high = limits
    span = np.where(high > low, high - low, 1.0)
    return np.clip((X - low) / span, 0, 1).astype(np.float32)


def lies_within(X: np.ndarray) -> bool:
    """Whether all inputs lie between 0 and 1."""
    return not X.size or bool(0 <= X.min() <= X.max() <= 1)


def check_limits(limits: np.ndarray | None, columns: int) -> None:
    """That a file's limits fit so many columns; a ValueError otherwise."""
    if limits is None:
        return
    fits = limits.shape == (2, columns) and np.isfinite(limits).all()
    if not fits or (limits[0] > limits[1]).any():
        raise ValueError
