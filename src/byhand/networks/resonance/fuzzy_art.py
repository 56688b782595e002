r"""Fuzzy ART: categories of inputs between 0 and 1, each a box that grows with what it learns.

.. math:: I = (x, 1 - x), \quad T_j = \frac{|I \wedge w_j|}{\alpha + |w_j|}, \quad
    \frac{|I \wedge w_J|}{|I|} \ge \rho, \quad w_J \leftarrow \beta\,(I \wedge w_J) + (1 - \beta)\,w_J
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClusterMixin

from byhand.equations import resonance
from byhand.networks.resonance.complement import ComplementCoded
from byhand.networks.resonance.resonant import Categories


class FuzzyART(ClusterMixin, ComplementCoded, Categories):
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

    learned: ClassVar[tuple[str, ...]] = (*ComplementCoded.learned, *Categories.learned)
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

    def _coded(self, X: np.ndarray, first: bool) -> np.ndarray:
        if first:
            self._limit(X)
        return self._between_0_and_1(X)

    def _choices(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        choice, match = self._choice_and_match(X)
        return choice, match >= self.vigilance
