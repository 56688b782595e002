"""Formulas and code between their marks: dollars, backslash brackets, environments, fences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byhand.sources.pages.page import Piece, cut

_ENVIRONMENTS = r"(?:equation|align|aligned|gather|multline|displaymath|math|eqnarray|split|cases|array)\*?"
_FORMULA = (
    r"\$\$(?P<double>.+?)\$\$"
    r"|\\\\?\[(?P<square>.+?)\\\\?\]"
    r"|\\\\?\((?P<round>[^\n]+?)\\\\?\)"
    rf"|\\begin\{{(?P<name>{_ENVIRONMENTS})\}}(?P<environment>.+?)\\end\{{(?P=name)\}}"
    r"|(?<![\\$\w])\$(?P<single>[^\s$](?:[^$\n]{0,2000}?[^\s$\\])?)\$(?!\d)"
)
_MARKDOWN = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+)(?P<language>[^\n`]*)\n(?P<code>.*?)(?:^[ \t]*(?P=fence)[ \t]*$|\Z)"
    r"|<!--.*?-->"
    r"|`(?P<inline>[^`\n]+)`"
    rf"|{_FORMULA}",
    re.DOTALL | re.MULTILINE,
)
_LATEX = re.compile(
    r"\\begin\{(?P<verbatim>verbatim|lstlisting|minted|comment)\}(?P<code>.*?)\\end\{(?P=verbatim)\}"
    r"|(?<!\\)%[^\n]*"
    rf"|{_FORMULA}",
    re.DOTALL,
)
_INSIDE = ("double", "square", "round", "environment", "single")
_MATHEMATICAL = {"math", "latex", "tex"}


def markdown_pieces(piece: Piece) -> Iterator[Piece]:
    """The pieces of Markdown, or of plain text, in which the same marks are used."""
    return _divided(piece, _MARKDOWN)


def latex_pieces(piece: Piece) -> Iterator[Piece]:
    """The pieces of a LaTeX document."""
    return _divided(piece, _LATEX)


def _divided(piece: Piece, marks: re.Pattern[str]) -> Iterator[Piece]:
    done = 0
    for found in marks.finditer(piece.text):
        yield cut(piece, done, found.start())
        done = found.end()
        groups = found.groupdict()
        if groups.get("code") is not None:
            language = (groups.get("language") or "").strip().casefold()
            yield cut(piece, *found.span("code"), "formula" if language in _MATHEMATICAL else "code")
        elif groups.get("inline") is not None:
            yield cut(piece, *found.span("inline"), "prose")
        else:
            for name in _INSIDE:
                if groups[name] is not None:
                    yield cut(piece, *found.span(name), "formula")
    yield cut(piece, done, len(piece.text))
