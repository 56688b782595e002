"""Lines of calculation as on a board: symbols, numbers put in, result."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from byhand.lesson.document import Box, Formula, Inlines
from byhand.lesson.notation import box
from byhand.lesson.numbers import FLOAT_DIGITS, LARGEST_SHOWN, printed, printed_array
from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.expression import leaves, substitute
from byhand.trace.evaluate import evaluate


class Board:
    """Writes formulas with the numbers of one pass put in.

    Parameters
    ----------
    values, gradients : mapping
        What names and derivatives stand for; empty where the lesson is in symbols alone.
    digits : int
        Significant digits.
    """

    def __init__(self, values: Mapping[str, Any], gradients: Mapping[str, Any], digits: int) -> None:
        self.values, self.gradients, self.digits = values, gradients, digits

    def line(
        self,
        left: Expr,
        *symbols: Expr,
        worked: Expr | None = None,
        value: Any = None,
        near: Any = None,
        remark: Inlines = (),
        code: str = "",
    ) -> Formula:
        """``left = symbols … = numbers put in = simpler = value`` with ``≈`` from where digits were cut.

        Parameters
        ----------
        left : Expr
        *symbols : Expr
            The formula in symbols, in one or more forms; the numbers are put into the last.
        worked : Expr, optional
            A formula with the numbers put in already.
        value : optional
            The result; None in a lesson of symbols alone.
        near : optional
            A number from which the printed result must differ visibly.
        """
        parts: list[Box] = [box(left)]
        for form in symbols:
            shown = box(form, is_array=self._is_array)
            parts += [shown] if shown != parts[-1] else []
        signs = ["="] * (len(parts) - 1)
        if value is None:
            return Formula(tuple(parts), tuple(signs), remark, code)
        exact = True
        forms = [worked] if worked is not None else self._with_numbers(symbols[-1]) if symbols else []
        for form in forms:
            digits = self._digits_that_suffice(form, value)
            exact = exact and all_exact(form, digits)
            shown = box(form, digits, self._is_array)
            if shown != parts[-1]:
                signs.append("=" if exact else "≈")
                parts.append(shown)
        shown, value_exact = self.number(value, near)
        if shown != parts[-1]:
            signs.append("=" if value_exact and (exact or _is_place(symbols)) else "≈")
            parts.append(shown)
        return Formula(tuple(parts), tuple(signs), remark, code)

    def number(self, value: Any, near: Any = None) -> tuple[Box, bool]:
        """A number or an array as printed, and whether that is exact."""
        if np.ndim(value):
            return printed_array(value, self.digits)
        return printed(value, self.digits, near)

    def _is_array(self, expr: Expr) -> bool:
        try:
            return bool(np.ndim(self.value(expr)))
        except KeyError:  # a name that is only written stands for a vector or a matrix
            return True

    def value(self, expr: Expr) -> Any:
        """The value of a formula in this pass."""
        return evaluate(expr, self.values, self.gradients)

    def put_in(self, expr: Expr) -> Expr:
        """The formula with numbers for its names."""
        return substitute(expr, self._number_of)

    def _with_numbers(self, expr: Expr) -> list[Expr]:
        """The formula with numbers for its names, and its operands worked out where they print exactly."""
        put_in = self.put_in(expr)
        if max(map(np.size, map(self._leaf, leaves(put_in))), default=1) > LARGEST_SHOWN:
            return []
        sizes = [np.size(self._leaf(leaf)) for leaf in leaves(expr)]
        if isinstance(put_in, Number) or max(sizes, default=1) > 1:
            return [put_in]
        simpler = self._simpler(expr)
        if simpler == put_in or not all_exact(simpler, self.digits):
            return [put_in]
        return [put_in, simpler]

    def _digits_that_suffice(self, form: Expr, value: Any) -> int:
        """The fewest digits with which a reader who works the printed numbers out gets the printed result."""
        if isinstance(value, Fraction):
            return self.digits
        wanted = np.asarray(value, dtype=float)
        tolerance = 5 * 10.0 ** (1 - self.digits) * np.abs(wanted)
        for digits in range(self.digits, FLOAT_DIGITS):
            try:
                again = evaluate(substitute(form, partial(_cut, digits)), {})
            except ZeroDivisionError:
                continue
            if np.all(np.abs(np.asarray(again, dtype=float) - wanted) <= tolerance):
                return digits
        return FLOAT_DIGITS

    def _leaf(self, leaf: Expr) -> Any:
        return leaf.value if isinstance(leaf, Number) else self.value(leaf)

    def _number_of(self, node: Expr) -> Expr | None:
        is_element = isinstance(node, Call) and node.op == "index" and isinstance(node.args[0], Name)
        return Number(self.value(node)) if is_element or isinstance(node, Name | Derivative) else None

    def _simpler(self, expr: Expr) -> Expr:
        """The operation with each operand's value in its place; of a sum, the value of each term."""
        if not isinstance(expr, Call):
            return Number(self.value(expr))
        if expr.op in ("add", "sub"):
            left, right = expr.args
            head = (
                self._simpler(left)
                if isinstance(left, Call) and left.op in ("add", "sub")
                else Number(self.value(left))
            )
            return Call(expr.op, (head, Number(self.value(right))))
        return Call(expr.op, tuple([Number(self.value(arg)) for arg in expr.args]), expr.attrs)


def _is_place(symbols: tuple[Expr, ...]) -> bool:
    """Whether a formula says at which place something stands, which rounded numbers tell exactly."""
    return bool(symbols) and isinstance(symbols[-1], Call) and OPS[symbols[-1].op].kind == "choice"


def _cut(digits: int, node: Expr) -> Expr | None:
    """A number as it reads when printed in so many digits."""
    if not isinstance(node, Number):
        return None
    whole = np.asarray(node.value, dtype=float)
    cut = np.array([float(f"{x:.{digits - 1}e}") for x in whole.ravel()]).reshape(whole.shape)
    return Number(cut if whole.ndim else float(cut))


def all_exact(expr: Expr, digits: int) -> bool:
    """Whether every number of a formula is printed exactly."""
    return all(
        (printed_array(leaf.value, digits) if np.ndim(leaf.value) else printed(leaf.value, digits))[1]
        for leaf in leaves(expr)
        if isinstance(leaf, Number)
    )
