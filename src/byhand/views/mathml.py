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

_SIGNS = {"-": "−", "Σ": "∑", "ᵀ": "⊤"}
_PREFIX, _INFIX, _POSTFIX = "prefix", "infix", "postfix"
_MATRIX_PRODUCT = '<mspace width="0.17em"></mspace>'  # written without a sign
_TALL = ("<mfrac", "<mtable", "<msqrt")
_SUMS, _PRODUCTS = ("+", "−", "-"), ("·", "×", "⊙")


def text(words: str) -> str:
    """Anything that was typed, made safe inside elements and quoted attributes."""
    return escape(visible(words))


def mathml(box: Box) -> str:
    """A box as a ``<math>`` element."""
    return f"<math>{markup(box)}</math>"


def displayed(box: Box) -> str:
    """A box set large, as several ``<math>`` elements between which a line may end.

    They begin with the signs of a sum, or with those of a product where there is no sum.
    """
    if not isinstance(box, Row):
        return _display(markup(box))
    inner = [part.text for part in box.parts[1:] if isinstance(part, Sign)]
    signs = _SUMS if any(sign in _SUMS for sign in inner) else _PRODUCTS
    pieces: list[list[Box]] = [[]]
    for part in box.parts:
        if isinstance(part, Sign) and part.text in signs and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    made = [
        _display(_row(_part(piece, i, i + k == 0) for i in range(len(piece))))
        for k, piece in enumerate(pieces)
    ]
    return "<wbr>".join(made)


def _display(inside: str) -> str:
    return f'<math displaystyle="true">{inside}</math>'


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
            return _row(_part(parts, k, k == 0) for k in range(len(parts)))
        case Frac(top, bottom):
            return f"<mfrac>{markup(top)}{markup(bottom)}</mfrac>"
        case Power(Sym(mark="", index=()) as base, exponent):
            return _symbol(base, markup(exponent))
        case Power(base, exponent):
            return f"<msup>{markup(base)}{markup(exponent)}</msup>"
        case Root(body):
            return f"<msqrt>{markup(body)}</msqrt>"
        case Fenced(left, body, right):
            return _fenced(left, markup(body), right)
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
    if sign == "@":
        return _MATRIX_PRODUCT
    shown = text(_SIGNS.get(sign, sign))
    return f'<mo form="{form}">{shown}</mo>' if form else f"<mo>{shown}</mo>"


def _fenced(left: str, body: str, right: str) -> str:
    """Something between fences, which grow only with what is tall: a grown one has wide margins."""
    size = "" if any(tag in body for tag in _TALL) else ' stretchy="false"'
    ends = [
        f'<mo form="{form}"{size}>{text(sign)}</mo>' for form, sign in ((_PREFIX, left), (_POSTFIX, right))
    ]
    return _row((ends[0], body, ends[1]))


def _part(parts: Sequence[Box], k: int, starts: bool) -> str:
    """A box of a row: a sign that starts it is a prefix; a vector before a matrix product is a row."""
    part = parts[k]
    if isinstance(part, Sign):
        return _operator(part.text, _PREFIX if starts else _INFIX if k == 0 else "")
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


def _symbol(symbol: Sym, above: str = "") -> str:
    """A name with its subscript; above it the mark of a new value, or an exponent."""
    name = spelled(symbol.name)
    letter = _identifier(name.base)
    if name.hat:
        letter = f'<mover>{letter}<mo stretchy="false">^</mo></mover>'
    sub = _separated([_subscript(part) for part in name.sub.split(",")]) if name.sub else ""
    above = f"<mtext>{symbol.mark}</mtext>" if symbol.mark else above
    if sub and above:
        letter = f"<msubsup>{letter}{sub}{above}</msubsup>"
    elif sub or above:
        letter = f"<msub>{letter}{sub}</msub>" if sub else f"<msup>{letter}{above}</msup>"
    prefix = [_identifier(name.prefix)] if name.prefix else []
    if not symbol.index:
        return _row([*prefix, letter]) if prefix else letter
    index = _separated([_subscript(slot) for slot in symbol.index])
    return _row([*prefix, letter, _fenced("[", index, "]")])


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
    return _row((_identifier(name), "<mo>\u2061</mo>", _fenced("(", inside, ")")))


def _matrix(matrix: Matrix) -> str:
    """A matrix; a short vector is a column, a long one a row."""
    if not matrix.vector or len(matrix.rows[0]) > TALLEST_COLUMN:
        return _table(matrix.rows)
    return _table([(cell,) for cell in matrix.rows[0]])


def _table(rows: Sequence[Sequence[Box]]) -> str:
    lines = ["".join([f"<mtd>{markup(cell)}</mtd>" for cell in row]) for row in rows]
    table = f"<mtable>{''.join([f'<mtr>{line}</mtr>' for line in lines])}</mtable>"
    return _fenced("[", table, "]")
