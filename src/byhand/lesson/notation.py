"""Formulas as boxes: one precedence table says where parentheses stand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

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
)
from byhand.lesson.numbers import TRUE_DIGITS, printed, printed_array
from byhand.ops import OPS, Call, Derivative, Expr, Name, Number

COMPARE, SUM, SIGNED, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5, 6

_PRECEDENCE = {
    "compare": COMPARE,
    "total": SUM,
    "prefix": SIGNED,
    "sum": SIGNED,
    "infix": PRODUCT,
    "times_log": PRODUCT,
    "fraction": POWER,
    "power": POWER,
    "transpose": POWER,
}
_SUMS = ("add", "sub")
_NEW = "_new"
_ELEMENT = re.compile(r"(?P<name>[^\[\]]+)\[(?P<index>[\d,]+)\](?P<new>(_new)?)")


def box(expr: Expr, digits: int = TRUE_DIGITS, is_array: Callable[[Expr], bool] = lambda _: False) -> Box:
    """A formula as a box.

    Parameters
    ----------
    expr : Expr
    digits : int
        Significant digits of its numbers; by default all that a float can be trusted for.
    is_array : callable
        Which formulas are arrays: a product of two of them is written ⊙.
    """
    return _Writer(digits, is_array).member(expr)


def symbol(name: str, index: tuple[Any, ...] = ()) -> Sym:
    """A name as a symbol; ``w_new`` is ``w`` after its update, ``W[0,2]`` an element of ``W``."""
    slots = tuple([_slot(slot) for slot in index])
    if element := _ELEMENT.fullmatch(name):
        name, slots = element["name"] + element["new"], tuple(element["index"].split(","))
    if name.endswith(_NEW) and name != _NEW:
        return Sym(name.removesuffix(_NEW), slots, "new")
    return Sym(name, slots)


class _Writer:
    """Writes trees whose numbers have the same number of digits."""

    def __init__(self, digits: int, is_array: Callable[[Expr], bool]) -> None:
        self._digits, self._is_array = digits, is_array

    def member(self, expr: Expr) -> Box:
        """A whole member of a chain: a comparison there is fenced off from the chain's own signs."""
        made = self._box(expr)
        return Fenced("(", made, ")") if _precedence(expr) == COMPARE else made

    def _box(self, expr: Expr) -> Box:
        match expr:
            case Number(value):
                return self._number(value)
            case Name("…"):
                return Sign("…")
            case Name(name):
                return symbol(name)
            case Derivative(of, by, index, partial):
                return Deriv(symbol(of), symbol(by, index), partial)
            case Call():
                return self._call(expr)
        raise TypeError(expr)

    def _number(self, value: Any) -> Box:
        if np.ndim(value):
            return printed_array(value, self._digits)[0]
        return Sym("π") if value == math.pi else printed(value, self._digits)[0]

    def _at_least(self, expr: Expr, level: int) -> Box:
        """An operand, in parentheses where it binds less than `level`."""
        made = self._box(expr)
        return made if _precedence(expr, self._digits) >= level else Fenced("(", made, ")")

    def _call(self, call: Call) -> Box:
        notation, args, attrs = OPS[call.op].notation, call.args, dict(call.attrs)
        match notation.form:
            case "infix":
                return self._infix(call, Sign(notation.text, notation.latex))
            case "prefix":
                return _row(Sign(notation.text, notation.latex), self._at_least(args[0], PRODUCT))
            case "same":
                return self._box(args[0])
            case "total":
                return self._total(args)
            case "compare":
                sign = Sign(notation.text, notation.latex)
                return Row((self._at_least(args[0], SUM), sign, self._at_least(args[1], SUM)))
            case "fraction":
                return Frac(self._box(args[0]), self._box(args[1]))
            case "power":
                return Power(self._at_least(args[0], ATOM), self._box(args[1]))
            case "transpose":
                return Power(self._at_least(args[0], ATOM), Sign(notation.text, notation.latex))
            case "root":
                return Root(self._box(args[0]))
            case "fence" if not attrs:
                return Fenced(notation.text, self._box(args[0]), notation.text)
            case "sum" if not attrs:
                return Row((Sign(notation.text, notation.latex), self._at_least(args[0], POWER)))
            case "times_log":
                log = Func("ln", (self._box(args[1]),), r"\ln")
                return Row((self._at_least(args[0], PRODUCT), Sign("·", r"\cdot"), log))
            case "index":
                return self._index(args[0], attrs["index"])
            case "list":
                return self._list(args)
            case "opaque":
                return Func(attrs["function"].name + notation.text, tuple(map(self._box, args)))
            case "einsum":
                return Func("einsum", (Sym(attrs["spec"]), *map(self._box, args)))
        settings = [_setting(key, value) for key, value in attrs.items() if value is not None]
        name = notation.text if notation.form == "call" and notation.text else call.op
        return Func(
            name, (*map(self._box, args), *settings), notation.latex if notation.form == "call" else ""
        )

    def _infix(self, call: Call, sign: Sign) -> Box:
        left, right = call.args
        if call.op in _SUMS:
            return _row(self._at_least(left, SUM), sign, self._at_least(right, PRODUCT))
        if call.op == "dot":
            return Func("dot", (self._box(left), self._box(right)))
        mixed = isinstance(left, Call) and left.op != call.op and "matmul" in (left.op, call.op)
        boxes = self._at_least(left, POWER if mixed else PRODUCT), self._at_least(right, POWER)
        chain = isinstance(left, Derivative) and isinstance(right, Derivative)
        if call.op == "mul" and not chain and self._is_array(left) and self._is_array(right):
            sign = Sign("⊙", r"\odot")
        elif call.op == "mul" and _is_numeral(boxes[0], -1) and _is_numeral(boxes[1], 0):
            sign = Sign("×", r"\times")
        return _row(boxes[0], sign, boxes[1])

    def _total(self, terms: tuple[Expr, ...]) -> Box:
        first, *others = terms
        parts = [part for term in others for part in (Sign("+"), self._at_least(term, PRODUCT))]
        return _row(self._at_least(first, SUM), *parts)

    def _index(self, of: Expr, index: tuple[Any, ...]) -> Box:
        if isinstance(of, Name):
            return symbol(of.name, index)
        return Row((self._at_least(of, ATOM), Fenced("[", _slots(index), "]")))

    def _list(self, args: tuple[Expr, ...]) -> Box:
        rows = [arg.args for arg in args if isinstance(arg, Call) and arg.op == "stack"]
        if len(rows) == len(args) and len({len(row) for row in rows}) == 1:
            return Matrix(tuple([tuple(map(self._box, row)) for row in rows]))
        return Matrix((tuple(map(self._box, args)),), vector=True)


