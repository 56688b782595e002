"""The backward reading: each path's contribution, upstream times local, and their sum."""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from byhand.ops import OPS
from byhand.ops.exact import is_exact
from byhand.ops.functions import sum_to
from byhand.ops.table import Op, passes
from byhand.trace.forward import Forward, plain
from byhand.trace.program import Program


class Contribution(NamedTuple):
    """What one use of a value adds to its gradient.

    Attributes
    ----------
    of : str
        The value whose gradient this is part of.
    through : str
        The step that uses it.
    operand : int
        Which operand of that step it is (a value used twice, ``a*a``, contributes twice).
    upstream : float, Fraction or ndarray
        The gradient of the objective by `through`.
    local : float, Fraction, ndarray or None
        The partial derivative of `through` by the operand; None where it is a matrix product or a
        routing of elements and not a factor of the same shape.
    product : float, Fraction or ndarray
        Upstream times local, of the operand's shape.
    """

    of: str
    through: str
    operand: int
    upstream: Any
    local: Any
    product: Any


class Backward(NamedTuple):
    """The gradient of one objective by everything it was calculated from.

    Attributes
    ----------
    objective : str
    gradients : dict
        By name; a name on which the objective does not depend has 0.
    contributions : list of Contribution
        In the order of the backward pass.
    """

    objective: str
    gradients: dict[str, Any]
    contributions: list[Contribution]


def run_backward(
    program: Program,
    forward: Forward,
    objective: str,
    seed: Any = None,
    only: Container[str] | None = None,
) -> Backward:
    """Differentiate one value by every other, from the back.

    Parameters
    ----------
    program : Program
    forward : Forward
        The program's values.
    objective : str
        The value that is differentiated.
    seed : float, Fraction or ndarray, optional
        The gradient of the objective by itself: 1 by default; an array picks elements of an array objective.
    only : container of str, optional
        The names whose gradients are wanted, with all that lies between; by default all.

    Returns
    -------
    Backward
    """
    values = forward.values
    gradients: dict[str, Any] = {objective: zero_like(values[objective]) + 1 if seed is None else seed}
    contributions: list[Contribution] = []
    with np.errstate(all="ignore"):
        for equation, step in zip(reversed(program.equations), reversed(forward.steps), strict=True):
            upstream = gradients.get(equation.name)
            op = OPS[equation.op]
            if upstream is None:
                continue
            for i, arg in enumerate(equation.args):
                if type(arg) is not str or not passes(op, i) or (only is not None and arg not in only):
                    continue
                local, product = _pulled(op, i, upstream, step.operands, step.value, equation.attrs)
                contributions.append(Contribution(arg, equation.name, i, upstream, local, product))
                before = gradients.get(arg)
                gradients[arg] = product if before is None else before + product
    for name, value in values.items():
        if name not in gradients and (only is None or name in only):
            gradients[name] = zero_like(value)
    return Backward(objective, gradients, contributions)


def zero_like(value: Any) -> Any:
    """The gradient of something the objective does not depend on, in the arithmetic of the value."""
    zero: Any = Fraction(0) if is_exact(value) else 0.0
    return np.full(np.shape(value), zero) if isinstance(value, np.ndarray) else zero


def _pulled(op: Op, i: int, upstream: Any, xs: tuple[Any, ...], y: Any, attrs: Any) -> tuple[Any, Any]:
    """The local derivative and the product for one operand."""
    try:
        partial = op.partials[i] if op.partials else None
        if partial is not None:
            local = partial(*xs, y, **attrs)
            product = upstream * local
            if type(product) is float:
                return local, product
            local = plain(local, xs)
        else:
            assert op.pull is not None, op.code
            local, product = None, op.pull(i, tuple([np.shape(x) for x in xs]), attrs)(upstream, *xs, y)
    except (ZeroDivisionError, OverflowError):
        local = product = zero_like(xs[i]) + float("nan")
    product, shape = plain(product, (upstream, *xs)), np.shape(xs[i])
    return local, product if np.shape(product) == shape else plain(sum_to(product, shape), (product,))
