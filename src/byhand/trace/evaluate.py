"""The value of a tree on numbers, for formulas that are shown rather than run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.trace.forward import plain


def evaluate(expr: Expr, values: Mapping[str, Any], gradients: Mapping[str, Any] | None = None) -> Any:
    """The value of a tree.

    Parameters
    ----------
    expr : Expr
    values : mapping
        Values by name.
    gradients : mapping, optional
        Values of the `Derivative` leaves, by the name differentiated by.

    Returns
    -------
    float, Fraction or ndarray
    """
    return evaluate_each((expr,), values, gradients)[0]


def evaluate_each(
    exprs: Sequence[Expr], values: Mapping[str, Any], gradients: Mapping[str, Any] | None = None
) -> list[Any]:
    """The values of several trees; a subtree that they share is calculated once."""
    known: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        return [_value(expr, values, gradients or {}, known) for expr in exprs]


def _value(expr: Expr, values: Mapping[str, Any], gradients: Mapping[str, Any], known: dict[int, Any]) -> Any:
    match expr:
        case Number(value):
            return value
        case Name(name):
            return values[name]
        case Derivative(_, by, index):
            return gradients[by][index] if index else gradients[by]
        case Call(op, args, attrs):
            if id(expr) not in known:
                operands = tuple([_value(arg, values, gradients, known) for arg in args])
                known[id(expr)] = plain(OPS[op].value(*operands, **dict(attrs)), operands)
            return known[id(expr)]
    raise TypeError(expr)
