"""A lesson for the terminal: plain Unicode text of a given width."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from byhand.lesson.document import (
    Block,
    Curve,
    Document,
    Formula,
    Heading,
    Listing,
    Notice,
    Paragraph,
    Points,
    Table,
)
from byhand.views.text_lines import broken_math, line_of, shown, wrapped
from byhand.views.text_math import math_text
from byhand.views.text_table import table_lines

NARROWEST = 20
_INDENT = "  "
_REMARK = "   "
_SIGNS = {"rule": "→", "convention": "*", "warning": "!"}


def render(document: Document, width: int = 80) -> str:
    """A lesson as text.

    Parameters
    ----------
    document : Document
    width : int
        Columns; a Chinese character takes two. Nothing is narrower than 20.

    Returns
    -------
    str
        Only a single name or number that is longer than a line is wider than `width`.
    """
    width = max(width, NARROWEST)
    lines: list[str] = []
    before: Block | None = None
    for block in (Heading(1, (document.title,)), *document.blocks):
        made = _lines(block, width)
        lines += [""] if before is not None and _apart(before, block, width) else []
        lines += made
        before = block
    return "\n".join(lines) + "\n"


def _lines(block: Block, width: int) -> list[str]:
    match block:
        case Heading(level, text):
            return _heading(level, wrapped(line_of(text), width))
        case Paragraph(text):
            return wrapped(line_of(text), width)
        case Formula():
            return formula_lines(block, width)
        case Table():
            return table_lines(block, width)
        case Listing(items, numbered):
            signs = [f"{k}." if numbered else "•" for k in range(1, len(items) + 1)]
            hung = [_hung(sign, line_of(item), width) for sign, item in zip(signs, items, strict=True)]
            return [line for item in hung for line in item]
        case Notice(kind, _, text):
            return _hung(_SIGNS[kind], line_of(text), width)
        case Curve() | Points():
            from byhand.views.text_plots import picture_lines  # its library is slow to start

            return picture_lines(block, width)


def _heading(level: int, lines: list[str]) -> list[str]:
    if level > 2:
        return [f"── {lines[0]} ──"] if len(lines) == 1 else lines
    return [*lines, ("═" if level == 1 else "─") * max(map(cell_len, lines))]


def _hung(sign: str, line: str, width: int) -> list[str]:
    """A sentence behind its sign, further lines under the first word."""
    first, *more = wrapped(line, width - len(sign) - 1)
    return [f"{sign} {first}", *_indented(more, len(sign) + 1)]


def _apart(before: Block, block: Block, width: int) -> bool:
    """Whether an empty line stands between two blocks."""
    if isinstance(before, Heading):
        return isinstance(block, Heading)
    if isinstance(before, Formula) and isinstance(block, Formula):
        return any(len(_lines(one, width)) > 1 for one in (before, block))
    if isinstance(before, Notice) and isinstance(block, Notice):
        return before.kind != block.kind
    return not (isinstance(before, Paragraph) and isinstance(block, Formula))


def formula_lines(formula: Formula, width: int) -> list[str]:
    """A chain on one line, or a line for each sign, the signs under each other.

    A remark stands behind in parentheses after more than one space, which never occurs within
    mathematics; so what stands before it can be read again.

    Parameters
    ----------
    formula : Formula
    width : int

    Returns
    -------
    list of str
    """
    first, *members = map(math_text, formula.parts)
    chain = list(zip(formula.signs, members, strict=True))
    whole = _INDENT + " ".join((first, *(part for pair in chain for part in pair)))
    lines = [whole] if cell_len(whole) <= width else _aligned(first, chain, width)
    return _with_remark(lines, line_of(formula.remark), width) if formula.remark else lines


def _aligned(first: str, chain: list[tuple[str, str]], width: int) -> list[str]:
    """The chain with the signs in one column, close behind the first member where that is short."""
    indent = len(_INDENT) + cell_len(first) + 1
    lines: list[str] = []
    if indent > width // 3:
        lines = _indented(broken_math(first, width - len(_INDENT)), len(_INDENT))
        indent = 2 * len(_INDENT)
    for sign, member in chain:
        opening, *more = broken_math(member, width - indent - 2)
        before = " " * indent if lines else f"{_INDENT}{first} "
        lines += [f"{before}{sign} {opening}", *_indented(more, indent + 2)]
    return lines


def _indented(lines: Iterable[str], indent: int) -> list[str]:
    return [" " * indent + line for line in lines]


def _with_remark(lines: list[str], remark: str, width: int) -> list[str]:
    """The remark behind the last line; below it where there is no room."""
    if not remark:
        return lines
    remark = f"（{remark}）" if cell_len(remark) > len(remark) else f"({remark})"
    ended = lines[-1] + _REMARK + shown(remark)
    if cell_len(ended) <= width:
        return [*lines[:-1], ended]
    indent = 2 * len(_INDENT)
    return [*lines, *_indented(wrapped(remark, width - indent), indent)]
