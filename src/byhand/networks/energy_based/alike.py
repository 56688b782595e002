"""Inputs that a threshold makes all alike: nothing tells them apart any more."""

from __future__ import annotations

import warnings

import numpy as np

from byhand.words import say, system_language


def warn_if_alike(X: np.ndarray, states: np.ndarray, limit: float | None) -> None:
    """Say that inputs which differ have all the same states.

    Parameters
    ----------
    X, states : ndarray, shape (n, features)
    limit : float or None
        Inputs above it count as 1.

    Warns
    -----
    UserWarning
    """
    if limit is not None and (states == states[0]).all() and (X != X[0]).any():
        warnings.warn(say("train.all_alike", system_language(), limit=limit), stacklevel=5)
