"""What all networks share whose samples are sequences: how they are given, and how they are answered."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from byhand.errors import DataError
from byhand.networks.base.network import checked
from byhand.networks.recurrence.sequences import are_sequences, ended, padded, present, targets_by_step


class Sequential:
    """The part of an estimator that takes sequences, before the one that knows its targets.

    Within the network they are one array of shape (samples, steps, features), filled up with NaN.
    """

    rows_: bool
    n_features_in_: int
    features_per_step: int
    return_sequences: bool

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets that can be used."""
        is_rows = not are_sequences(X)
        if is_rows and not self.return_sequences:
            X, y = super()._checked(X, y, first)  # type: ignore[misc]
        elif is_rows:
            X = checked(self, X, reset=first)
        self._of_the_kind(is_rows=is_rows, first=first)
        X = self._by_step(X) if is_rows else self._sequences(X, first)
        if self.return_sequences:
            y = targets_by_step(y, X)
        elif not is_rows:
            y = validate_data(self, y=y, reset=False, **self._allowed())
            check_consistent_length(X, y)
        return X, self._usable(y)

    def _allowed(self) -> dict[str, Any]:
        """How scikit-learn is to look at targets."""
        raise NotImplementedError

    def _usable(self, y: np.ndarray) -> np.ndarray:
        """Targets that were given, by what they mean."""
        raise NotImplementedError

    def _sequences(self, X: Any, first: bool) -> np.ndarray:
        whole = padded(X)
        if first:
            self.n_features_in_ = whole.shape[2]
            vars(self).pop("feature_names_in_", None)
        elif whole.shape[2] != self.n_features_in_:
            raise DataError("step_features", found=whole.shape[2], wanted=self.n_features_in_)
        return whole

    def _by_step(self, rows: np.ndarray) -> np.ndarray:
        """The rows of a table as sequences: the columns of a time step stand side by side."""
        if rows.shape[1] % self.features_per_step:
            raise DataError("step_columns", found=rows.shape[1], width=self.features_per_step)
        return rows.reshape(len(rows), -1, self.features_per_step)

    def _of_the_kind(self, *, is_rows: bool, first: bool) -> None:
        """Keep, or check, whether samples are rows of a table or sequences."""
        if first:
            self.rows_ = is_rows
        elif self.rows_ != is_rows:
            raise DataError("rows_expected" if self.rows_ else "sequences_expected")

    def _inputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        is_rows = not are_sequences(X)
        if not is_rows or not self.rows_:
            self._of_the_kind(is_rows=is_rows, first=False)
            return self._sequences(X, first=False)
        return self._by_step(super()._inputs(X))  # type: ignore[misc]

    def _one(self, x: Any) -> Any:
        return super()._one(x) if self.rows_ else [x]  # type: ignore[misc]

    def _any_target(self, X: Any) -> Any:
        target = super()._any_target(X)  # type: ignore[misc]
        return (
            np.repeat(target[:, None], self._inputs(X).shape[1], axis=1) if self.return_sequences else target
        )

    def predict(self, X: Any) -> Any:
        """What the network answers.

        Parameters
        ----------
        X : array-like
            Sequences, as for `fit`.

        Returns
        -------
        ndarray
            Of shape (n_samples,) or (n_samples, n_outputs). With `return_sequences` an answer for each time
            step, (n_samples, n_steps) or (n_samples, n_steps, n_outputs); a list of arrays where lengths
            differ.
        """
        found = super().predict(X)  # type: ignore[misc]
        return ended(found, self._inputs(X)) if self.return_sequences else found

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy, or R²; with `return_sequences` over all time steps.

        Parameters
        ----------
        X, y
            As for `fit`.
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        float
        """
        if not self.return_sequences:
            return float(super().score(X, y, sample_weight))  # type: ignore[misc]
        inputs = self._inputs(X)
        there, found = present(inputs), super().predict(X)  # type: ignore[misc]
        measure = accuracy_score if is_classifier(self) else r2_score
        weight = None if sample_weight is None else np.repeat(sample_weight, there.sum(axis=1))
        own = targets_by_step(y, inputs)
        return float(measure(own[there], found.reshape(own.shape)[there], sample_weight=weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.three_d_array = True
        return tags
