"""A table of texts, and what each column of it is: numbers, or categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from byhand.data.dataset import Column, Kind, Notice
from byhand.errors import ProblemError

Where = Callable[[int], dict[str, Any]]

MISSING = {"", "na", "n/a", "nan", "nat", "<na>", "null", "none", "?"}
FEW, MANY, MOST = 20, 100, 10_000  # categories that are few, that are many, and the most when asked for
MOST_TEXTS = 5_000_000
MISTYPED = 0.1  # a column with fewer texts among its numbers than this share holds mistakes, not categories


@dataclass(frozen=True)
class Table:
    """Columns of texts by name.

    Attributes
    ----------
    columns : mapping of str to sequence of str
        All of one length; what `MISSING` lists is missing.
    where : callable
        The place of a row, counted from 0, as facts of an error: its number, and its line in the file.
    name, source : str
    notices : tuple of Notice
    """

    columns: Mapping[str, Sequence[str]]
    where: Where = lambda row: {"row": row + 1}
    name: str = "table"
    source: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))

    def read(self, name: str, kind: Kind | None = None, *, texts: bool = False) -> tuple[Column, np.ndarray]:
        """One column as numbers.

        Parameters
        ----------
        name : str
        kind : str, optional
            ``number``, ``category`` or ``text``; by default what the column holds.
        texts : bool
            Whether a column of words holds texts, not categories.

        Returns
        -------
        column : Column
        values : ndarray of float64
            NaN where a value is missing; for a category or a text its place in the column's levels.

        Raises
        ------
        ProblemError
            The column is empty, is text of another kind, or a value of it is no finite number.

        Examples
        --------
        >>> Table({"size": ["2", "", "3.5"], "colour": ["red", "blue", "red"]}).read("colour")
        (Column(name='colour', levels=('blue', 'red'), is_text=False), array([1., 0., 1.]))
        """
        cells = self.columns[name]
        if kind in ("category", "text"):
            return self._words(name, MOST, is_text=kind == "text")
        values, strange = numbers(cells)
        if kind is None and np.isnan(values).all() and not len(strange):
            raise ProblemError("column_empty", name=name[:60])
        if kind is None and len(strange) > MISTYPED * (np.isfinite(values).sum() + len(strange)):
            return self._words(name, min(MANY, max(FEW, self.rows // 2)), is_text=texts)
        if len(strange):
            row = int(strange[0])
            code = "cell_not_finite" if is_number(cells[row]) else "cell_not_number"
            raise ProblemError(code, name=name[:60], found=cells[row].strip()[:60], **self.where(row))
        return Column(name), values

    def _words(self, name: str, most: int, *, is_text: bool) -> tuple[Column, np.ndarray]:
        texts = [text.strip() for text in self.columns[name]]
        missing = np.array([is_missing(text) for text in texts])
        levels = tuple(sorted({text for text, gone in zip(texts, missing, strict=True) if not gone}))
        if len(levels) > (MOST_TEXTS if is_text else most):
            raise ProblemError("column_text", name=name[:60], count=len(levels), most=most, **self.where(0))
        places = {level: float(place) for place, level in enumerate(levels)}
        return Column(name, levels, is_text), np.array([places.get(text, np.nan) for text in texts])


def numbers(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Texts as numbers.

    Returns
    -------
    values : ndarray of float64
        NaN where a text is missing or no finite number.
    strange : ndarray of int
        Where a text is neither missing nor a finite number.

    Examples
    --------
    >>> numbers(["1", "?", "2e3", "1e999", "1_000"])
    (array([1.e+00,    nan, 2.e+03,    nan,    nan]), array([3, 4]))
    """
    try:
        values = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        values = np.array([float(text) if is_number(text) else np.nan for text in texts])
    if "_" in "".join(texts):  # Python's own way to write 1000
        values[["_" in text for text in texts]] = np.nan
    values[~np.isfinite(values)] = np.nan
    strange = [row for row in np.flatnonzero(np.isnan(values)).tolist() if not is_missing(texts[row])]
    return values, np.array(strange, dtype=int)


def check_names(names: Sequence[str], path: str) -> None:
    """Refuse a name that two columns of a file bear.

    Raises
    ------
    ProblemError
    """
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ProblemError("column_twice", name=twice[:60], path=path)


def is_number(text: str) -> bool:
    """Whether a text is a number, infinite ones among them."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def is_missing(text: str) -> bool:
    """Whether a text stands for a missing value."""
    return text.strip().casefold() in MISSING
