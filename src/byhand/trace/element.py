"""An array formula spelled out for one element: a reading of the same tree, not a second calculation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.table import Shape, broadcast_index, total
from byhand.trace.evaluate import evaluate

MOST_COMPARED = 20  # places that a choice is spelled out of


class Speller:
    """Spells elements of trees, with the values that tell it their shapes.

    Parameters
    ----------
    values : mapping
        Values by name.
    gradients : mapping
        Values of `Derivative` leaves, by the name differentiated by.
    chosen : bool
        Of what a calculated place takes from an array only that element is written, not the choice.
    """

    def __init__(self, values: Mapping[str, Any], gradients: Mapping[str, Any], chosen: bool = False) -> None:
        self._values, self._gradients, self._chosen = values, gradients, chosen
        self._shapes: dict[
            int, tuple[Expr, Shape]
        ] = {}  # by identity: a tree may hold an array, which has no hash

    def element(self, expr: Expr, index: tuple[int, ...]) -> Expr:
        """The scalar formula of one element of an array formula."""
        match expr:
            case Number(value):
                return Number(float(value[index]) if np.ndim(value) else value)
            case Name(name):
                return Call("index", (expr,), (("index", index),)) if np.ndim(self._values[name]) else expr
            case Derivative(of, by, _, partial):
                return Derivative(of, by, index, partial) if np.ndim(self._gradients[by]) else expr
            case Call():
                return self._of_call(expr, index)
        raise TypeError(expr)

    def _of_call(self, expr: Call, index: tuple[int, ...]) -> Expr:
        shapes = tuple([self._shape(arg) for arg in expr.args])
        if expr.op in ("take", "pick", "put") and (chosen := self._chosen_from(expr, shapes, index)):
            return chosen
        spell = OPS[expr.op].element
        if spell is not None:
            return spell(index, lambda i, at: self.element(expr.args[i], at), shapes, dict(expr.attrs))
        args = [
            self.element(arg, broadcast_index(index, shape))
            for arg, shape in zip(expr.args, shapes, strict=True)
        ]
        return args[0] if expr.op == "copy" else Call(expr.op, tuple(args), expr.attrs)

    def _chosen_from(self, expr: Call, shapes: tuple[Shape, ...], index: tuple[int, ...]) -> Expr | None:
        """What stands at calculated places, without the choice, where that would be long or is not wanted."""
        compared = math.prod(shapes[1]) if expr.op == "put" else shapes[0][expr.op == "pick"]
        if not self._chosen and compared <= MOST_COMPARED:
            return None
        places = np.asarray(evaluate(expr.args[1], self._values, self._gradients))
        match expr.op:
            case "take":
                row = int(places[index[: places.ndim]])
                return self.element(expr.args[0], (row, *index[places.ndim :]))
            case "pick":
                return self.element(expr.args[0], (*index, int(places[index])))
        rows = np.argwhere(places == index[0])
        parts = [self.element(expr.args[0], (*map(int, row), *index[1:])) for row in rows]
        return total(parts) if parts else Number(0)

    def _shape(self, expr: Expr) -> Shape:
        if isinstance(expr, Number):
            return np.shape(expr.value)
        if id(expr) not in self._shapes:
            self._shapes[id(expr)] = expr, self._found(expr)
        return self._shapes[id(expr)][1]

    def _found(self, expr: Expr) -> Shape:
        """A shape without the array, where the operation says it; otherwise that of the value."""
        match expr:
            case Name(name):
                return np.shape(self._values[name])
            case Call(op, args, attrs) if "shape" in dict(attrs):
                return tuple(dict(attrs)["shape"])
            case Call(op, args) if OPS[op].element is None and OPS[op].pull is None:
                return np.broadcast_shapes(*map(self._shape, args))
        return np.shape(evaluate(expr, self._values, self._gradients))
