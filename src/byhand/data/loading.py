"""One door to every data set: a name, a file, a folder, or a data frame."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from byhand.data.arrays import from_npz, read_npy
from byhand.data.building import column_named, from_arrays, from_table
from byhand.data.dataset import Dataset, Kind, Task
from byhand.data.delimited import read_delimited
from byhand.data.frames import from_frame, read_parquet
from byhand.data.known import KNOWN, PUBLISHED, spelled
from byhand.data.mnist import has_idx_files, load_folder
from byhand.data.pictures import ENDINGS, read_pictures
from byhand.data.preparation import Preparation
from byhand.data.table import Table
from byhand.data.text import SCHEME, read_lines, read_text
from byhand.errors import ProblemError

DELIMITED = (".csv", ".tsv", ".txt", ".data")
PARQUET = (".parquet", ".pq")


def load(
    source: Any,
    *,
    target: str | int | None = -1,
    drop: Sequence[str] = (),
    kinds: Mapping[str, Kind] | None = None,
    task: Task | None = None,
    header: bool | None = None,
    folder: str | Path | None = None,
    size: tuple[int, int] = (28, 28),
    colour: bool = False,
    like: Preparation | None = None,
    texts: bool = False,
) -> Dataset:
    """Load a data set.

    Parameters
    ----------
    source : str, Path or DataFrame
        A name out of `names`; a file: CSV or TSV, NumPy's .npy or .npz (``X`` and ``y``, or ``x_train
        y_train x_test y_test``), Parquet, a picture; a folder of pictures, one folder a class, or of the
        four files of MNIST; or a data frame. A name goes before a file called the same. ``text:FILE`` is
        a text, in rows of characters.
    target : str, int or None
        The column to predict by name or place, of tables; None for none.
    drop : sequence of str
        Columns of a table to leave out.
    kinds : mapping of str to str, optional
        Columns of a table to read as ``number``, ``category`` or ``text`` whatever they look like.
    task : str, optional
        ``classification`` or ``regression``; by default as the target looks (see `from_table`).
    header : bool, optional
        Whether a CSV file's first row names the columns; by default as it looks.
    folder : str or Path, optional
        Where the files of ``mnist`` and ``fashion-mnist`` are. Without it they are fetched, once.
    size : tuple of int
        Height and width of pictures.
    colour : bool
        Whether pictures keep their colours.
    like : Preparation, optional
        Read what a network was trained with again: the same columns, kinds, target (where there is
        one) and size of pictures.
    texts : bool
        Read for a network that takes texts: a table's single column of words, where `target` is None also
        the lines of a .txt file.

    Returns
    -------
    Dataset

    Raises
    ------
    ProblemError
        There is nothing of that name, or it cannot be read, or a set by name is asked for another target.

    Examples
    --------
    >>> data = load("houses")
    >>> data
    Dataset('houses', 2930 × 2, regression)
    >>> training, test = data.split(test=0.2, seed=1)
    >>> preparation = Preparation.fit(training)
    >>> preparation.inputs(test).shape, preparation.targets(test).shape
    ((586, 29), (586,))
    """
    how = {"target": target, "drop": drop, "kinds": kinds, "task": task, "texts": texts}
    if hasattr(source, "columns"):
        return _tabled(from_frame(source), like, how)
    if str(source).startswith(SCHEME):
        return read_text(Path(str(source).removeprefix(SCHEME)))
    name = spelled(str(source))
    if isinstance(source, str) and name in KNOWN:
        data = KNOWN[name](Path(folder)) if folder and name in PUBLISHED else KNOWN[name]()
        return _settled(data, [target] if isinstance(target, str) else [], drop)
    path = Path(source)
    ending = path.suffix.lower()
    if not path.exists():
        near = "".join(difflib.get_close_matches(name, KNOWN, 1))
        code = "unknown_data_near" if near else "unknown_data"
        raise ProblemError(code, name=str(source)[:100], near=near, known=", ".join(KNOWN))
    if path.is_dir() and has_idx_files(path):
        return load_folder(path)
    if path.is_dir() or ending in ENDINGS:
        if like and like.sample_shape:
            height, width, *colours = like.sample_shape
            size, colour = (height, width), bool(colours)
        return read_pictures(path, size, colour)
    as_lines = like.columns[0].is_text and not like.target_name if like else texts and target is None
    if ending == ".txt" and as_lines:
        return _tabled(read_lines(path, like.columns[0].name if like else "text"), like, how)
    if ending in DELIMITED:
        return _tabled(read_delimited(path, header), like, how)
    if ending in PARQUET:
        return _tabled(read_parquet(path), like, how)
    if ending == ".npy":
        return _columned(path, like, target, task)
    if ending == ".npz":
        return from_npz(path, like.task if like else task)
    endings = ", ".join((*DELIMITED, *PARQUET, ".npy", ".npz", *ENDINGS))
    raise ProblemError("unknown_ending", path=path.name, endings=endings)


def _settled(data: Dataset, target: Sequence[str], drop: Sequence[str]) -> Dataset:
    """A set by name, whose target and columns cannot be chosen."""
    asked = [*(name for name in target if name != data.target_name), *drop]
    if asked:
        raise ProblemError("settled", name=data.name, target=data.target_name, asked=", ".join(asked)[:100])
    return data


def _tabled(table: Table, like: Preparation | None, how: dict[str, Any]) -> Dataset:
    """The data set of a table; with a preparation, only the columns that it knows."""
    if like is None:
        return from_table(table, **how)
    like.check_columns(table.columns)
    kinds: dict[str, Kind] = {one.name: one.kind for one in like.columns}
    known = {*kinds, like.target_name}
    wanted = {name: texts for name, texts in table.columns.items() if name in known}
    target = like.target_name if like.target_name in wanted else None
    return from_table(replace(table, columns=wanted), target, kinds=kinds, task=like.task)


def _columned(path: Path, like: Preparation | None, target: str | int | None, task: Task | None) -> Dataset:
    """The data set of an array of rows and columns, which are called 1, 2, 3, …"""
    array = read_npy(path)
    names = [str(place) for place in range(1, array.shape[1] + 1)] if array.ndim == 2 else []
    if like:
        target, task = like.target_name if like.target_name in names else None, like.task
    facts: dict[str, Any] = {"name": path.stem, "source": str(path)}
    if not names or target is None:
        return from_arrays(array, feature_names=names or None, **facts)
    place = names.index(column_named(target, names))
    inputs, y = np.delete(array, place, axis=1), array[:, place]
    facts |= {"feature_names": names[:place] + names[place + 1 :], "target_name": names[place]}
    return from_arrays(inputs, y, task=task, **facts)
