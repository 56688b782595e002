"""Sums, means, extremes and norms of arrays, and the ways their gradients are handed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from byhand.ops.exact import decimal
from byhand.ops.expression import Expr
from byhand.ops.functions import apply, equal, fill, sum_along
from byhand.ops.interval import largest, smallest
from byhand.ops.table import Notation, Op, Shape, define, total


def _count(shape: Shape, axis: int | None) -> int:
    return int(np.prod(shape)) if axis is None else shape[axis]


def _along(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction that refuses an axis of a scalar, as NumPy does for some of them only."""

    def value(a: Any, **attrs: Any) -> Any:
        if attrs.get("axis") is not None and np.ndim(a) == 0:
            raise ValueError
        return reduce(a, **attrs)

    return value


def members(index: tuple[int, ...], shape: Shape, attrs: Any) -> list[tuple[int, ...]]:
    """Which elements of the operand one element of the reduced result is made of."""
    axis = attrs.get("axis")
    if axis is None:
        return list(np.ndindex(shape))
    axis %= len(shape)
    rest = (*index[:axis], *index[axis + 1 :]) if attrs.get("keepdims") else index
    return [(*rest[:axis], k, *rest[axis:]) for k in range(shape[axis])]


def _sum_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return total(at(0, member) for member in members(index, shapes[0], attrs))


def _mean_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return _sum_element(index, at, shapes, attrs) / _count(shapes[0], attrs.get("axis"))


def _extreme_element(code: str) -> Any:
    def element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
        return apply(code, *(at(0, member) for member in members(index, shapes[0], attrs)))

    return element


