"""From a table or arrays to a data set: which column is the target, and whether it names classes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from byhand.data.dataset import Column, Dataset, Kind, Notice, Task
from byhand.data.table import Table
from byhand.data.target import described, read_target
from byhand.errors import ProblemError


def from_table(
    table: Table,
    target: str | int | None = -1,
    drop: Sequence[str] = (),
    kinds: Mapping[str, Kind] | None = None,
    task: Task | None = None,
    *,
    texts: bool = False,
) -> Dataset:
    """A data set from the columns of a table.

    Parameters
    ----------
    table : Table
    target : str, int or None
        The column to predict by its name or place (-1 for the last); None for none.
    drop : sequence of str
        Columns to leave out.
    kinds : mapping of str to str, optional
        Columns that are to be read as ``number``, ``category`` or ``text`` whatever they look like.
    task : str, optional
        ``classification`` or ``regression``. By default texts name classes, and so do at most 20
        different whole numbers with at least two rows each on average.
    texts : bool
        Whether the inputs are texts, where they are a single column of words.

    Returns
    -------
    Dataset

    Raises
    ------
    ProblemError
        There is no such column, none is left, or a value cannot be read.

    Examples
    --------
    >>> table = Table({"x": ["1", "2", "3", "4"], "kind": ["a", "b", "a", "b"]})
    >>> data = from_table(table)
    >>> data.X.ravel(), data.y, data.task
    (array([1., 2., 3., 4.]), array(['a', 'b', 'a', 'b'], dtype='<U1'), 'classification')
    """
    names = list(table.columns)
    kinds = kinds or {}
    for name in (*drop, *kinds):
        _check_known(name, table.columns)
    predicted = None if target is None else column_named(target, names)
    inputs = [name for name in names if name not in (predicted, *drop)]
    if not inputs:
        raise ProblemError("no_inputs", known=", ".join(names)[:200])
    read = [table.read(name, kinds.get(name), texts=texts and len(inputs) == 1) for name in inputs]
    X = np.stack([values for _, values in read], axis=1)
    y, notices = read_target(table, predicted, task) if predicted else (None, ())
    return Dataset(
        table.name,
        X,
        y,
        tuple(column for column, _ in read),
        predicted or "",
        **described(y),
        source=table.source,
        notices=(*table.notices, *notices),
    )


def from_arrays(
    X: Any,
    y: Any = None,
    *,
    name: str = "arrays",
    feature_names: Sequence[str] | None = None,
    target_name: str = "y",
    task: Task | None = None,
    **more: Any,
) -> Dataset:
    """A data set from arrays.

    Parameters
    ----------
    X : array-like of numbers, shape (rows, …)
        Each row is laid flat. NaN is missing. Pictures of bytes are brought between 0 and 1.
    y : array-like, shape (rows,), optional
        Labels or numbers.
    name : str
    feature_names : sequence of str, optional
        By default x1, x2, …
    target_name : str
    task : str, optional
        As of `from_table`.
    **more
        Further fields of `Dataset`.

    Returns
    -------
    Dataset

    Raises
    ------
    ProblemError
        An array is empty, holds something else than numbers, or the lengths differ.

    Examples
    --------
    >>> data = from_arrays([[0.5, 2], [1, 3], [2, 5]], [10.5, 11, 12])
    >>> data.feature_names, data.task, data.X.shape
    (('x1', 'x2'), 'regression', (3, 2))
    """
    X, y = _array(X, "X"), None if y is None else _array(y, target_name)
    if X.dtype.kind not in "biuf" or X.ndim < 1 or not X.size:
        raise ProblemError("array_kind", name="X", dtype=str(X.dtype)[:40], shape=str(X.shape))
    if y is not None and (y.dtype.kind not in "biufUO" or y.shape != X.shape[:1]):
        raise ProblemError("array_target", dtype=str(y.dtype)[:40], shape=str(y.shape), rows=len(X))
    if X.dtype.kind == "f" and np.isinf(X).any():
        raise ProblemError("array_infinite", name="X")
    shape = X.shape[1:] if X.ndim > 2 else ()
    if shape and X.dtype == np.uint8:
        X, more = np.divide(X, np.float32(255)), {"scaling": "none", **more}
    flat = X.reshape(len(X), -1)
    flat = flat if flat.dtype in (np.float32, np.float64) else flat.astype(np.float64)
    if feature_names is None:
        feature_names = pixel_names(shape) if shape else [f"x{k}" for k in range(1, flat.shape[1] + 1)]
    if len(feature_names) != flat.shape[1]:
        raise ProblemError("name_count", found=len(feature_names), wanted=flat.shape[1])
    notices: tuple[Notice, ...] = ()
    if y is not None and (task != "classification" or y.dtype.kind in "fO"):
        texts = Table({target_name: [str(value) for value in y.tolist()]})
        y, notices = read_target(texts, target_name, task)
    columns = tuple(Column(one) for one in feature_names)
    facts = {"sample_shape": shape, "notices": notices, "target_name": target_name, **described(y), **more}
    return Dataset(name, flat, y, columns, **facts)


def pixel_names(shape: Sequence[int]) -> list[str]:
    """The names of a picture's numbers, row by row: ``pixel_0_0``, ``pixel_0_1``, …"""
    return ["_".join(["pixel", *map(str, place)]) for place in np.ndindex(*shape)]


def column_named(target: str | int, names: Sequence[str]) -> str:
    """The column of a name, or at a place (-1 is the last).

    Raises
    ------
    ProblemError
        There is none.
    """
    if isinstance(target, str):
        _check_known(target, names)
        return target
    if not -len(names) <= target < len(names):
        raise ProblemError("column_place", place=target, count=len(names))
    return names[target]


def _array(values: Any, name: str) -> np.ndarray:
    try:
        return np.asarray(values)
    except ValueError:  # rows of different lengths
        raise ProblemError("ragged", name=name[:60]) from None


def _check_known(name: str, names: Collection[str]) -> None:
    if name not in names:
        near = "".join(difflib.get_close_matches(name, names, 1))
        code = "unknown_column_near" if near else "unknown_column"
        raise ProblemError(code, name=name[:60], near=near, known=", ".join(names)[:200])
