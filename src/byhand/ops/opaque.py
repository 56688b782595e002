"""Operations without a formula: somebody else calculates their numbers and derivatives."""

from __future__ import annotations

from typing import Any

from byhand.ops.expression import Call, Expr, lift
from byhand.ops.functions import apply
from byhand.ops.table import Notation, Op, Shape, define


def _whole(at: Any, i: int, shape: Shape, index: tuple[int, ...] = ()) -> Expr:
    """An operand as the list of its elements: a function without a formula needs all of them."""
    if len(index) == len(shape):
        return lift(at(i, index))
    return Call("stack", tuple([_whole(at, i, shape, (*index, k)) for k in range(shape[len(index)])]))


def _element(code: str) -> Any:
    def element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
        whole = Call(
            code, tuple([_whole(at, i, shape) for i, shape in enumerate(shapes)]), tuple(attrs.items())
        )
        return Call("index", (whole,), (("index", index),)) if index else whole

    return element


def _pull(i: int, shapes: Any, attrs: Any) -> Any:
    return lambda g, *xs_and_y: apply("opaque_pull", g, *xs_and_y[:-1], function=attrs["function"], operand=i)


define(
    # The setting `function` has a name, `value(*xs)`, and `pull(i, g, *xs)`: what operand i receives.
    Op(
        "opaque",
        lambda *xs, function: function.value(*xs),
        pull=_pull,
        element=_element("opaque"),
        exact=False,
        notation=Notation("opaque"),
    ),
    Op(
        "opaque_pull",
        lambda g, *xs, function, operand: function.pull(operand, g, *xs),
        element=_element("opaque_pull"),
        exact=False,
        notation=Notation("opaque", "_vjp"),
    ),
    Op(
        "opaque_choice",
        lambda *xs, function: function.value(*xs),
        element=_element("opaque_choice"),
        discrete=True,
        exact=False,
        notation=Notation("opaque"),
    ),
)
