"""Delimited text files (CSV, TSV): encoding, separator, header, rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from byhand.data.dataset import Notice
from byhand.data.files import file_bytes
from byhand.data.table import Table, check_names, is_number
from byhand.errors import ProblemError

MAX_BYTES = 256 * 2**20
MAX_CELLS = 60_000_000  # MNIST as CSV has 55 million
MAX_COLUMNS = 20_000
MAX_ROWS = 5_000_000
SEPARATORS = ",;\t"


def read_delimited(path: Path, header: bool | None = None) -> Table:
    """Read a CSV or TSV file.

    UTF-8, with or without a byte order mark, or else GB18030; separated by commas, semicolons or
    tabs, whichever the first line has most of; quoted as spreadsheets quote. Blank lines are skipped.

    Parameters
    ----------
    path : Path
    header : bool, optional
        Whether the first row names the columns; by default it does where no cell of it is a number.
        Without names the columns are called 1, 2, 3, …

    Returns
    -------
    Table

    Raises
    ------
    ProblemError
        The file cannot be read, is no text, is empty or too large, a row is longer or shorter than the
        first, a quotation mark is not closed, or two columns have one name.
    """
    text, notices = decoded(path, file_bytes(path, MAX_BYTES))
    rows, lines = _rows(text)
    if header is None:
        header = not any(is_number(cell) for cell in rows[0])
    names = [name.strip() or str(place) for place, name in enumerate(rows[0], 1)]
    if header:
        rows, lines = rows[1:], lines[1:]
    else:
        names = [str(place) for place in range(1, len(names) + 1)]
        notices = (*notices, Notice("no_header", {}))
    check_names(names, path.name)
    if not rows:
        raise ProblemError("no_rows", path=path.name)

    def where(row: int) -> dict[str, Any]:
        return {"row": row + 1, "line": lines[row], "source": _line(text, lines[row])}

    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Table(columns, where, path.stem, str(path), notices)


def decoded(path: Path, content: bytes) -> tuple[str, tuple[Notice, ...]]:
    """What a file's bytes say, as UTF-8 or else as GB18030, and a notice where it is the latter.

    Raises
    ------
    ProblemError
        ``binary_file`` or ``not_text``
    """
    if b"\0" in content:
        raise ProblemError("binary_file", path=path.name)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as wrong:
        try:
            return content.decode("gb18030"), (Notice("encoding", {"encoding": "GB18030"}),)
        except UnicodeDecodeError:
            line = content.count(b"\n", 0, wrong.start) + 1
            raise ProblemError("not_text", path=path.name, number=line) from None


def _rows(text: str) -> tuple[list[list[str]], list[int]]:
    """The rows of cells, all of one length, and the line on which each begins."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, row in _read(text, separator):
        if rows and len(row) != len(rows[0]):
            facts: dict[str, Any] = {"found": len(row), "wanted": len(rows[0])}
            raise ProblemError("ragged_row", line=line, source=_line(text, line), **facts)
        if len(row) > MAX_COLUMNS or len(rows) > MAX_ROWS or len(rows) * len(row) > MAX_CELLS:
            raise ProblemError("table_too_large", rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
        rows.append(row)
        lines.append(line)
    if not rows:
        raise ProblemError("empty_table")
    return rows, lines


def _read(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error:
        raise ProblemError("broken_quotes", line=begin, source=_line(text, begin)) from None


def _line(text: str, number: int) -> str:
    return next(islice(io.StringIO(text, newline=None), number - 1, None), "").rstrip("\n")
