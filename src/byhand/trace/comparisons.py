"""Where a program compares a target with an output: ``(y - yhat)^2``, ``mse(y, a)``, ``y * log(p)``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from byhand.ops import OPS
from byhand.trace.program import Equation, Program, givens_of, is_inner, lines_of


class Comparison(NamedTuple):
    """A target compared with an output.

    Attributes
    ----------
    target, output : str
        A given, and the calculated value it is compared with.
    kind : str
        What of the two is taken: their ``difference``, its ``square``; another ``distance``, an ``entropy``
        or a ``margin``, as in the record of a loss.
    step : str
        The step that holds the difference, the square, the absolute value, the product with the logarithm,
        or the loss.
    """

    target: str
    output: str
    kind: str
    step: str


def comparisons(program: Program) -> list[Comparison]:
    """Every comparison of a given with a calculated value, in the order of the program."""
    calculated = lines_of(program)
    by_name = {equation.name: equation for equation in program.equations}

    def sides(name: str) -> tuple[str, str] | None:
        """The target and the output of a step that is their difference."""
        step = by_name.get(name)
        if (
            step is None
            or step.op != "sub"
            or not all(isinstance(arg, str) and not is_inner(arg) for arg in step.args)
        ):
            return None
        left, right = step.args
        if (left in calculated) == (right in calculated):
            return None
        return (right, left) if left in calculated else (left, right)

    found: list[Comparison] = []
    for equation in program.equations:
        names = [arg for arg in equation.args if isinstance(arg, str)]
        if equation.op == "abs" or (equation.op == "pow" and equation.args[1] == 2):
            if names and (pair := sides(names[0])) is not None:
                found.append(
                    Comparison(*pair, "distance" if equation.op == "abs" else "square", equation.name)
                )
        elif equation.op == "mul" and len(names) == 2:
            first, second = sides(names[0]), sides(names[1])
            if first is not None and first == second:
                found.append(Comparison(*first, "square", equation.name))
            else:
                found.extend(_by_logarithm(names, equation.name, by_name, calculated))
        elif OPS[equation.op].is_loss and len(names) == 2:
            kind = OPS[equation.op].kind
            target, output = names[::-1] if kind == "distance" and names[0] in calculated else names
            if output in calculated and target not in by_name:
                found.append(Comparison(target, output, kind, equation.name))
    return found


def differences(program: Program, learned: Collection[str]) -> list[Comparison]:
    """Where an error is calculated: a given value that is not learned, less a calculated one."""
    calculated, given = lines_of(program), {*givens_of(program)} - {*learned}
    return [
        Comparison(eq.args[0], eq.args[1], "difference", eq.name)
        for eq in program.equations
        if eq.op == "sub" and eq.args[0] in given and eq.args[1] in calculated
    ]


def _by_logarithm(
    names: list[str], step: str, by_name: Mapping[str, Equation], calculated: Mapping[str, object]
) -> Iterator[Comparison]:
    """The comparison in ``y * log(p)``."""
    target, logarithm = names[::-1] if is_inner(names[0]) else names
    of = by_name.get(logarithm)
    if of is not None and of.op == "log" and of.args[0] in calculated and target not in by_name:
        yield Comparison(target, of.args[0], "entropy", step)
