"""A network's inputs made of a data set: filled, scaled, spelled out, as the training part asks for."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Self

import numpy as np
from pydantic import BaseModel

from byhand.data.columns import STRICT, Prepared, Scale
from byhand.data.dataset import Column, Dataset, Scaling, Task
from byhand.errors import ProblemError


class Preparation(BaseModel):
    r"""From a data set to a network's inputs and targets.

    .. math:: x' = \frac{x - \text{centre}}{\text{spread}}

    A missing number becomes the median; a category becomes one input for each level, 1 for its own and
    0 for the others, and a missing category is a level of its own. Medians, scales and levels are those
    of the training part alone. A level that was not seen there is 0 everywhere. A column of texts stands
    alone; a missing text is an empty one.

    Parameters
    ----------
    scaling : str
        ``standard`` (mean and standard deviation), ``range`` (least and largest) or ``none``.
    columns : tuple of Prepared
    target_name : str
    target : Scale
        Of the numbers to predict; labels stay as they are.
    task : str or None
    sample_shape : tuple of int
        The shape of one row before it was laid flat.

    Examples
    --------
    >>> from byhand.data.building import from_table
    >>> from byhand.data.table import Table
    >>> columns = {"size": ["1", "3", ""], "hue": ["red", "blue", "red"], "y": ["1.5", "2", "4"]}
    >>> data = from_table(Table(columns))
    >>> preparation = Preparation.fit(data, "range")
    >>> preparation.input_names, preparation.inputs(data).tolist()
    (('size', 'hue=blue', 'hue=red'), [[0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.5, 0.0, 1.0]])
    """

    model_config = STRICT
    scaling: Scaling
    columns: tuple[Prepared, ...]
    target_name: str = ""
    target: Scale = Scale()
    task: Task | None = None
    sample_shape: tuple[int, ...] = ()

    @classmethod
    def fit(cls, training: Dataset, scaling: Scaling | None = None) -> Self:
        """What the training part asks for.

        Parameters
        ----------
        training : Dataset
        scaling : str, optional
            By default what suits the set.

        Returns
        -------
        Preparation

        Raises
        ------
        ProblemError
            A column has no value in the training part, or its numbers are too large to be scaled.
        """
        chosen = scaling or training.scaling
        columns = zip(training.columns, training.X.T, strict=True)
        amounts = training.y if training.task == "regression" else None
        return cls(
            scaling=chosen,
            columns=tuple(Prepared.of(column, values, chosen) for column, values in columns),
            target_name=training.target_name,
            target=Scale() if amounts is None else Scale.of(amounts, chosen),
            task=training.task,
            sample_shape=training.sample_shape,
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of a network's inputs."""
        return tuple(name for column in self.columns for name in column.inputs)

    def inputs(self, data: Dataset) -> np.ndarray:
        """A network's inputs.

        Parameters
        ----------
        data : Dataset
            With at least the columns of the training part, in any order.

        Returns
        -------
        ndarray, shape (rows, inputs)
            Of the type of ``data.X``; of texts an array of str, shape (rows,).

        Raises
        ------
        ProblemError
            A column is missing, or holds categories where numbers were and the other way round.
        """
        X, found = self._found(data)
        if self.columns[0].is_text:
            texts = np.array([*(found[0].levels or ()), ""], object)
            return texts[np.where(np.isnan(X[:, 0]), -1, X[:, 0]).astype(int)]
        if all(column.kind == "number" for column in self.columns):
            return _scaled(self.columns, X)
        parts = [
            _scaled((own,), values[:, None])
            if own.kind == "number"
            else own.spelled_out(other.levels or (), values)
            for own, other, values in zip(self.columns, found, X.T, strict=True)
        ]
        return np.hstack(parts, dtype=X.dtype)

    def targets(self, data: Dataset) -> np.ndarray:
        """The targets to train with: numbers scaled, labels as they are.

        Parameters
        ----------
        data : Dataset

        Returns
        -------
        ndarray, shape (rows,)

        Raises
        ------
        ProblemError
            The set has no target.
        """
        if data.y is None:
            raise ProblemError("no_target", name=self.target_name[:60])
        if self.task != "regression":
            return data.y
        return self.target.scaled(data.y)

    def restored(self, predicted: np.ndarray) -> np.ndarray:
        """What a network predicts, in the unit of the data set; labels as they are."""
        if self.task != "regression":
            return predicted
        return self.target.restored(predicted)

    def columns_of(self, X: np.ndarray) -> dict[str, list[float] | list[str]]:
        """The columns of the data set, by name, that a network's inputs would have come from.

        Parameters
        ----------
        X : ndarray, shape (rows, inputs)

        Examples
        --------
        >>> from byhand.data.building import from_table
        >>> from byhand.data.table import Table
        >>> data = from_table(Table({"size": ["1", "3"], "hue": ["red", "blue"], "y": ["1.5", "2"]}))
        >>> Preparation.fit(data, "range").columns_of(np.array([[0.5, 0.2, 0.7]]))
        {'size': [2.0], 'hue': ['red']}
        """
        found, first = {}, 0
        for column in self.columns:
            last = first + len(column.inputs)
            found[column.name] = column.restored(X[:, first:last])
            first = last
        return found

    def check_columns(self, names: Container[str]) -> None:
        """Refuse a set that lacks one of the columns.

        Raises
        ------
        ProblemError
        """
        missing = [column.name for column in self.columns if column.name not in names]
        if missing:
            raise ProblemError("columns_missing", columns=", ".join(missing)[:200], count=len(missing))

    def _found(self, data: Dataset) -> tuple[np.ndarray, list[Column]]:
        """The columns of a set in the order of the training part."""
        names = [column.name for column in self.columns]
        places = {name: place for place, name in enumerate(data.feature_names)}
        self.check_columns(places)
        wanted = [places[name] for name in names]
        found = [data.columns[place] for place in wanted]
        for own, other in zip(self.columns, found, strict=True):
            if own.kind != other.kind:
                raise ProblemError("column_changed", name=own.name[:60])
        return (data.X if names == list(data.feature_names) else data.X[:, wanted]), found


def _scaled(columns: Sequence[Prepared], X: np.ndarray) -> np.ndarray:
    """Columns of numbers, filled and scaled."""
    rows = [(one.fill, one.scale.centre, one.scale.spread) for one in columns]
    fill, centre, spread = np.array(rows, X.dtype).T
    missing = np.isnan(X)
    filled = np.where(missing, fill, X) if missing.any() else X
    return (filled - centre) / spread
