"""What a mistake is: one change to the formula of one number. The table is filled by the files beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from byhand.check.book import Book, Quantity, Ref, refs
from byhand.check.own import Own
from byhand.ops import Call, Expr
from byhand.ops.expression import size, substitute

LARGEST = 200


class Variant(NamedTuple):
    """A formula with one mistake in it.

    Attributes
    ----------
    formula : Expr
    facts : dict
        What its sentence names.
    """

    formula: Expr
    facts: Mapping[str, str] = {}


@dataclass(frozen=True)
class Spot:
    """A wrong number and how it should have been formed.

    Attributes
    ----------
    quantity : Quantity
    own : Own
    formula : Expr
        One way to form it, in values and in derivatives that the learner wrote.
    """

    quantity: Quantity
    own: Own
    formula: Expr = field(repr=False)

    @property
    def book(self) -> Book:
        """The true calculation."""
        return self.own.book


class Mistake(NamedTuple):
    """A kind of mistake.

    Attributes
    ----------
    code : str
        Stable; its sentence is ``cause.<code>``.
    cost : float
        How unlikely it is before anything is known: 1 is common, 4 is rare.
    kinds : tuple of str
        For which kinds of quantity it is tried.
    variants : callable
    """

    code: str
    cost: float
    kinds: tuple[str, ...]
    variants: Callable[[Spot], Iterator[Variant]]


MISTAKES: list[Mistake] = []
_Variants = Callable[[Spot], Iterator[Variant]]
_Change = Callable[[Expr], Iterator[Expr]]
ANY = ("value", "derivative", "change", "new", "state")


def mistake(code: str, cost: float, *kinds: str) -> Callable[[_Variants], _Variants]:
    """Enter a mistake in the table."""

    def enter(variants: _Variants) -> _Variants:
        MISTAKES.append(Mistake(code, cost, kinds or ANY, variants))
        return variants

    return enter


def node_mistake(code: str, cost: float, *kinds: str) -> Callable[[_Change], _Change]:
    """Enter a mistake that is made at one node: each change of each node is a variant."""

    def enter(change: _Change) -> _Change:
        mistake(code, cost, *kinds)(lambda spot: map(Variant, one_spot(spot.formula, change)))
        return change

    return enter


def one_spot(expr: Expr, change: _Change) -> Iterator[Expr]:
    """The formula with one of its nodes changed, for every node and every change of it."""
    yield from change(expr)
    if isinstance(expr, Call):
        for k, arg in enumerate(expr.args):
            for changed in one_spot(arg, change):
                yield Call(expr.op, (*expr.args[:k], changed, *expr.args[k + 1 :]), expr.attrs)


def everywhere(expr: Expr, change: Callable[[Expr], Expr | None]) -> Iterator[Expr]:
    """The formula with every node changed that can be; nothing where none can."""
    changed = substitute(expr, change)
    if changed is not expr:
        yield changed


def once_or_everywhere(expr: Expr, change: Callable[[Expr], Expr | None]) -> Iterator[Expr]:
    """Changed everywhere, then at each single place."""
    yield from everywhere(expr, change)

    def single(node: Expr) -> Iterator[Expr]:
        made = change(node)
        if made is not None:
            yield made

    singles = list(one_spot(expr, single))
    if len(singles) > 1:
        yield from singles


def terms(expr: Expr) -> list[Expr]:
    """The terms of a sum, a subtracted one with its sign."""
    match expr:
        case Call("add", (left, right)):
            return [*terms(left), *terms(right)]
        case Call("sub", (left, right)):
            return [*terms(left), *(-term for term in terms(right))]
        case Call("total", parts):
            return [term for part in parts for term in terms(part)]
    return [expr]


def factors(expr: Expr) -> list[Expr]:
    """The factors of a product."""
    match expr:
        case Call("mul", (left, right)):
            return [*factors(left), *factors(right)]
    return [expr]


def operation_of(spot: Spot, q: Quantity) -> Call | None:
    """The formula of a line, in references; None where it is given."""
    formula = spot.book.formula(q) if q.kind == "value" and q.of in spot.book.page(q.step).lines else None
    return formula if isinstance(formula, Call) else None


def products(expr: Expr | None) -> Iterator[list[Expr]]:
    """The factors of every product in a formula."""
    if isinstance(expr, Call):
        if expr.op == "mul":
            yield factors(expr)
        for arg in expr.args:
            yield from products(arg)


def spelled_out(own: Own, formula: Expr) -> Expr:
    """A formula in values and written numbers; derivatives and states not written are expanded."""

    def hidden(q: Quantity) -> Expr | None:
        return own.formula(q) if q.kind in ("derivative", "state") and not _is_written(own, q) else None

    return expanded(formula, hidden)


def expanded(formula: Expr, inside: Callable[[Quantity], Expr | None]) -> Expr:
    """A formula with what stands for a formula of its own written out, as long as it stays short."""
    for _ in range(200):
        known = {q: made for q in refs(formula) if (made := inside(q)) is not None}
        if not known or size(formula) > LARGEST:
            break
        formula = substitute(formula, lambda n: known.get(n.quantity) if isinstance(n, Ref) else None)  # noqa: B023
    return formula


def _is_written(own: Own, q: Quantity) -> bool:
    return q in own.written and (own.derivatives or q.kind != "derivative")
