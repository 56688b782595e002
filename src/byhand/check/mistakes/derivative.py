"""Mistakes in derivatives: at the wrong place, left out, taken twice, a path forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from byhand.check.book import Quantity, Ref, refs
from byhand.check.mistakes.table import (
    Spot,
    Variant,
    factors,
    mistake,
    node_mistake,
    once_or_everywhere,
    one_spot,
    operation_of,
    products,
    terms,
)
from byhand.check.softmax import softmax_slope
from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.ops.expression import is_number, multiplied, operations, summed
from byhand.trace.scalar import base_name


def _slope_of(node: Expr) -> Ref | None:
    """y where the node is the derivative of a squashing unit written in its output: y(1 − y) or 1 − y²."""
    match node:
        case Call("mul", (Ref() as y, Call("sub", (one, other)))) if is_number(one, 1) and other == y:
            return y
        case Call("sub", (one, Call("pow", (Ref() as y, two)))) if is_number(one, 1) and is_number(two, 2):
            return y
    return None


def _sum_of(spot: Spot, y: Ref) -> Expr | None:
    """The weighted sum z of which a unit's output is the activation."""
    formula = operation_of(spot, y.quantity)
    return formula.args[0] if formula is not None and formula.op in ("sigmoid", "tanh") else None


@mistake("sigma_prime_at_z", 1.0, "derivative", "new")
def sigma_prime_at_z(spot: Spot) -> Iterator[Variant]:
    """z(1 − z) in place of σ(z)(1 − σ(z)); 1 − z² in place of 1 − tanh² z."""

    def change(node: Expr) -> Expr | None:
        y = _slope_of(node)
        z = _sum_of(spot, y) if y is not None else None
        if z is None:
            return None
        return z * (1 - z) if isinstance(node, Call) and node.op == "mul" else 1 - z**2

    for formula in once_or_everywhere(spot.formula, change):
        yield Variant(formula)


def _is_slope(node: Expr) -> bool:
    return _slope_of(node) is not None or (isinstance(node, Call) and node.op in ("step", "where"))


@mistake("derivative_left_out", 1.2, "derivative", "new")
def derivative_left_out(spot: Spot) -> Iterator[Variant]:
    """The derivative of an activation, or ReLU's mask, left out."""
    for formula in once_or_everywhere(spot.formula, lambda node: Number(1.0) if _is_slope(node) else None):
        yield Variant(formula)


@node_mistake("derivative_twice", 2.0, "derivative", "new")
def derivative_twice(node: Expr) -> Iterator[Expr]:
    """The derivative of an activation multiplied in twice."""
    if _is_slope(node):
        yield node * node


@mistake("slope_with_cross_entropy", 1.2, "derivative", "new")
def slope_with_cross_entropy(spot: Spot) -> Iterator[Variant]:
    """Output minus target, and σ′ multiplied in as well, although it cancels with cross-entropy."""
    q = spot.quantity
    weight = q.of if q.kind == "new" else q.by
    page = spot.book.page(q.step)
    if q.kind != "new" and weight in page.lines:
        for y in page.users.get(weight, ()):
            if _has_logarithm(spot, y):
                output = Ref(Quantity("value", y, "", q.step))
                yield Variant(spot.formula * (output * (1 - output)))


def _has_logarithm(spot: Spot, name: str) -> bool:
    """Whether the logarithm of a value is taken in a line that uses it."""
    page = spot.book.page(spot.quantity.step)
    for user in page.users.get(name, ()):
        formula = operation_of(spot, Quantity("value", user, "", spot.quantity.step))
        if formula is not None and "log" in operations(formula):
            return True
    return False


@node_mistake("one_minus_left_out", 1.0, "derivative", "new")
def one_minus_left_out(node: Expr) -> Iterator[Expr]:
    """y in place of y(1 − y), or 1 − y alone."""
    y = _slope_of(node)
    if y is not None and isinstance(node, Call) and node.op == "mul":
        yield y
        yield 1 - y
    if y is not None and isinstance(node, Call) and node.op == "sub":
        yield 1 - y


@node_mistake("path_left_out", 1.2, "derivative", "new")
def path_left_out(node: Expr) -> Iterator[Expr]:
    """One path of the sum left out."""
    parts = terms(node)
    if len(parts) > 1 and any(len(factors(part)) > 1 for part in parts):
        for k in range(len(parts)):
            yield summed([*parts[:k], *parts[k + 1 :]])


@node_mistake("only_one_path", 1.6, "derivative", "new")
def only_one_path(node: Expr) -> Iterator[Expr]:
    """Only one path of several."""
    parts = terms(node)
    if len(parts) > 2:
        yield from parts


@mistake("sum_of_weight_gradients", 1.2, "derivative", "new")
def sum_of_weight_gradients(spot: Spot) -> Iterator[Variant]:
    """The gradients of the weights added up (δ·h) where δ·w is meant."""
    q, step = spot.quantity, spot.quantity.step
    weight = q.of if q.kind == "new" else q.by
    page = spot.book.page(step)
    objective = spot.book.objective if q.kind == "new" else q.of
    units = page.dominators(objective, weight)[1:]
    for unit in units if weight in page.lines else units[:-1]:
        inside = page.between(weight, objective)
        users = [user for user in page.users.get(unit, ()) if user in inside]
        weights = {
            name
            for user in users
            for name in page.used.get(user, ())
            if name != unit and name not in page.lines and spot.book.local(user, unit, step) is not None
        }

        def change(node: Expr, weights: set[str] = weights, unit: str = unit) -> Expr | None:
            if isinstance(node, Ref) and node.quantity.kind == "value" and node.quantity.of in weights:
                return Ref(Quantity("value", unit, "", step))
            return None

        for formula in once_or_everywhere(spot.formula, change):
            yield Variant(formula)


