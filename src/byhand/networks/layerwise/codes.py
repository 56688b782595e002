"""What networks share that code their inputs anew: a representation in float32, with names."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from byhand.equations.layers import Layers
from byhand.networks.multilayer import mlp


class Codes(ClassNamePrefixFeaturesOutMixin, TransformerMixin):
    """The part of a network that is a transformer."""

    def _coding(self) -> Layers:
        """The layers that lead to the code."""
        raise NotImplementedError

    def transform(self, X: Any) -> np.ndarray:
        """The code of each sample: what the last hidden layer gives.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, units of that layer)
        """
        return mlp.outputs(self._coding(), self.params_, self._inputs(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
