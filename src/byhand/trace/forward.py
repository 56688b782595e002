"""The forward reading: every equation's value, in order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import CalculationError
from byhand.ops import OPS, Op
from byhand.ops.exact import is_exact, too_long
from byhand.ops.table import MAX_ELEMENTS, bounded
from byhand.trace.program import Equation, Program, is_inner
from byhand.trace.widened import Widened


class Step(NamedTuple):
    """One operation carried out.

    Attributes
    ----------
    name : str
        The value it gives (``line.k`` for a nameless inner step).
    op : str
    operands : tuple
        The values of its operands, in the order written.
    value : float, Fraction or ndarray
    """

    name: str
    op: str
    operands: tuple[Any, ...]
    value: Any


class Forward(NamedTuple):
    """A program run on numbers.

    Attributes
    ----------
    values : dict
        Every value by name: givens, named lines and inner steps.
    steps : list of Step
        One an equation, in order.
    """

    values: dict[str, Any]
    steps: list[Step]


def run_forward(program: Program, given: Mapping[str, Any]) -> Forward:
    """Calculate every equation of a program.

    Parameters
    ----------
    program : Program
    given : mapping
        Values of the names it does not define: floats, fractions, or arrays of them.

    Returns
    -------
    Forward

    Raises
    ------
    CalculationError
        Division by zero, a logarithm or root outside its domain, overflow, shapes that do not fit;
        with the author's line.
    """
    values = dict(given)
    steps: list[Step] = []
    large = sum(map(np.size, values.values())) ** 2 > MAX_ELEMENTS
    with np.errstate(all="ignore"):
        for equation in program.equations:
            xs = tuple([values[arg] if type(arg) is str else arg for arg in equation.args])
            try:
                if large:
                    _check_size(equation.op, xs)
                value = OPS[equation.op].value(*xs, **equation.attrs)
                if type(value) is not float:
                    value = plain(value, xs)
                finite = -_HUGE < value < _HUGE if type(value) is float else is_finite(value)
            except (ZeroDivisionError, OverflowError, ValueError, TypeError, MemoryError) as error:
                raise _explained(program, equation, xs, error) from error
            if not finite:
                raise _explained(program, equation, xs, None)
            values[equation.name] = value
            steps.append(Step(equation.name, equation.op, xs, value))
    return Forward(values, steps)


_HUGE = float("inf")


def _check_size(code: str, xs: tuple[Any, ...]) -> None:
    """Stop before two arrays are stretched over one another to more than any calculation needs."""
    if OPS[code].pull is None:
        shape = np.broadcast_shapes(*map(np.shape, xs))
        if math.prod(shape) > max(map(np.size, xs)):
            bounded(*shape)


def plain(value: Any, operands: tuple[Any, ...]) -> Any:
    """A result as a float, a `Fraction`, or an array of either: no NumPy scalars, no integers, no 0-d arrays.

    A whole number (a choice, a sign) is a fraction where an operand is one. A fraction that has grown too
    long to be of use is a float, and an array is one of floats if any of its numbers is.
    """
    if isinstance(value, Widened):
        return value
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return plain(value.item(), operands)
        bounded(value.size)
        if value.dtype == np.float64:
            return value
        if value.dtype == object or any(map(is_exact, operands)):
            return _fractions(value)
        return value.astype(np.float64)
    if isinstance(value, Fraction):
        return float(value) if too_long(value) else value
    if isinstance(value, int | np.integer) and any(map(is_exact, operands)):
        return Fraction(int(value))
    return float(value)


def _fractions(array: Any) -> Any:
    """An array of fractions and whole numbers as fractions; as floats where any other number stands in it."""
    numbers = array.ravel().tolist()
    if any(isinstance(number, float) or too_long(Fraction(number)) for number in numbers):
        return array.astype(np.float64)
    exact = np.empty(len(numbers), dtype=object)
    exact[:] = [Fraction(number) for number in numbers]
    return exact.reshape(array.shape)


def is_finite(value: Any) -> bool:
    """Whether every number of a value is finite (fractions always are)."""
    if isinstance(value, Fraction):
        return True
    if isinstance(value, Widened):
        return True
    array = np.asarray(value)
    return array.dtype == object or bool(np.isfinite(array).all())


def _explained(
    program: Program, equation: Equation, xs: tuple[Any, ...], error: Exception | None
) -> CalculationError:
    """The error a reader can act on: what went wrong, in which line, with which shapes."""
    name = equation.name.split(".")[0] if is_inner(equation.name) else equation.name
    line = program.lines.get(name)
    place: dict[str, Any] = {"source": line.text, "line": line.number} if line else {}
    op = OPS[equation.op]
    facts: dict[str, Any] = {
        "name": name,
        "sign": op.notation.text or op.code,
        "shapes": [(_shown(arg), np.shape(x)) for arg, x in zip(equation.args, xs, strict=True)],
        "limit": MAX_ELEMENTS,
    }
    if isinstance(error, MemoryError):
        return CalculationError("too_large", **place, **facts)
    if isinstance(error, (ValueError, TypeError)):
        return CalculationError(_misfit(op, xs), **place, **facts)
    code = (
        op.domain(*xs) if op.domain else "division_by_zero" if isinstance(error, ZeroDivisionError) else None
    )
    return CalculationError(code or "overflow", **place, **facts)


def _shown(arg: Any) -> str:
    """An operand's name, if it has one."""
    return arg if isinstance(arg, str) and not is_inner(arg) else ""


def _misfit(op: Op, xs: tuple[Any, ...]) -> str:
    """Which rule the shapes of an operation's operands break."""
    if op.code == "index":
        return "index_outside"
    if op.code == "stack":
        return "shapes_entries"
    if op.is_loss:
        return "shapes_equal"
    if op.code in ("matmul", "dot") and all(np.ndim(x) in (1, 2) for x in xs):
        return "shapes_product"
    return "shapes" if op.pull is None and len(xs) > 1 else "shapes_operand"
