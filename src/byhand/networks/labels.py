"""What all classifiers share: targets that are labels."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from byhand.networks.faults import DataError
from byhand.networks.network import checked


class Labels(ClassifierMixin):
    """The part of a classifier that knows its classes."""

    classes_: np.ndarray

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and labels that can be used."""
        X, y = checked(self, X, y, reset=first)
        check_labels(y)
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


def check_labels(y: np.ndarray) -> None:
    """That targets are classes.

    Raises
    ------
    DataError
        They are neither all texts nor all numbers.
    ValueError
        They are amounts, or nothing scikit-learn knows.
    """
    if y.dtype == object and not any(all(isinstance(one, kind) for one in y.flat) for kind in (str, Number)):
        raise DataError("mixed_labels", found=", ".join(sorted({type(one).__name__ for one in y.flat})))
    with np.errstate(invalid="ignore"):
        check_classification_targets(y)
