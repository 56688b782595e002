r"""Fuzzy ART: categories of inputs between 0 and 1, each a box that grows with what it learns.

.. math:: I = (x, 1 - x), \quad T_j = \frac{|I \wedge w_j|}{\alpha + |w_j|}, \quad
    \frac{|I \wedge w_J|}{|I|} \ge \rho, \quad w_J \leftarrow \beta\,(I \wedge w_J) + (1 - \beta)\,w_J
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClusterMixin
from sklearn.utils._param_validation import Interval

from byhand.equations import resonance
from byhand.networks.network import checked
from byhand.networks.resonant import Categories
from byhand.networks.unit_interval import into_unit_interval, limits_fit, limits_of

MOST_COMPARED = 4_000_000


class FuzzyART(ClusterMixin, Categories):
    r"""Fuzzy adaptive resonance theory, with complement coding.

    .. math:: T_j = \frac{|I \wedge w_j|}{\alpha + |w_j|}, \quad I = (x, 1 - x), \qquad
        \text{resonance where } |I \wedge w_J| \ge \rho\,|I|

    The category with the largest choice value is proposed; if it and the input share too little, it is reset
    and the next one is tried. A category that is not committed yet has weights of 1, competes as well, and
    always matches. With complement coding a category is a box: its first weights are the lower corner, 1
    minus its others the upper one.

    Parameters
    ----------
    vigilance : float
        :math:`\rho`, from 0 to 1; in d dimensions a box has sides that add up to at most d(1 - ρ).
    choice : float
        :math:`\alpha > 0`: small, it prefers the category that has to change least.
    learning_rate : float
        :math:`\beta`: 1 is fast learning. A new category always learns at once.
    scale : bool
        Inputs are brought to 0 … 1 by the least and the greatest value of each column that the first fit
        saw, and cut off beyond; without it they must lie there.
    max_iter : int
        The most epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the orders.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    labels_ : ndarray of int, shape (n_samples,)
        The category of each sample when it was presented last.
    params_ : dict
        ``W`` of shape (categories, 2 · inputs), float32.
    limits_ : ndarray, shape (2, inputs), or None
        What became 0 and 1.
    n_categories_, n_features_in_, n_iter_, t_ : int
        Epochs gone through and samples seen so far are the last two.

    References
    ----------
    Carpenter, Grossberg & Rosen 1991, Fuzzy ART: fast stable learning and categorization of analog patterns
    by an adaptive resonance system.

    Examples
    --------
    >>> X = [[0.125, 0.25], [0.25, 0.25], [0.75, 0.875], [0.875, 0.75]]
    >>> net = FuzzyART(vigilance=0.8, scale=False).fit(X)
    >>> net.labels_.tolist(), net.boxes().tolist()
    ([0, 0, 1, 1], [[[0.125, 0.25], [0.25, 0.25]], [[0.75, 0.75], [0.875, 0.875]]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "vigilance": [Interval(Real, 0, 1, closed="both")],
        "choice": [Interval(Real, 0, None, closed="neither")],
        "learning_rate": [Interval(Real, 0, 1, closed="right")],
        "scale": ["boolean"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    learned: ClassVar[tuple[str, ...]] = (*Categories.learned, "limits_")
    kind = resonance.FuzzyART

    def __init__(
        self,
        vigilance: float = 0.75,
        *,
        choice: float = 0.001,
        learning_rate: float = 1.0,
        scale: bool = True,
        max_iter: int = 100,
        shuffle: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.vigilance = vigilance
        self.choice = choice
        self.learning_rate = learning_rate
        self.scale = scale
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def boxes(self) -> np.ndarray:
        """The lower and the upper corner of each category's box, between 0 and 1.

        Returns
        -------
        ndarray, shape (categories, 2, n_features)
        """
        return boxes(self.params_["W"])

    def _widths(self) -> dict[str, int]:
        return {"W": 2 * self.n_features_in_}

    def _samples(self, X: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        X = checked(self, X, reset=first)
        if first:
            self.limits_ = limits_of(X) if self.scale else None
        return into_unit_interval(X, self.limits_), np.ones(len(X), bool)

    def _match(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return choice_and_match(X, self.params_["W"], self.choice)

    def _settle(self) -> None:
        super()._settle()
        if not limits_fit(self.limits_, self.n_features_in_):
            raise ValueError


def boxes(W: np.ndarray) -> np.ndarray:
    """The corners of the boxes that complement-coded weights stand for, shape (categories, 2, columns)."""
    low, high = np.split(W, 2, axis=1)
    return np.stack([low, 1 - high], axis=1)


def choice_and_match(X: np.ndarray, W: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """The choice value and the match of each category with each input, shape (n, categories).

    Parameters
    ----------
    X : ndarray, shape (n, columns)
        Between 0 and 1.
    W : ndarray, shape (categories, 2 · columns)
    alpha : float
    """
    coded = np.concatenate([X, 1 - X], axis=1)
    chunk = max(1, MOST_COMPARED // W.size)
    shared = np.concatenate(
        [
            np.minimum(coded[start : start + chunk, None], W).sum(axis=2)
            for start in range(0, len(coded), chunk)
        ]
    )
    return shared / (alpha + W.sum(axis=1)), shared / coded.sum(axis=1, keepdims=True)
