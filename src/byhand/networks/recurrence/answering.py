"""What is answered for sequences: a class or quantities, once or for each time step."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import column_or_1d

from byhand.equations.layers import ACTIVATIONS
from byhand.networks.base.descent_classifier import DescentClassifier
from byhand.networks.base.labels import check_labels
from byhand.networks.base.quantities import Quantities
from byhand.networks.multilayer.classifier import LOSSES
from byhand.networks.recurrence import sequences
from byhand.networks.recurrence.sequential import Sequential


class SequenceClassifier(Sequential, DescentClassifier):
    """The part of an estimator that classifies sequences, or each time step of them."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "output": [StrOptions({"auto", "softmax", "sigmoid"})],
        "loss": [StrOptions({"auto", *LOSSES})],
    }

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


class SequenceRegressor(Sequential, Quantities):
    """The part of an estimator for quantities of a sequence, or of each time step of it."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
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
