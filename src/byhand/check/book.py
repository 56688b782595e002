"""Every number of a calculation as a formula in other numbers of it, and its true value.

A number is a `Quantity`; a formula is a tree whose leaves are `Ref`s to quantities. A derivative dA/dB is
a product over the values through which all paths from B to A lead, each factor a sum over paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from byhand.check.page import Page
from byhand.check.softmax import softmax_slope
from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.expression import leaves, substitute, summed, times
from byhand.rules import distinct
from byhand.rules.gradient import root
from byhand.trace.derivative import pulled
from byhand.trace.evaluate import evaluate
from byhand.trace.lookup import pass_at
from byhand.trace.program import definition
from byhand.trace.run import Run
from byhand.trace.scalar import base_name, scalars


class Quantity(NamedTuple):
    """One number of a calculation.

    Attributes
    ----------
    kind : str
        ``value``, ``derivative`` (dA/dB over all paths), ``new`` (a weight after an update), ``change`` (what
        an update adds to it), or ``state`` (what a rule keeps for a weight, or an intermediate result of the
        rule).
    of : str
        The value's name, an element as ``W1[0,2]``; of a state its name in the rule.
    by : str
        What is differentiated by; of a state the weight.
    step : int
        Which iteration, from 1.
    """

    kind: str
    of: str
    by: str = ""
    step: int = 1


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    """A leaf that stands for a quantity."""

    quantity: Quantity


class Book:
    """The formulas and true values of a run.

    Parameters
    ----------
    run : Run
    """

    def __init__(self, run: Run) -> None:
        self.run, self.plan = run, run.plan
        self.objective = str(run.plan.objective)
        self._pages: dict[int, Page] = {}
        self._true: dict[Quantity, float] = {}
        self._formulas: dict[Quantity, Expr | None] = {}
        self._locals: dict[tuple[str, str, int], Expr] = {}

    def page(self, step: int) -> Page:
        """One iteration.

        Raises
        ------
        KeyError
            There is no such iteration.
        """
        if step not in self._pages:
            self._pages[step] = Page(scalars(self.run, pass_at(self.run, step)))
        return self._pages[step]

    def formula(self, q: Quantity) -> Expr | None:
        """The formula by which a number is calculated from others; None where it is given."""
        if q not in self._formulas:
            made = {
                "value": self._of_value,
                "derivative": self._of_derivative,
                "change": self._of_change,
            }
            self._formulas[q] = made.get(q.kind, self._of_update)(q)
        return self._formulas[q]

    def is_decision(self, q: Quantity) -> bool:
        """Whether a number is the outcome of a choice or of a test."""
        formula = self.formula(q)
        return isinstance(formula, Call) and OPS[formula.op].is_decision

    def true(self, q: Quantity) -> float:
        """The true value.

        Raises
        ------
        KeyError
            There is no such number.
        """
        if q not in self._true:
            self._true[q] = self._value(q)
        return self._true[q]

    def _value(self, q: Quantity) -> float:
        if q.kind == "value":
            return float(self.page(q.step).forward.values[q.of])
        if q.kind == "derivative":
            return float(self.page(q.step).gradients(q.of)[q.by])
        if q.kind == "new" and q.of in self.page(q.step + 1).forward.values:
            return float(self.page(q.step + 1).forward.values[q.of])
        formula = self.formula(q)
        assert formula is not None
        known = substitute(formula, lambda n: Number(self.true(n.quantity)) if isinstance(n, Ref) else None)
        return float(evaluate(known, {}))

    def _of_value(self, q: Quantity) -> Expr | None:
        page = self.page(q.step)
        if q.of in page.lines:
            return self.referred(definition(page.program, q.of), q.step)
        base = base_name(q.of)
        return Ref(self.after(q.of, q.step - 1)) if q.step > 1 and base in self.plan.learn else None

    def after(self, weight: str, step: int) -> Quantity:
        """A weight after an update: of a rule, or the line that calculates its new value."""
        base, bracket, index = weight.partition("[")
        if base in self.plan.carried:
            return Quantity("value", f"{self.plan.carried[base]}{bracket}{index}", "", step)
        return Quantity("new", weight, "", step)

    def change_to(self, q: Quantity) -> Quantity | None:
        """The change that leads to a number, where it is a weight after an update."""
        if q.kind == "new":
            return q._replace(kind="change")
        old = {new: old for old, new in self.plan.carried.items()}.get(base_name(q.of))
        return Quantity("change", old + q.of[len(base_name(q.of)) :], "", q.step) if old else None

    def _of_change(self, q: Quantity) -> Expr:
        """What is added to a weight: the step alone where the update is written so."""
        old, new = Ref(Quantity("value", q.of, "", q.step)), self.after(q.of, q.step)
        match self.formula(new):
            case Call("add", (first, step)) if first == old:
                return step
            case Call("sub", (first, step)) if first == old:
                return -step
        return Ref(new) - old

    def _of_derivative(self, q: Quantity) -> Expr | None:
        page = self.page(q.step)
        if q.of == q.by:
            return Number(1.0)
        ways = page.between(q.by, q.of)
        if not ways:
            return Number(0.0)
        links = page.dominators(q.of, q.by)
        if len(links) > 2:
            product: Expr = Number(1)
            for of, by in pairwise(links):
                product = times(product, Ref(Quantity("derivative", of, by, q.step)))
            return product
        return summed([self.path_term(q, user) for user in page.users.get(q.by, ()) if user in ways])

    def path_term(self, q: Quantity, user: str) -> Expr:
        """What the paths from B through one line that uses it add to dA/dB."""
        page = self.page(q.step)
        local = self.local(user, q.by, q.step)
        if user == q.of:
            return local
        direct = page.between(q.by, user) <= {user, q.by}
        link: Expr = Ref(Quantity("derivative", user, q.by, q.step)) if direct else local
        return times(Ref(Quantity("derivative", q.of, user, q.step)), link)

    def local(self, of: str, by: str, step: int) -> Expr:
        """The partial derivative of a line by a value that stands in it."""
        key = of, by, step
        if key not in self._locals:
            page = self.page(step)
            made = softmax_slope(page, of, by) or pulled(page.program, of, by, Number(1), {})
            self._locals[key] = self.referred(made, step)
        return self._locals[key]

    def _of_update(self, q: Quantity) -> Expr:
        """The rule's equation for a new weight or a state."""
        rule, weight = self.plan.rule, q.of if q.kind == "new" else q.by
        if rule is None or base_name(weight) not in self.plan.learn:
            raise KeyError(q)
        name = "w_new" if q.kind == "new" else q.of
        formula = dict(distinct(rule))[name]
        state = self.plan.state

        def meant(node: Expr) -> Expr | None:
            if not isinstance(node, Name):
                return None
            if node.name == "w":
                return Ref(Quantity("value", weight, "", q.step))
            if node.name == "g":
                return Ref(Quantity("derivative", self.objective, weight, q.step))
            if node.name == "norm":
                return self._norm(q.step)
            if node.name == "t":
                return Number(float(q.step + state.get("t", 0)))
            if node.name in self.plan.settings:
                return Number(float(self.plan.settings[node.name]))
            if node.name in rule.state:
                if q.step == 1:
                    return Number(_start(state, weight, node.name))
                return Ref(Quantity("state", f"{node.name}_new", weight, q.step - 1))
            return Ref(Quantity("state", node.name, weight, q.step))

        return substitute(formula, meant)

    def _norm(self, step: int) -> Expr:
        """The norm of the gradients by all weights together."""
        weights = [name for name in self.page(step).given if base_name(name) in self.plan.learn]
        slopes = [Ref(Quantity("derivative", self.objective, weight, step)) for weight in weights]
        return root(summed([slope**2 for slope in slopes]))

    def referred(self, expr: Expr, step: int) -> Expr:
        """A formula of the scalar program with its names and derivatives as references."""

        def meant(node: Expr) -> Expr | None:
            if isinstance(node, Name):
                return Ref(Quantity("value", node.name, "", step))
            if isinstance(node, Derivative):
                return Ref(Quantity("derivative", node.of, node.by, step))
            return None

        return substitute(expr, meant)

    def place(self, q: Quantity) -> tuple[int, int, float, int]:
        """Where a number stands in the order of computation: forward, backward from the back, update."""
        page = self.page(q.step)
        if q.kind == "value":
            return q.step, 0, page.position(q.of), 0
        if q.kind == "derivative":
            return q.step, 1, -page.position(q.by), page.distance(q.of, q.by)
        new = self.after(q.of, q.step)
        if q.kind == "change" and new.kind == "value":
            return q.step, 0, page.position(new.of) - 0.5, 0
        return q.step, 2, {"state": 0, "change": 1}.get(q.kind, 2), 0


