"""What one operation is: its value, its partial derivatives, its elements, its notation, in one record."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from byhand.ops.exact import in_decimals
from byhand.ops.expression import Call, Expr
from byhand.ops.interval import Interval

MAX_ELEMENTS = 1_000_000

Shape = tuple[int, ...]
Template = Callable[..., Any]


@dataclass(frozen=True)
class Notation:
    """How an operation is written.

    Attributes
    ----------
    form : str
        ``infix``, ``prefix``, ``call`` and so on: which rule of `lesson.notation` lays it out.
    text, latex : str
        Its sign or name in plain text and in LaTeX (empty: the code itself).
    """

    form: str = "call"
    text: str = ""
    latex: str = ""


Kind = Literal[
    "", "activation", "threshold", "comparison", "choice", "logarithm", "distance", "entropy", "margin"
]


class Bounds(NamedTuple):
    """Between which numbers the values of an operation lie, and how a book writes it: ``(0, 1]``."""

    low: float
    high: float
    text: str


UNBOUNDED = Bounds(-math.inf, math.inf, "(−∞, ∞)")


@dataclass(frozen=True)
class Op:
    """One operation.

    A *template* is an ordinary Python function written with operators and `ops.functions`. Called
    with numbers it computes; called with trees it gives the formula to show. So each derivative is
    written once.

    Attributes
    ----------
    code : str
        Stable name.
    value : callable
        ``value(*xs, **attrs)`` on floats, `Fraction` and arrays.
    partials : tuple of Template or None
        Elementwise operations: ``partials[i](*xs, y, **attrs)`` is dy/dx_i, of the shape of y or a scalar;
        None where an operand only chooses and nothing flows back to it.
    pull : callable, optional
        Other operations: ``pull(i, shapes, attrs)`` is a template in ``(g, *xs, y)`` for the gradient
        that operand i receives when the result receives g.
    element : callable, optional
        ``element(index, at, shapes, attrs)``: the scalar formula of one element of the result;
        ``at(i, index)`` is an element of operand i. Elementwise operations have theirs for free.
    domain : callable, optional
        ``domain(*xs)`` names the error that explains a result that is not finite.
    corner : callable, optional
        ``corner(*xs, **attrs)`` names the convention used where the derivative is one, or None.
    discrete : bool
        A choice or a comparison: nothing flows back.
    interval : callable, optional
        ``interval(*xs, **attrs)`` holds all that the operation can give on single numbers, each anywhere in
        its `Interval`; None where `element` spells the operation out in others. It raises ``ValueError`` or
        ``ZeroDivisionError`` where some of them have no value.
    kind : str
        What it is in a network: ``activation``; ``threshold``, an activation of a few whole values;
        ``comparison``; ``choice``, the place of an extreme; ``logarithm``; a loss by what it measures:
        ``distance``, ``entropy``, ``margin``. Empty for all others.
    range : Bounds
        Between which numbers an activation lies.
    exact : bool
        Whether the result of fractions is a fraction; where it is not, `value` takes them as floats.
    notation : Notation
    python : str
        Format of the NumPy expression (operands ``{0}``, ``{1}``, attributes by name).
    """

    code: str
    value: Callable[..., Any]
    partials: tuple[Any, ...] = ()
    pull: Callable[[int, tuple[Shape, ...], Mapping[str, Any]], Template] | None = None
    element: Callable[..., Expr] | None = None
    domain: Callable[..., str | None] | None = None
    corner: Callable[..., str | None] | None = None
    discrete: bool = False
    interval: Callable[..., Interval] | None = None
    kind: Kind = ""
    range: Bounds = UNBOUNDED
    exact: bool = True
    notation: Notation = Notation()
    python: str = ""

    @property
    def is_loss(self) -> bool:
        """Whether it is a loss of a target and an output."""
        return self.kind in ("distance", "entropy", "margin")

    @property
    def takes_logarithm(self) -> bool:
        """Whether it takes the natural logarithm of an operand."""
        return self.kind in ("logarithm", "entropy")

    @property
    def is_decision(self) -> bool:
        """Whether its values are whole numbers, which nobody rounds or cuts."""
        return self.kind in ("threshold", "comparison", "choice")


OPS: dict[str, Op] = {}


def define(*operations: Op) -> None:
    """Enter operations in the table."""
    for op in operations:
        OPS[op.code] = op if op.exact else replace(op, value=in_decimals(op.value))


def passes(op: Op, i: int) -> bool:
    """Whether a gradient flows from the result of an operation back to operand i."""
    return not op.discrete and (not op.partials or op.partials[i] is not None)


def bounded(*shape: int) -> None:
    """Stop before an array is made that is larger than any calculation here.

    Raises
    ------
    MemoryError
    """
    if math.prod(shape) > MAX_ELEMENTS:
        raise MemoryError


def total(terms: Any) -> Expr:
    """The sum of any number of trees as one flat node (a single term stays itself)."""
    terms = tuple(terms)
    return terms[0] if len(terms) == 1 else Call("total", terms)


def broadcast_index(index: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Which element of an operand of `shape` meets element `index` of the broadcast result."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(tail, shape, strict=True))
