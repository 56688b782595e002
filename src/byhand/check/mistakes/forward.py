"""Mistakes in any formula: a sign, a term, a factor, an index, a number read wrong."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator

from byhand.check.book import Ref, refs
from byhand.check.mistakes.table import (
    Spot,
    Variant,
    everywhere,
    factors,
    mistake,
    once_or_everywhere,
    one_spot,
    terms,
)
from byhand.check.mistakes.writing import exchanged, with_a_digit_wrong
from byhand.check.page import Page
from byhand.ops import OPS, Call, Expr, Number
from byhand.ops.expression import is_number, leaves, multiplied, summed
from byhand.trace.comparisons import comparisons, differences

_ELEMENT = re.compile(r"(.+)\[(\d+),(\d+)\]$")
_NUMBER = re.compile(r"\d+")
MOST_ALIKE = 12


@mistake("sign", 1.0, "derivative", "new", "state")
def sign(spot: Spot) -> Iterator[Variant]:
    """The sign of the whole."""
    yield Variant(-spot.formula)


@mistake("sign", 1.4, "value")
def sign_of_value(spot: Spot) -> Iterator[Variant]:
    """The sign of a value, which is more often lost in writing."""
    yield from sign(spot)


@mistake("sign_of_term", 1.2)
def sign_of_term(spot: Spot) -> Iterator[Variant]:
    """Minus for plus, or plus for minus, inside."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("add", (left, right)):
                yield left - right
                if not (isinstance(left, Call) and left.op in ("add", "sub")):
                    yield -left + right
            case Call("sub", (left, right)):
                yield left + right
            case Call("neg", (inner,)):
                yield inner

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("order_of_difference", 1.4)
def order_of_difference(spot: Spot) -> Iterator[Variant]:
    """a − b in place of b − a."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("sub", (left, right)):
                yield right - left

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("bias_left_out", 1.2, "value", "derivative")
def bias_left_out(spot: Spot) -> Iterator[Variant]:
    """A bias forgotten: a term of a sum that is one given value."""
    for name, formula in _terms_changed(spot, doubled=False):
        yield Variant(formula, {"name": name})


@mistake("bias_doubled", 1.6, "value", "derivative")
def bias_doubled(spot: Spot) -> Iterator[Variant]:
    """A bias added twice."""
    for name, formula in _terms_changed(spot, doubled=True):
        yield Variant(formula, {"name": name})


def _terms_changed(spot: Spot, doubled: bool) -> Iterator[tuple[str, Expr]]:
    page = spot.book.page(spot.quantity.step)

    def change(node: Expr) -> Iterator[tuple[str, Expr]]:
        parts = terms(node)
        for k, part in enumerate(parts) if len(parts) > 1 else ():
            alone = isinstance(part, Ref) and part.quantity.kind == "value"
            if alone and isinstance(part, Ref) and part.quantity.of not in page.lines:
                kept = [*parts, part] if doubled else [*parts[:k], *parts[k + 1 :]]
                yield part.quantity.of, summed(kept)

    for name in {q.of for q in refs(spot.formula)}:
        for formula in one_spot(spot.formula, lambda n: iter([f for of, f in change(n) if of == name])):  # noqa: B023
            yield name, formula


@mistake("term_left_out", 1.4)
def term_left_out(spot: Spot) -> Iterator[Variant]:
    """A term of a sum left out."""

    def change(node: Expr) -> Iterator[Expr]:
        parts = terms(node)
        for k in range(len(parts)) if len(parts) > 1 else ():
            yield summed([*parts[:k], *parts[k + 1 :]])

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("factor_left_out", 1.5)
def factor_left_out(spot: Spot) -> Iterator[Variant]:
    """A factor of a product left out."""

    def change(node: Expr) -> Iterator[Expr]:
        parts = factors(node)
        for k in range(len(parts)) if len(parts) > 1 else ():
            yield multiplied([*parts[:k], *parts[k + 1 :]])

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("divisor_left_out", 1.5)
def divisor_left_out(spot: Spot) -> Iterator[Variant]:
    """A division left out, or a multiplication in its place."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("div", (top, bottom)):
                yield top
                yield top * bottom
                yield bottom / top

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("scale_left_out", 1.2)
def scale_left_out(spot: Spot) -> Iterator[Variant]:
    """A constant scale left out, as the root of the dimension in attention."""

    def change(node: Expr) -> Expr | None:
        match node:
            case Call("div", (top, Call("sqrt", _))):
                return top
            case Call("div", (top, Number(n))) if n not in (2, len(terms(top))):
                return top
        return None

    for formula in everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("root_left_out", 1.6)
