"""A page's text to pieces, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from byhand.errors import ProblemError
from byhand.sources.pages.code import without_code
from byhand.sources.pages.copies import Budget, without_copies
from byhand.sources.pages.delimited import latex_pieces, markdown_pieces
from byhand.sources.pages.emphasis import without_stars
from byhand.sources.pages.markup import html_pieces
from byhand.sources.pages.page import MAX_PAGE, Kind, Page, Piece
from byhand.sources.pages.tables import bars_of, cells_apart


def read_page(source: str, kind: Kind) -> Page:
    """Read a page.

    Parameters
    ----------
    source : str
    kind : str
        ``markdown``, ``html``, ``latex`` or ``text``.

    Raises
    ------
    ProblemError
        The page is too large.
    """
    if len(source) > MAX_PAGE:
        raise ProblemError("page_too_large", limit=MAX_PAGE // 1024)
    whole = Piece("prose", source, range(len(source) + 1))
    if kind == "html":
        pieces = html_pieces(source)
    elif kind == "latex":
        pieces = latex_pieces(whole)
    else:
        pieces = markdown_pieces(whole)
    if kind in ("text", "markdown"):
        bars = bars_of(source)
        pieces = _each(pieces, lambda piece: without_code(cells_apart(piece, bars)))
    if kind == "markdown":
        pieces = _each(pieces, lambda piece: iter([without_stars(piece)]))
    budget = Budget()
    told = _each(pieces, lambda piece: without_copies(piece, budget))
    return Page(kind, source, tuple(piece for piece in told if piece.text.strip()))


def _each(pieces: Iterable[Piece], divide: Callable[[Piece], Iterator[Piece]]) -> Iterator[Piece]:
    """Every stretch of prose divided further."""
    for piece in pieces:
        if piece.kind == "prose":
            yield from divide(piece)
        else:
            yield piece
