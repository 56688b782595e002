"""Why one number is what it is: its formula in other numbers, and the members of a sum or choice by rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from byhand.ops import Call, Derivative, Expr, Name, Number
from byhand.ops.expression import in_a_row, is_number, leaves, substitute, times
from byhand.ops.table import total
from byhand.trace.cone import Cone
from byhand.trace.evaluate import evaluate, evaluate_each
from byhand.trace.lookup import Asked
from byhand.trace.program import definition
from byhand.trace.run import Update

SPELLED = 100_000  # of more elements, a sum stays the sum of an array
SHORT = 4  # terms of a sum that is read at one glance
NEXT_IN_ORDER = 4
LARGEST_EXPONENT = 700.0
CHOICES = ("argmin", "argmax")


class Members(NamedTuple):
    """The terms of a sum in a formula, or the values among which the smallest or largest is chosen.

    Attributes
    ----------
    node : Call
    values : tuple of float
        What they are in the order written; empty where they have no numbers.
    order : tuple of int
        Of a sum from the largest to the smallest by size, of a choice from the one chosen on.
    """

    node: Call
    values: tuple[float, ...]
    order: tuple[int, ...]

    @property
    def is_choice(self) -> bool:
        """Whether one of them is chosen."""
        return self.node.op in CHOICES

    def is_long(self, terms: int | None) -> bool:
        """Whether they are told one by one rather than in the formula."""
        return len(self.node.args) > min(SHORT, SHORT if terms is None else terms)

    def foremost(self, terms: int | None) -> list[int]:
        """So many of the first in order, terms of a sum that are 0 left out; without a number all of them."""
        kept = terms is None or self.is_choice
        return [k for k in self.order[:terms] if self.values and (kept or self.values[k])]

    def hidden(self, shown: list[int]) -> list[float]:
        """Those that are not shown."""
        return [self.values[k] for k in set(range(len(self.values))).difference(shown)]


@dataclass(frozen=True, eq=False)
class Reason:
    """One number and where it comes from.

    Attributes
    ----------
    what : Asked
    value : float, Fraction, ndarray or None
        None where a given has no number and so this has none.
    formula : Expr or None
        In single numbers, of a whole array in arrays; None for what is given, for an element by its own
        array, and for an update, which has equations of its own.
    cone : Cone
        What the names and derivatives of the formula stand for.
    update : Update or None
        None of a new weight too, if what its rule had kept by then is not known any more.
    """

    what: Asked
    value: Any
    formula: Expr | None
    cone: Cone
    update: Update | None = None

    @property
    def gradients(self) -> Mapping[str, Any]:
        """What the derivatives of its formula stand for."""
        return self.cone.gradients if self.what.kind == "derivative" else {}

    @cached_property
    def members(self) -> list[Members]:
        """Those of each sum and choice of its formula, the longest first."""
        nodes = _calls(self.formula, "total", *CHOICES) if self.formula and not self.is_whole else ()
        return sorted(map(self._ranked, nodes), key=lambda one: -len(one.node.args))

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole array."""
        kind, of, by, of_index, by_index, _ = self.what
        name, index = (by, by_index) if kind == "derivative" else (of, of_index)
        return bool(np.ndim(self.cone.values[name])) and not index

    def _ranked(self, node: Call) -> Members:
        if not self.cone.known:
            return Members(node, (), tuple(range(len(node.args))))
        values = [float(one) for one in evaluate_each(node.args, self.cone.values, self.gradients)]
        rank = {"argmin": values.__getitem__, "argmax": lambda k: -values[k]}
        order = sorted(range(len(values)), key=rank.get(node.op, lambda k: -abs(values[k])))
        return Members(node, tuple(values), tuple(order))

    def numbers(self, expr: Expr) -> list[Asked]:
        """The numbers that stand in a formula, each once."""
        return list(dict.fromkeys(_asked(expr, self.cone, self.is_whole)))

    def calculated(self, expr: Expr) -> list[Asked]:
        """The numbers of a formula that are not given."""
        return [what for what in self.numbers(expr) if what.kind != "value" or what.of in self.cone.lines]

    def rests_on(self, terms: int | None, in_full: bool = False) -> list[Asked]:
        """The calculated numbers in its formula; of long rows, unless in full, those of the first member."""
        if self.what.kind == "new":
            return [Asked("derivative", self.cone.of, self.what.of, (), self.what.of_index)]
        if self.formula is None:
            return []
        if in_full:
            return self.calculated(self.formula)
        long = {id(one.node): one.node.args[one.order[0]] for one in self.members if one.is_long(terms)}
        shown = substitute(self.formula, lambda node: long.get(id(node)))
        return self.calculated(shown)

    def beside(self, terms: int | None) -> list[Asked]:
        """The calculated numbers in the next members of its long sums and choices."""
        nodes = [
            one.node.args[k]
            for one in self.members
            if one.is_long(terms)
            for k in one.foremost(NEXT_IN_ORDER)[1:]
        ]
        return [what for node in nodes for what in self.calculated(node)]


