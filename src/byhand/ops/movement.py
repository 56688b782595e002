"""Operations that only move elements: transposed, indexed, reshaped, joined."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr, Number
from byhand.ops.functions import apply, transpose
from byhand.ops.table import Notation, Op, bounded, define, total


def place(g: Any, shape: Any, index: Any) -> Any:
    """The gradient of an indexed part, set into an array of zeros."""
    whole = np.zeros(shape, dtype=np.asarray(g).dtype)
    np.add.at(whole, index, g)  # an element that was taken twice receives both
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


def _concat(*parts: Any, axis: int = 0) -> Any:
    bounded(sum(map(np.size, parts)))
    return np.concatenate(parts, axis=axis)


def _ends(shapes: Any, axis: int) -> list[int]:
    """Where each part of a joined array ends along the axis, 0 before the first."""
    return [sum(shape[axis] for shape in shapes[:k]) for k in range(len(shapes) + 1)]


def _concat_pull(i: int, shapes: Any, attrs: Any) -> Any:
    axis = attrs.get("axis", 0) % len(shapes[0])
    start, stop = _ends(shapes, axis)[i : i + 2]
    whole = (slice(None),) * axis
    return lambda g, *rest: apply("index", g, index=(*whole, slice(start, stop)))


def _concat_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    axis = attrs.get("axis", 0) % len(shapes[0])
    ends = _ends(shapes, axis)
    part = next(k for k in range(len(shapes)) if index[axis] < ends[k + 1])
    element: Expr = at(part, (*index[:axis], index[axis] - ends[part], *index[axis + 1 :]))
    return element


def _permute_pull(i: int, shapes: Any, attrs: Any) -> Any:
    axes = attrs["axes"]
    back = tuple(axes.index(k) for k in range(len(axes)))
    return lambda g, a, y: apply("permute", g, axes=back)


def _permute_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    axes = attrs["axes"]
    element: Expr = at(0, tuple(index[axes.index(k)] for k in range(len(axes))))
    return element


def _reshape_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    position = np.ravel_multi_index(index, attrs["shape"]) if index else 0
    element: Expr = at(0, tuple(int(k) for k in np.unravel_index(position, shapes[0])))
    return element


def _index_value(a: Any, index: Any) -> Any:
    try:
        return (a if hasattr(a, "shape") else np.asarray(a))[index]
    except IndexError as error:
        raise ValueError from error


define(
    Op(
        "transpose",
        np.transpose,
        pull=lambda i, shapes, attrs: lambda g, a, y: transpose(g),
        element=lambda index, at, shapes, attrs: at(0, index[::-1]),
        notation=Notation("transpose", "ᵀ", r"^{\top}"),
        python="({0}).T",
    ),
    Op(
        "permute",
        lambda a, axes: np.transpose(a, axes),
        pull=_permute_pull,
        element=_permute_element,
        notation=Notation("call", "transpose", r"\operatorname{transpose}"),
        python="np.transpose({0}{settings})",
    ),
    Op(
        "reshape",
        lambda a, shape: np.reshape(a, shape),
        pull=lambda i, shapes, attrs: lambda g, a, y: apply("reshape", g, shape=shapes[0]),
        element=_reshape_element,
        notation=Notation("call", "reshape", r"\operatorname{reshape}"),
        python="np.reshape({0}, {shape})",
    ),
    Op(
        "flatten",
        np.ravel,
        pull=lambda i, shapes, attrs: lambda g, a, y: apply("reshape", g, shape=shapes[0]),
        element=lambda index, at, shapes, attrs: at(
            0, tuple(int(k) for k in np.unravel_index(index[0], shapes[0]))
        ),
        notation=Notation("call", "flatten", r"\operatorname{flatten}"),
        python="np.ravel({0})",
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
        python="np.concatenate([{all}]{settings})",
    ),
)
