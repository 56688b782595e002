"""What all classifiers share: targets that are labels."""

from __future__ import annotations

from numbers import Number
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from byhand.errors import DataError
from byhand.networks.base.network import checked


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

    def _is_one_column(self) -> bool:
        """Whether two classes share a single column."""
        return True

    def _columns(self, y: np.ndarray) -> np.ndarray:
        """One column a class, 1 for its own; where two classes share one, 1 for the second.

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
        if len(self.classes_) == 2 and self._is_one_column():
            return place[..., None].astype(np.float32)
        return np.eye(len(self.classes_), dtype=np.float32)[place]


class Answers(Labels):
    """The part of a classifier that reads a class off the outputs of its network."""

    # What a single output of two classes lies above for the second.
    threshold: ClassVar[float] = 0.5

    n_outputs_: int

    def predict(self, X: Any) -> np.ndarray:
        """The class of each sample: that of the largest output; a single one decides by its threshold.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        return self._decoded(self._outputs(self._inputs(X)))

    def _decoded(self, outputs: np.ndarray) -> np.ndarray:
        """The class of each vector of outputs."""
        if outputs.shape[-1] == 1:
            return self.classes_[(outputs[..., 0] > self.threshold).astype(np.int64)]
        return self.classes_[outputs.argmax(axis=-1)]

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return self._columns(y)

    def _settle(self) -> None:
        super()._settle()
        count = len(self.classes_)
        if self.n_outputs_ != (1 if count == 2 and self._is_one_column() else count):
            raise ValueError


class Decisions(Answers):
    """The part of a classifier whose outputs are no probabilities."""

    def decision_function(self, X: Any) -> np.ndarray:
        """The outputs; of a single one how far it is above the threshold.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        outputs = self._outputs(self._inputs(X))
        return outputs[:, 0] - self.threshold if outputs.shape[1] == 1 else outputs


class Probabilities(Answers):
    """The part of a classifier whose outputs are probabilities, or can be read as such."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """The outputs as probabilities; those of several sigmoids are divided by their sum.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
        """
        return self._shares(self._outputs(self._inputs(X)))

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The natural logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def _shares(self, outputs: np.ndarray) -> np.ndarray:
        """Vectors that sum to 1."""
        if outputs.shape[-1] == 1:
            return np.concatenate([1 - outputs, outputs], axis=-1)
        total = outputs.sum(axis=-1, keepdims=True)
        return np.where(total > 0, outputs, 1) / np.where(total > 0, total, outputs.shape[-1])


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
