"""Activation functions, each with its derivative in the form textbooks use."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from byhand.ops.exact import alike
from byhand.ops.expression import Expr
from byhand.ops.functions import apply, greater, sigmoid, step, sum_along, where
from byhand.ops.interval import Interval, even, negative, outward, rising, saturating
from byhand.ops.table import Bounds, Notation, Op, define


def _sigmoid(a: Any) -> Any:
    e = np.exp(-abs(a))  # of a number that is not above 0, so nothing overflows
    return np.where(a < 0, e, 1.0) / (1 + e)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _leaky(x: Interval, slope: float = 0.01) -> Interval:
    ends = [end if end > 0 else slope * end for end in x]
    return outward(min(ends), max(ends))


def _softmax(a: Any, axis: int = -1) -> Any:
    if np.ndim(a) == 0:
        raise ValueError
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _softmax_pull(i: int, shapes: Any, attrs: Any) -> Any:
    axis = attrs.get("axis", -1)
    return lambda g, a, y: y * (g - sum_along(g * y, axis))


def _softmax_element(index: tuple[int, ...], at: Any, shapes: Any, attrs: Any) -> Expr:
    axis = attrs.get("axis", -1) % len(shapes[0])
    along = [at(0, (*index[:axis], k, *index[axis + 1 :])) for k in range(shapes[0][axis])]
    return apply("exp", at(0, index)) / apply("total", *(apply("exp", a) for a in along))


def _log_softmax(a: Any, axis: int = -1) -> Any:
    if np.ndim(a) == 0:
        raise ValueError
    shifted = a - np.max(a, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def _log_softmax_pull(i: int, shapes: Any, attrs: Any) -> Any:
    axis = attrs.get("axis", -1)
    return lambda g, a, y: g - apply("exp", y) * sum_along(g, axis)


def _log_softmax_element(index: tuple[int, ...], at: Any, shapes: Any, attrs: Any) -> Expr:
    axis = attrs.get("axis", -1) % len(shapes[0])
    along = [at(0, (*index[:axis], k, *index[axis + 1 :])) for k in range(shapes[0][axis])]
    return at(0, index) - apply("log", apply("total", *(apply("exp", a) for a in along)))


def _gelu(a: Any) -> Any:
    return a * (1 + apply("erf", a / math.sqrt(2))) / 2


def _gelu_slope(a: Any, y: Any) -> Any:
    return (1 + apply("erf", a / math.sqrt(2))) / 2 + a * apply("exp", -(a**2) / 2) / math.sqrt(2 * math.pi)


def _inner(a: Any) -> Any:
    return math.sqrt(2 / math.pi) * (a + 0.044715 * a**3)


def _gelu_tanh(a: Any) -> Any:
    return a * (1 + apply("tanh", _inner(a))) / 2


def _gelu_tanh_slope(a: Any, y: Any) -> Any:
    t = apply("tanh", _inner(a))
    return (1 + t) / 2 + a * (1 - t**2) / 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * a**2)


def _dipping(f: Any) -> Any:
    """Of one that falls to about -0.17, somewhere between -1 and -0.5, and rises from there."""

    def of(x: Interval) -> Interval:
        ends = [float(f(end)) for end in x]
        dips = x.low < -0.5 and x.high > -1
        return outward(min(*ends, -0.1701) if dips else min(ends), max(ends))

    return of


def _at_zero(code: str) -> Any:
    return lambda a, **attrs: code if bool(np.any(np.equal(a, 0))) else None


define(
    Op(
        "sigmoid",
        _sigmoid,
        (lambda a, y: y * (1 - y),),
        exact=False,
        interval=saturating(_logistic),
        kind="activation",
        range=Bounds(0.0, 1.0, "(0, 1)"),
        notation=Notation("call", "σ", r"\sigma"),
        python="sigmoid({0})",
    ),
    Op(
        "tanh",
        np.tanh,
        (lambda a, y: 1 - y**2,),
        exact=False,
        interval=saturating(math.tanh),
        kind="activation",
        range=Bounds(-1.0, 1.0, "(−1, 1)"),
        notation=Notation("call", "tanh", r"\tanh"),
        python="np.tanh({0})",
    ),
    Op(
        "relu",
        lambda a: a * (a > 0) + 0,  # + 0 makes 0 of -0
        (lambda a, y: step(a),),
        corner=_at_zero("corner_relu"),
        interval=rising(lambda x: max(x, 0.0)),
        kind="activation",
        range=Bounds(0.0, math.inf, "[0, ∞)"),
        notation=Notation("call", "ReLU", r"\operatorname{ReLU}"),
        python="np.maximum({0}, 0.0)",
    ),
    Op(
        "leaky_relu",
        lambda a, slope=0.01: np.where(a > 0, a, alike(slope, a) * a),
        (lambda a, y, slope=0.01: where(greater(a, 0), 1, alike(slope, a)),),
        corner=_at_zero("corner_leaky_relu"),
        interval=_leaky,
        kind="activation",
        notation=Notation("call", "LeakyReLU", r"\operatorname{LeakyReLU}"),
        python="leaky_relu({0}{settings})",
    ),
    Op(
        "softplus",
        lambda a: np.logaddexp(0.0, a),
        (lambda a, y: sigmoid(a),),
        exact=False,
        interval=rising(lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x)))),
        kind="activation",
        range=Bounds(0.0, math.inf, "(0, ∞)"),
        notation=Notation("call", "softplus", r"\operatorname{softplus}"),
        python="np.logaddexp(0.0, {0})",
    ),
    Op(
        "gaussian",
        lambda a: np.exp(-(a * a)),
        (lambda a, y: -2 * a * y,),
        exact=False,
        interval=lambda x: negative(even(lambda t: -math.exp(-t * t))(x)),
        kind="activation",
        range=Bounds(0.0, 1.0, "(0, 1]"),
        notation=Notation("call", "gaussian", r"\operatorname{gaussian}"),
        python="np.exp(-({0}) ** 2)",
    ),
    *[
        Op(
            code,
            value,
            (slope,),
            exact=False,
            interval=_dipping(value),
            kind="activation",
            notation=Notation("call", text, rf"\operatorname{{{text}}}"),
            python=f"{code}({{0}})",
        )
        for code, text, value, slope in (
            ("gelu", "GELU", _gelu, _gelu_slope),
            ("gelu_tanh", "GELUtanh", _gelu_tanh, _gelu_tanh_slope),
        )
    ],
    Op(
        "step",
        lambda a: (a > 0) * 1,
        discrete=True,
        corner=_at_zero("corner_step"),
        interval=lambda x: Interval(float(x.low > 0), float(x.high > 0)),
        kind="threshold",
        notation=Notation("call", "step", r"\operatorname{step}"),
        python="({0} > 0) * 1.0",
    ),
    Op(
        "softmax",
        _softmax,
        pull=_softmax_pull,
        element=_softmax_element,
        exact=False,
        kind="activation",
        range=Bounds(0.0, 1.0, "(0, 1)"),
        notation=Notation("call", "softmax", r"\operatorname{softmax}"),
        python="softmax({0}{settings})",
    ),
    Op(
        "log_softmax",
        _log_softmax,
        pull=_log_softmax_pull,
        element=_log_softmax_element,
        exact=False,
        notation=Notation("call", "log_softmax", r"\operatorname{log\,softmax}"),
        python="log_softmax({0}{settings})",
    ),
)