def _precedence(expr: Expr, digits: int = TRUE_DIGITS) -> int:
    """How strongly the outermost sign of a formula binds."""
    if isinstance(expr, Number):
        return ATOM if np.ndim(expr.value) else _precedence_of_number(expr.value, digits)
    if isinstance(expr, Derivative):
        return POWER
    if not isinstance(expr, Call):
        return ATOM
    form = OPS[expr.op].notation.form
    if expr.op in _SUMS:
        return SUM
    if form == "same":
        return _precedence(expr.args[0], digits)
    if expr.op == "dot" or (form == "sum" and expr.attrs):
        return ATOM
    return _PRECEDENCE.get(form, ATOM)


def _precedence_of_number(value: Any, digits: int) -> int:
    if value < 0:
        return SIGNED
    shown = printed(value, digits)[0]
    return ATOM if isinstance(shown, Num) and shown.exponent is None else POWER


def _is_numeral(made: Box, end: int) -> bool:
    """Whether a box begins (0) or ends (-1) with a numeral, so that a dot after it could be a point."""
    while isinstance(made, Row):
        signed = end == 0 and isinstance(made.parts[0], Sign)
        made = made.parts[1 if signed else end]
    if isinstance(made, Fenced):
        return made.left == "(" and _is_numeral(made.body, end)
    return isinstance(made, Num) or (isinstance(made, Power) and _is_numeral(made.base, end))


def _row(*parts: Box) -> Row:
    """Boxes side by side, rows among them taken apart."""
    flat: list[Box] = []
    for part in parts:
        flat += part.parts if isinstance(part, Row) else [part]
    return Row(tuple(flat))


def _setting(key: str, value: Any) -> Box:
    """``axis=0``; a shape as ``2×3``, an index as ``[0, 1:3]``."""
    shown: Box = Num(f"{float(value):g}") if not isinstance(value, tuple) else Num("×".join(map(str, value)))
    if key == "index":
        shown = Fenced("[", _slots(value), "]")
    return Row((Sym(key), Sign("="), shown))


def _slots(index: tuple[Any, ...]) -> Row:
    return Row(
        tuple(
            [
                part
                for k, slot in enumerate(index)
                for part in ((Sign(","), Num(_slot(slot))) if k else (Num(_slot(slot)),))
            ]
        )
    )


def _slot(slot: Any) -> str:
    if isinstance(slot, tuple):
        return f"[{','.join(map(_slot, slot))}]"
    if isinstance(slot, slice):
        return ":".join("" if end is None else str(end) for end in (slot.start, slot.stop))
    return str(slot)
