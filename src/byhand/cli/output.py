"""Where results go, standard output or the file that was named, and the exit codes."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from byhand.views.text_lines import wrapped

FINE, WRONG, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
NARROWEST, WIDEST = 20, 100


def put(text: str, path: Path | None = None) -> None:
    """Write a result to the file, or to standard output.

    Raises
    ------
    OSError
    """
    text = text if text.endswith("\n") else text + "\n"
    if path is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        path.write_text(text, "utf-8")


def complain(text: str) -> None:
    """Say on standard error what is wrong; in a terminal in lines that fit, a caret under its place."""
    lines = text.split("\n")
    if sys.stderr.isatty():
        below = [*lines[1:], ""]
        lines = [
            part
            for line, caret in zip(lines, below, strict=True)
            for part in ([line] if "^" in (line.strip(), caret.strip()) else wrapped(line, width()))
        ]
    print("\n".join(lines), file=sys.stderr)


def check_writable(*paths: Path | None) -> None:
    """That a result can be written to each of these, before the work begins.

    Raises
    ------
    OSError
        The folder is not there, or the file may not be written.
    """
    for path in paths:
        if path is not None and (not path.exists() or path.is_file() or path.is_dir()):  # a pipe may wait
            is_new = not path.exists()
            path.open("ab").close()
            if is_new:
                path.unlink()


def as_json(value: Any) -> str:
    """One JSON object as text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def as_csv(columns: Mapping[str, Sequence[Any]]) -> str:
    """Columns of equal length as CSV, their names above them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(columns), *zip(*columns.values(), strict=True)])
    return text.getvalue()


def shortened(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Columns with six digits of each fraction."""
    return {
        name: [f"{one:.6g}" if isinstance(one, float) else one for one in values]
        for name, values in columns.items()
    }


ProgressLine = Callable[[int, int | None], None]


def progress_line() -> ProgressLine | None:
    """Tells how much is done, and of how much, in one line on standard error; None where nobody watches.

    When all is done the line is wiped.
    """
    if not sys.stderr.isatty():
        return None

    def told(done: int, of: int | None) -> None:
        finished = done == of
        text = "" if finished else f"{done}" if of is None else f"{done}/{of}"
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()

    return told


def width() -> int:
    """The columns of the terminal, within what reads well."""
    return max(NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, WIDEST))