def _start(state: Mapping[str, Any], weight: str, name: str) -> float:
    """What a rule keeps for a weight before the first update."""
    base, _, index = weight.partition("[")
    value = state.get(base, {}).get(name, 0.0)
    if index:
        for part in index.rstrip("]").split(","):
            value = value[int(part)] if hasattr(value, "__getitem__") else value
    return float(value)


def refs(expr: Expr) -> Iterable[Quantity]:
    """The quantities a formula refers to."""
    return (leaf.quantity for leaf in leaves(expr) if isinstance(leaf, Ref))


def label(q: Quantity) -> str:
    """A quantity by the name people give it."""
    name = f"d{q.of}/d{q.by}" if q.kind == "derivative" else _plain_name(q)
    return name if q.step == 1 else f"{name}#{q.step}"


def named(expr: Expr) -> Expr:
    """A formula with names and derivative symbols in place of its references."""

    def symbol(node: Expr) -> Expr | None:
        if not isinstance(node, Ref):
            return None
        q = node.quantity
        return Derivative(q.of, q.by) if q.kind == "derivative" else Name(_plain_name(q))

    return substitute(expr, symbol)


def _plain_name(q: Quantity) -> str:
    names = {"new": f"{q.of}_new", "change": f"Δ{q.of}", "state": q.of.removesuffix("_new")}
    return names.get(q.kind, q.of)
