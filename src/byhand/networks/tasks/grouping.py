"""What a network that learns without targets makes of some rows: which group each belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Grouped(NamedTuple):
    """Rows in groups: the categories of an ART network, the units of a map, what a memory recalls.

    Attributes
    ----------
    kind : str
        What a group is called: ``category``, ``winner``, ``pattern``, ``code``.
    rows : int
    errors : dict of str to float
        Of a map ``quantisation_error`` and ``topographic_error``.
    groups : list
        The number of each category; row and column of each unit.
    classes : list
        The labels of the rows in order; none where they have no labels.
    counts : list of list of int
        How many rows of each class a group has; without classes how many at all.
    unmatched : int
        Rows that belong to no group.
    purity : float or None
        The share of the rows that are of the most frequent class of their group.
    """

    kind: str
    rows: int
    errors: Mapping[str, float]
    groups: list[Any]
    classes: list[Any]
    counts: list[list[int]]
    unmatched: int
    purity: float | None


def grouped(net: Any, X: np.ndarray, labels: np.ndarray | None) -> Grouped:
    """Which group each row belongs to, and of which classes the rows of each group are.

    Parameters
    ----------
    net : estimator
        Fitted; one that needs no target.
    X : ndarray, shape (rows, inputs)
    labels : ndarray or None, shape (rows,)

    Returns
    -------
    Grouped
    """
    found, groups = net.group(X), net.groups()
    classes, places = np.unique(np.zeros(len(X)) if labels is None else labels, return_inverse=True)
    counts = np.zeros((len(groups), len(classes)), np.int64)
    matched = found >= 0
    np.add.at(counts, (found[matched], places[matched]), 1)
    return Grouped(
        net.answer,
        len(X),
        net.errors(X),
        groups,
        [] if labels is None else classes.tolist(),
        counts.tolist(),
        int((~matched).sum()),
        None if labels is None else float(counts.max(axis=1).sum() / len(X)),
    )
