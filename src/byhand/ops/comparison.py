"""Comparisons of two numbers, the sign of one, and the one of two that a comparison chooses."""

from __future__ import annotations

import math
import operator

import numpy as np

from byhand.ops.exact import alike
from byhand.ops.functions import sign, where
from byhand.ops.interval import compared, either, equal, largest, rising, smallest, unequal
from byhand.ops.table import Notation, Op, define

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
        "sign",
        np.sign,
        discrete=True,
        interval=rising(lambda x: (x > 0) - (x < 0)),
        kind="threshold",
        notation=Notation("call", "sign", r"\operatorname{sign}"),
        python="np.sign({0})",
    ),
    Op(
        "floor",
        np.floor,
        discrete=True,
        interval=rising(math.floor),
        notation=Notation("call", "floor", r"\operatorname{floor}"),
        python="np.floor({0})",
    ),
    Op(
        "maximum",
        np.maximum,
        (
            lambda a, b, y: alike(0.5, a) * (1 + sign(a - b)),
            lambda a, b, y: alike(0.5, a) * (1 + sign(b - a)),
        ),
        corner=lambda a, b: "tie_shared" if np.any(np.equal(a, b)) else None,
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
        corner=lambda a, b: "tie_shared" if np.any(np.equal(a, b)) else None,
        interval=smallest,
        notation=Notation("call", "min", r"\min"),
        python="np.minimum({0}, {1})",
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