@mistake("weight_left_out", 1.6, "derivative", "new")
def weight_left_out(spot: Spot) -> Iterator[Variant]:
    """δ handed back without the weight it should be multiplied by."""
    page, learn = spot.book.page(spot.quantity.step), spot.book.plan.learn

    def change(node: Expr) -> Iterator[Expr]:
        if isinstance(node, Ref) and node.quantity.kind == "value":
            name = node.quantity.of
            if name not in page.lines and (not learn or base_name(name) in learn):
                yield Number(1.0)

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("input_left_out", 1.6, "derivative", "new")
def input_left_out(spot: Spot) -> Iterator[Variant]:
    """The value that comes in through the weight left out of its gradient."""
    q, parts = spot.quantity, factors(spot.formula)
    handed_back = q.kind == "derivative" and q.by in spot.book.page(q.step).lines
    if not handed_back and len(parts) > 1:
        last = parts[-1]
        if isinstance(last, Ref) and last.quantity.kind == "value":
            yield Variant(multiplied(parts[:-1]))


@mistake("weight_for_input", 1.8, "derivative", "new")
def weight_for_input(spot: Spot) -> Iterator[Variant]:
    """δ times the weight itself, where δ times the value that comes in through it is meant."""
    q = spot.quantity
    weight = Ref(Quantity("value", q.of if q.kind == "new" else q.by, "", q.step))
    users = spot.book.page(q.step).users.get(weight.quantity.of, ())
    inputs = {
        other
        for user in users
        for product in products(operation_of(spot, Quantity("value", user, "", q.step)))
        if weight in product
        for other in product
        if other != weight
    }
    for other in inputs:
        for formula in once_or_everywhere(spot.formula, lambda n: weight if n == other else None):  # noqa: B023
            yield Variant(formula)


@mistake("sum_for_activation", 1.6, "derivative", "new")
def sum_for_activation(spot: Spot) -> Iterator[Variant]:
    """δ times the weighted sum z, where δ times the activation of it is meant."""
    for q in dict.fromkeys(refs(spot.formula)):
        formula = operation_of(spot, q)
        if formula is not None and OPS[formula.op].kind == "activation":
            z = formula.args[0]
            for made in one_spot(spot.formula, lambda n: iter([z] if n == Ref(q) else [])):  # noqa: B023
                yield Variant(made)


@mistake("local_derivative", 1.6, "derivative", "new")
def local_derivative(spot: Spot) -> Iterator[Variant]:
    """The derivative of one operation wrong: of a power, of exp, of ln, of a root."""

    def change(node: Expr) -> Iterator[Expr]:
        match node:
            case Call("mul", (Number(n), Call("pow", (x, Number(m))))) if n == m + 1:
                yield from (x ** Number(m), n * x, n * x**n, x**n)
            case Call("mul", (Number(n), x)) if n == 2:
                yield from (x**2, 2 * x**2)
            case Call("div", (one, Call("mul", (two, Ref(q))))) if is_number(one, 1) and is_number(two, 2):
                inner = operation_of(spot, q)
                yield Ref(q) / 2
                if inner is not None and inner.op == "sqrt":
                    yield 1 / (2 * inner.args[0])
            case Call("div", (one, x)) if is_number(one, 1):
                yield from (x, Call("log", (x,)))
            case Ref(q):
                inner = operation_of(spot, q)
                if inner is not None and inner.op == "exp":
                    yield from (inner.args[0], inner.args[0] * node)

    for formula in one_spot(spot.formula, change):
        yield Variant(formula)


@mistake("diagonal_softmax", 1.6, "derivative")
def diagonal_softmax(spot: Spot) -> Iterator[Variant]:
    """The derivative of softmax by the unit's own sum only, nothing for the other outputs."""
    q = spot.quantity
    page = spot.book.page(q.step)
    users = [user for user in page.users.get(q.by, ()) if user in page.between(q.by, q.of)]
    for user in users:
        own = Name(user) * (1 - Name(user))
        if len(users) > 1 and softmax_slope(page, user, q.by) == own:
            yield Variant(spot.book.path_term(q, user))


@mistake("other_loss_derivative", 2.0, "derivative", "new")
def other_loss_derivative(spot: Spot) -> Iterator[Variant]:
    """The derivative of another loss: yhat − y in place of what the loss gives."""
    q = spot.quantity
    if q.kind != "derivative" or q.of != spot.book.objective:
        return
    page = spot.book.page(q.step)
    for target in page.given:
        if q.by in page.lines and set(page.users.get(target, ())) & set(page.users.get(q.by, ())):
            output, wanted = (Ref(Quantity("value", name, "", q.step)) for name in (q.by, target))
            yield Variant(output - wanted)
            yield Variant(wanted - output)
