r"""Whether a straight line, a plane or a hyperplane divides two sets of points, and the proof of the answer.

Two finite sets can be divided if and only if no point is a mixture of both: a combination
:math:`\sum \lambda_i p_i = \sum \mu_j q_j` with :math:`\lambda, \mu \ge 0` and sums of 1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from byhand.errors import CalculationError, DataError

SMALL = 1e-9
MOST_SHOWN = 6


Shares = dict[int, float | Fraction]


class Separation(NamedTuple):
    """An answer with its proof.

    Attributes
    ----------
    separable : bool
    weights, bias : ndarray and float, or None
        A hyperplane with w·x + b of at least 1 for the first set and at most -1 for the second.
    first, second : dict
        Where there is none: the shares of a point that is a mixture of both sets, by sample; each sum to 1.
    point : ndarray or None
        That point.
    """

    separable: bool
    weights: np.ndarray | None
    bias: float | None
    first: Shares
    second: Shares
    point: np.ndarray | None


def separation(X: np.ndarray, inside: np.ndarray) -> Separation:
    """Whether a hyperplane divides the samples in a set from the others.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
    inside : ndarray of bool, shape (n_samples,)
        Which samples are in the first set.

    Returns
    -------
    Separation
        The shares of a mixture are fractions where those prove it exactly, else floats.

    Raises
    ------
    CalculationError
        ``gap_too_small``: float64 finds neither a hyperplane nor a mixture.

    References
    ----------
    Minsky & Papert 1969, Perceptrons. The alternative is Farkas' lemma.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> separation(X, np.array([False, False, False, True])).separable
    True
    >>> xor = separation(X, np.array([False, True, True, False]))
    >>> xor.separable, xor.point.tolist(), {k: str(share) for k, share in xor.first.items()}
    (False, [0.5, 0.5], {1: '1/2', 2: '1/2'})
    """
    X = np.asarray(X, dtype=float)
    scale = np.abs(X).max(axis=0)
    scaled = X / np.where(scale > 0, scale, 1)
    sign = np.where(inside, 1.0, -1.0)
    wanted = sign[:, None] * np.column_stack([scaled, np.ones(len(X))])
    plane = linprog(
        np.zeros(wanted.shape[1]), A_ub=-wanted, b_ub=-np.ones(len(X)), bounds=(None, None), method="highs"
    )
    if plane.status == 0 and (wanted @ plane.x > SMALL).all():
        weights = plane.x[:-1] / np.where(scale > 0, scale, 1)
        return Separation(True, weights, float(plane.x[-1]), {}, {}, None)
    sums = np.vstack([wanted.T, inside, ~inside])
    mixture = linprog(
        np.zeros(len(X)), A_eq=sums, b_eq=np.r_[np.zeros(wanted.shape[1]), 1, 1], method="highs"
    )
    if mixture.status != 0:
        raise CalculationError("gap_too_small")
    found: Shares = {int(k): float(mixture.x[k]) for k in np.flatnonzero(mixture.x > SMALL)}
    shares = _exact(X, inside, found) or found
    first, second = ({k: share for k, share in shares.items() if inside[k] == side} for side in (True, False))
    point = np.sum([float(share) * X[k] for k, share in first.items()], axis=0)
    return Separation(False, None, None, first, second, point)


def separation_of_classes(X: np.ndarray, y: np.ndarray) -> Separation:
    """Whether a hyperplane divides each class from the rest.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
    y : ndarray, shape (n_samples,)

    Returns
    -------
    Separation
        Of the first class that no hyperplane divides from the rest, else of the last one.

    Raises
    ------
    DataError
        ``one_class``
    """
    classes = np.unique(y)
    if len(classes) < 2:
        raise DataError("one_class", name=str(classes[0])[:60])
    for name in classes[1:] if len(classes) == 2 else classes:
        found = separation(X, y == name)
        if not found.separable:
            break
    return found


def _exact(X: np.ndarray, inside: np.ndarray, shares: Shares) -> Shares | None:
    """The shares as fractions that prove the mixture, if rounding finds them."""
    for limit in (64, 10_000):
        rounded: Shares = {k: Fraction(share).limit_denominator(limit) for k, share in shares.items()}
        signed = [(share if inside[k] else -share, k) for k, share in rounded.items()]
        balanced = all(
            sum(share * Fraction(X[k, column]) for share, k in signed) == 0 for column in range(X.shape[1])
        )
        if (
            balanced
            and sum(share for k, share in rounded.items() if inside[k]) == 1
            and not sum(share for share, _ in signed)
        ):
            return rounded
    return None


def told(found: Separation, X: np.ndarray) -> dict[str, str]:
    """A mixture for a sentence: the point, and for either side a sum such as ``1/2·(0, 1) + 1/2·(1, 0)``."""

    def place(point: np.ndarray) -> str:
        return f"({', '.join(f'{x:.6g}' for x in point)})"

    def side(shares: Shares) -> str:
        terms = [
            f"{share if isinstance(share, Fraction) else f'{share:.6g}'}·{place(X[k]) if few else f'X[{k}]'}"
            for k, share in shares.items()
        ]
        return " + ".join(terms if len(terms) <= MOST_SHOWN else [*terms[: MOST_SHOWN - 1], "…"])

    few = X.shape[1] <= MOST_SHOWN
    assert found.point is not None
    point = place(found.point) if few else ""
    return {"point": point, "first": side(found.first), "second": side(found.second)}
