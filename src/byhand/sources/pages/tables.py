"""Tables of Markdown: each cell is read by itself."""

from __future__ import annotations

from byhand.sources.pages.page import Piece


def cells_apart(piece: Piece, bars: frozenset[int]) -> Piece:
    """Prose with the bars of tables as ends of lines.

    Parameters
    ----------
    piece : Piece
    bars : set of int
        Where in the page the bars stand (see `bars_of`).
    """
    cells = ["\n" if place in bars else c for c, place in zip(piece.text, piece.places, strict=False)]
    return piece._replace(text="".join(cells))


def bars_of(source: str) -> frozenset[int]:
    """Where the bars stand that part the cells of a page's tables: a row, a line of dashes, more rows.

    Examples
    --------
    >>> sorted(bars_of("a|b\\n-|-\\n1|2\\n\\n|x|"))
    [1, 5, 9]
    """
    found: set[int] = set()
    at, before, is_table = 0, "", False
    for line in source.splitlines(keepends=True):
        is_dashes = set(line.strip()) <= set("|:- ") and "|" in line and "-" in line
        if is_dashes and "|" in before:
            found.update(_bars(before, at - len(before)))
            is_table = True
        is_table = is_table and "|" in line
        if is_table:
            found.update(_bars(line, at))
        at, before = at + len(line), line
    return frozenset(found)


def _bars(line: str, start: int) -> list[int]:
    return [start + k for k, c in enumerate(line) if c == "|" and line[k - 1 : k] != "\\"]
