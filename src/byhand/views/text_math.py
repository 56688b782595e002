"""Mathematics on one line of plain Unicode, as the formula language reads it again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

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

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WHOLE = re.compile(r"-?\d{1,3}")
_CLOSE = ("·", "×")
_PRODUCTS = (*_CLOSE, "÷", "⊙", "@")
_SUMS = ("+", "−")
_TIGHT = (",", "=", "#")
_OPERANDS = ("…", "⋯", "ᵀ")
_OPENING = ("(", "[", "|", "‖")


class _Level(IntEnum):
    """How strongly the outermost sign of a text binds."""

    SUM = 1
    SIGNED = 2
    QUOTIENT = 3
    PRODUCT = 4
    POWER = 5
    ATOM = 6


_Text = tuple[str, _Level]


def math_text(box: Box) -> str:
    """A box on one line.

    Parameters
    ----------
    box : Box

    Returns
    -------
    str
        Without two spaces in a row; `byhand.sources.formula` reads it, but for derivatives and words.

    Examples
    --------
    >>> math_text(Frac(Row((Sym("a"), Sign("+"), Num("1"))), Num("-3.5", -5)))
    '(a + 1)/(−3.5×10⁻⁵)'
    """
    return _text(box)[0]


def _text(box: Box) -> _Text:
    match box:
        case Num(digits, exponent):
            power = "" if exponent is None else f"×10{_raised(str(exponent))}"
            level = _Level.ATOM if exponent is None else _Level.PRODUCT
            return digits.replace("-", "−") + power, _Level.SIGNED if digits.startswith("-") else level
        case Sym(name, index, mark):
            slots = f"[{', '.join(index)}]" if index else ""
            return name + ("_new" if mark == "new" else "") + slots, _Level.ATOM
        case Sign(text) | Words(text):
            return text, _Level.ATOM
        case Row(parts):
            return _row(_flat(parts))
        case Frac(top, bottom):
            return f"{_numerator(top)}/{_at_least(bottom, _Level.POWER)}", _Level.QUOTIENT
        case Power(base, exponent):
            return _at_least(base, _Level.ATOM) + _exponent(exponent), _Level.POWER
        case Root(body):
            return "√" + (math_text(body) if _is_group(body) else f"({math_text(body)})"), _Level.POWER
        case Fenced(left, body, right):
            return left + math_text(body) + right, _Level.ATOM
        case Func(name, args):
            return f"{name}({', '.join(map(math_text, args))})", _Level.ATOM
        case Matrix(rows, vector):
            return _matrix(rows, vector), _Level.ATOM
        case Deriv(of, by, partial):
            sign = "∂" if partial else "d"
            return (
                f"{sign}{_at_least(of, _Level.ATOM)}/{sign}{_at_least(by, _Level.ATOM)}",
                _Level.QUOTIENT,
            )


def _at_least(box: Box, level: _Level) -> str:
    """The text, in parentheses where it binds less than `level`."""
    text, own = _text(box)
    return text if own >= level else f"({text})"


def _numerator(box: Box) -> str:
    text, level = _text(box)
    return text if level >= _Level.PRODUCT or level == _Level.SIGNED else f"({text})"


def _exponent(box: Box) -> str:
    if isinstance(box, Sign):
        return box.text
    if isinstance(box, Num) and box.exponent is None and _WHOLE.fullmatch(box.digits):
        return _raised(box.digits)
    text, level = _text(box)
    return f"^{text}" if level == _Level.ATOM or _is_group(box) else f"^({text})"


def _raised(digits: str) -> str:
    return digits.translate(_SUPERSCRIPTS)


def _is_group(box: Box) -> bool:
    return isinstance(box, Fenced) and box.left == "("


def _matrix(rows: tuple[tuple[Box, ...], ...], vector: bool) -> str:
    """Nested lists; in an array of more axes a row is one array of fewer."""
    lines = [
        math_text(row[0]) if len(row) == 1 and isinstance(row[0], Matrix) else _listed(map(math_text, row))
        for row in rows
    ]
    return lines[0] if vector else _listed(lines)


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _flat(parts: tuple[Box, ...]) -> list[Box]:
    return [inner for part in parts for inner in (_flat(part.parts) if isinstance(part, Row) else [part])]


def _row(parts: list[Box]) -> _Text:
    """Boxes side by side; every sign lowers the level to its own."""
    made = [_text(part) for part in parts]
    level, text = _Level.ATOM, ""
    for k, (part, (own, own_level)) in enumerate(zip(parts, made, strict=True)):
        before = parts[k - 1] if k else None
        if not _is_sign(part):
            fenced = (
                before is not None and _is_sign(before) and _needs_fence(own, own_level, math_text(before))
            )
            text += f"({own})" if fenced else own
            level = min(level, _Level.ATOM if fenced else own_level)
        elif before is None or _is_sign(before):
            is_minus = own in _SUMS
            text += own + ("" if is_minus or made[k + 1][0].startswith(_OPENING) else " ")
            level = min(level, _Level.SIGNED if is_minus and before is None else _Level.SUM)
        else:
            text += _between(own, parts, made, k)
            level = min(level, _Level.PRODUCT if own in _PRODUCTS else _Level.SUM)
    is_signed_quotient = level == _Level.SIGNED and any(found == _Level.QUOTIENT for _, found in made)
    return text, _Level.SUM if is_signed_quotient else level


def _is_sign(box: Box) -> bool:
    return isinstance(box, Sign) and box.text not in _OPERANDS


def _needs_fence(text: str, level: _Level, before: str) -> bool:
    """A minus after another sign, and a quotient after ``@``, which is read from left to right."""
    return before not in _TIGHT and (text.startswith("−") or (before == "@" and level <= _Level.PRODUCT))


def _between(sign: str, parts: list[Box], made: list[_Text], k: int) -> str:
    """A sign between two operands; that of a product stands close, unless a factor has a sign of its own."""
    if sign in _TIGHT:
        return ", " if sign == "," else sign
    if sign not in _CLOSE:
        return f" {sign} "
    ends = [j for j, part in enumerate(parts) if _is_sign(part) and math_text(part) not in _PRODUCTS]
    start = max((j for j in ends if j < k), default=-1)
    end = min((j for j in ends if j > k), default=len(parts))
    wide = any(level in (_Level.QUOTIENT, _Level.PRODUCT) for _, level in made[start + 1 : end])
    return f" {sign} " if wide else sign
