"""What a JAX function calculated: a graph of operations with their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops import OPS
from byhand.trace.forward import plain
from byhand.trace.program import Line, Section

GIVEN, CONSTANT = "given", "constant"
MOVING = {"transpose", "permute", "reshape", "fill", "index"}


class Node:
    """One value.

    Attributes
    ----------
    op : str
        The operation that gives it; ``given`` for an argument, ``constant`` for one of the function's
        own numbers.
    operands : tuple of Node
    attrs : dict
    value : float or ndarray
    order : int
        How many were made before it.
    line : Line or None
        Where in the author's text.
    sections : tuple of Section
    call : frame or None
        The call of a known library function it was calculated in.
    """

    def __init__(self, op: str, operands: tuple[Node, ...], attrs: dict[str, Any], value: Any) -> None:
        self.op, self.operands, self.attrs, self.value = op, operands, attrs, value
        self.order = 0
        self.line: Line | None = None
        self.sections: tuple[Section, ...] = ()
        self.call: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its value."""
        return np.shape(self.value)

    @property
    def is_leaf(self) -> bool:
        """Whether nothing was calculated to get it."""
        return self.op in (GIVEN, CONSTANT)


def calculated(op: str, operands: tuple[Node, ...], attrs: dict[str, Any]) -> Any:
    """The value of an operation on the values of its operands; NaN where it has none.

    A value that nothing needs may have none; where one is needed, the run of the program says what is wrong.
    """
    xs = tuple([operand.value for operand in operands])
    with np.errstate(all="ignore"):
        try:
            return plain(OPS[op].value(*xs, **attrs), xs)
        except ZeroDivisionError:
            return np.full(np.broadcast_shapes(*map(np.shape, xs)), np.nan) * 1.0


def is_elementwise(op: str) -> bool:
    """Whether an operation stretches its operands over one another as NumPy does."""
    return op not in (GIVEN, CONSTANT) and OPS[op].pull is None and OPS[op].element is None


def is_uniform(value: Any) -> bool:
    """Whether all numbers of a value are the same."""
    return bool(np.min(value) == np.max(value))
