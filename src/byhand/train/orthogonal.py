"""Orthogonal least squares: which regressors to take, one after the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SPENT = 1e-10  # of a regressor: where less is left of it, the others make it up


class Selection(NamedTuple):
    """What was selected.

    Attributes
    ----------
    chosen : ndarray of int, shape (count,)
        In the order of the selection.
    reductions : ndarray, shape (count,)
        The error-reduction ratio of each: by what share of :math:`y^\\top y` it lowers the squared error.
    """

    chosen: np.ndarray
    reductions: np.ndarray


def orthogonal_least_squares(gram: np.ndarray, moments: np.ndarray, energy: float, count: int) -> Selection:
    r"""Select the regressors that lower the squared error most, each beside those selected before.

    .. math:: [\mathrm{err}]_j = \frac{(q_j^\top y)^2}{q_j^\top q_j \; y^\top y}, \qquad
        q_j = p_j - \text{its projection on those selected}

    Only inner products are needed: what is left of :math:`q_j^\top q_j` and :math:`q_j^\top y` after each
    selection follows from the rows of :math:`P^\top P`.

    Parameters
    ----------
    gram : ndarray, shape (candidates, candidates)
        :math:`P^\top P`.
    moments : ndarray, shape (candidates, outputs)
        :math:`P^\top Y`.
    energy : float
        The sum of the squares of Y.
    count : int
        How many to select; fewer are where the rest adds nothing.

    Returns
    -------
    Selection

    References
    ----------
    Chen, Cowan & Grant 1991, Orthogonal least squares learning algorithm for radial basis function networks.

    Examples
    --------
    >>> P, y = np.array([[1.0, 0.0, 3.0], [0.0, 2.0, 1.0]]), np.array([[1.0], [3.0]])
    >>> found = orthogonal_least_squares(P.T @ P, P.T @ y, 10.0, 2)
    >>> found.chosen.tolist(), found.reductions.round(3).tolist()
    ([1, 0], [0.9, 0.1])
    """
    left, moments = gram.diagonal().copy(), moments.copy()
    whole = left.copy()
    directions = np.zeros((min(count, len(gram)), len(gram)))
    chosen: list[int] = []
    reductions: list[float] = []
    for k in range(len(directions)):
        usable = left > SPENT * whole
        if not usable.any():
            break
        gains = np.where(usable, np.square(moments).sum(axis=1) / np.where(usable, left, 1), -1)
        j = int(gains.argmax())
        row = (gram[j] - directions[:k, j] @ directions[:k]) / np.sqrt(left[j])
        moments -= np.outer(row, moments[j] / np.sqrt(left[j]))
        left -= row * row
        left[j] = 0
        directions[k] = row
        chosen.append(j)
        reductions.append(float(gains[j] / energy) if energy else 0.0)
    return Selection(np.array(chosen, int), np.array(reductions))
