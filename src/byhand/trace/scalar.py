"""One iteration as a program of single numbers: arrays by elements, a batch by samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import CalculationError
from byhand.ops import Call, Expr, Name, Number
from byhand.ops.expression import substitute, summed
from byhand.ops.systems import MOST_SPELLED
from byhand.trace.element import Speller
from byhand.trace.evaluate import evaluate
from byhand.trace.program import Program, build, definition, lines_of, operands_of
from byhand.trace.run import Pass, Run

# Operations of any number of operands as those of two, which have derivatives.
_OF_TWO = {"total": "add", "largest": "maximum", "smallest": "minimum"}


class Scalars(NamedTuple):
    """A program of single numbers, and what is given to it.

    Attributes
    ----------
    program : Program
        Its names are ``z1`` or ``W1[0,2]``; where samples differ, the sample comes first: ``yhat[3]``.
    given : dict
        Values by such names.
    """

    program: Program
    given: dict[str, Any]


def element_name(name: str, index: tuple[int, ...]) -> str:
    """The name of one element: ``W1[0,2]``; the name itself where there is no index."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def base_name(name: str) -> str:
    """The name of the array that an element belongs to: ``W1`` of ``W1[0,2]``."""
    return name.partition("[")[0]


def scalars(run: Run, done: Pass) -> Scalars:
    """One iteration of a run in single numbers.

    Parameters
    ----------
    run : Run
    done : Pass
    """
    one = len(done.samples) == 1
    differing = set() if one else _differing(run)
    lines: list[tuple[str, Expr]] = []
    given: dict[str, Any] = {}
    for k, forward in enumerate(done.forwards):
        own = _Sample(forward.values, () if one else (k,), differing)
        lines += [
            line
            for name in lines_of(run.program)
            if not k or name in differing
            for line in own.lines(run.program, name)
        ]
        for name in (*run.given, *run.plan.samples):
            if not k or name in differing:
                given |= dict(own.elements(name))
    objective = run.plan.objective
    if objective in differing:
        whole = summed([Name(element_name(objective, (k,))) for k in range(len(done.samples))])
        lines.append((objective, whole / len(done.samples) if run.plan.mean else whole))
    return Scalars(build(lines), given)


def _differing(run: Run) -> set[str]:
    """The names whose values depend on the sample."""
    names = set(run.plan.samples)
    for name, equations in lines_of(run.program).items():
        if names & set(operands_of(equations)):
            names.add(name)
    return names


class _Sample:
    """One sample's share of the scalar program."""

    def __init__(self, values: Mapping[str, Any], sample: tuple[int, ...], differing: set[str]) -> None:
        self._values, self._sample, self._differing = values, sample, differing
        self._speller = Speller(values, {})

    def elements(self, name: str) -> Iterator[tuple[str, Any]]:
        """The elements of a value by name."""
        value = self._values[name]
        for index in np.ndindex(np.shape(value)):
            yield self._named(name, index), value[index] if index else value

    def lines(self, program: Program, name: str) -> Iterator[tuple[str, Expr]]:
        """The lines that define the elements of one line."""
        formula = definition(program, name)
        for index in np.ndindex(np.shape(self._values[name])):
            yield self._named(name, index), substitute(self._speller.element(formula, index), self._leaf)

    def _leaf(self, node: Expr) -> Expr | None:
        match node:
            case Call("index", (Name(name),), (("index", index),)):
                return Name(self._named(name, index))
            case Name(name):
                return Name(self._named(name, ()))
            case Call("solve" | "inverse"):
                raise CalculationError("system_not_spelled", limit=MOST_SPELLED)
            case Call("times_log", (left, right)):
                return self._product_with_log(substitute(left, self._leaf), right)
            case Call(op, args) if op in _OF_TWO:
                return reduce(
                    lambda a, b: Call(_OF_TWO[op], (a, b)), [substitute(arg, self._leaf) for arg in args]
                )
        return None

    def _product_with_log(self, left: Expr, right: Expr) -> Expr:
        """a·ln b, which has a derivative; 0 where b has no logarithm."""
        if evaluate(right, self._values) <= 0:
            return Number(0.0)
        return left * Call("log", (substitute(right, self._leaf),))

    def _named(self, name: str, index: tuple[int, ...]) -> str:
        return element_name(name, (*self._sample, *index) if name in self._differing else index)
