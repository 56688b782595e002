"""Losses of a target y and an output a; each says its factor: one half or not, sum or mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr
from byhand.ops.functions import apply, greater, log, ratio, times_log
from byhand.ops.table import Notation, Op, Shape, define, total


def _rows(shape: Shape) -> int:
    """The number of samples: the rows of a matrix, 1 for a vector or a scalar."""
    return shape[0] if len(shape) == 2 else 1


def _size(shape: Shape) -> int:
    return int(np.prod(shape))


def _same(y: Any, a: Any) -> None:
    if np.shape(y) != np.shape(a):
        raise ValueError


def _quadratic(y: Any, a: Any) -> Any:
    _same(y, a)
    return np.sum((y - a) ** 2) / (2 * _rows(np.shape(y)))


def _mse(y: Any, a: Any) -> Any:
    _same(y, a)
    return np.sum((y - a) ** 2) / _size(np.shape(y))


def _cross_entropy(y: Any, p: Any) -> Any:
    _same(y, p)
    return -np.sum(times_log(y, p)) / _rows(np.shape(y))


def _binary_cross_entropy(y: Any, p: Any) -> Any:
    _same(y, p)
    return -np.sum(times_log(y, p) + times_log(1 - y, 1 - p)) / _size(np.shape(y))


def _hinge(y: Any, s: Any) -> Any:
    _same(y, s)
    margin = 1 - y * s
    return np.sum(margin * np.greater(margin, 0)) / _size(np.shape(y))


def _no_log(*pairs: tuple[Any, Any]) -> str | None:
    """Whether a logarithm that counts is one of a number that has none."""
    without = any(np.any(np.not_equal(y, 0) & np.less_equal(p, 0)) for y, p in pairs)
    return "log_of_not_positive" if without else None


def _over(term: Any, n: int) -> Any:
    return term if n == 1 else term / n


def _quadratic_pull(i: int, shapes: Any, attrs: Any) -> Any:
    n = _rows(shapes[0])
    return (lambda g, y, a, c: g * _over(y - a, n), lambda g, y, a, c: g * _over(a - y, n))[i]


def _mse_pull(i: int, shapes: Any, attrs: Any) -> Any:
    n = _size(shapes[0])
    return (lambda g, y, a, c: g * _over(2 * (y - a), n), lambda g, y, a, c: g * _over(2 * (a - y), n))[i]


def _cross_entropy_pull(i: int, shapes: Any, attrs: Any) -> Any:
    n = _rows(shapes[0])
    return (lambda g, y, p, c: g * _over(-log(p), n), lambda g, y, p, c: g * _over(-ratio(y, p), n))[i]


def _binary_cross_entropy_pull(i: int, shapes: Any, attrs: Any) -> Any:
    n = _size(shapes[0])
    return (
        lambda g, y, p, c: g * _over(log(1 - p) - log(p), n),
        lambda g, y, p, c: g * _over(ratio(1 - y, 1 - p) - ratio(y, p), n),
    )[i]


def _hinge_pull(i: int, shapes: Any, attrs: Any) -> Any:
    n = _size(shapes[0])
    return (
        lambda g, y, s, c: g * _over(-(s * greater(1 - y * s, 0)), n),
        lambda g, y, s, c: g * _over(-(y * greater(1 - y * s, 0)), n),
    )[i]


def _element_of(term: Any, count: Any, factor: int = 1) -> Any:
    """The spelled-out loss: the sum of one term per element over `factor` times the count."""

    def element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
        return _over(
            total(term(at(0, k), at(1, k)) for k in np.ndindex(shapes[0])), factor * count(shapes[0])
        )

    return element


define(
    Op(
        "quadratic",
        _quadratic,
        pull=_quadratic_pull,
        element=_element_of(lambda y, a: (y - a) ** 2, _rows, 2),
        kind="distance",
        notation=Notation("call", "quadratic", r"\operatorname{quadratic}"),
        python="quadratic({0}, {1})",
    ),
    Op(
        "mse",
        _mse,
        pull=_mse_pull,
        element=_element_of(lambda y, a: (y - a) ** 2, _size),
        kind="distance",
        notation=Notation("call", "MSE", r"\operatorname{MSE}"),
        python="np.mean(({0} - {1}) ** 2)",
    ),
    Op(
        "cross_entropy",
        _cross_entropy,
        pull=_cross_entropy_pull,
        element=_element_of(lambda y, p: -times_log(y, p), _rows),
        domain=lambda y, p: _no_log((y, p)),
        exact=False,
        kind="entropy",
        notation=Notation("call", "cross_entropy", r"\operatorname{CE}"),
        python="cross_entropy({0}, {1})",
    ),
    Op(
        "binary_cross_entropy",
        _binary_cross_entropy,
        pull=_binary_cross_entropy_pull,
        element=_element_of(lambda y, p: -(times_log(y, p) + times_log(1 - y, 1 - p)), _size),
        domain=lambda y, p: _no_log((y, p), (1 - y, 1 - p)),
        exact=False,
        kind="entropy",
        notation=Notation("call", "binary_cross_entropy", r"\operatorname{BCE}"),
        python="binary_cross_entropy({0}, {1})",
    ),
    Op(
        "hinge",
        _hinge,
        pull=_hinge_pull,
        element=_element_of(lambda y, s: apply("maximum", 0, 1 - y * s), _size),
        corner=lambda y, s: "corner_hinge" if bool(np.any(np.equal(1 - y * s, 0))) else None,
        kind="margin",
        notation=Notation("call", "hinge", r"\operatorname{hinge}"),
        python="np.mean(np.maximum(0.0, 1.0 - {0} * {1}))",
    ),
)
