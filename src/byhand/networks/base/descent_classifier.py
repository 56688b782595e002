"""What classifiers share that descend: epochs one at a time, a part held out by class, its accuracy."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils.multiclass import _check_partial_fit_first_call

from byhand.networks.base.labels import Probabilities


class DescentClassifier(Probabilities):
    """The part of such a classifier that is asked while it learns; a sample has one label."""

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch with these samples.

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

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        return y

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        right = self._decoded(self._outputs(X)) == self._decoded(targets)
        return float(np.average(right, weights=weight))
