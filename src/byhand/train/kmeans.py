"""k-means by Lloyd's iterations, with matrix products in place of distances."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

TOGETHER = 2**22  # distances that are held at once
STILL = 1e-4  # of the mean variance: centres that move by less in all have arrived


class Iteration(NamedTuple):
    """One iteration of Lloyd's.

    Attributes
    ----------
    members : ndarray of int, shape (n,)
        The centre that each sample was nearest to.
    centres : ndarray, shape (m, inputs)
        The means of those samples.
    """

    members: np.ndarray
    centres: np.ndarray


def kmeans(X: np.ndarray, centres: np.ndarray, most: int) -> Iterator[Iteration]:
    r"""Lloyd's iterations, until no sample changes its centre or the centres hardly move.

    .. math:: \text{members}_i = \arg\min_j \lVert x_i - c_j \rVert^2, \qquad
        c_j \leftarrow \text{the mean of its members}

    Of equally near centres the first counts; a centre without members stays where it is.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    centres : ndarray, shape (m, inputs)
        Where they begin.
    most : int
        The most iterations.

    Yields
    ------
    Iteration

    References
    ----------
    Lloyd 1982, Least squares quantization in PCM.

    Examples
    --------
    >>> X = np.array([[1.0], [2.0], [10.0], [12.0]])
    >>> [one.centres.ravel().round(3).tolist() for one in kmeans(X, X[:2], 10)]
    [[1.0, 8.0], [1.5, 11.0], [1.5, 11.0]]
    """
    # Near the mean, and of sizes near 1, single precision tells the nearest centre of any data.
    shift = X.mean(axis=0, dtype=np.float64)
    scale = np.abs(X - shift).max() or 1.0
    points = ((X - shift) / scale).astype(np.float32)
    places = ((centres - shift) / scale).astype(np.float32)
    still = STILL * float(points.var(axis=0, dtype=np.float64).mean())
    before = None
    for _ in range(most):
        members = nearest(points, places)
        moved = means(points, places, members)
        yield Iteration(members, moved * scale + shift)
        if before is not None and np.array_equal(members, before):
            return
        if float(np.square(moved - places, dtype=np.float64).sum()) <= still:
            return
        before, places = members, moved


def nearest(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre of each sample.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    centres : ndarray, shape (m, inputs)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    # |x − c|² is |x|² − 2 (x·c − |c|²/2), and |x|² does not matter.
    half = np.einsum("ij,ij->i", centres, centres) / 2
    found = np.empty(len(X), np.int64)
    for part in parts(len(X), len(centres)):
        closeness = X[part] @ centres.T
        closeness -= half
        found[part] = closeness.argmax(axis=1)
    return found


def means(X: np.ndarray, centres: np.ndarray, members: np.ndarray) -> np.ndarray:
    """The mean of each centre's members; a centre that has none stays.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    centres : ndarray, shape (m, inputs)
    members : ndarray of int, shape (n,)

    Returns
    -------
    ndarray, shape (m, inputs)
    """
    counts = np.bincount(members, minlength=len(centres))[:, None]
    ones = np.ones(len(X), X.dtype)
    sums = csr_array((ones, members, np.arange(len(X) + 1)), (len(X), len(centres))).T @ X
    return np.where(counts > 0, sums / np.maximum(counts, 1).astype(X.dtype), centres)


def parts(rows: int, columns: int) -> Iterator[slice]:
    """Rows by so many that a matrix of them stays small."""
    size = max(1, TOGETHER // columns)
    yield from (slice(a, b) for a, b in pairwise([*range(0, rows, size), rows]))
