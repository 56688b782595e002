"""Tables of other programs: Parquet files, and data frames in memory."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from byhand.data.delimited import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from byhand.data.files import opened
from byhand.data.table import Table, check_names
from byhand.errors import ProblemError


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; needs the package pyarrow.

    Raises
    ------
    ProblemError
        pyarrow is missing, or the file cannot be read or is too large.
    """
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise ProblemError("needs_package", what="Parquet", package="pyarrow", install="pyarrow") from None
    try:
        with opened(path) as file:
            whole = parquet.ParquetFile(file)
            _check_size(whole.metadata.num_rows, whole.metadata.num_columns)
            read = whole.read()
    except (arrow.ArrowException, OSError, ValueError):
        raise ProblemError("unreadable_file", path=path.name, format="Parquet") from None
    check_names(read.column_names, path.name)
    return _table(list(read.column_names), [column.to_pylist() for column in read.columns], path)


def from_frame(frame: Any) -> Table:
    """The table of a pandas or polars data frame.

    Parameters
    ----------
    frame : DataFrame
        Anything with ``columns`` and, for each, values with ``tolist`` or ``to_list``.

    Raises
    ------
    ProblemError
        It has no rows, is too large, or two columns have one name.
    """
    names = [str(name) for name in frame.columns]
    _check_size(len(frame), len(names))
    check_names(names, "DataFrame")
    columns = (frame[name] for name in frame.columns)
    return _table(names, [getattr(one, "tolist", one.to_list)() for one in columns], None)


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise ProblemError("table_too_large", rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)


def _table(names: list[str], columns: list[list[Any]], path: Path | None) -> Table:
    if not names or not columns[0]:
        raise ProblemError("no_rows", path=path.name if path else "DataFrame")
    texts = {
        name: ["" if value is None else str(value) for value in values]
        for name, values in zip(names, columns, strict=True)
    }
    return Table(texts, name=path.stem if path else "table", source=str(path or "DataFrame"))
