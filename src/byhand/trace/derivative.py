"""The formula of a derivative: one line's partial derivative by one of its operands, as a tree.

The same templates that compute the numbers are called with trees instead, from the last inner
step of the line to the operand. What is shown is therefore what is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.ops.expression import is_number, times
from byhand.ops.table import Op, Shape, passes, total
from byhand.trace.program import Program, is_inner, lines_of, written


def pulled(program: Program, name: str, operand: str, upstream: Expr, shapes: Mapping[str, Shape]) -> Expr:
    """What the gradient `upstream` of a line gives to one of its operands.

    Parameters
    ----------
    program : Program
    name, operand : str
        The line, and the named value it uses.
    upstream : Expr
        The gradient the line receives; ``Number(1)`` gives the bare partial derivative.
    shapes : mapping
        The shapes of the arrays by name; a name that is not in it is a scalar.

    Returns
    -------
    Expr
        A sum, if the line uses the operand more than once.
    """
    return total_of(pulled_terms(program, name, operand, upstream, shapes))


def pulled_terms(
    program: Program, name: str, operand: str, upstream: Expr, shapes: Mapping[str, Shape]
) -> tuple[Expr, ...]:
    """The same, one term for each place in the line where the operand stands."""
    equations = lines_of(program)[name]
    cotangents: dict[str, list[Expr]] = {name: [upstream]}
    found: list[Expr] = []
    for equation in reversed(equations):
        op = OPS[equation.op]
        if equation.name not in cotangents:
            continue
        received = total(cotangents[equation.name])
        operands = tuple([written(program, name, arg) for arg in equation.args])
        result = Name(name) if equation.name == name else written(program, name, equation.name)
        own = tuple([shapes.get(arg, ()) if isinstance(arg, str) else np.shape(arg) for arg in equation.args])
        for i, arg in enumerate(equation.args):
            if not isinstance(arg, str) or not passes(op, i) or (arg != operand and not is_inner(arg)):
                continue
            share = _share(
                op, i, received, operands, result, own, shapes.get(equation.name, ()), equation.attrs
            )
            if is_number(share, 0):
                continue
            if arg == operand:
                found.append(share)
            else:
                cotangents.setdefault(arg, []).append(share)
    return tuple(reversed(found))


def total_of(terms: tuple[Expr, ...]) -> Expr:
    """The sum of the terms; 0 where there are none."""
    return total(terms) if terms else Number(0)


def _share(
    op: Op,
    i: int,
    received: Expr,
    operands: tuple[Expr, ...],
    result: Expr,
    shapes: tuple[Shape, ...],
    whole: Shape,
    attrs: Mapping[str, Any],
) -> Expr:
    """What one operand of one step receives."""
    partial = op.partials[i] if op.partials else None
    if partial is None:
        assert op.pull is not None, op.code
        return tidy(op.pull(i, shapes, attrs)(received, *operands, result))
    local = partial(*operands, result, **attrs)
    share = times(received, tidy(local if isinstance(local, Expr) else Number(local)))
    if shapes[i] == whole or not whole:
        return share
    if shapes[i] == ():
        return Call("sum", (share,))
    rows = (("axis", 0),) if shapes[i] == whole[1:] else None
    return Call("sum", (share,), rows) if rows else Call("sum_to", (share,), (("shape", shapes[i]),))


def tidy(expr: Expr) -> Expr:
    """A template's formula without what only the template put there: ``1·g``, ``x¹``, ``2 − 1``."""
    if not isinstance(expr, Call):
        return expr
    args = tuple([tidy(arg) for arg in expr.args])
    plain_numbers = all(isinstance(arg, Number) and np.ndim(arg.value) == 0 for arg in args)
    if plain_numbers and expr.op in ("sub", "neg", "mul", "add"):
        return Number(OPS[expr.op].value(*[arg.value for arg in args if isinstance(arg, Number)]))
    if expr.op == "mul":
        return times(*args)
    if expr.op == "pow" and is_number(args[1], 1):
        return args[0]
    return Call(expr.op, args, expr.attrs)
