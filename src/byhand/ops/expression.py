"""The one expression tree: what the reader builds, derivatives are written in, and notation prints.

Trees are frozen. Operators on them build larger trees and keep what was written:
``a - b`` stays a subtraction. `unit_free` constructors drop only a factor 1 that a
derivative template brought in, never one that a person typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Any

Attrs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of the tree; `Number`, `Name`, `Derivative` and `Call` are the only kinds."""

    def __add__(self, other: Any) -> Call:
        return Call("add", (self, lift(other)))

    def __radd__(self, other: Any) -> Call:
        return Call("add", (lift(other), self))

    def __sub__(self, other: Any) -> Call:
        return Call("sub", (self, lift(other)))

    def __rsub__(self, other: Any) -> Call:
        return Call("sub", (lift(other), self))

    def __mul__(self, other: Any) -> Call:
        return Call("mul", (self, lift(other)))

    def __rmul__(self, other: Any) -> Call:
        return Call("mul", (lift(other), self))

    def __truediv__(self, other: Any) -> Call:
        return Call("div", (self, lift(other)))

    def __rtruediv__(self, other: Any) -> Call:
        return Call("div", (lift(other), self))

    def __pow__(self, other: Any) -> Call:
        return Call("pow", (self, lift(other)))

    def __rpow__(self, other: Any) -> Call:
        return Call("pow", (lift(other), self))

    def __matmul__(self, other: Any) -> Call:
        return Call("matmul", (self, lift(other)))

    def __neg__(self) -> Call:
        return Call("neg", (self,))


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A literal: a float, a `Fraction`, or an array that stands for its entries."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A named value."""

    name: str


@dataclass(frozen=True, slots=True)
class Derivative(Expr):
    """The symbol d(of)/d(by); `partial` says whether it is written with a curved d."""

    of: str
    by: str
    index: tuple[int, ...] = ()
    partial: bool = True


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """An operation, by its code, on operands in the order written."""

    op: str
    args: tuple[Expr, ...]
    attrs: Attrs = ()


def lift(value: Any) -> Expr:
    """The tree of a plain number; a tree is returned as it is."""
    return value if isinstance(value, Expr) else Number(value)


def names(text: str) -> tuple[Name, ...]:
    """The `Name` leaves of a list written with spaces: ``w, g = names("w g")``."""
    return tuple(Name(word) for word in text.split())


def leaves(expr: Expr) -> Iterator[Expr]:
    """The leaves from left to right, each as often as it stands there."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Call):
            stack.extend(reversed(node.args))
        else:
            yield node


def size(expr: Expr) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(size, expr.args)) if isinstance(expr, Call) else 1


def operations(expr: Expr) -> set[str]:
    """The operations in a tree."""
    return {expr.op}.union(*map(operations, expr.args)) if isinstance(expr, Call) else set()


def summed(terms: Sequence[Expr]) -> Expr:
    """The sum of some terms, from the left."""
    return reduce(add, terms)


def multiplied(factors: Sequence[Expr]) -> Expr:
    """The product of some factors, from the left."""
    return reduce(mul, factors)


def substitute(expr: Expr, swap: Callable[[Expr], Expr | None]) -> Expr:
    """The tree with every node for which `swap` gives a tree replaced by that tree."""
    replaced = swap(expr)
    if replaced is not None:
        return replaced
    if not isinstance(expr, Call):
        return expr
    args = tuple(substitute(arg, swap) for arg in expr.args)
    unchanged = all(new is old for new, old in zip(args, expr.args, strict=True))
    return expr if unchanged else Call(expr.op, args, expr.attrs)


def is_number(expr: Expr, value: float) -> bool:
    """Whether the tree is the scalar literal `value`."""
    return isinstance(expr, Number) and type(expr.value) in (int, float) and expr.value == value


def times(left: Expr, right: Expr) -> Expr:
    """The product, without a factor that is the literal 1; 0 where one is the literal 0."""
    if is_number(left, 1):
        return right
    if is_number(right, 1):
        return left
    if is_number(left, 0) or is_number(right, 0):
        return Number(0)
    return Call("mul", (left, right))


def in_a_row(expr: Expr) -> Expr:
    """A product of products as one row of factors: a·(b·c) as a·b·c."""
    match expr:
        case Call("mul", (left, Call("mul", (first, second)))):
            return in_a_row(Call("mul", (Call("mul", (left, first)), second)))
        case Call("mul", (left, right)):
            return Call("mul", (in_a_row(left), right))
    return expr
