"""Formulas and code between their marks: dollars, backslash brackets, environments, fences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byhand.sources.pages.page import Piece, PieceKind, cut
from byhand.sources.pages.pictures import is_formula

LONGEST_IN_LINE = 600

_ENVIRONMENTS = r"(?:equation|align|aligned|gather|multline|displaymath|math|eqnarray|split|cases|array)\*?"
_OPENING = (
    r"(?P<double>\$\$)|(?P<square>\\\\?\[)|(?P<round>\\\\?\()"
    rf"|\\begin\{{(?P<environment>{_ENVIRONMENTS})\}}|(?<![\\$\w])(?P<single>\$)"
)
_MARKDOWN = re.compile(
    rf"^[ \t]*(?P<fence>```+|~~~+)(?P<language>[^\n`]*)\n|(?P<comment><!--)|(?P<inline>`)"
    rf"|(?P<picture>!\[)|{_OPENING}",
    re.MULTILINE,
)
_LATEX = re.compile(
    rf"\\begin\{{(?P<verbatim>verbatim|lstlisting|minted|comment)\}}|(?<!\\)(?P<percent>%)|{_OPENING}"
)
_MATHEMATICAL = {"math", "latex", "tex"}


def markdown_pieces(piece: Piece) -> Iterator[Piece]:
    """The pieces of Markdown, or of plain text, in which the same marks are used."""
    return _Divider(piece, _MARKDOWN).pieces()


def latex_pieces(piece: Piece) -> Iterator[Piece]:
    """The pieces of a LaTeX document."""
    return _Divider(piece, _LATEX).pieces()


class _Divider:
    """Cuts a piece at its marks; a closing mark that is not there is looked for once."""

    def __init__(self, piece: Piece, opening: re.Pattern[str]) -> None:
        self._piece, self._opening = piece, opening
        self._missing: set[str] = set()

    def pieces(self) -> Iterator[Piece]:
        """The pieces in order."""
        done = at = 0
        while (found := self._opening.search(self._piece.text, at)) is not None:
            kind, inside, end = self._closed(found)
            if end is None:
                at = found.end()
                continue
            yield cut(self._piece, done, found.start())
            if kind is not None:
                yield cut(self._piece, found.end(), inside, kind)
            done = at = end
        yield cut(self._piece, done, len(self._piece.text))

    def _closed(self, found: re.Match[str]) -> tuple[PieceKind | None, int, int | None]:
        """What kind of piece begins, where its inside ends, and where it ends; None where it never does."""
        start = found.end()
        match found.lastgroup:
            case "single":
                return "formula", *self._single(start)
            case "double":
                return "formula", *self._until("$$", start)
            case "square" | "round" as name:
                bracket = found[0][:-1] + ("]" if name == "square" else ")")
                return "formula", *self._until(bracket, start)
            case "environment":
                return "formula", *self._until(f"\\end{{{found['environment']}}}", start)
            case "verbatim":
                return "code", *self._until(f"\\end{{{found['verbatim']}}}", start)
            case "comment":
                return None, *self._until("-->", start)
            case "percent":
                return None, *self._line(start)
            case "inline":
                return "prose", *self._inline(start)
            case "picture":
                return self._picture(start)
        return self._fenced(found)

    def _single(self, start: int) -> tuple[int, int | None]:
        """Between single dollars; two amounts in dollars are no formula."""
        text = self._piece.text
        end = text.find("$", start, start + LONGEST_IN_LINE)
        inside = text[start:end] if end > start else " "
        amounts = inside != inside.strip() or "\n" in inside or text[end + 1 : end + 2].isdecimal()
        return end, None if amounts else end + 1

    def _line(self, start: int) -> tuple[int, int | None]:
        inside, end = self._until("\n", start)
        return inside, len(self._piece.text) if end is None else end

    def _inline(self, start: int) -> tuple[int, int | None]:
        inside, end = self._until("`", start)
        near = inside - start <= LONGEST_IN_LINE and "\n" not in self._piece.text[start:inside]
        return inside, end if near else None

    def _picture(self, start: int) -> tuple[PieceKind | None, int, int | None]:
        """``![z = 1](z.png)``."""
        text = self._piece.text
        inside = text.find("](", start, start + LONGEST_IN_LINE)
        end = text.find(")", inside, inside + LONGEST_IN_LINE) if inside >= 0 else -1
        kind: PieceKind | None = "formula" if is_formula(text[start:inside]) else None
        return kind, inside, end + 1 if end >= 0 else None

    def _fenced(self, found: re.Match[str]) -> tuple[PieceKind | None, int, int | None]:
        start = found.end()
        language = (found["language"] or "").strip().casefold()
        inside, end = self._until(f"\n{found['fence']}", start - 1)
        kind: PieceKind = "formula" if language in _MATHEMATICAL else "code"
        return kind, max(inside, start), len(self._piece.text) if end is None else end

    def _until(self, mark: str, start: int) -> tuple[int, int | None]:
        """Where the next closing mark stands, and where it ends."""
        at = -1 if mark in self._missing else self._piece.text.find(mark, start)
        if at < 0:
            self._missing.add(mark)
            return len(self._piece.text), None
        return at, at + len(mark)
