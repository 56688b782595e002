"""Products of vectors and matrices, and operations that only move elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr, Number
from byhand.ops.functions import apply, outer, transpose
from byhand.ops.table import Notation, Op, bounded, define, total

# The gradient of each operand by the number of axes of both: the products of a textbook.
_PULL_PRODUCT = {
    (1, 1): (lambda g, a, b, y: g * b, lambda g, a, b, y: g * a),
    (2, 1): (lambda g, a, b, y: outer(g, b), lambda g, a, b, y: transpose(a) @ g),
    (1, 2): (lambda g, a, b, y: b @ g, lambda g, a, b, y: outer(a, g)),
    (2, 2): (lambda g, a, b, y: g @ transpose(b), lambda g, a, b, y: transpose(a) @ g),
}


def _matmul(a: Any, b: Any) -> Any:
    if np.ndim(a) not in (1, 2) or np.ndim(b) not in (1, 2):
        raise ValueError
    bounded(*np.shape(a)[:-1], *np.shape(b)[1:])
    return a @ b


def _product_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return _PULL_PRODUCT[len(shapes[0]), len(shapes[1])][i]


def _product_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    left = shapes[0]
    row = index[: len(left) - 1]
    column = index[len(row) :]
    return total(at(0, (*row, k)) * at(1, (k, *column)) for k in range(left[-1]))


def _outer(a: Any, b: Any) -> Any:
    if np.ndim(a) != 1 or np.ndim(b) != 1:
        raise ValueError
    bounded(len(a), len(b))
    return a[:, None] * b[None, :]


def _outer_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return (lambda g, a, b, y: g @ b, lambda g, a, b, y: transpose(g) @ a)[i]


def place(g: Any, shape: Any, index: Any) -> Any:
    """The gradient of an indexed part, set into an array of zeros."""
    whole = np.zeros(shape, dtype=np.asarray(g).dtype)
    whole[index] = g
    return whole


def _positions(shape: Any, index: Any) -> Any:
    """Where in the operand each element of the indexed part stands (flat positions)."""
    return np.arange(int(np.prod(shape))).reshape(shape)[index]


def _index_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    flat = np.asarray(_positions(shapes[0], attrs["index"]))[index]
    return at(0, tuple(int(k) for k in np.unravel_index(int(flat), shapes[0])))


def _index_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return lambda g, a, y: apply("place", g, shape=shapes[0], index=attrs["index"])


def _place_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    positions = np.asarray(_positions(attrs["shape"], attrs["index"]))
    hits = np.argwhere(positions == np.ravel_multi_index(index, attrs["shape"]))
    return total(at(0, tuple(int(k) for k in hit)) for hit in hits) if len(hits) else Number(0)


def _stack(*parts: Any) -> Any:
    bounded(len(parts), *np.shape(parts[0]))
    return np.stack([np.asarray(part) for part in parts])


def _stack_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return lambda g, *rest: apply("index", g, index=(i,))


def _concat(*parts: Any) -> Any:
    bounded(sum(len(part) for part in parts), *np.shape(parts[0])[1:])
    return np.concatenate(parts)


def _ends(shapes: Any) -> list[int]:
    """Where each part of a joined array ends, 0 before the first."""
    return [sum(shape[0] for shape in shapes[:k]) for k in range(len(shapes) + 1)]


def _concat_pull(i: int, shapes: Any, attrs: Any) -> Any:
    start, stop = _ends(shapes)[i : i + 2]
    return lambda g, *rest: apply("index", g, index=(slice(start, stop),))


def _concat_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    ends = _ends(shapes)
    part = next(k for k in range(len(shapes)) if index[0] < ends[k + 1])
    element: Expr = at(part, (index[0] - ends[part], *index[1:]))
    return element


def _index_value(a: Any, index: Any) -> Any:
    try:
        return (a if hasattr(a, "shape") else np.asarray(a))[index]
    except IndexError as error:
        raise ValueError from error


define(
    Op(
        "matmul",
        _matmul,
        pull=_product_pull,
        element=_product_element,
        notation=Notation("infix", "@", ""),
        python="{0} @ {1}",
    ),
    Op(
        "dot",
        _matmul,
        pull=_product_pull,
        element=_product_element,
        notation=Notation("infix", "·", r"\cdot"),
        python="np.dot({0}, {1})",
    ),
    Op(
        "outer",
        _outer,
        pull=_outer_pull,
        element=lambda index, at, shapes, attrs: at(0, index[:1]) * at(1, index[1:]),
        notation=Notation("outer"),
        python="np.outer({0}, {1})",
    ),
    Op(
        "transpose",
        np.transpose,
        pull=lambda i, shapes, attrs: lambda g, a, y: transpose(g),
        element=lambda index, at, shapes, attrs: at(0, index[::-1]),
        notation=Notation("transpose", "ᵀ", r"^{\top}"),
        python="({0}).T",
    ),
    Op(
        "index",
        _index_value,
        pull=_index_pull,
        element=_index_element,
        notation=Notation("index"),
        python="{0}[{index}]",
    ),
    Op(
        "place",
        place,
        element=_place_element,
        notation=Notation("call", "place"),
        python="place({0}, {shape}, np.s_[{index}])",
    ),
    Op(
        "stack",
        _stack,
        pull=_stack_pull,
        element=lambda index, at, shapes, attrs: at(index[0], index[1:]),
        notation=Notation("list"),
        python="np.array([{all}])",
    ),
    Op(
        "concat",
        _concat,
        pull=_concat_pull,
        element=_concat_element,
        notation=Notation("call", "concat", r"\operatorname{concat}"),
        python="np.concatenate([{all}])",
    ),
)
