r"""ART in the short form of textbooks: the nearest prototype learns, or a new one is made of the input.

.. math:: J = \arg\min_j \lVert x - w_j \rVert, \quad
    w_J \leftarrow w_J + \eta\,(x - w_J) \text{ where } \frac{1}{1 + \lVert x - w_J \rVert} > \rho
    \text{, else } w_{\text{new}} = x
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.base import ClusterMixin
from sklearn.utils._param_validation import Interval

from byhand.data.dataset import Scaling
from byhand.equations import resonance
from byhand.networks.base.network import check_near
from byhand.networks.resonance.resonant import Categories


class ART(ClusterMixin, Categories):
    r"""Competitive learning with a threshold: leader clustering whose prototypes learn.

    .. math:: J = \arg\min_j \lVert x - w_j \rVert, \qquad
        \text{category } J \text{ learns where } \frac{1}{1 + \lVert x - w_J \rVert} > \rho
        \text{, else a new one is made}

    This is what surveys call ART: the recognition layer's nearest prototype wins; if it is similar enough, it
    moves towards the input, so that the next one like it is more similar still; if it is not, the reset
    module adds a unit whose prototype is the input. There is no search: what the nearest prototype fails,
    none passes. Were :math:`\eta` 0, it would be Hartigan's leader algorithm. `ART1` and `FuzzyART` are the
    networks of Carpenter and Grossberg.

    Parameters
    ----------
    vigilance : float
        :math:`\rho`, from 0 to 1: the threshold of similarity; a category takes what lies nearer to its
        prototype than :math:`1/\rho - 1`.
    learning_rate : float
        :math:`\eta`, from above 0 to 1: how far a prototype goes towards the input.
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
        ``W`` of shape (categories, inputs), the prototypes, float32.
    n_categories_, n_features_in_, n_iter_, t_ : int
        Epochs gone through and samples seen so far are the last two.

    References
    ----------
    .. [1] Zhou 2016, Machine Learning (in Chinese), section 5.5.2.
    .. [2] Hartigan 1975, Clustering Algorithms, chapter 3.

    Examples
    --------
    >>> net = ART(vigilance=0.4, max_iter=1).partial_fit([[0, 0], [3, 4], [1, 0]])
    >>> net.labels_.tolist(), net.params_["W"].tolist()
    ([0, 1, 0], [[0.5, 0.0], [3.0, 4.0]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "vigilance": [Interval(Real, 0, 1, closed="both")],
        "learning_rate": [Interval(Real, 0, 1, closed="right")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    kind = resonance.ART
    scaling: ClassVar[Scaling | None] = None

    def __init__(
        self,
        vigilance: float = 0.5,
        *,
        learning_rate: float = 0.5,
        max_iter: int = 100,
        shuffle: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.vigilance = vigilance
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def radius(self) -> float:
        """How far from its prototype a category reaches; infinite where `vigilance` is 0."""
        return 1 / self.vigilance - 1 if self.vigilance else np.inf

    def _widths(self) -> dict[str, int]:
        return {"W": self.n_features_in_}

    def _coded(self, X: np.ndarray, first: bool) -> np.ndarray:
        check_near(X)
        return X

    def _choices(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        similarity = 1 / (1 + cdist(X, self.params_["W"]))
        return similarity, similarity > self.vigilance
