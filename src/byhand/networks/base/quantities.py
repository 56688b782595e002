"""What all regressors share: targets that are amounts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import RegressorMixin

from byhand.errors import DataError
from byhand.networks.base.network import checked


class Quantities(RegressorMixin):
    """The part of a regressor that knows its targets."""

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets that can be used."""
        if issparse(y):
            raise DataError("sparse_targets")
        return checked(self, X, y, reset=first, multi_output=True, y_numeric=True)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """Targets as the network sees them, shape (n, outputs).

        Raises
        ------
        DataError
            A target is missing, or no finite number in float32.
        """
        with np.errstate(over="ignore"):
            targets = (y if y.ndim > 1 else y[:, None]).astype(np.float32)
        if np.isnan(targets).any():
            raise DataError("target_nan", row=int(np.isnan(targets).reshape(len(y), -1).any(axis=1).argmax()))
        if not np.isfinite(targets).all():
            raise DataError("target_too_large")
        return targets

    def predict(self, X: Any) -> np.ndarray:
        """The network's outputs.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) or (n_samples, n_outputs)
        """
        outputs = self._outputs(self._inputs(X).astype(np.float64))
        return outputs[..., 0] if outputs.shape[-1] == 1 else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
