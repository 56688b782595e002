"""Functions for templates: given numbers they compute, given trees they build the formula."""

from __future__ import annotations

from typing import Any

from byhand.ops.expression import Call, Expr, lift
from byhand.ops.table import OPS, Shape


def apply(code: str, *args: Any, **attrs: Any) -> Any:
    """Operation `code` on numbers or on trees, whichever the operands are."""
    if any(isinstance(arg, Expr) for arg in args):
        return Call(code, tuple(lift(arg) for arg in args), tuple(attrs.items()))
    return OPS[code].value(*args, **attrs)


def log(a: Any) -> Any:
    """Natural logarithm."""
    return apply("log", a)


def sin(a: Any) -> Any:
    """Sine of an angle in radians."""
    return apply("sin", a)


def cos(a: Any) -> Any:
    """Cosine of an angle in radians."""
    return apply("cos", a)


def sigmoid(a: Any) -> Any:
    """1/(1 + exp(-a))."""
    return apply("sigmoid", a)


def step(a: Any) -> Any:
    """1 where a > 0, else 0."""
    return apply("step", a)


def sign(a: Any) -> Any:
    """-1, 0 or 1."""
    return apply("sign", a)


def equal(a: Any, b: Any) -> Any:
    """1 where a = b, else 0."""
    return apply("eq", a, b)


def greater(a: Any, b: Any) -> Any:
    """1 where a > b, else 0."""
    return apply("gt", a, b)


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition holds, else b."""
    return apply("where", condition, a, b)


def ratio(a: Any, b: Any) -> Any:
    """a/b, and 0 where a is 0."""
    return apply("ratio", a, b)


def times_log(a: Any, b: Any) -> Any:
    """a log b, and 0 where a is 0."""
    return apply("times_log", a, b)


def outer(a: Any, b: Any) -> Any:
    """All products a_i b_j of two vectors."""
    return apply("outer", a, b)


def transpose(a: Any) -> Any:
    """Rows and columns exchanged."""
    return apply("transpose", a)


def fill(a: Any, shape: Shape, axis: int | None) -> Any:
    """The gradient of a sum handed to each of its terms."""
    return apply("fill", a, shape=shape, axis=axis)


def sum_to(a: Any, shape: Shape) -> Any:
    """Summed over the axes along which an operand of `shape` was repeated."""
    return apply("sum_to", a, shape=shape)


def sum_along(a: Any, axis: int | None) -> Any:
    """Sum along one axis, which stays with length 1."""
    return apply("sum", a, axis=axis, keepdims=True)
