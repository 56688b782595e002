"""How a name as it is typed is set in mathematics: letter, hat, subscript."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from byhand.sources.characters import GREEK

_LETTERS = {**GREEK, "eps": "ε"}
HAT = "\u0302"
_NUMBERED = re.compile(r"([A-Za-zͰ-Ͽ]+)([0-9]+)")


class Spelled(NamedTuple):
    """A name in its parts.

    Attributes
    ----------
    prefix : str
        ``Δ`` before the name of what changes, or nothing.
    base : str
        The letter, a Greek one as itself. More than one letter is a word, set upright.
    hat : bool
    sub : str
        The subscript; its parts are separated by commas, a hat in it is an accent (``ŷ``).
    """

    prefix: str
    base: str
    hat: bool
    sub: str


def spelled(name: str) -> Spelled:
    """A name in the parts in which mathematics writes it.

    Parameters
    ----------
    name : str
        As typed; an index and the mark of a new value are not part of it.

    Examples
    --------
    >>> spelled("w11")
    Spelled(prefix='', base='w', hat=False, sub='11')
    >>> spelled("yhat_1")
    Spelled(prefix='', base='y', hat=True, sub='1')
    >>> spelled("Δtheta4")
    Spelled(prefix='Δ', base='θ', hat=False, sub='4')
    >>> spelled("net_h1")
    Spelled(prefix='', base='net', hat=False, sub='h1')
    """
    prefix, rest = ("Δ", name[1:]) if name.startswith("Δ") and name[1:2].isalpha() else ("", name)
    head, *subs = rest.split("_")
    if not head or not all(subs):
        return Spelled(prefix, rest, False, "")
    word, digits = _numbered(head)
    base, hat = _hatted(word)
    if subs[:1] == ["hat"] and not hat and len(base) == 1:
        hat, subs = True, subs[1:]
    return Spelled(prefix, base, hat, ",".join([*([digits] if digits else []), *map(_letter, subs)]))


def _numbered(word: str) -> tuple[str, str]:
    """A word of letters and the digits after it; a Chinese word keeps its digits."""
    found = _NUMBERED.fullmatch(word)
    return (found[1], found[2]) if found else (word, "")


def _hatted(word: str) -> tuple[str, bool]:
    """The letter of a word, and whether the word ends in a hat; only one letter can carry it."""
    letter = _LETTERS.get(word.removesuffix("hat"), word.removesuffix("hat"))
    return (letter, True) if word.endswith("hat") and len(letter) == 1 else (_LETTERS.get(word, word), False)


def _letter(sub: str) -> str:
    """A part of a subscript: a Greek letter's name as the letter, a hat on its letter."""
    word, digits = _numbered(sub)
    base, hat = _hatted(word)
    return unicodedata.normalize("NFC", base + HAT * hat) + digits