def _logsumexp(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    largest = np.max(a, axis=axis, keepdims=True)
    whole = largest + np.log(np.sum(np.exp(a - largest), axis=axis, keepdims=True))
    return whole if keepdims else np.squeeze(whole, axis)


def _logsumexp_pull(i: int, shapes: Any, attrs: Any) -> Any:
    spread = _spread(shapes, attrs)
    return lambda g, a, y: spread(g) * apply("exp", a - spread(y))


def _logsumexp_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    exponents = members(index, shapes[0], attrs)
    return apply("log", total(apply("exp", at(0, member)) for member in exponents))


def _norm_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return apply("sqrt", total(at(0, member) ** 2 for member in members(index, shapes[0], attrs)))


def _spread(shapes: Any, attrs: Any) -> Any:
    """The function that hands a reduced value back to every element it came from."""
    axis = None if attrs.get("keepdims") and attrs.get("axis") is not None else attrs.get("axis")
    return lambda value: fill(value, shapes[0], axis)


def _sum_pull(i: int, shapes: Any, attrs: Any) -> Any:
    spread = _spread(shapes, attrs)
    return lambda g, a, y: spread(g)


def _mean_pull(i: int, shapes: Any, attrs: Any) -> Any:
    spread, count = _spread(shapes, attrs), _count(shapes[0], attrs.get("axis"))
    return lambda g, a, y: spread(g / count)


def _extreme_pull(i: int, shapes: Any, attrs: Any) -> Any:
    spread, axis = _spread(shapes, attrs), attrs.get("axis")
    return lambda g, a, y: spread(g) * equal(a, spread(y)) / sum_along(equal(a, spread(y)), axis)


def _norm_pull(i: int, shapes: Any, attrs: Any) -> Any:
    spread = _spread(shapes, attrs)
    return lambda g, a, y: spread(g) * apply("ratio", a, spread(y))


def _tied(*xs: Any, axis: int | None = None, extreme: Any, **_: Any) -> str | None:
    hits = np.equal(xs[0], extreme(xs[0], axis=axis, keepdims=True)).sum(axis=axis)
    return "tie_shared" if bool(np.any(hits > 1)) else None


def _fill(a: Any, shape: Shape, axis: int | None = None) -> Any:
    return np.broadcast_to(a if axis is None else np.expand_dims(a, axis), shape) * 1


def _fill_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    axis, source = attrs.get("axis"), shapes[0]
    if axis is not None:
        axis %= len(attrs["shape"])
        return at(0, (*index[:axis], *index[axis + 1 :]))
    tail = index[len(index) - len(source) :]
    return at(0, tuple(0 if size == 1 else k for k, size in zip(tail, source, strict=True)))


def _fill_pull(i: int, shapes: Any, attrs: Any) -> Any:
    axis = attrs.get("axis")
    if axis is None:
        return lambda g, a, y: apply("sum_to", g, shape=shapes[0])
    return lambda g, a, y: apply("sum", g, axis=axis)


def _sum_to(a: Any, shape: Shape) -> Any:
    extra = np.ndim(a) - len(shape)
    a = np.sum(a, axis=tuple(range(extra))) if extra else a
    ones = tuple(k for k, size in enumerate(shape) if size == 1 and np.shape(a)[k] != 1)
    return np.sum(a, axis=ones, keepdims=True) if ones else a


def _sum_to_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    shape, source = attrs["shape"], shapes[0]
    extra = len(source) - len(shape)
    wanted = [
        member
        for member in np.ndindex(source)
        if all(size == 1 or member[extra + k] == index[k] for k, size in enumerate(shape))
    ]
    return total(at(0, member) for member in wanted)


def _norm(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    return np.sqrt(np.sum(a * a, axis=axis, keepdims=keepdims))


define(
    Op(
        "sum",
        _along(np.sum),
        pull=_sum_pull,
        element=_sum_element,
        interval=lambda a: a,
        notation=Notation("sum", "Σ", r"\sum"),
        python="np.sum({0}{settings})",
    ),
    Op(
        "mean",
        _along(np.mean),
        pull=_mean_pull,
        element=_mean_element,
        notation=Notation("call", "mean", r"\operatorname{mean}"),
        python="np.mean({0}{settings})",
    ),
    Op(
        "max",
        _along(np.max),
        pull=_extreme_pull,
        element=_extreme_element("largest"),
        corner=lambda a, **attrs: _tied(a, extreme=np.max, **attrs),
        notation=Notation("call", "max", r"\max"),
        python="np.max({0}{settings})",
    ),
    Op(
        "min",
        _along(np.min),
        pull=_extreme_pull,
        element=_extreme_element("smallest"),
        corner=lambda a, **attrs: _tied(a, extreme=np.min, **attrs),
        notation=Notation("call", "min", r"\min"),
        python="np.min({0}{settings})",
    ),
    Op(
        "logsumexp",
        _along(_logsumexp),
        pull=_logsumexp_pull,
        element=_logsumexp_element,
        exact=False,
        notation=Notation("call", "logsumexp", r"\operatorname{logsumexp}"),
        python="logsumexp({0}{settings})",
    ),
    Op("largest", lambda *xs: max(xs), interval=largest, notation=Notation("call", "max", r"\max")),
    Op("smallest", lambda *xs: min(xs), interval=smallest, notation=Notation("call", "min", r"\min")),
    Op(
        "norm",
        _along(_norm),
        pull=_norm_pull,
        element=_norm_element,
        corner=lambda a, **attrs: (
            "corner_norm" if bool(np.any(np.equal(_norm(decimal(a), **attrs), 0))) else None
        ),
        exact=False,
        notation=Notation("fence", "‖", r"\|"),
        python="np.sqrt(np.sum(({0}) ** 2{settings}))",
    ),
    Op(
        "fill",
        _fill,
        pull=_fill_pull,
        element=_fill_element,
        notation=Notation("same"),
        python="fill({0}{settings})",
    ),
    Op(
        "sum_to",
        _sum_to,
        element=_sum_to_element,
        notation=Notation("sum", "Σ", r"\sum"),
        python="sum_to({0}{settings})",
    ),
)
