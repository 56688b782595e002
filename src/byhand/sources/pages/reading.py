"""A page's text to pieces, by its kind."""

from __future__ import annotations

from byhand.errors import ProblemError
from byhand.sources.pages.copies import without_copies
from byhand.sources.pages.delimited import latex_pieces, markdown_pieces
from byhand.sources.pages.markup import html_pieces
from byhand.sources.pages.page import MAX_PAGE, Kind, Page, Piece


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
    told = [
        part for piece in pieces for part in (without_copies(piece) if piece.kind == "prose" else [piece])
    ]
    return Page(kind, source, tuple(piece for piece in told if piece.text.strip()))
