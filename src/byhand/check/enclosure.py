"""What a formula can give when each of its numbers stands for a little range."""

from __future__ import annotations

import math
from collections.abc import Callable

from byhand.ops import OPS, Call, Expr, Number
from byhand.ops.expression import is_number
from byhand.ops.interval import EVERYTHING, Interval, even, outward, point

Known = dict[int, tuple[Expr, Interval]]


def enclose(expr: Expr, leaf: Callable[[Expr], Interval | None], known: Known | None = None) -> Interval:
    """An interval that holds every value of a formula of single numbers.

    Parameters
    ----------
    expr : Expr
    leaf : callable
        The interval of a leaf or of a whole sub-formula; None where it has none of its own.
    known : dict, optional
        Sub-formulas done before, by identity, and room for those done now.
    """
    own = leaf(expr)
    if own is not None:
        return own
    if known is None:
        return _enclosed(expr, leaf, None)
    if id(expr) not in known:
        known[id(expr)] = expr, _enclosed(expr, leaf, known)
    return known[id(expr)][1]


def _enclosed(expr: Expr, leaf: Callable[[Expr], Interval | None], known: Known | None) -> Interval:
    if isinstance(expr, Number):
        return point(float(expr.value))
    if not isinstance(expr, Call):
        raise TypeError(expr)
    slope = _bell(expr)
    if slope is not None:
        return _quarter(enclose(slope, leaf, known))
    xs = [enclose(arg, leaf, known) for arg in expr.args]
    if expr.op == "mul" and expr.args[0] == expr.args[1]:
        return _square(xs[0])
    return _of_operation(expr, xs)


_square = even(lambda x: x * x)


def _of_operation(expr: Call, xs: list[Interval]) -> Interval:
    """One operation on intervals; everything where it may have no value, or works on whole arrays."""
    interval = OPS[expr.op].interval
    if interval is None or any(math.isinf(end) for x in xs for end in x):
        return EVERYTHING
    try:
        return interval(*xs, **dict(expr.attrs))
    except (ValueError, OverflowError, ZeroDivisionError):
        return EVERYTHING


def _bell(expr: Call) -> Expr | None:
    """y where the formula is y·(1 − y): written so, each y would be moved on its own."""
    if expr.op != "mul":
        return None
    for y, rest in (expr.args, expr.args[::-1]):
        if isinstance(rest, Call) and rest.op == "sub" and is_number(rest.args[0], 1) and rest.args[1] == y:
            return y
    return None


def _quarter(y: Interval) -> Interval:
    """1/4 − (y − 1/2)², which is y·(1 − y)."""
    ends = [end * (1 - end) for end in y]
    return outward(min(ends), 0.25 if y.low <= 0.5 <= y.high else max(ends))
