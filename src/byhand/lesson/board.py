"""Lines of calculation as on a board: symbols, numbers put in, result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.lesson.document import Box, Formula, Inlines
from byhand.lesson.notation import box
from byhand.lesson.numbers import printed, printed_array
from byhand.ops import Call, Derivative, Expr, Name, Number
from byhand.ops.expression import leaves, substitute
from byhand.trace.evaluate import evaluate

LARGEST_SHOWN = 36


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

    def line(self, left: Expr, *symbols: Expr, value: Any = None, near: Any = None, remark: Inlines = (), code: str = "") -> Formula:
        """``left = symbols … = numbers put in = simpler = value`` with ``≈`` from where digits were cut.

        Parameters
        ----------
        left : Expr
        *symbols : Expr
            The formula in symbols, in one or more forms; the numbers are put into the last.
        value : optional
            The result; None in a lesson of symbols alone.
        near : optional
            A number from which the printed result must differ visibly.
        """
        parts: list[Box] = [box(left, self.digits), *(box(symbol, self.digits) for symbol in symbols)]
        signs = ["="] * len(symbols)
        if value is None:
            return Formula(tuple(parts), tuple(signs), remark, code)
        exact = True
        for form in self._with_numbers(symbols[-1]) if symbols else ():
            form_exact = all_exact(form, self.digits)
            shown = box(form, self.digits)
            if shown != parts[-1]:
                signs.append("=" if exact and form_exact else "≈")
                parts.append(shown)
                exact = exact and form_exact
        shown, value_exact = self.number(value, near)
        if shown != parts[-1]:
            signs.append("=" if value_exact and exact else "≈")
            parts.append(shown)
        return Formula(tuple(parts), tuple(signs), remark, code)

    def number(self, value: Any, near: Any = None) -> tuple[Box, bool]:
        """A number or an array as printed, and whether that is exact."""
        if np.ndim(value):
            return printed_array(value, self.digits)
        return printed(value, self.digits, near)

    def value(self, expr: Expr) -> Any:
        """The value of a formula in this pass."""
        return evaluate(expr, self.values, self.gradients)

    def _with_numbers(self, expr: Expr) -> list[Expr]:
        """The formula with numbers for its names, and its operands worked out where they print exactly."""
        sizes = [np.size(self._leaf(leaf)) for leaf in leaves(expr)]
        if max(sizes, default=1) > LARGEST_SHOWN:
            return []
        put_in = substitute(expr, self._number_of)
        if isinstance(expr, Name | Derivative | Number) or max(sizes, default=1) > 1:
            return [put_in]
        simpler = self._simpler(expr)
        if simpler == put_in or not all_exact(simpler, self.digits):
            return [put_in]
        return [put_in, simpler]

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
            head = self._simpler(left) if isinstance(left, Call) and left.op in ("add", "sub") else Number(self.value(left))
            return Call(expr.op, (head, Number(self.value(right))))
        return Call(expr.op, tuple([Number(self.value(arg)) for arg in expr.args]), expr.attrs)


def all_exact(expr: Expr, digits: int) -> bool:
    """Whether every number of a formula is printed exactly."""
    return all(
        (printed_array(leaf.value, digits) if np.ndim(leaf.value) else printed(leaf.value, digits))[1]
        for leaf in leaves(expr)
        if isinstance(leaf, Number)
    )
