"""The page's formulas and values as a problem of the house; its numbers judged and explained by it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from byhand.check.article.causes import named_causes
from byhand.check.article.derivatives import hidden
from byhand.check.article.formulas import closure, points, usable
from byhand.check.article.notebook import Notebook, names_in, readings, written_as
from byhand.check.article.report import Cause
from byhand.check.article.shapes import closure_names
from byhand.check.article.stretch import Claim, Stretch
from byhand.check.book import Book, Quantity
from byhand.check.compare import Judged, compare
from byhand.check.literal import Written
from byhand.check.own import Own, habit_of
from byhand.errors import ByhandError
from byhand.ops import OPS, Call, Expr, Name
from byhand.ops.expression import operations
from byhand.rules import RULES
from byhand.sources.pages.mathematics import Literal
from byhand.sources.pages.names import base_of, is_new
from byhand.trace.program import build, givens_of, ordered
from byhand.trace.run import Plan, run

_RATES = ("α", "η", "lr", "learning_rate", "ε", "λ", "γ", "μ", "rate", "l")
_OBJECTIVES = ("E_total", "L_total", "L", "E", "J", "C", "loss", "Loss", "cost", "error")


class Told(NamedTuple):
    """What the problem says of one number of the page; `order` is its turn in the order of computation."""

    judged: Judged
    order: int
    own: Own

    def causes(self) -> tuple[Cause, ...]:
        """The mistakes that explain a wrong number."""
        return named_causes(self.judged.quantity, self.judged.written, self.own)


class Tie:
    """A stretch's problem.

    Attributes
    ----------
    notebook : Notebook
    book : Book
    inner : dict
        The name of the weighted sum inside a unit, by the unit's name.
    """

    def __init__(self, notebook: Notebook, book: Book, inner: Mapping[str, str]) -> None:
        self.notebook, self.book, self.inner = notebook, book, inner

    def quantity(self, claim: Claim) -> Quantity | None:
        """The number of the problem that a claim speaks of."""
        key = claim.key
        if key is None or claim.again:
            return None
        page = self.book.page(1)
        if claim.inner:
            name = self.inner.get(key.of, "")
            return Quantity("value", name) if name in page.lines else None
        if key.by:
            known = key.of in page.lines and (key.by in page.lines or key.by in page.given)
            if known and hidden(self.notebook, key, closure_names(self.notebook, key.of)):
                return None
            return Quantity("derivative", key.of, key.by) if known and page.between(key.by, key.of) else None
        if is_new(key.of):
            return Quantity("new", base_of(key.of)) if base_of(key.of) in self.book.plan.learn else None
        return Quantity("value", key.of) if key.of in page.lines else None

    def told(self, claims: list[Claim]) -> dict[int, Told]:
        """The verdict on each claim that the problem knows, by the claim's place among them."""
        written: dict[Quantity, Written] = {}
        places: dict[Quantity, int] = {}
        for k, claim in enumerate(claims):
            q, literal = self.quantity(claim), number_of(claim)
            number = written_as(literal) if literal is not None else None
            if q is not None and number is not None and q not in written:
                written[q], places[q] = number, k
        if not written:
            return {}
        judged = compare(self.book, written)
        own = Own(self.book, written, habit_of(written))
        return {places[one.quantity]: Told(one, order, own) for order, one in enumerate(judged)}


def number_of(claim: Claim) -> Literal | None:
    """The number of a claim: itself, or the argument in f(number)."""
    if isinstance(claim.tree, Literal):
        return claim.tree
    if claim.inner and isinstance(claim.tree, Call) and isinstance(claim.tree.args[-1], Literal):
        return claim.tree.args[-1]
    return None


def tie(stretch: Stretch) -> Tie | None:
    """The problem of a stretch; None where its formulas and values make none."""
    notebook = stretch.book
    definitions = closure(notebook, set(notebook.definitions))
    lines, inner = _lines({n: f for n, f in definitions.items() if usable(f)})
    given = {name: literal.value for name, literal in notebook.given.items()}
    lines = _grounded(lines, given)
    if not lines:
        return None
    try:
        program = build(ordered(list(lines.items()), {}))
        needed = {name: given[name] for name in givens_of(program)}
        return Tie(notebook, Book(run(program, needed, _plan(notebook, lines, needed))), inner)
    except (ByhandError, ArithmeticError, KeyError, TypeError, ValueError):
        return None


def _lines(definitions: Mapping[str, Expr]) -> tuple[dict[str, Expr], dict[str, str]]:
    """The lines of the problem; the weighted sum inside a unit becomes a line of its own."""
    lines: dict[str, Expr] = {}
    inner: dict[str, str] = {}
    for name, formula in definitions.items():
        if isinstance(formula, Call) and formula.op in OPS and OPS[formula.op].kind == "activation":
            argument = formula.args[0]
            if isinstance(argument, Name):
                inner[name] = argument.name
            elif isinstance(argument, Call):
                same = next((other for other, tree in definitions.items() if tree == argument), None)
                inner[name] = same or f"z_{name}"
                if same is None:
                    lines[inner[name]] = argument
                formula = Call(formula.op, (Name(inner[name]),))
        lines[name] = formula
    return lines, inner


def _grounded(lines: dict[str, Expr], given: Mapping[str, float]) -> dict[str, Expr]:
    """The lines all of whose names have values in the end."""
    while True:
        known = {*lines, *given}
        kept = {
            name: tree
            for name, tree in lines.items()
            if names_in(tree) <= known and "apply" not in operations(tree) and name not in given
        }
        if len(kept) == len(lines):
            return kept
        lines = kept


def _plan(notebook: Notebook, lines: Mapping[str, Expr], given: Mapping[str, float]) -> Plan:
    used = {name for tree in lines.values() for name in names_in(tree)}
    objective = next((name for name in _OBJECTIVES if name in lines and name not in used), None)
    objective = objective or next(name for name in reversed(list(lines)) if name not in used)
    rate = next(
        (notebook.given[name].value for name in _RATES if name in notebook.given and name not in used), None
    )
    if rate is None:
        return Plan(objective=objective)
    return Plan(objective=objective, rule=RULES["sgd"], settings={"rate": rate}, learn=tuple(given), steps=1)


def formula_causes(notebook: Notebook, claim: Claim) -> tuple[Cause, ...]:
    """The mistakes that turn the true derivative into the formula on the page, tried at a random point."""
    key = claim.key
    assert key is not None
    member = next(readings(notebook.resolved(claim.tree)))
    definitions = closure(notebook, {key.of})
    leading = {n: f for n, f in definitions.items() if usable(f) and key.by in closure_names(notebook, n)}
    leading.pop(key.by, None)
    lines, _ = _lines(leading)
    for point in points(lines):
        try:
            value = point.value(member)
            book = Book(run(point.program, point.values, Plan(objective=key.of)))
            return _exactly(book, Quantity("derivative", key.of, key.by), value)
        except (ByhandError, ArithmeticError, KeyError, TypeError, ValueError):
            return ()
    return ()


def _exactly(book: Book, q: Quantity, value: float) -> tuple[Cause, ...]:
    """The causes that give a number to ten digits, the likeliest first."""
    if not math.isfinite(value) or value == 0:
        return ()
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 9)
    number = Written(f"{value:.10g}", value, unit, 10, None)
    own = Own(book, {q: number}, habit_of({q: number}))
    return named_causes(q, number, own)
