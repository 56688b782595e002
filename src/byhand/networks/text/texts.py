"""Texts to learn from: as they are given, as numbers of characters, and as a title shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.errors import DataError

SHOWN = 20  # characters of a text in a title


def text_of(X: Any) -> str:
    """A text, several as one, or numbers of characters as a text.

    Raises
    ------
    DataError
        It is none.
    """
    if isinstance(X, str):
        return X
    if isinstance(X, np.ndarray) and X.dtype.kind in "iuf":
        return "".join(map(chr, X.ravel().astype(int)))
    if isinstance(X, list | tuple) and X and all(isinstance(one, str) for one in X):
        return "".join(X)
    raise DataError("text_expected", found=type(X).__name__)


def alphabet(text: str) -> np.ndarray:
    """The characters of a text, in order.

    Raises
    ------
    DataError
        It holds one only, again and again.

    Examples
    --------
    >>> alphabet("tomato").tolist()
    ['a', 'm', 'o', 't']
    """
    found = np.array(sorted(set(text)))
    if len(found) == 1 < len(text):
        raise DataError("one_character", name=repr(text[0]))
    return found


def codes_of(text: str, characters: np.ndarray, needed: int, *, strict: bool) -> np.ndarray:
    """The numbers of a text's characters; -1 for one that is not known, where that is no error.

    Parameters
    ----------
    text : str
    characters : ndarray of str
        Those that are known, in order.
    needed : int
        How many there must be.
    strict : bool
        Whether all must be known.

    Returns
    -------
    ndarray of int32

    Raises
    ------
    DataError

    Examples
    --------
    >>> codes_of("oat!", alphabet("tomato"), 1, strict=False).tolist()
    [2, 0, 3, -1]
    """
    if len(text) < needed:
        raise DataError("text_short", found=len(text), needed=needed)
    own = np.array(list(text))
    codes = np.searchsorted(characters, own).clip(max=len(characters) - 1)
    known = characters[codes] == own
    if strict and not known.all():
        raise DataError("unknown_character", found=repr(str(own[~known][0])))
    return np.where(known, codes, -1).astype(np.int32)


def shown(text: str) -> str:
    """The beginning of a text, on one line."""
    return f"“{text[:SHOWN]}”".replace("\n", "↵")
