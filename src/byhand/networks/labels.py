"""What all classifiers share: targets that are labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

from byhand.networks.faults import DataError


class Labels(ClassifierMixin):
    """The part of a classifier that knows its classes."""

    classes_: np.ndarray

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and labels that can be used."""
        X, y = validate_data(self, X, y, reset=first, dtype=np.float32)
        check_classification_targets(y)
        return X, column_or_1d(y, warn=True)

    def _declare(self, y: np.ndarray) -> None:
        self.classes_ = np.unique(y)

    def _columns(self, y: np.ndarray, one: bool) -> np.ndarray:
        """One column a class, 1 for its own; for two classes a single column, if `one`.

        Raises
        ------
        DataError
            There is but one class, or a class that was not there when the network was made.
        """
        if len(self.classes_) < 2:
            raise DataError("one_class", name=str(self.classes_[0])[:60])
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise DataError("unknown_class", found=str(unknown[0])[:60])
        place = np.searchsorted(self.classes_, y)
        if len(self.classes_) == 2 and one:
            return place[:, None].astype(np.float32)
        return np.eye(len(self.classes_), dtype=np.float32)[place]

    def _classes(self, outputs: np.ndarray, threshold: float) -> np.ndarray:
        """The class of each row of outputs: the largest, or whether a single one is above the threshold."""
        if outputs.shape[1] == 1:
            return self.classes_[(outputs[:, 0] > threshold).astype(np.int64)]
        return self.classes_[outputs.argmax(axis=1)]
