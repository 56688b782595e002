"""A page as pieces of prose, formula and code; each character knows where it stands in the page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

MAX_PAGE = 2 * 1024 * 1024

Kind = Literal["markdown", "html", "latex", "text"]
PieceKind = Literal["formula", "prose", "code"]
ENDINGS: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".tex": "latex",
    ".txt": "text",
}


class Piece(NamedTuple):
    """A stretch of a page.

    Attributes
    ----------
    kind : str
        ``formula`` (LaTeX), ``prose`` or ``code``.
    text : str
    places : sequence of int
        Where in the page each character stands, and where the last one ends.
    """

    kind: PieceKind
    text: str
    places: Sequence[int]


def cut(piece: Piece, start: int, end: int, kind: PieceKind | None = None) -> Piece:
    """Part of a piece."""
    return Piece(kind or piece.kind, piece.text[start:end], piece.places[start : end + 1])


@dataclass(frozen=True)
class Page:
    """A page read.

    Attributes
    ----------
    kind : str
    source : str
        Its text as it is.
    pieces : tuple of Piece
        In reading order.
    """

    kind: Kind
    source: str
    pieces: tuple[Piece, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.places[0] for piece in self.pieces]

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(k + 1 for k, c in enumerate(self.source) if c == "\n")]

    def text(self, start: int, end: int) -> str:
        """What stands between two places as it is read: of HTML the text without its marks."""
        if self.kind != "html":
            return self.source[start:end]
        parts = []
        for piece in self.pieces[max(bisect_right(self._starts, start) - 1, 0) :]:
            if piece.places[0] >= end:
                break
            first, last = bisect_left(piece.places, start), bisect_left(piece.places, end)
            parts.append(piece.text[first:last])
        return "".join(parts)

    def position(self, place: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._lines, place)
        return line, place - self._lines[line - 1] + 1