def root_left_out(spot: Spot) -> Iterator[Variant]:
    """A square root left out."""

    def change(node: Expr) -> Expr | None:
        return node.args[0] if isinstance(node, Call) and node.op == "sqrt" else None

    for formula in once_or_everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("width", 0.8)
def width(spot: Spot) -> Iterator[Variant]:
    """A Gaussian's width taken for the factor in its exponent, or the other way round; its 2 left out."""

    def exponent(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("div", (top, bottom)):
                for s in [leaf for leaf in leaves(bottom) if isinstance(leaf, Ref)]:
                    yield from (top * s, top / s**2, top / (2 * s), top / (2 * s**2))
            case Call("mul", (Ref() as s, top)) | Call("mul", (top, Ref() as s)):
                yield from (top / (2 * s**2), top / s**2)

    def change(node: Expr) -> Iterator[Expr]:
        if isinstance(node, Call) and node.op == "exp":
            yield from (Call("exp", (inner,)) for inner in one_spot(node.args[0], exponent))

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("factor_two", 1.0, "value", "derivative", "new")
def factor_two(spot: Spot) -> Iterator[Variant]:
    """A factor 2 or ½ too much or too little."""
    yield Variant(spot.formula * 2, {"factor": "2"})
    yield Variant(spot.formula / 2, {"factor": "1/2"})


@mistake("factor_count", 1.2, "value", "derivative", "new")
def factor_count(spot: Spot) -> Iterator[Variant]:
    """Divided by the number of samples or terms, or not divided."""
    page, objective = spot.book.page(spot.quantity.step), spot.book.objective
    counts = {spot.book.plan.sample_count, len(terms(spot.formula)), len(page.used.get(objective, ())) // 2}
    counts.add(len(page.used.get(objective, ())))
    for count in sorted(counts - {0, 1, 2}):
        yield Variant(spot.formula * count, {"factor": str(count)})
        yield Variant(spot.formula / count, {"factor": f"1/{count}"})


@mistake("square_left_out", 1.4)
def square_left_out(spot: Spot) -> Iterator[Variant]:
    """A square left out, or doubling in place of squaring."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("pow", (base, Number(n))):
                yield from (base, base * n)
                if n != 2:
                    yield base ** Number(n - 1)

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)
    bare = everywhere(
        spot.formula,
        lambda n: n.args[0] if isinstance(n, Call) and n.op == "pow" and is_number(n.args[1], 2) else None,
    )
    for formula in bare:
        yield Variant(formula)


@mistake("activation_left_out", 1.3, "value")
def activation_left_out(spot: Spot) -> Iterator[Variant]:
    """The weighted sum written where its activation is meant; or the activation applied twice."""
    formula = spot.formula
    if isinstance(formula, Call) and (OPS[formula.op].kind == "activation" or formula.op in ("sqrt", "exp")):
        yield Variant(formula.args[0])
        yield Variant(Call(formula.op, (formula,), formula.attrs))
    if isinstance(formula, Call) and formula.op == "div":
        for made in everywhere(
            formula, lambda n: n.args[0] if isinstance(n, Call) and n.op == "exp" else None
        ):
            yield Variant(made)


@mistake("activation_of_minus_z", 1.6)
def activation_of_minus_z(spot: Spot) -> Iterator[Variant]:
    """The sign of the exponent: σ(−z) in place of σ(z)."""

    def change(node: Expr) -> Iterator[Expr]:
        if isinstance(node, Call) and node.op in ("sigmoid", "exp"):
            inner = node.args[0]
            yield Call(node.op, (inner.args[0] if isinstance(inner, Call) and inner.op == "neg" else -inner,))

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)
    turned = everywhere(
        spot.formula, lambda n: Call("exp", (-n.args[0],)) if isinstance(n, Call) and n.op == "exp" else None
    )
    for formula in turned:
        yield Variant(formula)


@mistake("other_activation", 2.0)
def other_activation(spot: Spot) -> Iterator[Variant]:
    """Another activation function; one where there is none; the sigmoid of one sum in place of softmax."""
    squashing = ("sigmoid", "tanh", "relu")

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call(op, args) if op in squashing:
                yield from (Call(other, args) for other in squashing if other != op)
            case Call("div", (Call("exp", args), Call("add" | "total"))):
                yield Call("sigmoid", args)

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)
    if isinstance(spot.formula, Call) and spot.formula.op == "copy":
        yield from (Variant(Call(op, spot.formula.args)) for op in squashing)


@mistake("logarithm_base", 1.8)
def logarithm_base(spot: Spot) -> Iterator[Variant]:
    """The logarithm of base 10 or 2 in place of the natural one."""

    def change(node: Expr) -> Iterator[Expr]:
        if isinstance(node, Call) and node.op in ("log", "times_log"):
            yield node / 2.302585092994046
            yield node / 0.6931471805599453

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("wrong_target", 1.4)
def wrong_target(spot: Spot) -> Iterator[Variant]:
    """The target of another output or sample."""
    yield from _exchanged(spot, targets=True)


@mistake("wrong_index", 1.3)
def wrong_index(spot: Spot) -> Iterator[Variant]:
    """A neighbour's value: w2 for w3, x1 for x2, another unit."""
    yield from _exchanged(spot, targets=False)


def _exchanged(spot: Spot, targets: bool) -> Iterator[Variant]:
    page = spot.book.page(spot.quantity.step)
    found = _targets(page)
    known = [*page.given, *page.lines]
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind != "value" or (q.of in found) != targets or q.of == spot.quantity.of:
            continue
        for name in _neighbours(q.of, known):
            if name == spot.quantity.of:
                continue
            other = Ref(q._replace(of=name))
            for formula in once_or_everywhere(spot.formula, lambda n: other if n == Ref(q) else None):  # noqa: B023
                yield Variant(formula, {"name": q.of, "other": name})


def _targets(page: Page) -> set[str]:
    """The givens with which calculated values are compared."""
    compared = [*comparisons(page.program), *differences(page.program, ())]
    return {pair.target for pair in compared}


def _neighbours(name: str, known: list[str]) -> list[str]:
    """Names that differ from one in their numbers; of many, those that differ in a single one."""
    alike = [other for other in known if other != name and _family(other) == _family(name)]
    if len(alike) <= MOST_ALIKE:
        return alike
    own = _NUMBER.findall(name)
    return [other for other in alike if sum(map(operator.ne, own, _NUMBER.findall(other))) == 1]


def _family(name: str) -> str:
    """A name without its numbers: the values that are easily taken for one another."""
    return _NUMBER.sub("", name)


@mistake("transpose", 1.3)
def transpose(spot: Spot) -> Iterator[Variant]:
    """The elements of a matrix taken by columns in place of rows."""
    page = spot.book.page(spot.quantity.step)

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref):
            return None
        match = _ELEMENT.match(node.quantity.of)
        if match is None:
            return None
        turned = f"{match[1]}[{match[3]},{match[2]}]"
        known = turned in page.given or turned in page.lines
        return Ref(node.quantity._replace(of=turned)) if known and turned != node.quantity.of else None

    for formula in everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("read_wrong", 1.7)
def read_wrong(spot: Spot) -> Iterator[Variant]:
    """A number of the formula replaced by another that stands on the sheet: 0.2 read for 0.5."""
    page = spot.book.page(spot.quantity.step)
    numbers = {float(value): name for name, value in reversed([*page.given.items()])}
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind != "value" or q.of not in page.given:
            continue
        value = float(page.given[q.of])
        for number, name in numbers.items():
            if number != value and _family(name) != _family(q.of):
                facts = {"name": q.of, "value": f"{value:g}", "other": f"{number:g}"}
                for formula in one_spot(
                    spot.formula,
                    lambda n: iter([Number(number)] if n == Ref(q) else []),  # noqa: B023
                ):
                    yield Variant(formula, facts)


@mistake("copied_wrong", 1.8)
def copied_wrong(spot: Spot) -> Iterator[Variant]:
    """A given number copied wrong: its sign lost, its point moved, two of its digits exchanged."""
    yield from _copied(spot, exchanged)


@mistake("copied_wrong", 2.6)
def copied_with_a_digit_wrong(spot: Spot) -> Iterator[Variant]:
    """A given number copied with one digit wrong."""
    yield from _copied(spot, with_a_digit_wrong)


def _copied(spot: Spot, changes: Callable[[float], Iterator[float]]) -> Iterator[Variant]:
    page = spot.book.page(spot.quantity.step)
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind == "value" and q.of in page.given:
            value = float(page.given[q.of])
            for copy in changes(value):
                facts = {"name": q.of, "value": f"{value:g}", "other": f"{copy:g}"}
                for formula in once_or_everywhere(
                    spot.formula,
                    lambda n: Number(copy) if n == Ref(q) else None,  # noqa: B023
                ):
                    yield Variant(formula, facts)


@mistake("times_for_plus", 2.0)
def times_for_plus(spot: Spot) -> Iterator[Variant]:
    """Added where multiplied is meant, or multiplied where added is meant."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("add", (left, right)):
                yield left * right
            case Call("mul", (left, right)):
                yield left + right

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)
