"""A text as a data set: its characters in rows, by their numbers in Unicode; or its lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset, Notice
from byhand.data.delimited import MAX_BYTES, decoded
from byhand.data.files import file_bytes
from byhand.data.table import Table
from byhand.errors import ProblemError

SCHEME = "text:"  # before the path of a file that is to be read so
WIDTH = 64
LEARNED = 0.9


def read_text(path: Path) -> Dataset:
    """Read a text file.

    Parameters
    ----------
    path : Path
        UTF-8 or GB18030.

    Returns
    -------
    Dataset
        A row has `WIDTH` characters, one row goes on where the one before ends, and what fills no row is left
        out. The last tenth of the rows is held out.

    Raises
    ------
    ProblemError
        It cannot be read, is no text, or has less than two rows.
    """
    text, notices = decoded(path, file_bytes(path, MAX_BYTES))
    text = text.replace("\r\n", "\n")
    rows = len(text) // WIDTH
    if rows < 2:
        raise ProblemError("text_rows", path=path.name, found=len(text), needed=2 * WIDTH)
    codes = np.fromiter(map(ord, text[: rows * WIDTH]), np.float64, rows * WIDTH)
    about = {"characters": len(text), "different": len(set(text)), "left": len(text) - len(codes)}
    return from_arrays(
        codes.reshape(rows, WIDTH),
        name=path.stem,
        feature_names=[f"character_{place}" for place in range(1, WIDTH + 1)],
        source=f"{SCHEME}{path}",
        training_rows=int(np.ceil(LEARNED * rows)) if rows > 10 else rows - 1,
        scaling="none",
        notices=(Notice("text", about), *notices),
    )


def read_lines(path: Path, column: str) -> Table:
    """The lines of a text file as a column of texts; empty ones are left out.

    Parameters
    ----------
    path : Path
        UTF-8 or GB18030.
    column : str
        What the column is called.

    Raises
    ------
    ProblemError
        It cannot be read, or has no line.
    """
    text, notices = decoded(path, file_bytes(path, MAX_BYTES))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ProblemError("no_rows", path=path.name)
    return Table({column: lines}, name=path.stem, source=str(path), notices=notices)
