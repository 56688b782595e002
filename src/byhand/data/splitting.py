"""Dividing rows into those to learn from and those held out, each class in its share."""

from __future__ import annotations

import numpy as np

from byhand.errors import ProblemError


def divided(count: int, labels: np.ndarray | None, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Which rows to learn from, and which are held out.

    Parameters
    ----------
    count : int
        How many rows there are.
    labels : ndarray, shape (count,), optional
        Their classes; each then keeps its share in both parts, to one row, and one row to learn from.
    share : float
        Held out, between 0 and 1.
    seed : int
        A seed is a division.

    Returns
    -------
    training, test : ndarray of int, in rising order

    Raises
    ------
    ProblemError
        The share leaves no row on one side.

    Examples
    --------
    >>> training, test = divided(10, np.repeat(["a", "b"], [6, 4]), 0.5, seed=3)
    >>> int((test < 6).sum()), int((test >= 6).sum())
    (3, 2)
    """
    wanted = round(share * count) if 0 < share < 1 else 0
    if not 0 < wanted < count:
        raise ProblemError("split_share", share=share, count=count)
    _, codes = np.unique(np.zeros(count) if labels is None else labels, return_inverse=True)
    random = np.random.default_rng(seed)
    groups = [random.permutation(np.flatnonzero(codes == code)) for code in range(codes.max() + 1)]
    taken = _shares(np.array([len(group) for group in groups]), wanted)
    test = np.sort(np.concatenate([group[:number] for group, number in zip(groups, taken, strict=True)]))
    return np.setdiff1d(np.arange(count), test), test


def _shares(sizes: np.ndarray, wanted: int) -> np.ndarray:
    """How many rows of each class are held out: rounded down, what is left goes by the largest remainders."""
    ideal = sizes * wanted / sizes.sum()
    taken = np.floor(ideal).astype(int)
    for code in np.argsort(taken - ideal, kind="stable"):
        if taken.sum() < wanted and taken[code] < sizes[code] - 1:
            taken[code] += 1
    return taken
