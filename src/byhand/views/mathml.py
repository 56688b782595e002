"""Mathematics as MathML Core, which browsers set by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from byhand.lesson.document import (
    Box,
    Deriv,
    Fenced,
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
from byhand.views.latex_math import TALLEST_COLUMN, visible
from byhand.views.names import spelled

_SIGNS = {"-": "−", "@": "\u2062", "Σ": "∑", "ᵀ": "⊤"}  # a product of matrices is written without a sign
_PREFIX, _POSTFIX = "prefix", "postfix"
_SUMS, _PRODUCTS = ("+", "−", "-"), ("·", "×")


def text(words: str) -> str:
    """Anything that was typed, made safe inside elements and quoted attributes."""
    return escape(visible(words))


def mathml(box: Box, display: bool = False) -> str:
    """A box as a ``<math>`` element.

    Parameters
    ----------
    box : Box
    display : bool
        Set large, as in a displayed formula.
    """
    style = ' displaystyle="true"' if display else ""
    return f"<math{style}>{markup(box)}</math>"


def broken(box: Box) -> list[Box]:
    """A sum in pieces that begin with its signs, where a line may end; a product where there is no sum."""
    if not isinstance(box, Row):
        return [box]
    inner = [part.text for part in box.parts[1:] if isinstance(part, Sign)]
    signs = _SUMS if any(sign in _SUMS for sign in inner) else _PRODUCTS
    pieces: list[list[Box]] = [[]]
    for part in box.parts:
        if isinstance(part, Sign) and part.text in signs and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    return [Row(tuple(piece)) for piece in pieces]


def markup(box: Box) -> str:
    """A box as the elements inside ``<math>``; one element for one box."""
    match box:
        case Num():
            return _number(box)
        case Sym():
            return _symbol(box)
        case Sign(sign):
            return _operator(sign)
        case Row(parts):
            return _row(_part(parts, k) for k in range(len(parts)))
        case Frac(top, bottom):
            return f"<mfrac>{markup(top)}{markup(bottom)}</mfrac>"
        case Power(base, exponent):
            return f"<msup>{markup(base)}{markup(exponent)}</msup>"
        case Root(body):
            return f"<msqrt>{markup(body)}</msqrt>"
        case Fenced(left, body, right):
            return _row((_operator(left, _PREFIX), markup(body), _operator(right, _POSTFIX)))
        case Func(name, args):
            return _function(name, args)
        case Matrix():
            return _matrix(box)
        case Deriv(of, by, partial):
            sign = "<mi>∂</mi>" if partial else '<mi mathvariant="normal">d</mi>'
            return f"<mfrac>{_row((sign, markup(of)))}{_row((sign, markup(by)))}</mfrac>"
        case Words(words):
            return f"<mtext>{text(words)}</mtext>"


def _row(made: Iterable[str]) -> str:
    return f"<mrow>{''.join(made)}</mrow>"


def _operator(sign: str, form: str = "") -> str:
    """An operator; its form decides the space around it."""
    shown = text(_SIGNS.get(sign, sign))
    return f'<mo form="{form}">{shown}</mo>' if form else f"<mo>{shown}</mo>"


def _part(parts: Sequence[Box], k: int) -> str:
    """A box of a row: a sign in front belongs to what follows; a vector before a matrix product is a row."""
    part = parts[k]
    if isinstance(part, Sign) and k == 0:
        return _operator(part.text, _PREFIX)
    multiplied = k + 1 < len(parts) and parts[k + 1] == Sign("@", "")
    return _table(part.rows) if multiplied and isinstance(part, Matrix) and part.vector else markup(part)


def _number(number: Num) -> str:
    size = f"<mn>{text(number.digits.removeprefix('-'))}</mn>"
    if number.exponent is not None:
        power = _number(Num(str(number.exponent)))
        size += f"<mo>×</mo><msup><mn>10</mn>{power}</msup>"
    if number.digits.startswith("-"):
        return _row((_operator("−", _PREFIX), size))
    return size if number.exponent is None else _row((size,))


def _symbol(symbol: Sym) -> str:
    name = spelled(symbol.name)
    letter = _identifier(name.base)
    if name.hat:
        letter = f'<mover>{letter}<mo stretchy="false">^</mo></mover>'
    sub = _separated([_subscript(part) for part in name.sub.split(",")]) if name.sub else ""
    new = f"<mtext>{symbol.mark}</mtext>" if symbol.mark else ""
    if sub and new:
        letter = f"<msubsup>{letter}{sub}{new}</msubsup>"
    elif sub or new:
        letter = f"<msub>{letter}{sub}</msub>" if sub else f"<msup>{letter}{new}</msup>"
    prefix = [_identifier(name.prefix)] if name.prefix else []
    if not symbol.index:
        return _row([*prefix, letter]) if prefix else letter
    index = _separated([_subscript(slot) for slot in symbol.index])
    return _row([*prefix, letter, _operator("[", _PREFIX), index, _operator("]", _POSTFIX)])


def _identifier(name: str) -> str:
    """A letter is set italic, a word upright; a capital Greek letter upright too."""
    upright = ' mathvariant="normal"' if len(name) == 1 and "Α" <= name <= "Ω" else ""
    return f"<mi{upright}>{text(name)}</mi>"


def _subscript(part: str) -> str:
    return f"<mn>{part}</mn>" if part.isascii() and part.isdigit() else _identifier(part)


def _separated(made: Sequence[str]) -> str:
    """Things with commas between them."""
    return made[0] if len(made) == 1 else _row(['<mo separator="true">,</mo>'.join(made)])


def _function(name: str, args: Sequence[Box]) -> str:
    inside = _separated([markup(arg) for arg in args]) if args else ""
    fenced = _row((_operator("(", _PREFIX), inside, _operator(")", _POSTFIX)))
    return _row((_identifier(name), "<mo>\u2061</mo>", fenced))


def _matrix(matrix: Matrix) -> str:
    """A matrix; a short vector is a column, a long one a row."""
    if not matrix.vector or len(matrix.rows[0]) > TALLEST_COLUMN:
        return _table(matrix.rows)
    return _table([(cell,) for cell in matrix.rows[0]])


def _table(rows: Sequence[Sequence[Box]]) -> str:
    lines = ["".join([f"<mtd>{markup(cell)}</mtd>" for cell in row]) for row in rows]
    table = f"<mtable>{''.join([f'<mtr>{line}</mtr>' for line in lines])}</mtable>"
    return _row((_operator("[", _PREFIX), table, _operator("]", _POSTFIX)))
