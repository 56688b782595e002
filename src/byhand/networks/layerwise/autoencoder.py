r"""The auto-encoder: a code that its input can be given back from.

.. math:: a_1 = f(W_1 \tilde x + b_1), \qquad \hat x = g(W_1^\top a_1 + b_2)
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.equations import autoencoder as equations
from byhand.equations.autoencoder import Form
from byhand.equations.layers import ACTIVATIONS, Layers
from byhand.errors import DataError
from byhand.networks.base.limits import lies_within
from byhand.networks.base.network import checked
from byhand.networks.base.self_supervised import SelfSupervised
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.layerwise.codes import Codes
from byhand.networks.multilayer import mlp

if TYPE_CHECKING:
    from byhand.api import Work


class Autoencoder(Codes, SelfSupervised):
    r"""An auto-encoder of one hidden layer, trained by gradient descent; with corruption a denoising one.

    .. math:: \tilde x_i = x_i\,[u_i \ge p], \quad a_1 = f(W_1 \tilde x + b_1), \quad
        \hat x = g(W_1^\top a_1 + b_2), \quad J = \frac1n \sum L(x, \hat x)

    Parameters
    ----------
    units : int
        Of the code.
    activation : str
        Of the code: identity, sigmoid, tanh, relu, leaky_relu, softplus, gaussian.
    output : str
        Of what is given back: ``sigmoid``, ``identity``, or ``auto``: a sigmoid where all inputs lie between
        0 and 1.
    loss : str
        ``binary_cross_entropy`` of a sigmoid, ``mse`` (both are means over the inputs; some authors have the
        sum), ``quadratic`` (half the squared distance), or ``auto``: the first of a sigmoid, else mse.
    tied : bool
        The weights back are :math:`W_1^\top`; else they are weights of their own, ``W2``.
    corruption : float
        How likely each input is set to 0 before it is coded, anew in each step; 0 for none.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, warm_start, verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    params_ : dict
        ``W1`` of shape (units, inputs), ``b1`` of shape (units,), ``b2`` of shape (inputs,), float32; not
        tied ``W2`` of shape (inputs, units) too.
    bounded_ : bool
        Whether all inputs of the first fit lay between 0 and 1.
    n_features_in_, n_iter_, t_, loss_, loss_curve_, best_loss_
        As for `MLPClassifier`.

    References
    ----------
    .. [1] Vincent, Larochelle, Bengio & Manzagol 2008, Extracting and composing robust features with
       denoising autoencoders.

    Examples
    --------
    >>> X = [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]
    >>> net = Autoencoder(2, learning_rate=0.1, random_state=0).fit(X)
    >>> net.transform(X).shape, net.predict(X).round().tolist() == X
    ((2, 2), True)
    >>> [name for name in net.work(X[:1]).values if name not in net.params_]
    ['x', 'z1', 'a1', 'z2', 'xhat', 'L']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SelfSupervised._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(ACTIVATIONS))],
        "output": [StrOptions({"auto", "sigmoid", "identity"})],
        "loss": [StrOptions({"auto", "binary_cross_entropy", "mse", "quadratic"})],
        "tied": ["boolean"],
        "corruption": [Interval(Real, 0, 1, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*SelfSupervised.learned, "bounded_")
    answer = "xhat"
    asked_first = "a1[0]"

    def __init__(
        self,
        units: int = 100,
        activation: str = "sigmoid",
        *,
        output: str = "auto",
        loss: str = "auto",
        tied: bool = True,
        corruption: float = 0.0,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: Any = "auto",
        accumulate: int = 1,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.activation = activation
        self.output = output
        self.loss = loss
        self.tied = tied
        self.corruption = corruption
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.accumulate = accumulate
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.verbose = verbose

    # Its samples are their own targets

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn to give the samples back.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`.

        Returns
        -------
        self

        Raises
        ------
        DataError
            An input does not lie between 0 and 1, and the loss is the cross-entropy.
        CalculationError
            The descent diverges; the network has the last finite weights.
        """
        return super().fit(X, y, None, callbacks)

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        X = checked(self, X, reset=first)
        bounded = lies_within(X)
        form = self._form_of(bounded if first else self.bounded_)
        if form.loss == "binary_cross_entropy" and not bounded:
            raise DataError("not_between", found=float(X[(X < 0) | (X > 1)][0]))
        return X, X

    # What its equations are

    def _form_of(self, bounded: bool) -> Form:
        return self._chosen(equations.Autoencoder).form(bounded=bounded)

    def _form(self) -> Form:
        return self._form_of(self.bounded_)

    def _equations(self) -> str:
        return equations.equations(self._form())

    def _learns(self) -> tuple[str, ...]:
        return self._form().learned

    def _penalised(self) -> tuple[str, ...]:
        return self._form().weights

    def _functions(self) -> tuple[str, ...]:
        form = self._form()
        return form.activation, form.output, form.loss

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": X}

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        return {"u": (self.n_features_in_,)} if self.corruption else {}

    def _worked_on(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": X, **self._next_draws(X)}

    def _layers(self) -> Layers:
        """The two layers as those of a network whose targets are its inputs."""
        form = self._form()
        return Layers((form.activation, form.output), form.loss)

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        self.bounded_ = lies_within(samples.X)
        inputs = self.n_features_in_
        drawn = mlp.first_weights(self._seed, (inputs, self.units, inputs), self._layers())
        return {name: drawn[name] for name in self._learns()}

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        units, inputs = int(self.units), self.n_features_in_
        shapes = {"W1": (units, inputs), "b1": (units,), "W2": (inputs, units), "b2": (inputs,)}
        return {name: shapes[name] for name in self._learns()}

    def _adopt(self) -> None:
        if self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            raise DataError("code_changed", units=self.units, tied=self.tied)

    def problem(self, X: Any, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these samples as its batch, as a problem that `byhand.work` takes.

        What is set to 0 is what the next step of a fit would set to 0 in a batch of so many samples; u are
        the numbers drawn.
        """
        check_is_fitted(self)
        form = self._form()
        roles = {"x": "input", **({"u": "other"} if form.corruption else {})}
        return {
            **super().problem(X, y, sample_weight),
            "labels": equations.labels(form),
            "roles": roles,
        }

    def work(self, X: Any, y: Any = None, sample_weight: Any = None) -> Work:
        """Work the next training step out, with these samples as its batch.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        Work
            The names are x, u, keep, noisy, W1, b1, z1, a1, b2 (and W2), z2, xhat, L.
        """
        return super().work(X, y, sample_weight)

    # Using

    def _coding(self) -> Layers:
        return Layers(self._layers().activations[:1], "")

    def predict(self, X: Any) -> np.ndarray:
        """The samples as they are given back from their codes.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        return self._outputs(self._inputs(X))

    def _outputs(self, X: Any) -> np.ndarray:
        weights = {"W2": self.params_["W1"].T, **self.params_}
        return mlp.outputs(self._layers(), weights, X)

    def errors(self, X: Any) -> dict[str, float]:
        """The mean squared difference between the inputs and what is given back, by its name.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        """
        X = self._inputs(X)
        return {"reconstruction_error": float(np.mean((X - self._outputs(X).astype(np.float64)) ** 2))}

    def score(self, X: Any, y: Any = None) -> float:
        """Minus that error, so that a search finds its least.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        """
        return -self.errors(X)["reconstruction_error"]

    @property
    def _n_features_out(self) -> int:
        return len(self.params_["b1"])
