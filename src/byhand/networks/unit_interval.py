"""Inputs between 0 and 1: as they are, or brought there by the least and the greatest of each column."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.networks.faults import DataError


def limits_of(X: np.ndarray) -> np.ndarray:
    """The least and the greatest value of each column, float64 of shape (2, columns)."""
    return np.stack([X.min(axis=0), X.max(axis=0)]).astype(np.float64)


def into_unit_interval(X: np.ndarray, limits: np.ndarray | None) -> np.ndarray:
    """Inputs between 0 and 1.

    Parameters
    ----------
    X : ndarray of float32, shape (n, columns)
    limits : ndarray, shape (2, columns), or None
        What becomes 0 and 1; what lies beyond is cut off. Without limits X must be there already.

    Returns
    -------
    ndarray of float32

    Raises
    ------
    DataError
        ``not_in_unit_interval``
    """
    if limits is None:
        if X.size and not 0 <= X.min() <= X.max() <= 1:
            raise DataError("not_in_unit_interval", found=str(X[(X < 0) | (X > 1)][0]))
        return X
    low, high = limits
    span = np.where(high > low, high - low, 1.0)
    return np.clip((X - low) / span, 0, 1).astype(np.float32)


def limits_fit(limits: Any, columns: int) -> bool:
    """Whether a file's limits are those of so many columns."""
    if limits is None:
        return True
    return limits.shape == (2, columns) and bool(np.isfinite(limits).all() and (limits[0] <= limits[1]).all())
