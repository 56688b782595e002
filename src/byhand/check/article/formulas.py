"""Formulas tried at random points: whether two give the same, and whether a derivative is the true one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from byhand.check.article.notebook import Key, Notebook, names_in, readings, slopes_in
from byhand.errors import ByhandError
from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.sources.pages.mathematics import Slope
from byhand.trace.backward import run_backward
from byhand.trace.forward import run_forward
from byhand.trace.program import Program, build, ordered

POINTS = 4
CLOSE = 1e-7
LARGEST = 300
_PRIME = "'"


def closure(book: Notebook, names: set[str]) -> dict[str, Expr]:
    """The definitions behind some names, each in one reading; names that define each other are left out."""
    found: dict[str, Expr] = {}
    waiting = list(names)
    while waiting and len(found) < LARGEST:
        name = waiting.pop()
        formula = book.definitions.get(name)
        if formula is None or name in found:
            continue
        found[name] = next(readings(book.resolved(formula)))
        waiting += names_in(found[name])
    return found


def usable(tree: Expr) -> bool:
    """Whether every operation of a formula is one of the house (an unknown function counts as one)."""
    if isinstance(tree, Slope):
        return usable(tree.of)
    if isinstance(tree, Call):
        parts = tree.args[1:] if tree.op == "apply" else tree.args
        return (tree.op == "apply" or (tree.op in OPS and tree.op != "stack")) and all(map(usable, parts))
    return isinstance(tree, Number | Name)


class Point:
    """A place where every name has a value: the unknown ones at random, the others as defined.

    Parameters
    ----------
    definitions : mapping
    seed : int
    fixed : mapping, optional
        Values of names that are not drawn.
    """

    def __init__(
        self, definitions: Mapping[str, Expr], seed: int, fixed: Mapping[str, float] | None = None
    ) -> None:
        self._random = random.Random(seed)
        self._polynomials: dict[str, list[float]] = {}
        self._fixed = fixed or {}
        lines = [(name, self._plain(formula)) for name, formula in definitions.items()]
        self.program: Program = build(ordered(lines, {}))
        defined = set(definitions)
        used = {name for _, tree in lines for name in names_in(tree)} - defined
        self.values: dict[str, Any] = {name: self._drawn(name) for name in sorted(used)}
        self._forward = run_forward(self.program, self.values)
        self._gradients: dict[str, Mapping[str, Any]] = {}

    def _drawn(self, name: str) -> float:
        return self._fixed.get(name, self._random.uniform(0.3, 1.4))

    def _plain(self, tree: Expr) -> Expr:
        """Unknown functions as polynomials, the same one for the same function."""

        def meant(node: Expr) -> Expr | None:
            if not (isinstance(node, Call) and node.op == "apply"):
                return None
            name = node.args[0]
            assert isinstance(name, Name)
            whole: Expr = Number(0.0)
            for k, argument in enumerate(node.args[1:]):
                x = substitute(argument, meant)
                c = self._polynomials.setdefault(
                    f"{name.name.rstrip(_PRIME)}{k}", [self._random.uniform(0.4, 1.2) for _ in range(4)]
                )
                if name.name.endswith(_PRIME):
                    whole = whole + (c[1] + 2 * c[2] * x + 3 * c[3] * x * x)
                else:
                    whole = whole + (c[0] + c[1] * x + c[2] * x * x + c[3] * x * x * x)
            return whole

        return substitute(tree, meant)

    def has(self, name: str) -> bool:
        """Whether a name has a value here."""
        return name in self._forward.values

    def derivative(self, of: str, by: str) -> float:
        """The derivative of one value by another, over all paths."""
        if of not in self._gradients:
            self._gradients[of] = run_backward(self.program, self._forward, of).gradients
        return float(self._gradients[of][by])

    def value(self, tree: Expr) -> float:
        """The value of a formula in which derivatives may stand."""
        known = substitute(tree, lambda n: Number(self._slope(n)) if isinstance(n, Slope) else None)
        program = build([("whole", self._plain(known))])
        values = self._forward.values
        given = {name: values[name] for name in names_in(known)}
        return float(run_forward(program, given).values["whole"])

    def _slope(self, slope: Slope) -> float:
        if isinstance(slope.of, Name):
            return self.derivative(slope.of.name, slope.by)
        # Of a formula: its names stand for themselves, except where only the definitions lead to `by`.
        inner = build([("whole", self._plain(slope.of))])
        used = names_in(slope.of)
        given = {name: self._forward.values[name] for name in used}
        forward = run_forward(inner, given)
        gradients = run_backward(inner, forward, "whole").gradients
        if slope.by in used:
            return float(gradients[slope.by])
        return sum(float(gradients[name]) * self.derivative(name, slope.by) for name in used)


def points(definitions: Mapping[str, Expr], fixed: Mapping[str, float] | None = None) -> Iterator[Point]:
    """Some points; none where the formulas cannot be worked out."""
    if not all(map(usable, definitions.values())):
        return
    for seed in range(POINTS):
        try:
            yield Point(definitions, seed, fixed)
        except (ByhandError, ArithmeticError, KeyError, TypeError):
            return


def slope_agrees(book: Notebook, key: Key, member: Expr) -> bool | None:
    """Whether a formula is the true derivative; None where that cannot be told.

    Parameters
    ----------
    book : Notebook
    key : Key
        Of a derivative.
    member : Expr
        As the page has it.
    """
    resolved = book.resolved(member)
    asked = (
        {key.of, key.by} | names_in(resolved) | {name for s in slopes_in(resolved) for name in names_in(s)}
    )
    definitions = closure(book, asked)
    if key.of not in definitions or not usable(resolved):
        return None
    verdicts = []
    for reading in readings(resolved):
        verdict = _agrees(definitions, asked, key, reading)
        if verdict is not False:
            return verdict
        verdicts.append(verdict)
    return False if verdicts else None


def _agrees(definitions: Mapping[str, Expr], asked: set[str], key: Key, member: Expr) -> bool | None:
    tried = 0
    for point in points(definitions):
        if not all(map(point.has, asked)):
            return None
        try:
            true, found = point.derivative(key.of, key.by), point.value(member)
        except (ByhandError, ArithmeticError, KeyError, TypeError):
            return None
        if true == 0:
            return None
        if abs(true - found) > CLOSE * max(abs(true), abs(found)):
            return False
        tried += 1
    return True if tried else None


def same(book: Notebook, one: Expr, other: Expr) -> bool | None:
    """Whether two formulas give the same wherever their names have values; None where that cannot be told."""
    a, b = next(readings(book.resolved(one))), next(readings(book.resolved(other)))
    if not (usable(a) and usable(b)) or slopes_in(a) or slopes_in(b):
        return None
    definitions = closure(book, names_in(a) | names_in(b)) | {"left side": a, "right side": b}
    outcomes = []
    for point in points(definitions):
        left, right = point.value(Name("left side")), point.value(Name("right side"))
        outcomes.append(abs(left - right) <= CLOSE * max(abs(left), abs(right)))
    return all(outcomes) if outcomes else None


def recognised(body: Expr, arguments: tuple[str, ...]) -> Expr:
    """The house's own operation where a function's formula is one: 1/(1 + e^(−z)) is the sigmoid."""
    if len(arguments) != 1 or not usable(body):
        return body
    for op in ("sigmoid", "tanh"):
        known = Call(op, (Name(arguments[0]),))
        tried = [
            abs(point.value(Name("left side")) - point.value(Name("right side"))) < CLOSE
            for point in points({"left side": body, "right side": known})
        ]
        if tried and all(tried):
            return known
    return body
