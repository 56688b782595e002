"""Tables for a terminal: numbers under their points, wide columns wrapped, or a small block a row."""

from __future__ import annotations

import re
from itertools import zip_longest

from rich.cells import cell_len

from byhand.lesson.document import Inlines, Num, Table
from byhand.views.text_lines import HELD, line_of, longest_piece, shown, wrapped

_GAP = "  "
_NARROWEST, _WIDE_ENOUGH = 8, 28
_WHOLE_PART = re.compile(r"[^.×]*")


def table_lines(table: Table, width: int) -> list[str]:
    """A table in lines of at most `width` columns.

    Parameters
    ----------
    table : Table
    width : int

    Returns
    -------
    list of str
    """
    header = [line_of(cell) for cell in table.header]
    columns = [_column([row[k] for row in table.rows]) for k in range(len(header))]
    widths = _widths(header, columns, width) or _widths(header, columns, width, _WIDE_ENOUGH)
    if widths is None:
        return _blocks(header, [[line_of(cell) for cell in row] for row in table.rows], width)
    lines = [*_row_lines(header, widths), _GAP.join("─" * size for size in widths)]
    for cells in zip(*columns, strict=True):
        lines += _row_lines(list(cells), widths)
    return lines


def _column(cells: list[Inlines]) -> list[str]:
    """A column's cells; where all are numbers, with their decimal points under each other."""
    texts = [line_of(cell) for cell in cells]
    if not all(len(cell) == 1 and isinstance(cell[0], Num) for cell in cells if cell):
        return texts
    wholes = [len(match.group()) if (match := _WHOLE_PART.match(text)) else 0 for text in texts]
    return [HELD * (max(wholes) - own) + text for own, text in zip(wholes, texts, strict=True)]


def _widths(
    header: list[str], columns: list[list[str]], width: int, most: int | None = None
) -> list[int] | None:
    """Each column's width, the widest ones narrowed until all fit; None where they cannot.

    Mathematics is parted only where it is wider than `most`.
    """
    both = [[head, *column] for head, column in zip(header, columns, strict=True)]
    widths = [max(map(cell_len, cells)) for cells in both]
    least = [max(_NARROWEST, *map(longest_piece, cells)) for cells in both]
    least = [min(size, own, most or own) for size, own in zip(widths, least, strict=True)]
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        spare = [k for k, size in enumerate(widths) if size > least[k]]
        if not spare:
            return None
        widths[max(spare, key=lambda k: widths[k])] -= 1
    return widths


def _row_lines(cells: list[str], widths: list[int]) -> list[str]:
    parts = [
        [shown(cell)] if cell_len(cell) <= size else wrapped(cell, size)
        for cell, size in zip(cells, widths, strict=True)
    ]
    return [
        _GAP.join(
            text + " " * (size - cell_len(text)) for text, size in zip(line, widths, strict=True)
        ).rstrip()
        for line in zip_longest(*parts, fillvalue="")
    ]


def _blocks(header: list[str], rows: list[list[str]], width: int) -> list[str]:
    """Each row by itself, its cells beside (or, where there is no room, below) their headings."""
    margin = max(map(cell_len, header)) + len(_GAP)
    beside = margin <= width // 2
    lines: list[str] = []
    for row in rows:
        lines += [""] if lines else []
        for head, cell in zip(header, row, strict=True):
            if not cell:
                continue
            indent = margin if beside else len(_GAP)
            first, *more = wrapped(cell, width - indent)
            if beside:
                lines.append(shown(head) + " " * (margin - cell_len(head)) + first)
            else:
                lines += [*wrapped(head, width), " " * indent + first]
            lines += [" " * indent + line for line in more]
    return lines
