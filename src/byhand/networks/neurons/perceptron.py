r"""The perceptron: threshold units that learn by Rosenblatt's rule.

.. math:: z = W x + b, \quad \hat y = \operatorname{step}(z), \quad e = y - \hat y, \quad
    W \leftarrow W + \eta\, e\, x^\top, \quad b \leftarrow b + \eta\, e

A sample of weight c takes steps c times as long.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_X_y
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import check_is_fitted

from byhand.equations import perceptron
from byhand.equations.step import posed
from byhand.errors import CalculationError, DataError
from byhand.networks.base.labels import Decisions
from byhand.networks.base.network import Network
from byhand.networks.base.remark import Remark
from byhand.networks.fits.fitting import Samples, counted
from byhand.networks.fits.interrupts import Interrupts, tell_interrupted
from byhand.networks.neurons.rosenblatt import step
from byhand.networks.neurons.separable import Separation, separation_of_classes, told

if TYPE_CHECKING:
    from byhand.api import Work

# Up to so many numbers a fit that makes mistakes to the end finds out whether it had to.
MOST_DECIDED = 50_000


class Perceptron(Decisions, Network):
    r"""Rosenblatt's perceptron: one threshold unit for two classes, one for each of more.

    .. math:: \hat y = \operatorname{step}(W x + b), \quad W \leftarrow W + \eta\,(y - \hat y)\,x^\top

    It learns from mistakes alone, and stops after an epoch without any. Where a hyperplane divides each class
    from the rest it always comes to that end [2]_; where none does it never can. Of several classes, the one
    with the largest z is predicted.

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`. From weights of 0 it only scales them.
    fit_intercept : bool
        Whether the bias is learned; else it stays as it was at first, a threshold of ``-b1``.
    max_iter : int
        The most epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the orders; the first weights are 0.
    warm_start : bool
        `fit` goes on from where it stopped.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W1`` of shape (units, inputs) and ``b1`` of shape (units,), float32.
    n_features_in_, n_outputs_ : int
    n_iter_, t_ : int
        Epochs gone through and samples seen so far.
    mistakes_ : list of int
        In each epoch, how many samples some unit answered wrongly when it saw them.

    References
    ----------
    .. [1] Rosenblatt 1958, The perceptron: a probabilistic model for information storage.
    .. [2] Novikoff 1962, On convergence proofs on perceptrons.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "no", "no", "yes"]
    >>> net = Perceptron(shuffle=False).fit(X, y)
    >>> net.predict(X).tolist(), net.mistakes_[-1]
    (['no', 'no', 'no', 'yes'], 0)
    >>> net.separable(X, ["no", "yes", "yes", "no"]).point.tolist()
    [0.5, 0.5]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "fit_intercept": ["boolean"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
    }
    threshold = 0.0
    asked_first = "W1_new[0,0]"
    learned: ClassVar[tuple[str, ...]] = (
        *Network.learned,
        *("classes_", "_seed", "n_outputs_", "n_iter_", "t_", "mistakes_"),
    )

    def __init__(
        self,
        learning_rate: float = 1.0,
        *,
        fit_intercept: bool = True,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        warm_start: bool = False,
    ) -> None:
        self.learning_rate = learning_rate
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.warm_start = warm_start

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        coef_init: Any = None,
        intercept_init: Any = None,
    ) -> Self:
        """Learn until an epoch has no mistake.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        coef_init : array-like, shape (n_units, n_features), optional
            The first weights.
        intercept_init : array-like, shape (n_units,), optional
            The first biases.

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            Every epoch had mistakes; it says whether that had to be, where the data are not too large.
        """
        first = not (self.warm_start and hasattr(self, "params_"))
        samples = self._prepared(X, y, None, first, declare=first)
        if first:
            self._start(samples, coef_init, intercept_init)
        if not self._learn(samples, self.max_iter):
            self._warn(samples)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any) -> Self:
        """Go on with a fit that was stopped, up to `max_iter` epochs in all, as if it had never been.

        Parameters
        ----------
        X, y
            What the fit began with.

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            As of `fit`.
        """
        check_is_fitted(self)
        samples = self._prepared(X, y, None, first=False, declare=False)
        ended = self.mistakes_[-1:] == [0]
        if not ended and not self._learn(samples, max(0, self.max_iter - self.n_iter_)):
            self._warn(samples)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Learn from these samples once; `classes` are needed the first time.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        classes : array-like, optional
            All classes there will be.
        sample_weight : array-like, shape (n_samples,), optional
            As for `fit`.

        Returns
        -------
        self
        """
        first = not hasattr(self, "params_")
        if first:
            _check_partial_fit_first_call(self, classes)
        samples = self._prepared(X, y, sample_weight, first, declare=False)
        if first:
            self._start(samples, None, None)
        next(self._epochs(samples, 1))
        return self

    def _prepared(self, X: Any, y: Any, sample_weight: Any, first: bool, declare: bool) -> Samples:
        """Checked samples; those that count nothing are left out."""
        X, y, weight = counted(*self._checked(X, y, first), sample_weight)
        if declare:
            self._declare(y)
        return Samples(X, self._targets(y), weight, y)

    def _start(self, samples: Samples, weights: Any, biases: Any) -> None:
        self._begin()
        self.n_outputs_ = samples.targets.shape[1]
        self.params_ = {
            "W1": _first("coef_init", weights, (self.n_outputs_, self.n_features_in_)),
            "b1": _first("intercept_init", biases, (self.n_outputs_,)),
        }
        self.t_ = 0
        self.mistakes_: list[int] = []

    def _learn(self, samples: Samples, epochs: int) -> bool:
        """Learn for so many epochs, or until one has no mistake or is broken off; whether that was so."""
        with Interrupts() as interrupts:
            try:
                for mistakes in self._epochs(samples, epochs):
                    interrupts.check()
                    if not mistakes:
                        return True
            except KeyboardInterrupt:
                tell_interrupted("train.interrupted", 4, epochs=self.n_iter_, updates=self.t_)
                return True
        return False

    def _epochs(self, samples: Samples, count: int) -> Iterator[int]:
        """Learn for so many epochs; how many mistakes each had."""
        from byhand.train.online import go_through

        X, targets, weight, _ = samples
        settings, columns = {"eta": float(self.learning_rate)}, {"x": X, "y": targets}
        weighted = bool((weight != 1).any())
        if weighted:
            columns["c"] = weight
        learn = step(self._names(), weighted=weighted)
        orders = islice(self._orders(len(X)), count)
        for epoch in go_through(learn, self.params_, settings, columns, orders):
            wrong = (epoch.decisions["yhat"] != targets[epoch.order]).any(axis=1)
            self.params_ = {name: np.asarray(value) for name, value in epoch.params.items()}
            self.mistakes_.append(int(wrong.sum()))
            self.n_iter_ += 1
            self.t_ += len(X)
            yield self.mistakes_[-1]

    def _names(self) -> tuple[str, ...]:
        """What is learned."""
        return self._chosen(perceptron.Perceptron).learned

    def _warn(self, samples: Samples) -> None:
        """Say that mistakes are left, and whether that had to be."""
        X, y = samples.X, samples.strata
        facts: dict[str, Any] = {"epochs": self.n_iter_, "mistakes": self.mistakes_[-1]}
        code = "mistakes"
        if self.fit_intercept and X.size <= MOST_DECIDED:
            with suppress(CalculationError):
                found = self.separable(X, y)
                code = "mistakes_end" if found.separable else "mistakes_stay"
                facts |= {} if found.separable else told(found, X)
        warnings.warn(self._say(code, **facts), ConvergenceWarning, stacklevel=4)

    def ended(self, stopped: str) -> Remark | None:
        """That an epoch had no mistake."""
        return None if stopped == "epochs" else Remark("no_mistakes", {"epochs": self.n_iter_})

    # Using

    def separable(self, X: Any, y: Any) -> Separation:
        """Whether a hyperplane divides each class from the rest, with the proof.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)

        Returns
        -------
        Separation
            Of the first class that no hyperplane divides from the rest, else of the last one. The network
            need not be fitted.
        """
        return separation_of_classes(*check_X_y(X, y, dtype=np.float64))

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        """The weighted sums z of checked inputs."""
        with np.errstate(all="ignore"):
            z = X @ self.params_["W1"].T + self.params_["b1"]
        if not np.isfinite(z).all():
            raise CalculationError("output_not_finite")
        return z

    def work(self, X: Any, y: Any, sample_weight: Any = None) -> Work:
        """Work the next steps out, a sample after the other in the order given.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are W1, b1, x, y, z1, yhat, e and
            eta; with weights c.
        """
        check_is_fitted(self)
        from byhand.api import work

        return work(self.problem(X, y, sample_weight))

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next steps, a sample after the other in the order given, as a problem for `byhand.work`."""
        X, targets, weight, _ = self._prepared(X, y, sample_weight, first=False, declare=False)
        samples = {"x": X, "y": targets}
        if (weight != 1).any():
            samples["c"] = weight
        step = self._chosen(perceptron.Perceptron).step(self.params_, samples)
        return posed(step, self.params_, samples)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W1": (self.n_outputs_, self.n_features_in_), "b1": (self.n_outputs_,)}


def _first(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """First weights of this shape: those given, else zeros."""
    if value is None:
        return np.zeros(shape, np.float32)
    given = np.asarray(value, np.float32)
    if given.shape != shape or not np.isfinite(given).all():
        raise DataError("first_weights", name=name, found=str(given.shape), wanted=str(shape))
    return given
