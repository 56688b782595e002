r"""ART1: categories of binary inputs, found by a search that a vigilance test ends.

.. math:: y_j = \sum_i b_{ij} x_i, \quad \frac{|x \wedge t_J|}{|x|} \ge \rho, \quad
    t_J \leftarrow x \wedge t_J, \quad b_J \leftarrow \frac{L\,(x \wedge t_J)}{L - 1 + |x \wedge t_J|}
"""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClusterMixin
from sklearn.utils._param_validation import Interval

from byhand.equations import resonance
from byhand.errors import DataError
from byhand.networks.resonance.resonant import Categories
from byhand.words import say, system_language


class ART1(ClusterMixin, Categories):
    r"""Adaptive resonance theory for binary inputs, with fast learning.

    .. math:: J = \operatorname{argmax}_j \sum_i b_{ij} x_i, \qquad
        \text{resonance where } |x \wedge t_J| \ge \rho\,|x| \text{, else } J \text{ is reset}

    The recognition layer proposes the category with the largest bottom-up sum; the comparison layer keeps
    what its template and the input have in common. If that is too small a part of the input, the category is
    reset and the next one is tried. An input that no category matches commits a new one.

    Parameters
    ----------
    vigilance : float
        :math:`\rho`, from 0 to 1: the part of an input's ones that its category must share.
    weight_constant : float
        :math:`L > 1` of the bottom-up weights.
    binarize : float or None
        Inputs above it count as 1, the others as 0; with None they must be 0 or 1.
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
        The category of each sample when it was presented last; -1 for an input without a single 1, which
        excites nothing.
    params_ : dict
        ``B`` and ``T``, bottom-up and top-down weights of shape (categories, inputs), float32.
    n_categories_, n_features_in_, n_iter_, t_ : int
        Epochs gone through and samples seen so far are the last two.

    References
    ----------
    .. [1] Carpenter & Grossberg 1987, A massively parallel architecture for a self-organizing neural pattern
       recognition machine.
    .. [2] Fausett 1994, Fundamentals of Neural Networks, section 5.2.

    Examples
    --------
    >>> X = [[1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 1]]
    >>> net = ART1(vigilance=0.4).fit(X)
    >>> net.labels_.tolist(), net.params_["T"].tolist()
    ([0, 1, 0, 1], [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "vigilance": [Interval(Real, 0, 1, closed="both")],
        "weight_constant": [Interval(Real, 1, None, closed="neither")],
        "binarize": [Real, None],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    kind = resonance.ART1

    def __init__(
        self,
        vigilance: float = 0.7,
        *,
        weight_constant: float = 2.0,
        binarize: float | None = 0.0,
        max_iter: int = 100,
        shuffle: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.vigilance = vigilance
        self.weight_constant = weight_constant
        self.binarize = binarize
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _widths(self) -> dict[str, int]:
        return {"B": self.n_features_in_, "T": self.n_features_in_}

    def _coded(self, X: np.ndarray, first: bool) -> np.ndarray:
        if self.binarize is not None:
            X = (X > self.binarize).astype(np.float32)
        elif not np.isin(X, (0, 1)).all():
            raise DataError("not_binary", found=str(X[~np.isin(X, (0, 1))][0]))
        if first and self.binarize is not None and len(X) > 1 and X.any() and (X == X[0]).all():
            warnings.warn(say("resonance.all_alike", system_language(), limit=self.binarize), stacklevel=5)
        return X

    def _excites(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(X.any(axis=1))

    def _choices(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ones = np.maximum(X.sum(axis=1, keepdims=True), 1)
        return X @ self.params_["B"].T, X @ self.params_["T"].T / ones >= self.vigilance
