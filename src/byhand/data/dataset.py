"""A data set: rows of numbers, what they mean, and what is to be predicted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from byhand.data.splitting import divided
from byhand.words import say

Task = Literal["classification", "regression"]
Scaling = Literal["standard", "range", "none"]
Kind = Literal["number", "category", "text"]
Rows = np.ndarray | slice
HELD_OUT = 0.2


class Column(NamedTuple):
    """One column of the inputs.

    Attributes
    ----------
    name : str
    levels : tuple of str or None
        The categories, or texts, in order, where the column holds their places 0, 1, 2, …; None for numbers.
    is_text : bool
        Whether they are texts to be read, not categories.
    """

    name: str
    levels: tuple[str, ...] | None = None
    is_text: bool = False

    @property
    def kind(self) -> Kind:
        """What the column holds."""
        return "text" if self.is_text else "number" if self.levels is None else "category"


class Notice(NamedTuple):
    """Something decided in reading that the reader should know: the code of a sentence, and its facts."""

    code: str
    facts: dict[str, Any]

    def sentence(self, language: str = "en") -> str:
        """The notice in one language."""
        return say(f"data.{self.code}", language, **self.facts)


class Parts(NamedTuple):
    """The rows to learn from, and those held out."""

    training: Dataset
    test: Dataset


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Rows of inputs and, where there is one, the target of each.

    Attributes
    ----------
    name : str
    X : ndarray of float32 or float64, shape (rows, features)
        A missing value is NaN, a category its place in the column's levels; `Preparation` makes inputs
        of them.
    y : ndarray or None, shape (rows,)
        Labels of classes (texts or whole numbers), or numbers.
    columns : tuple of Column
        What each column of `X` is.
    target_name : str
    task : str or None
        ``classification``, ``regression``, or None where there is no target.
    classes : tuple or None
        All labels in order.
    source : str
        Where the set is from: a path, or who published it.
    sample_shape : tuple of int
        The shape of one row before it was laid flat: (28, 28) for a grey picture.
    training_rows : int or None
        How many of the first rows the publisher wants learned from; the rest is the test.
    scaling : str
        What suits the inputs unless told otherwise: ``standard``, ``range`` or ``none``.
    notices : tuple of Notice
        What was decided in reading.
    """

    name: str
    X: np.ndarray
    y: np.ndarray | None
    columns: tuple[Column, ...]
    target_name: str = "y"
    task: Task | None = None
    classes: tuple[Any, ...] | None = None
    source: str = ""
    sample_shape: tuple[int, ...] = ()
    training_rows: int | None = None
    scaling: Scaling = "standard"
    notices: tuple[Notice, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the columns of `X`."""
        return tuple(column.name for column in self.columns)

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, {len(self)} × {len(self.columns)}, {self.task})"

    def take(self, rows: Rows) -> Dataset:
        """The same set with some of its rows."""
        y = None if self.y is None else self.y[rows]
        return replace(self, X=self.X[rows], y=y, training_rows=None)

    def split(self, test: float | None = None, seed: int = 0) -> Parts:
        """Divide into rows to learn from and rows held out.

        Parameters
        ----------
        test : float, optional
            The share held out, each class in proportion. By default the publisher's own division, or a
            fifth where there is none.
        seed : int

        Returns
        -------
        Parts

        Raises
        ------
        ProblemError
            The share leaves no row on one side.

        Examples
        --------
        >>> from byhand.data import spirals
        >>> training, test = spirals().split(test=0.25, seed=1)
        >>> len(training), len(test), int((test.y == 1).sum())
        (146, 48, 24)
        """
        return Parts(*(self.take(rows) for rows in self.division(test, seed)))

    def division(self, test: float | None = None, seed: int = 0) -> tuple[Rows, Rows]:
        """Which rows `split` learns from, and which it holds out."""
        if test is None and self.training_rows is not None:
            return slice(self.training_rows), slice(self.training_rows, None)
        labels = self.y if self.task == "classification" else None
        return divided(len(self), labels, HELD_OUT if test is None else test, seed)

    def describe(self, language: str = "en") -> str:
        """What the set holds, for a person: sizes, classes, missing values, repeated rows, notices."""
        lines = [say("data.size", language, name=self.name, rows=len(self), features=len(self.columns))]
        if self.y is not None:
            lines.append(self._target_told(self.y, language))
        missing = np.isnan(self.X).sum(axis=0)
        if missing.any():
            counts = [f"{self.columns[k].name} ({missing[k]})" for k in np.flatnonzero(missing)]
            lines.append(say("data.missing", language, columns=_listed(counts, language)))
        repeated = len(self) - len({row.tobytes() for row in self.X})
        if repeated:
            lines.append(say("data.repeated", language, count=repeated))
        return "\n".join([*lines, *(notice.sentence(language) for notice in self.notices)])

    def _target_told(self, y: np.ndarray, language: str) -> str:
        if self.task == "regression":
            least, mean, largest = (f"{value:.6g}" for value in (y.min(), y.mean(), y.max()))
            facts = {"target": self.target_name, "least": least, "mean": mean, "largest": largest}
            return say("data.numbers", language, **facts)
        counts = [f"{label} ({(y == label).sum()})" for label in self.classes or ()]
        return say("data.classes", language, target=self.target_name, counts=_listed(counts, language))


def _listed(things: list[str], language: str, most: int = 12) -> str:
    """The first things of a list, and how many there are."""
    more = say("data.more", language, count=len(things) - most) if len(things) > most else ""
    return say("lesson.comma", language).join(things[:most]) + more
