"""A layer's values brought to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr
from byhand.ops.functions import apply
from byhand.ops.reductions import members
from byhand.ops.table import Notation, Op, define, total

EPS = 1e-5


def _layer_norm(a: Any, eps: float = EPS) -> Any:
    if np.ndim(a) == 0:
        raise ValueError
    apart = a - np.mean(a, axis=-1, keepdims=True)
    return apart / np.sqrt(np.mean(apart**2, axis=-1, keepdims=True) + eps)


def _mean(a: Any) -> Any:
    return apply("mean", a, axis=-1, keepdims=True)


def _pull(i: int, shapes: Any, attrs: Any) -> Any:
    eps = attrs.get("eps", EPS)

    def pull(g: Any, a: Any, y: Any) -> Any:
        deviation = apply("sqrt", _mean((a - _mean(a)) ** 2) + eps)
        return (g - _mean(g) - y * _mean(g * y)) / deviation

    return pull


def _element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    along = [at(0, member) for member in members(index[:-1], shapes[0], {"axis": -1})]
    mean = total(along) / len(along)
    variance = total((one - mean) ** 2 for one in along) / len(along)
    spelled: Expr = (at(0, index) - mean) / apply("sqrt", variance + attrs.get("eps", EPS))
    return spelled


define(
    Op(
        "layer_norm",
        _layer_norm,
        pull=_pull,
        element=_element,
        exact=False,
        notation=Notation("call", "layer_norm", r"\operatorname{layer\,norm}"),
        python="layer_norm({0}{settings})",
    ),
)
