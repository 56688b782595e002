"""The elementary functions: exponential, logarithm, root, absolute value, sine, cosine, error function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from byhand.ops.functions import apply, cos, sign, sin
from byhand.ops.interval import even, rising, saturating, wave
from byhand.ops.table import Notation, Op, define

_erf_of_each = np.frompyfunc(math.erf, 1, 1)


def _erf(a: Any) -> Any:
    return np.asarray(_erf_of_each(a), np.float64)


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
        domain=lambda a: "log_of_not_positive" if np.any(np.less_equal(a, 0)) else None,
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
        domain=lambda a: "root_of_negative" if np.any(np.less(a, 0)) else None,
        exact=False,
        interval=rising(math.sqrt),
        notation=Notation("root", "√"),
        python="np.sqrt({0})",
    ),
    Op(
        "abs",
        abs,
        (lambda a, y: sign(a),),
        corner=lambda a: "corner_abs" if np.any(np.equal(a, 0)) else None,
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
        "erf",
        _erf,
        (lambda a, y: 2 / math.sqrt(math.pi) * apply("exp", -(a**2)),),
        exact=False,
        interval=saturating(math.erf),
        notation=Notation("call", "erf", r"\operatorname{erf}"),
        python="erf({0})",
    ),
)
