"""Emphasis of Markdown: the stars around a name or a number are no signs of multiplication."""

from __future__ import annotations

import re

from byhand.sources.pages.page import Piece

_EMPHASISED = re.compile(r"(?<![\w*\\])(\*{1,3})(?![\s*])([^*\n]{1,60})(?<!\s)\1(?![\w*])")


def without_stars(piece: Piece) -> Piece:
    """Prose with blanks for the stars of emphasis, its length unchanged.

    Examples
    --------
    >>> without_stars(Piece("prose", "*x* = 2*3*4 = **24**", range(21))).text
    ' x  = 2*3*4 =   24  '
    """
    return piece._replace(text=_EMPHASISED.sub(lambda m: m[0].replace("*", " "), piece.text))
