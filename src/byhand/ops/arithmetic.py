"""Sums, differences, products, quotients and powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from byhand.ops.exact import is_exact
from byhand.ops.exact import power as exact_power
from byhand.ops.expression import Expr
from byhand.ops.functions import times_log
from byhand.ops.interval import (
    added,
    negative,
    point,
    power,
    product,
    quotient,
    rising,
)
from byhand.ops.table import Notation, Op, define


def _any(condition: Any) -> bool:
    return bool(np.any(condition))


def _quotient(a: Any, b: Any) -> Any:
    if _any(np.equal(b, 0)):
        raise ZeroDivisionError
    return a / b


def _ratio(a: Any, b: Any) -> Any:
    return np.where(np.equal(a, 0), 0.0, a / np.where(np.equal(a, 0), 1.0, b))


def _power(a: Any, b: Any) -> Any:
    if type(b) in (int, float) and b == 2:
        return a * a
    return exact_power(a, b) if is_exact(a) or is_exact(b) else np.power(a, b)


def _power_by_base(a: Any, b: Any, y: Any) -> Any:
    if isinstance(b, (Expr, float)) and b:
        return b * a ** (b - 1)
    return b * _power(a, b - np.not_equal(b, 0) * 1)  # a⁰ has the derivative 0 at a = 0 too


def _power_domain(a: Any, b: Any) -> str | None:
    if _any(np.equal(a, 0) & np.less(b, 0)):
        return "division_by_zero"
    return "root_of_negative" if _any(np.less(a, 0)) and _any(np.not_equal(b, np.floor(b))) else None


def _times_log(a: Any, b: Any) -> Any:
    return np.where(np.equal(a, 0), 0.0, a * np.log(np.where(np.equal(a, 0), 1.0, b)))


define(
    Op(
        "add",
        lambda a, b: a + b,
        (lambda a, b, y: 1, lambda a, b, y: 1),
        interval=added,
        notation=Notation("infix", "+"),
        python="{0} + {1}",
    ),
    Op(
        "sub",
        lambda a, b: a - b,
        (lambda a, b, y: 1, lambda a, b, y: -1),
        interval=lambda a, b: added(a, negative(b)),
        notation=Notation("infix", "−", "-"),
        python="{0} - {1}",
    ),
    Op(
        "mul",
        lambda a, b: a * b,
        (lambda a, b, y: b, lambda a, b, y: a),
        interval=product,
        notation=Notation("infix", "·", r"\cdot"),
        python="{0} * {1}",
    ),
    Op(
        "div",
        _quotient,
        (lambda a, b, y: 1 / b, lambda a, b, y: -(a / b**2)),
        domain=lambda a, b: "division_by_zero" if _any(np.equal(b, 0)) else None,
        interval=quotient,
        notation=Notation("fraction", "/"),
        python="{0} / {1}",
    ),
    Op(
        "pow",
        _power,
        (_power_by_base, lambda a, b, y: times_log(y, a)),
        domain=_power_domain,
        interval=power,
        notation=Notation("power", "^"),
        python="{0} ** {1}",
    ),
    Op(
        "neg",
        lambda a: -a,
        (lambda a, y: -1,),
        interval=negative,
        notation=Notation("prefix", "−", "-"),
        python="-{0}",
    ),
    Op(
        "copy",
        lambda a: a + 0,
        (lambda a, y: 1,),
        interval=lambda a: a,
        notation=Notation("same"),
        python="{0}",
    ),
    Op(
        "total",
        lambda *terms: sum(terms[1:], terms[0]),
        interval=added,
        notation=Notation("total", "+"),
        python=" + ",
    ),
    Op(
        "ratio",
        _ratio,
        exact=False,
        interval=lambda a, b: point(0.0) if a == (0, 0) else quotient(a, b),
        notation=Notation("fraction", "/"),
        python="ratio({0}, {1})",
    ),
    Op(
        "times_log",
        _times_log,
        exact=False,
        interval=lambda a, b: point(0.0) if a == (0, 0) else product(a, rising(math.log)(b)),
        kind="logarithm",
        notation=Notation("times_log"),
        python="times_log({0}, {1})",
    ),
    Op(
        "stop_gradient",
        lambda a: a + 0,
        discrete=True,
        interval=lambda a: a,
        notation=Notation("call", "stop_gradient", r"\operatorname{stop\_gradient}"),
        python="{0}",
    ),
)
