"""Opening what a user names: within a size, and with an error that says what is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from byhand.errors import ProblemError


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading its bytes.

    Raises
    ------
    ProblemError
        There is no such file, or it may not or cannot be opened.
    """
    shown = str(path)[:200]
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise ProblemError("no_such_file", path=shown) from None
    except IsADirectoryError:
        raise ProblemError("is_a_folder", path=shown) from None
    except PermissionError:
        raise ProblemError("no_permission", path=shown) from None
    except (OSError, ValueError):
        raise ProblemError("cannot_open", path=shown) from None
    with file:
        yield file


def file_bytes(path: Path, limit: int) -> bytes:
    """What the file holds.

    Parameters
    ----------
    path : Path
    limit : int
        The most bytes that are read.

    Returns
    -------
    bytes

    Raises
    ------
    ProblemError
        It cannot be read, or is larger.
    """
    with opened(path) as file:
        try:
            content = file.read(limit + 1)
        except OSError:
            raise ProblemError("cannot_open", path=str(path)[:200]) from None
    if len(content) > limit:
        raise too_large(path, limit)
    return content


def too_large(path: Path, limit: int) -> ProblemError:
    """The error of a file larger than so many bytes."""
    return ProblemError("file_too_large", path=str(path)[:200], limit=size_in_words(limit))


def size_in_words(size: int) -> str:
    """Bytes in the largest unit that keeps them whole, or nearly so.

    Examples
    --------
    >>> size_in_words(256 * 1024), size_in_words(2**30), size_in_words(9_912_422)
    ('256 KiB', '1024 MiB', '9.5 MiB')
    """
    value, unit = (size / 2**20, "MiB") if size >= 2**20 else (size / 2**10, "KiB")
    return f"{value:.1f} {unit}".replace(".0 ", " ")