def reason(cone: Cone, what: Asked) -> Reason:
    """A value of a cone, or the derivative of what it leads to by one of its values."""
    if what.kind == "value":
        value, index, formula = cone.values[what.of], what.of_index, _formula(cone, what)
    else:
        value, index = cone.gradients[what.by], what.by_index
        is_start = what.by == cone.of and not index  # an element by its own array: a one among zeros
        formula = None if is_start else _chain(_settled(cone.slope(what.by, index), cone))
    return Reason(what, (value[index] if index else value) if cone.known else None, formula, cone)


def _formula(cone: Cone, what: Asked) -> Expr | None:
    """The formula of a value in single numbers."""
    if what.of not in cone.lines:
        return None
    formula = definition(cone.program, what.of)
    elements = sum(np.size(cone.values[leaf.name]) for leaf in leaves(formula) if isinstance(leaf, Name))
    is_whole = np.ndim(cone.values[what.of]) or elements > SPELLED
    if is_whole and not what.of_index:
        return formula
    spelled = cone.element(formula, what.of_index)
    return _shifted(spelled, cone) if formula.op == "softmax" else spelled


def _shifted(formula: Expr, cone: Cone) -> Expr:
    """A softmax with the largest exponent taken from each, where an exponential would be too large."""
    exponents = [evaluate(node.args[0], cone.values) for node in _calls(formula, "exp")]
    largest = max(exponents)
    if largest < LARGEST_EXPONENT:
        return formula

    def smaller(node: Expr) -> Expr | None:
        match node:
            case Call("exp", (exponent,)):
                return Call("exp", (exponent - Number(largest),))
        return None

    return substitute(formula, smaller)


def _settled(expr: Expr, cone: Cone) -> Expr:
    """The formula without the derivatives of what is differentiated by itself, which are 1 or 0."""
    match expr:
        case Derivative(_, by, index) if by == cone.of and (index or not cone.index):
            return Number(int(index == cone.index))
        case Call(op, args, attrs):
            return _without_zeros(op, [_settled(arg, cone) for arg in args], attrs)
    return expr


def _without_zeros(op: str, args: list[Expr], attrs: Any) -> Expr:
    zero = [is_number(arg, 0) for arg in args]
    if op == "mul":
        return times(*args)
    if op in ("total", "add") and any(zero):
        kept = [arg for arg, is_zero in zip(args, zero, strict=True) if not is_zero]
        return total(kept) if kept else Number(0)
    if op == "sub" and zero[0]:
        return Call("neg", (args[1],))
    return Number(0) if op in ("neg", "div", "ratio") and zero[0] else Call(op, tuple(args), attrs)


def _chain(expr: Expr) -> Expr:
    """The factors of each product in one row."""
    if isinstance(expr, Call) and expr.op == "total":
        return Call("total", tuple(map(in_a_row, expr.args)))
    return in_a_row(expr)


def _calls(expr: Expr, *ops: str) -> Iterator[Call]:
    """The calls of some operations, the outermost ones."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Call) and node.op in ops:
            yield node
        elif isinstance(node, Call):
            stack.extend(reversed(node.args))


def _asked(expr: Expr, cone: Cone, arrays: bool) -> Iterator[Asked]:
    """The numbers of a formula from left to right, with whole arrays or without."""
    stack = [expr]
    while stack:
        match stack.pop():
            case Call("index", (Name(name),), (("index", index),)):
                yield Asked("value", name, of_index=index)
            case Call(_, args):
                stack.extend(reversed(args))
            case Name(name) if arrays or not np.ndim(cone.values[name]):
                yield Asked("value", name)
            case Derivative(_, by, index):
                yield Asked("derivative", cone.of, by, cone.index, index)
