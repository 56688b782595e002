"""Text and mathematics broken into lines of a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, takewhile

from rich.cells import cell_len

from byhand.lesson.document import Inlines
from byhand.views.text_math import math_text

HELD = "\u00a0"
_NOT_FIRST = frozenset("。，、：；！？）】》”’…—)]},.:;!?%·")
_PRODUCTS = "·×⊙@"
_NOT_LAST = frozenset("（【《“‘([{—")
# Before a sign between spaces, after a product sign (not that of ×10ⁿ), after a comma.
_BREAK = re.compile(r" (?=[+−=≈<>≤≥≠→] )|(?<=[·×⊙]) ?(?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])|(?<=[@,]) ")


def line_of(inlines: Inlines) -> str:
    """A sentence with its mathematics, whose spaces hold it together in `wrapped`."""
    return "".join(part if isinstance(part, str) else math_text(part).replace(" ", HELD) for part in inlines)


def shown(line: str) -> str:
    """A line of `line_of` as it is printed."""
    return line.replace(HELD, " ").rstrip()


def wrapped(line: str, width: int) -> list[str]:
    """A sentence in lines of at most `width` columns.

    A line ends at a space, or between two characters one of which is Chinese, but never before closing
    or after opening punctuation. Mathematics is parted only where it is longer than a line by itself.

    Parameters
    ----------
    line : str
        From `line_of`.
    width : int

    Returns
    -------
    list of str
    """
    lines, current = [], ""
    for piece in _pieces(line):
        if cell_len((current + piece).rstrip(" ")) <= width:
            current += piece
            continue
        if current.strip():
            lines.append(current)
        current = piece
        if longest_piece(piece) > width:
            *full, current = broken_math(piece, width)
            lines += full
            current += " " * piece.endswith(" ")
    return [shown(made) for made in (*lines, current) if made.strip()] or [""]


def longest_piece(line: str) -> int:
    """The width below which a line of `line_of` cannot be wrapped without parting its mathematics."""
    return max((cell_len(piece.strip(" ")) for piece in _pieces(line)), default=0)


def _pieces(line: str) -> Iterator[str]:
    """What stays together, each with the spaces behind it."""
    piece = ""
    for character in line:
        if piece and character != " " and _may_part(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_part(before: str, after: str) -> bool:
    if before == " ":
        return True
    between = cell_len(before) == 2 or cell_len(after) == 2
    return between and after not in _NOT_FIRST and before not in _NOT_LAST


def broken_math(text: str, width: int) -> list[str]:
    """Mathematics in lines of at most `width` columns, parted as far outside of brackets as can be.

    Parameters
    ----------
    text : str
        From `math_text`.
    width : int

    Returns
    -------
    list of str
        One is wider than `width` only where a single name or number is.
    """
    rest, lines = shown(text), []
    open_at: list[int] = []
    while cell_len(rest) > width:
        fitting = [place for place in _places(rest, width) if cell_len(rest[: place[1]]) <= width]
        places = fitting or _places(rest, len(rest))
        if not places:
            break
        _, end, start = min(fitting, key=lambda place: (place[0], -place[1])) if fitting else places[0]
        open_at = _left_open(rest[:end], open_at)
        margin = open_at[-1] + 1 if open_at else 0
        lines.append(rest[:end])
        rest = " " * (margin if margin <= width // 2 else len(open_at)) + rest[start:]
    return [*lines, rest]


def _places(text: str, last: int) -> list[tuple[int, int, int]]:
    """Where mathematics may be parted up to a place: how well, where a line ends, where the next begins.

    Better the fewer brackets are open there, and before a sum's sign better than within a product.
    """
    begun = len(text) - len(text.lstrip())
    depths = list(accumulate((character in "([") - (character in ")]") for character in text[: last + 1]))
    found = [
        (2 * depths[match.start() - 1] + (text[match.start() - 1] in _PRODUCTS), match.start(), match.end())
        for match in takewhile(lambda match: match.start() <= last, _BREAK.finditer(text, begun + 1))
    ]
    return [place for place in found if place[2] < len(text)]


def _left_open(text: str, before: list[int]) -> list[int]:
    """The columns of the brackets that are still open at the end of a line; `before` were at its start."""
    columns = list(before)
    for k, character in enumerate(text):
        if character in "([":
            columns.append(cell_len(text[:k]))
        elif character in ")]" and columns:
            columns.pop()
    return columns
