"""Formulas worked out with somebody's numbers: the value, and all that it can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.check.book import Quantity, Ref, refs
from byhand.check.enclosure import Known, enclose
from byhand.ops import OPS, Call, Expr, Number
from byhand.ops.interval import Interval


class Result(NamedTuple):
    """A number worked out from the learner's.

    Attributes
    ----------
    value : float
        With their numbers taken as written.
    interval : Interval
        What it can be, their numbers being rounded or cut ones.
    used : frozenset of Quantity
        Which of their numbers it rests on.
    """

    value: float
    interval: Interval
    used: frozenset[Quantity]


class Reckoner:
    """Works formulas out; what they have in common, only once.

    Parameters
    ----------
    number : callable
        The number that stands for a quantity.
    """

    def __init__(self, number: Callable[[Quantity], Result]) -> None:
        self._number = number
        self._values: dict[int, tuple[Expr, float]] = {}
        self._ranges: Known = {}

    def result(self, formula: Expr) -> Result:
        """A formula's value, its interval, and the numbers it rests on."""
        used: frozenset[Quantity] = frozenset().union(*(self._number(q).used for q in refs(formula)))
        return Result(self.value(formula), self.interval(formula), used)

    def value(self, formula: Expr) -> float:
        """A formula's value; not a number where it has none."""
        try:
            with np.errstate(all="ignore"):
                return self._value(formula)
        except (ZeroDivisionError, OverflowError, ValueError):
            return math.nan

    def interval(self, formula: Expr) -> Interval:
        """All that a formula can give."""
        return enclose(formula, self._leaf, self._ranges)

    def _value(self, expr: Expr) -> float:
        if isinstance(expr, Ref):
            return self._number(expr.quantity).value
        if isinstance(expr, Number):
            return float(expr.value)
        if not isinstance(expr, Call):
            raise TypeError(expr)
        if id(expr) not in self._values:
            operands = [self._value(arg) for arg in expr.args]
            self._values[id(expr)] = expr, float(OPS[expr.op].value(*operands, **dict(expr.attrs)))
        return self._values[id(expr)][1]

    def _leaf(self, node: Expr) -> Interval | None:
        return self._number(node.quantity).interval if isinstance(node, Ref) else None


def columns(
    formula: Expr, number: Callable[[Quantity], float], known: Mapping[Quantity, np.ndarray]
) -> np.ndarray:
    """A formula's values where some quantities are columns of numbers; not a number where it has none."""

    def value(expr: Expr) -> Any:
        if isinstance(expr, Ref):
            return known[expr.quantity] if expr.quantity in known else number(expr.quantity)
        if isinstance(expr, Number):
            return float(expr.value)
        if not isinstance(expr, Call):
            raise TypeError(expr)
        operands = [value(arg) for arg in expr.args]
        if expr.op == "div":
            return np.where(np.equal(operands[1], 0), math.nan, np.divide(*operands))
        if expr.op in ("argmin", "argmax"):
            return OPS[expr.op].value(np.stack(np.broadcast_arrays(*operands)), axis=0)
        return OPS[expr.op].value(*operands, **dict(expr.attrs))

    with np.errstate(all="ignore"):
        return np.asarray(value(formula), np.float64)


def instead(own: Callable[[Quantity], Result], other: Mapping[Quantity, Result]) -> Reckoner:
    """A reckoner that takes other numbers for some quantities."""
    return Reckoner(lambda q: other[q] if q in other else own(q))
