"""Simple recurrent networks, Elman's and Jordan's, for classes and for quantities."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import column_or_1d

from byhand.equations.layers import ACTIVATIONS, classifying, quantifying
from byhand.networks import sequences
from byhand.networks.classifier import LOSSES
from byhand.networks.labels import Probabilities, check_labels
from byhand.networks.quantities import Quantities
from byhand.networks.recurrent import RecurrentNetwork
from byhand.networks.sequential import Sequential


class ElmanClassifier(Sequential, Probabilities, RecurrentNetwork):
    r"""A simple recurrent network that classifies sequences, or each time step of them.

    .. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad
        \hat y_t = g(o_t), \\
        c_t = h_{t-1} \text{ (Elman)} \quad\text{or}\quad c_t = \hat y_{t-1} \text{ (Jordan)}

    A sample is a sequence of time steps: ``X`` is an array of shape (samples, steps, features), or a list of
    arrays of shape (steps, features), each of its own length. A row of an array of two axes is a sequence
    too, `features_per_step` columns a time step: with 1, a series of single numbers.

    Parameters
    ----------
    units : int
        Hidden units.
    activation : str
        Theirs: tanh, sigmoid, relu or identity.
    context : str
        ``hidden``: the context is what the hidden units gave a time step before [1]_; ``output``: what the
        outputs gave [2]_, without a decay of its own.
    truncation : int, optional
        The gradient goes back through so many time steps at most: a sequence is cut into stretches of that
        length, and at the beginning of each the context is an input like any other. 1 is Elman's own rule
        [1]_. None is back-propagation through time to the first step [3]_.
    online : bool
        Learn after every stretch, for one long stream; else after whole sequences. It needs `truncation` and
        `return_sequences`; with ``truncation=1`` the weights change after each time step, as Elman's did.
    return_sequences : bool
        There is a target for each time step, and an answer; else the last time step answers for the sequence.
        The loss of a sequence is the mean over its time steps.
    features_per_step : int
        How many columns of an array of two axes make one time step.
    initial_context : float
        What the units of the context hold before the first time step; Elman's held 0.5.
    output, loss
        As for `MLPClassifier`.
    rule, rule_settings, learning_rate, alpha, penalty
        As for `MLPClassifier`; the penalty is on W, U and V.
    batch_size : int or "auto"
        In sequences; ``auto`` is 200, or all where there are fewer.
    max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, warm_start, \
verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W`` of shape (units, features), ``U`` of shape (units, context), ``bh`` of shape (units,), ``V`` of
        shape (outputs, units) and ``by`` of shape (outputs,), float32.
    n_features_in_ : int
        Features of a time step; of rows, columns.
    rows_ : bool
        Whether it was fitted with rows.
    n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, validation_scores_, best_validation_score_
        As for `MLPClassifier`.

    References
    ----------
    .. [1] Elman 1990, Finding structure in time.
    .. [2] Jordan 1986, Attractor dynamics and parallelism in a connectionist sequential machine.
    .. [3] Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation.

    Examples
    --------
    >>> X, y = [[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], ["up", "up", "down", "down"]
    >>> net = ElmanClassifier(4, learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X).tolist()
    ['up', 'up', 'down', 'down']
    >>> w = net.work([[0, 0, 1]], ["up"])
    >>> [name for name in w.values if name.startswith(("z", "h"))]
    ['h0', 'z1', 'h1', 'z2', 'h2', 'z3', 'h3']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RecurrentNetwork._parameter_constraints,
        "output": [StrOptions({"auto", "softmax", "sigmoid"})],
        "loss": [StrOptions({"auto", *LOSSES})],
    }
    learned: ClassVar[tuple[str, ...]] = (*RecurrentNetwork.learned, "classes_")

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch with these sequences.

        Parameters
        ----------
        X, y
            As for `fit`.
        classes : array-like, optional
            All classes there will be; needed the first time.
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self
        """
        if not hasattr(self, "params_"):
            _check_partial_fit_first_call(self, classes)
        return self._partial_fit(X, y, sample_weight)

    def predict_proba(self, X: Any) -> Any:
        """The outputs as probabilities; those of several sigmoids are divided by their sum.

        Parameters
        ----------
        X : array-like
            Sequences, as for `fit`.

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
            With `return_sequences` (n_samples, n_steps, n_classes), or a list of arrays where lengths differ.
        """
        found = super().predict_proba(X)
        return sequences.ended(found, self._inputs(X)) if self.return_sequences else found

    def predict_log_proba(self, X: Any) -> Any:
        """The natural logarithms of `predict_proba`."""
        found = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return [np.log(one) for one in found] if isinstance(found, list) else np.log(found)

    def _is_one_column(self) -> bool:
        return self._output_and_loss()[0] != "softmax"

    def _output_and_loss(self) -> tuple[str, str]:
        return classifying(self.output, self.loss)

    def _allowed(self) -> dict[str, Any]:
        return {}

    def _usable(self, y: np.ndarray) -> np.ndarray:
        check_labels(y.ravel())
        return y if self.return_sequences else column_or_1d(y, warn=True)

    def _answered(self, outputs: np.ndarray) -> np.ndarray:
        return self._decoded(outputs)

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        return y if y.ndim == 1 else None

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        outputs = self._outputs(X)
        several = outputs.shape[-1] > 1
        right = outputs.argmax(-1) == targets.argmax(-1) if several else (outputs > 0.5) == (targets > 0.5)
        right, counts = self._by_time(right.reshape(targets.shape[:-1]), X, weight)
        return float(np.average(right, weights=counts))


class ElmanRegressor(Sequential, Quantities, RecurrentNetwork):
    r"""A simple recurrent network for one or several quantities of a sequence, or of each time step of it.

    .. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad
        \hat y_t = g(o_t), \\
        c_t = h_{t-1} \text{ (Elman)} \quad\text{or}\quad c_t = \hat y_{t-1} \text{ (Jordan)}

    Samples are given as for `ElmanClassifier`.

    Parameters
    ----------
    units, activation, context, truncation, online, return_sequences, features_per_step, initial_context, \
rule, rule_settings, learning_rate, alpha, penalty, batch_size, max_iter, shuffle, random_state, tol, \
n_iter_no_change, early_stopping, validation_fraction, warm_start, verbose
        As for `ElmanClassifier`; the score of a validation part is R².
    output, loss
        As for `MLPRegressor`.

    Attributes
    ----------
    params_, n_features_in_, rows_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_, best_validation_score_
        As for `ElmanClassifier`.

    References
    ----------
    Elman 1990, Finding structure in time.

    Examples
    --------
    The sum so far of a series:

    >>> import numpy as np
    >>> x = np.random.default_rng(0).uniform(-1, 1, (60, 8, 1))
    >>> net = ElmanRegressor(4, "identity", return_sequences=True, learning_rate=0.03, random_state=0)
    >>> net.fit(x, x.cumsum(axis=1)).predict([[[1.0], [-0.5], [0.2]]]).round(1).tolist()
    [[1.0, 0.5, 0.7]]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RecurrentNetwork._parameter_constraints,
        "output": [StrOptions({"auto", *ACTIVATIONS})],
        "loss": [StrOptions({"auto", "quadratic", "mse"})],
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one epoch with these sequences.

        Parameters
        ----------
        X, y
            As for `fit`.
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight)

    def _output_and_loss(self) -> tuple[str, str]:
        return quantifying(self.output, self.loss)

    def _allowed(self) -> dict[str, Any]:
        return {"multi_output": True, "y_numeric": True}

    def _answered(self, outputs: np.ndarray) -> np.ndarray:
        return outputs[..., 0] if outputs.shape[-1] == 1 else outputs

    def _usable(self, y: np.ndarray) -> np.ndarray:
        return y[..., None] if self.return_sequences and y.ndim == 2 else y

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        from sklearn.metrics import r2_score

        outputs, counts = self._by_time(self._outputs(X), X, weight)
        return float(r2_score(self._by_time(targets, X, weight)[0], outputs, sample_weight=counts))
