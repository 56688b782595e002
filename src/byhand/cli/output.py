"""Where results go: standard output, or the file that was named."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

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


def as_json(value: Any) -> str:
    """One JSON object as text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def width() -> int:
    """The columns of the terminal, within what reads well."""
    return max(NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, WIDEST))
