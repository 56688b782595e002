"""One sample from a file, until data sets are read by name."""

from __future__ import annotations

import csv
from itertools import chain
from pathlib import Path

import numpy as np

from byhand.errors import ProblemError


def row_of(path: Path, number: int) -> list[str]:
    """The cells of one row of a table, a row of names at its top left out.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, or ``.npy`` with two axes.
    number : int
        From 0.

    Raises
    ------
    ProblemError
        ``cannot_read``, ``not_data`` or ``no_such_sample``.
    """
    try:
        if path.suffix.lower() == ".npy":
            table = np.load(path, mmap_mode="r", allow_pickle=False)
            if table.ndim != 2:
                raise ValueError
            count, found = len(table), [str(cell) for cell in table[number : number + 1].ravel().tolist()]
        else:
            count, found = _row_of_csv(path, number)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProblemError("cannot_read", path=str(path), reason=reason) from None
    except (ValueError, EOFError, csv.Error):
        raise ProblemError("not_data", path=str(path)) from None
    if not found:
        raise ProblemError("no_such_sample", path=str(path), count=count, last=max(count - 1, 0))
    return found


def _row_of_csv(path: Path, number: int) -> tuple[int, list[str]]:
    """The rows that were passed, and the cells of the one wanted; none where the file ends before."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = (row for row in csv.reader(file) if row)
        first = next(rows, None)
        if first is None:
            return 0, []
        samples = rows if _is_header(first) else chain([first], rows)
        count = 0
        for count, row in enumerate(samples, 1):
            if count == number + 1:
                return count, row
    return count, []


def _is_header(row: list[str]) -> bool:
    """Whether a row holds names: its cells but the last, which may be a class, are no numbers."""
    return any(not _is_number(cell) for cell in row[:-1])


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
