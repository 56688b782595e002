"""Arithmetic, powers, comparison, and the elementary functions."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from byhand.ops.exact import alike, is_exact
from byhand.ops.exact import power as exact_power
from byhand.ops.expression import Expr
from byhand.ops.functions import cos, sign, sin, times_log, where
from byhand.ops.interval import (
    added,
    compared,
    either,
    equal,
    even,
    largest,
    negative,
    point,
    power,
    product,
    quotient,
    rising,
    smallest,
    unequal,
    wave,
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
        "where",
        lambda c, a, b: np.where(np.not_equal(c, 0), a, b),
        (None, lambda c, a, b, y: where(c, 1, 0), lambda c, a, b, y: where(c, 0, 1)),
        interval=either,
        notation=Notation("call", "where"),
        python="np.where({0}, {1}, {2})",
    ),
)

_COMPARISONS = {
    "eq": (operator.eq, equal, "=", "=", "=="),
    "ne": (operator.ne, unequal, "≠", r"\ne", "!="),
    "lt": (operator.lt, compared(operator.lt), "<", "<", "<"),
    "le": (operator.le, compared(operator.le), "≤", r"\le", "<="),
    "gt": (operator.gt, compared(operator.gt), ">", ">", ">"),
    "ge": (operator.ge, compared(operator.ge), "≥", r"\ge", ">="),
}
for _code, (_test, _interval, _text, _latex, _python) in _COMPARISONS.items():
    define(
        Op(
            _code,
            lambda a, b, test=_test: test(a, b) * 1,
            discrete=True,
            kind="comparison",
            interval=_interval,
            notation=Notation("compare", _text, _latex),
            python=f"({{0}} {_python} {{1}}) * 1.0",
        )
    )

define(
    Op(
        "exp",
        np.exp,
        (lambda a, y: y,),
        exact=False,
        interval=rising(math.exp),
        notation=Notation("call", "exp", r"\exp"),
        python="np.exp({0})",
    ),
    Op(
        "log",
        np.log,
        (lambda a, y: 1 / a,),
        domain=lambda a: "log_of_not_positive" if _any(np.less_equal(a, 0)) else None,
        exact=False,
        interval=rising(math.log),
        kind="logarithm",
        notation=Notation("call", "ln", r"\ln"),
        python="np.log({0})",
    ),
    Op(
        "sqrt",
        np.sqrt,
        (lambda a, y: 1 / (2 * y),),
        domain=lambda a: "root_of_negative" if _any(np.less(a, 0)) else None,
        exact=False,
        interval=rising(math.sqrt),
        notation=Notation("root", "√"),
        python="np.sqrt({0})",
    ),
    Op(
        "abs",
        abs,
        (lambda a, y: sign(a),),
        corner=lambda a: "corner_abs" if _any(np.equal(a, 0)) else None,
        interval=even(abs),
        notation=Notation("fence", "|", "|"),
        python="np.abs({0})",
    ),
    Op(
        "sin",
        np.sin,
        (lambda a, y: cos(a),),
        exact=False,
        interval=wave(math.sin, math.pi / 2),
        notation=Notation("call", "sin", r"\sin"),
        python="np.sin({0})",
    ),
    Op(
        "cos",
        np.cos,
        (lambda a, y: -sin(a),),
        exact=False,
        interval=wave(math.cos, 0.0),
        notation=Notation("call", "cos", r"\cos"),
        python="np.cos({0})",
    ),
    Op(
        "sign",
        np.sign,
        discrete=True,
        interval=rising(lambda x: (x > 0) - (x < 0)),
        kind="threshold",
        notation=Notation("call", "sign", r"\operatorname{sign}"),
        python="np.sign({0})",
    ),
    Op(
        "stop_gradient",
        lambda a: a + 0,
        discrete=True,
        interval=lambda a: a,
        notation=Notation("call", "stop_gradient", r"\operatorname{stop\_gradient}"),
        python="{0}",
    ),
    Op(
        "maximum",
        np.maximum,
        (
            lambda a, b, y: alike(0.5, a) * (1 + sign(a - b)),
            lambda a, b, y: alike(0.5, a) * (1 + sign(b - a)),
        ),
        corner=lambda a, b: "tie_shared" if _any(np.equal(a, b)) else None,
        interval=largest,
        notation=Notation("call", "max", r"\max"),
        python="np.maximum({0}, {1})",
    ),
    Op(
        "minimum",
        np.minimum,
        (
            lambda a, b, y: alike(0.5, a) * (1 + sign(b - a)),
            lambda a, b, y: alike(0.5, a) * (1 + sign(a - b)),
        ),
        corner=lambda a, b: "tie_shared" if _any(np.equal(a, b)) else None,
        interval=smallest,
        notation=Notation("call", "min", r"\min"),
        python="np.minimum({0}, {1})",
    ),
)
