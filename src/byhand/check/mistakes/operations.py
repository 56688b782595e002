"""Operations done wrong, in any formula: a sign, a term, a factor, a square, an activation."""

from __future__ import annotations

import math
from collections.abc import Iterator

from byhand.check.book import Ref, refs
from byhand.check.mistakes.table import (
    Spot,
    Variant,
    everywhere,
    factors,
    mistake,
    node_mistake,
    once_or_everywhere,
    one_spot,
    terms,
)
from byhand.ops import OPS, Call, Expr, Number
from byhand.ops.expression import is_number, leaves, multiplied, summed


@mistake("sign", 1.0, "derivative", "new", "state")
def sign(spot: Spot) -> Iterator[Variant]:
    """The sign of the whole."""
    yield Variant(-spot.formula)


@mistake("sign", 1.4, "value")
def sign_of_value(spot: Spot) -> Iterator[Variant]:
    """The sign of a value, which is more often lost in writing."""
    yield from sign(spot)


@node_mistake("sign_of_term", 1.2)
def sign_of_term(node: Expr) -> Iterator[Expr]:
    """Minus for plus, or plus for minus, inside."""
    match node:
        case Call("add", (left, right)):
            yield left - right
            if not (isinstance(left, Call) and left.op in ("add", "sub")):
                yield -left + right
        case Call("sub", (left, right)):
            yield left + right
        case Call("neg", (inner,)):
            yield inner


@node_mistake("order_of_difference", 1.4)
def order_of_difference(node: Expr) -> Iterator[Expr]:
    """a − b in place of b − a."""
    match node:
        case Call("sub", (left, right)):
            yield right - left


_RANKS = {"add": 0, "sub": 0, "mul": 1, "div": 1}


@node_mistake("order_of_operations", 2.0)
def order_of_operations(node: Expr) -> Iterator[Expr]:
    """Plus before times, times before a power, or brackets overlooked: a·b + c worked out as a·(b + c)."""
    match node:
        case Call(outer, (Call(inner, (a, b)), c)) if _of_two_kinds(outer, inner):
            yield Call(inner, (a, Call(outer, (b, c))))
    match node:
        case Call(outer, (a, Call(inner, (b, c)))) if _of_two_kinds(outer, inner):
            yield Call(inner, (Call(outer, (a, b)), c))
        case Call("mul", (a, Call("pow", (base, exponent)))):
            yield Call("pow", (a * base, exponent))
        case Call("neg", (Call("pow", (base, exponent)),)):
            yield Call("pow", (-base, exponent))


def _of_two_kinds(one: str, other: str) -> bool:
    return one in _RANKS and other in _RANKS and _RANKS[one] != _RANKS[other]


@node_mistake("angle_in_degrees", 1.0)
def angle_in_degrees(node: Expr) -> Iterator[Expr]:
    """The angle taken in degrees, as a calculator does in that mode."""
    match node:
        case Call("sin" | "cos" as op, (angle,)):
            yield Call(op, (angle * (math.pi / 180),))


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


@node_mistake("term_left_out", 1.4)
def term_left_out(node: Expr) -> Iterator[Expr]:
    """A term of a sum left out."""
    parts = terms(node)
    for k in range(len(parts)) if len(parts) > 1 else ():
        yield summed([*parts[:k], *parts[k + 1 :]])


@node_mistake("factor_left_out", 1.5)
def factor_left_out(node: Expr) -> Iterator[Expr]:
    """A factor of a product left out."""
    parts = factors(node)
    for k in range(len(parts)) if len(parts) > 1 else ():
        yield multiplied([*parts[:k], *parts[k + 1 :]])


@node_mistake("divisor_left_out", 1.5)
def divisor_left_out(node: Expr) -> Iterator[Expr]:
    """A division left out, or a multiplication in its place."""
    match node:
        case Call("div", (top, bottom)):
            yield top
            yield top * bottom
            yield bottom / top


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


@node_mistake("width", 0.8)
def width(node: Expr) -> Iterator[Expr]:
    """A Gaussian's width taken for the factor in its exponent, or the other way round; its 2 left out."""
    if isinstance(node, Call) and node.op == "exp":
        yield from (Call("exp", (inner,)) for inner in one_spot(node.args[0], _other_widths))


def _other_widths(node: Expr) -> Iterator[Expr]:
    match node:
        case Call("div", (top, bottom)):
            for s in [leaf for leaf in leaves(bottom) if isinstance(leaf, Ref)]:
                yield from (top * s, top / s**2, top / (2 * s), top / (2 * s**2))
        case Call("mul", (Ref() as s, top)) | Call("mul", (top, Ref() as s)):
            yield from (top / (2 * s**2), top / s**2)


@mistake("factor_two", 1.0, "value", "derivative", "change", "new")
def factor_two(spot: Spot) -> Iterator[Variant]:
    """A factor 2 or ½ too much or too little."""
    yield Variant(spot.formula * 2, {"factor": "2"})
    yield Variant(spot.formula / 2, {"factor": "1/2"})


@mistake("factor_count", 1.2, "value", "derivative", "change", "new")
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


@node_mistake("logarithm_base", 1.8)
def logarithm_base(node: Expr) -> Iterator[Expr]:
    """The logarithm of base 10 or 2 in place of the natural one."""
    if isinstance(node, Call) and node.op in ("log", "times_log"):
        yield node / 2.302585092994046
        yield node / 0.6931471805599453


@node_mistake("times_for_plus", 2.0)
def times_for_plus(node: Expr) -> Iterator[Expr]:
    """Added where multiplied is meant, or multiplied where added is meant."""
    match node:
        case Call("add", (left, right)):
            yield left * right
        case Call("mul", (left, right)):
            yield left + right
