"""Adaline: a linear unit that learns by the delta rule, and decides by its sign."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call

from byhand.networks.base.labels import Decisions
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.multilayer.layered import LayeredNetwork


class Adaline(Decisions, LayeredNetwork):
    r"""An adaptive linear neuron, or one for each class, that learns by the delta rule.

    .. math:: z = W x + b, \; L = \tfrac12 \lVert y - z \rVert^2, \; W \leftarrow W + \eta (y - z) x^\top

    The targets y are +1 for a unit's own class and -1 otherwise. Two classes have one unit, which decides by
    the sign of z; of several units the largest z decides. It differs from the perceptron in that the error
    is taken before the threshold, so that it learns from right answers too.

    Parameters
    ----------
    learning_rate : float or "auto"
        To be sure of stability below :math:`2/(1 + \lVert x \rVert^2)` for every sample, where weights differ
        times the mean weight over its own; ``auto`` is a twentieth of the least of these bounds.
    batch_size : int or "all"
        1 learns after each sample, as the delta rule was published; ``all`` after each epoch, by the mean.
    max_iter : int
        The most epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
    tol : float
        An epoch that lowers the loss by less is no improvement.
    n_iter_no_change : int
        How many epochs without improvement are borne.
    warm_start, verbose : bool
        As for `MLPClassifier`.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W1`` of shape (units, inputs) and ``b1`` of shape (units,), float32.
    learning_rate_ : float
        The rate that ``auto`` is, by the samples of the first call.
    n_features_in_, n_outputs_, n_iter_, t_, loss_, loss_curve_
        As for `MLPClassifier`.

    References
    ----------
    Widrow & Hoff 1960, Adaptive switching circuits.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "no", "no", "yes"]
    >>> net = Adaline(learning_rate=0.1, random_state=0).fit(X, y)
    >>> net.predict(X).tolist()
    ['no', 'no', 'no', 'yes']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LayeredNetwork._parameter_constraints,
        "learning_rate": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
        "batch_size": [StrOptions({"all"}), Interval(Integral, 1, None, closed="left")],
    }
    threshold = 0.0
    learned: ClassVar[tuple[str, ...]] = (*LayeredNetwork.learned, "classes_", "learning_rate_")

    # The rest of what a network of the gradient kind is asked for has one answer here.
    rule, rule_settings, alpha = "sgd", None, 0.0

    def __init__(
        self,
        learning_rate: Any = "auto",
        *,
        batch_size: Any = 1,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Fit the network.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        callbacks : iterable of callable, optional
            As for `MLPClassifier`.

        Returns
        -------
        self
        """
        return super().fit(X, y, None, callbacks)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch with these samples; `classes` are needed the first time.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        classes : array-like, optional
        sample_weight : array-like, shape (n_samples,), optional
            The step of a sample is multiplied by its weight over the mean weight.

        Returns
        -------
        self
        """
        if not hasattr(self, "params_"):
            _check_partial_fit_first_call(self, classes)
        return self._partial_fit(X, y, sample_weight)

    def _start(self, samples: Samples) -> None:
        super()._start(samples)
        bounds = 1 + np.square(samples.X, dtype=np.float64).sum(axis=1)
        if self.batch_size != "all":
            bounds *= samples.weight / samples.weight.mean(dtype=np.float64)
        self.learning_rate_ = 0.1 / float(bounds.max())

    def _settings(self) -> dict[str, float]:
        return {"rate": self.learning_rate_ if self.learning_rate == "auto" else float(self.learning_rate)}

    def _output_and_loss(self) -> tuple[str, str]:
        return "identity", "quadratic"

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return 2 * self._columns(y) - 1

    def _batch(self, samples: int) -> int:
        return samples if self.batch_size == "all" else min(self.batch_size, samples)
