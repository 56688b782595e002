"""Where the units of a radial network stand, and how wide they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from byhand.networks.radial_basis import radial
from byhand.train.kmeans import kmeans
from byhand.train.orthogonal import SPENT, orthogonal_least_squares

# An iteration of k-means on all samples at once: x has the shape (n, 1, inputs), number (units, 1).
KMEANS = """\
start = take(x[:, 0], draw)
r2 = sum((x - C)^2, axis=2)
nearest = argmin(r2, axis=1)
M = number == nearest
n = sum(M, axis=1, keepdims=1)
E = sum(min(r2, axis=1))"""
MEANS = "C_new = where(n > 0, M @ x[:, 0]/max(n, 1), C)"

# A selection: P is what is left of the candidates' deviations from their means, Y of the targets'.
SELECTION = """\
power = sum(P^2, axis=0)
err = where(power > spent, sum((P.T @ Y)^2, axis=1)/(energy*max(power, spent)), 0)
j = argmax(err)
q = take(P.T, j)"""
REST = "P_new = P - outer(q, q @ P)/sum(q^2)\nY_new = Y - outer(q, q @ Y)/sum(q^2)"

MOST_CANDIDATES = 1000  # samples among which orthogonal least squares selects; their inner products are kept
FLOAT32 = np.finfo(np.float32)


class Clustered(NamedTuple):
    """Centres that k-means found, shape (units, inputs), and the number of its iterations."""

    C: np.ndarray
    iterations: int


class Selected(NamedTuple):
    """Centres that orthogonal least squares selected, shape (units, inputs), and their error reductions."""

    C: np.ndarray
    reductions: np.ndarray


def drawn(X: np.ndarray, order: np.ndarray, most: int) -> np.ndarray:
    """The numbers of the first samples in an order that differ from those before.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    order : ndarray of int, shape (n,)
        The numbers of the samples as they were drawn.
    most : int

    Returns
    -------
    ndarray of int, shape (most or fewer,)

    Examples
    --------
    >>> drawn(np.array([[1.0], [1.0], [2.0], [3.0]]), np.array([1, 0, 3, 2]), 2).tolist()
    [1, 3]
    """
    found: dict[bytes, int] = {}
    for k in order:
        found.setdefault((X[k] + 0.0).tobytes(), k)  # -0.0 is 0.0
        if len(found) == most:
            break
    return np.array(list(found.values()))


def clustered(X: np.ndarray, order: np.ndarray, units: int, most: int) -> Clustered:
    """Centres by k-means, which begins with samples that were drawn.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    order : ndarray of int, shape (n,)
    units : int
    most : int
        The most iterations.
    """
    found = list(kmeans(X, X[drawn(X, order, units)], most))
    return Clustered(found[-1].centres.astype(np.float32), len(found))


def kmeans_problem(X: np.ndarray, order: np.ndarray, units: int, steps: int) -> dict[str, Any]:
    """Iterations of k-means from samples that were drawn, as a problem for `byhand.work`.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    order : ndarray of int, shape (n,)
    units : int
    steps : int
    """
    first = drawn(X, order, units)
    return {
        "problem": KMEANS,
        "update": MEANS,
        "steps": steps,
        "table": ["E"],
        "given": {
            "x": X[:, None],
            "draw": first.astype(float),
            "C": X[first],
            "number": np.arange(float(len(first)))[:, None],
        },
    }


class Candidates(NamedTuple):
    """What orthogonal least squares selects from, beside a bias.

    Attributes
    ----------
    C : ndarray, shape (candidates, inputs)
        Samples.
    beta : ndarray, shape (candidates,)
        The same for all.
    """

    C: np.ndarray
    beta: np.ndarray


def candidates(X: np.ndarray, order: np.ndarray, overlap: float) -> Candidates:
    """The samples that were drawn first, at most 1,000, of one width.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    order : ndarray of int, shape (n,)
    overlap : float
        What the width is multiplied by.
    """
    C = X[drawn(X, order, MOST_CANDIDATES)]
    return Candidates(C, rates(widths(C, X, "shared", 1, overlap)))


def selected(X: np.ndarray, targets: np.ndarray, among: Candidates, units: int) -> Selected:
    """The candidates that orthogonal least squares selects.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    among : Candidates
    units : int
    """
    Y = targets - targets.mean(axis=0, dtype=np.float64)
    count = len(among.C)
    gram, moments, sums = np.zeros((count, count)), np.zeros((count, Y.shape[1])), np.zeros(count)
    for part, phi in radial.units(*among, X):
        gram += phi.T @ phi
        moments += phi.T @ Y[part]
        sums += phi.sum(axis=0)
    gram -= np.outer(sums, sums) / len(X)  # beside a bias only deviations from the mean count
    found = orthogonal_least_squares(gram, moments, float(np.square(Y).sum()), units)
    if not len(found.chosen):
        return Selected(among.C[:1], np.zeros(1))
    return Selected(among.C[found.chosen], found.reductions)


def selection_problem(X: np.ndarray, targets: np.ndarray, among: Candidates, steps: int) -> dict[str, Any]:
    """Selections by orthogonal least squares, one after the other, as a problem for `byhand.work`.

    Parameters
    ----------
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    among : Candidates
    steps : int
    """
    phi = np.concatenate([part for _, part in radial.units(*among, X)])
    P, Y = (values - values.mean(axis=0, dtype=np.float64) for values in (phi, targets))
    return {
        "problem": SELECTION,
        "update": REST,
        "steps": steps,
        "table": ["j"],
        "given": {
            "P": P,
            "Y": Y,
            "energy": float(np.square(Y).sum()),
            "spent": SPENT * np.square(P).sum(axis=0),
        },
    }


def widths(C: np.ndarray, X: np.ndarray, how: str, neighbours: int, overlap: float) -> np.ndarray:
    r"""The width of each unit, by the distances between the centres; of a single one, by its samples.

    Parameters
    ----------
    C : ndarray, shape (units, inputs)
    X : ndarray, shape (n, inputs)
    how : str
        ``nearest``: the root of the mean squared distance to the nearest others; ``shared``: the same for
        all, :math:`d_\max / \sqrt{2m}`.
    neighbours : int
        How many others.
    overlap : float
        What all are multiplied by.

    Returns
    -------
    ndarray, shape (units,)

    Examples
    --------
    >>> C = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]])
    >>> widths(C, C, "nearest", 2, 1).round(3).tolist(), widths(C, C, "shared", 2, 1).round(3).tolist()
    ([4.123, 4.528, 3.536], [2.041, 2.041, 2.041])
    """
    if len(C) == 1:
        spread = np.sqrt(np.square(X - C, dtype=np.float64).sum(axis=1).mean())
        return overlap * np.full(1, spread or 1.0)
    points = C - C.mean(axis=0, dtype=np.float64)
    lengths = np.einsum("ij,ij->i", points, points)
    r2 = np.maximum(lengths[:, None] - 2 * (points @ points.T) + lengths, 0)
    if how == "shared":
        return overlap * np.full(len(C), np.sqrt(r2.max() / (2 * len(C))))
    np.fill_diagonal(r2, np.inf)
    count = min(neighbours, len(C) - 1)
    return overlap * np.sqrt(np.partition(r2, count - 1, axis=1)[:, :count].mean(axis=1))


def rates(sigma: np.ndarray) -> np.ndarray:
    r""":math:`\beta = 1/(2\sigma^2)` in float32, as near as that comes.

    Parameters
    ----------
    sigma : ndarray, shape (units,)

    Returns
    -------
    ndarray, shape (units,)

    Examples
    --------
    >>> rates(np.array([0.5, 2.0])).tolist()
    [2.0, 0.125]
    """
    with np.errstate(all="ignore"):
        beta = 1 / (2 * sigma**2)
    return np.clip(beta, FLOAT32.tiny, FLOAT32.max).astype(np.float32)
