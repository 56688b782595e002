"""Operations that choose: where the smallest or the largest stands, and what stands at a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from byhand.ops.expression import Expr, Number
from byhand.ops.functions import apply, equal, fill
from byhand.ops.interval import negative, place_of_smallest
from byhand.ops.reductions import members
from byhand.ops.table import Notation, Op, define, total


def _place_of(find: Callable[..., Any]) -> Callable[..., Any]:
    """The place of an extreme among the elements of an array, or among several single numbers."""

    def value(*xs: Any, axis: int | None = None) -> Any:
        array = np.asarray(xs if len(xs) > 1 else xs[0])
        if axis is not None and array.ndim == 0:
            raise ValueError
        return find(array, axis=axis)

    return value


def _place_element(code: str) -> Callable[..., Expr]:
    def element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
        return apply(code, *(at(0, member) for member in members(index, shapes[0], attrs)))

    return element


def _take(a: Any, k: Any) -> Any:
    places = np.asarray(k, dtype=float)
    if np.ndim(a) == 0 or np.any((places != np.floor(places)) | (places < 0) | (places >= len(a))):
        raise ValueError
    return (a if hasattr(a, "shape") else np.asarray(a))[places.astype(int)]


def _take_pull(i: int, shapes: Any, attrs: Any) -> Any:
    if i:
        return lambda g, a, k, y: 0 * k
    return lambda g, a, k, y: apply("put", g, k, shape=shapes[0])


def _take_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    chosen, rest = at(1, index[: len(shapes[1])]), index[len(shapes[1]) :]
    return total(equal(chosen, Number(row)) * at(0, (row, *rest)) for row in range(shapes[0][0]))


def _put(g: Any, k: Any, shape: Any) -> Any:
    """Rows added up where they belong: what `take` hands back."""
    whole = np.zeros(shape, dtype=np.asarray(g).dtype)
    np.add.at(whole, np.asarray(k, dtype=float).astype(int), g)
    return whole


def _put_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    rows = np.ndindex(shapes[1])
    return total(equal(at(1, row), Number(index[0])) * at(0, (*row, *index[1:])) for row in rows)


def _pick(a: Any, k: Any) -> Any:
    places = np.asarray(k, dtype=float)
    if np.ndim(a) != 2 or np.shape(places) != np.shape(a)[:1]:
        raise ValueError
    if np.any((places != np.floor(places)) | (places < 0) | (places >= np.shape(a)[1])):
        raise ValueError
    return np.asarray(a)[np.arange(len(places)), places.astype(int)]


def _pick_pull(i: int, shapes: Any, attrs: Any) -> Any:
    """Each row's share goes to its place."""
    if i:
        return lambda g, a, k, y: 0 * k
    columns = np.broadcast_to(np.arange(shapes[0][1], dtype=float), shapes[0])
    return lambda g, a, k, y: fill(g, shapes[0], 1) * equal(fill(k, shapes[0], 1), columns)


def _pick_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    chosen = at(1, index)
    return total(equal(chosen, Number(k)) * at(0, (*index, k)) for k in range(shapes[0][1]))


define(
    *[
        Op(
            code,
            _place_of(find),
            element=_place_element(code),
            discrete=True,
            kind="choice",
            interval=interval,
            notation=Notation("call", code, rf"\operatorname{{{code}}}"),
            python=f"np.{code}({{0}}{{settings}})",
        )
        for code, find, interval in (
            ("argmin", np.argmin, place_of_smallest),
            ("argmax", np.argmax, lambda *xs: place_of_smallest(*map(negative, xs))),
        )
    ],
    Op(
        "take",
        _take,
        pull=_take_pull,
        element=_take_element,
        notation=Notation("call", "take", r"\operatorname{take}"),
        python="np.take({0}, np.asarray({1}, int), axis=0)",
    ),
    Op(
        "pick",
        _pick,
        pull=_pick_pull,
        element=_pick_element,
        notation=Notation("call", "pick", r"\operatorname{pick}"),
        python="np.take_along_axis({0}, np.asarray({1}, int)[:, None], axis=1)[:, 0]",
    ),
    Op(
        "put",
        _put,
        element=_put_element,
        notation=Notation("call", "put", r"\operatorname{put}"),
        python="put({0}, {1}, {shape})",
    ),
)
