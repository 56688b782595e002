"""A chain of equalities laid out in lines that fit a page."""

from __future__ import annotations

import unicodedata

from byhand.lesson.document import (
    Box,
    Deriv,
    Fenced,
    Formula,
    Frac,
    Func,
    Matrix,
    Num,
    Power,
    Root,
    Row,
    Sign,
    Sym,
    Words,
)
from byhand.views.latex_math import TALLEST_COLUMN, latex
from byhand.views.names import spelled

ONE_LINE, WIDEST = 58.0, 78.0  # in digits


def chain(formula: Formula) -> str:
    """A displayed chain in LaTeX: on one line, or one member a line where it is long."""
    left, *members = formula.parts
    signs = [latex(Sign(sign)) for sign in formula.signs]
    if sum(map(width, formula.parts)) + 3 * len(signs) <= ONE_LINE:
        return " ".join(
            [latex(left), *[f"{sign} {latex(m)}" for sign, m in zip(signs, members, strict=True)]]
        )
    if width(left) <= WIDEST / 2:
        head, lines, start, room = f"{latex(left)} ", [], "&", WIDEST - width(left)
    else:
        head, lines, start, room = "", _lines("& ", "", left, WIDEST), r"&\quad ", WIDEST
    for sign, member in zip(signs, members, strict=True):
        lines += _lines(start, f"{sign} ", member, room)
    return "\\begin{aligned}\n" + head + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _lines(start: str, sign: str, box: Box, room: float) -> list[str]:
    """A member on one line after its sign, or on several."""
    first, *others = _broken(box, room)
    return [start + sign + latex(first), *[rf"{start}\quad {{}} {latex(other)}" for other in others]]


def _broken(box: Box, room: float) -> list[Box]:
    """A long sum broken before its signs, a long product before its dots, into pieces that fit."""
    if not isinstance(box, Row) or width(box) <= room:
        return [box]
    pieces: list[Box] = []
    for term in _split(box, ("+", "−", "-")):
        pieces += _split(term, ("·", "×", "⊙")) if width(term) > room else [term]
    lines: list[tuple[Box, ...]] = [()]
    for piece in pieces:
        parts = piece.parts if isinstance(piece, Row) else (piece,)
        if lines[-1] and width(Row(lines[-1] + parts)) > room:
            lines.append(())
        lines[-1] += parts
    return [Row(line) for line in lines]


def _split(row: Box, signs: tuple[str, ...]) -> list[Box]:
    assert isinstance(row, Row)
    pieces: list[list[Box]] = [[]]
    for part in row.parts:
        if isinstance(part, Sign) and part.text in signs and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    return [Row(tuple(piece)) for piece in pieces]


def width(box: Box) -> float:
    """About how wide a box is set, in digits."""
    match box:
        case Num(digits, exponent):
            return len(digits) + (0 if exponent is None else 4.5 + 0.7 * len(str(exponent)))
        case Sym(name, index, mark):
            _, base, _, sub = spelled(name)
            return text_width(base) + 0.7 * (text_width(sub) + len(mark)) + sum(len(i) + 1 for i in index)
        case Sign(text):
            return 0.5 if text in "@,ᵀ" else 2.6
        case Row(parts):
            return sum(map(width, parts))
        case Frac(top, bottom):
            return max(width(top), width(bottom)) + 0.7
        case Power(base, exponent):
            return width(base) + 0.7 * width(exponent)
        case Root(body) | Fenced(_, body, _):
            return width(body) + 1.7
        case Func(name, args):
            return len(name) + 1.7 + sum(map(width, args)) + len(args)
        case Matrix(rows, vector):
            if vector and len(rows[0]) <= TALLEST_COLUMN:
                return max(map(width, rows[0])) + 2
            return sum(max(map(width, column)) + 2 for column in zip(*rows, strict=True)) + 1
        case Deriv(of, by):
            return max(width(of), width(by)) + 1.6
        case Words(text):
            return text_width(text)


def text_width(text: str) -> float:
    """About how wide text is set, in digits."""
    return sum(2.0 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text)
