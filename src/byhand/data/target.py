"""The target of a data set: labels of classes, or amounts."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.data.dataset import Notice, Task
from byhand.data.table import Table, is_missing, numbers
from byhand.errors import ProblemError

MOST_CLASSES = 20  # more different whole numbers are amounts unless told otherwise


def read_target(table: Table, name: str, task: Task | None) -> tuple[np.ndarray, tuple[Notice, ...]]:
    """One column as the target.

    Parameters
    ----------
    table : Table
    name : str
    task : str or None
        None leaves it to the values: see `from_table`.

    Returns
    -------
    y : ndarray, shape (rows,)
        Whole numbers or texts that name classes, or floats that are amounts.
    notices : tuple of Notice

    Raises
    ------
    ProblemError
        A value is missing, or is no number where numbers are needed.
    """
    texts = [text.strip() for text in table.columns[name]]
    gone = next((row for row, text in enumerate(texts) if is_missing(text)), None)
    if gone is not None:
        raise ProblemError("target_missing", name=name[:60], **table.where(gone))
    if task == "regression":
        return table.read(name, "number")[1], ()
    values, strange = numbers(texts)
    whole = not len(strange) and bool(np.all((values == np.round(values)) & (abs(values) < 2**53)))
    if task is None and not len(strange) and not (whole and _look_like_classes(values)):
        return values, ()
    if whole:
        return values.astype(np.int64), () if task else (Notice("taken_as_classes", {"target": name}),)
    column, places = table.read(name, "category" if task else None)
    return np.array(column.levels)[places.astype(int)], ()


def described(y: np.ndarray | None) -> dict[str, Any]:
    """The task that a target sets, and its classes: floats are amounts, all else are labels."""
    if y is None:
        return {"task": None, "classes": None}
    if y.dtype.kind == "f":
        return {"task": "regression", "classes": None}
    return {"task": "classification", "classes": tuple(np.unique(y).tolist())}


def _look_like_classes(values: np.ndarray) -> bool:
    different = len(np.unique(values))
    return different <= MOST_CLASSES and 2 * different <= len(values)
