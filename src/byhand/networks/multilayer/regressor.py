"""The multilayer perceptron for regression."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions

from byhand.equations.layers import ACTIVATIONS, quantifying
from byhand.networks.base.quantities import Quantities
from byhand.networks.multilayer.layered import LayeredNetwork


class MLPRegressor(Quantities, LayeredNetwork):
    r"""A multilayer perceptron for one or several quantities, trained by gradient descent.

    .. math:: z_k = W_k a_{k-1} + b_k, \quad a_k = f_k(z_k), \quad J = \frac1n \sum L + \frac\lambda2 \sum W^2

    Parameters
    ----------
    hidden_layer_sizes, activation, rule, rule_settings, learning_rate, schedule, schedule_settings, \
clip_norm, alpha, penalty, dropout, input_dropout, batch_size, accumulate, max_iter, restarts, strategy, \
strategy_settings, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, \
warm_start, verbose
        As for `MLPClassifier`; the score of a validation part is R².
    output : str
        The output's activation: any of the hidden ones; ``auto`` is identity.
    loss : str
        ``mse`` (the mean over the outputs of the squared difference), ``quadratic`` (half the sum over the
        outputs), or ``auto``: mse.

    Attributes
    ----------
    params_, n_features_in_, n_outputs_, n_layers_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_, restart_losses_, accepted_
        As for `MLPClassifier`.

    Examples
    --------
    >>> X, y = [[-1.0], [-0.5], [0.5], [1.0]], [1.0, 0.25, 0.25, 1.0]
    >>> net = MLPRegressor((8,), "tanh", learning_rate=0.03, max_iter=300, tol=1e-6, random_state=0)
    >>> net.fit(X, y).predict([[1.0]]).round(1).tolist()
    [1.0]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LayeredNetwork._parameter_constraints,
        "output": [StrOptions({"auto", *ACTIVATIONS})],
        "loss": [StrOptions({"auto", "quadratic", "mse"})],
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one epoch with these samples.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight)

    def _output_and_loss(self) -> tuple[str, str]:
        return quantifying(self.output, self.loss)

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        from sklearn.metrics import r2_score

        return float(r2_score(targets, self._outputs(X), sample_weight=weight))
