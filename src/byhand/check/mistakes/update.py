"""Mistakes in an update: the old weight dropped, the step turned round, a new weight used too early."""

from __future__ import annotations

from collections.abc import Iterator

from byhand.check.book import Quantity, Ref, refs
from byhand.check.mistakes.table import (
    Spot,
    Variant,
    everywhere,
    expanded,
    mistake,
    once_or_everywhere,
)
from byhand.ops import Call, Expr, Number
from byhand.ops.expression import substitute
from byhand.trace.scalar import base_name


@mistake("old_weight_dropped", 1.0, "new")
def old_weight_dropped(spot: Spot) -> Iterator[Variant]:
    """The step alone, without the old weight."""
    match spot.formula:
        case Call("sub" | "add", (_, step)):
            yield Variant(step)
            yield Variant(-step)


@mistake("sign_of_step", 1.0, "new")
def sign_of_step(spot: Spot) -> Iterator[Variant]:
    """Up the gradient in place of down, or the other way round."""
    match spot.formula:
        case Call("sub", (old, step)):
            yield Variant(old + step)
        case Call("add", (old, step)):
            yield Variant(old - step)


@mistake("rate_left_out", 1.2, "change", "new")
def rate_left_out(spot: Spot) -> Iterator[Variant]:
    """The gradient taken whole, without the learning rate."""
    rate = spot.book.plan.settings.get("rate")
    if rate is not None:

        def change(node: Expr) -> Expr | None:
            return Number(1.0) if node == Number(float(rate)) else None

        for formula in once_or_everywhere(spot.formula, change):
            yield Variant(formula)


@mistake("gradient_as_new_weight", 2.0, "new")
def gradient_as_new_weight(spot: Spot) -> Iterator[Variant]:
    """The gradient, or the old weight, written as the new weight."""
    q = spot.quantity
    yield Variant(Ref(Quantity("derivative", spot.book.objective, q.of, q.step)))
    yield Variant(Ref(Quantity("value", q.of, "", q.step)))


@mistake("updated_too_early", 1.2, "derivative", "change", "new")
def updated_too_early(spot: Spot) -> Iterator[Variant]:
    """Weights that were updated already used in a derivative."""
    plan = spot.book.plan
    if plan.rule is None:
        return

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref) or node.quantity.kind != "value":
            return None
        q = node.quantity
        own = q.of == spot.quantity.of
        return Ref(Quantity("new", q.of, "", q.step)) if base_name(q.of) in plan.learn and not own else None

    for formula in once_or_everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("updated_too_early", 1.2, "value")
def layer_by_layer(spot: Spot) -> Iterator[Variant]:
    """A value after an update in which each layer's gradients took the later layers' new weights."""
    q, book = spot.quantity, spot.book
    if q.step == 1 or book.plan.rule is None:
        return

    def down_to_weights(other: Quantity) -> Expr | None:
        inner = other.kind == "value" and other.step == q.step and other not in spot.own.written
        return book.formula(other) if inner else None

    def down_to_values(other: Quantity) -> Expr | None:
        return book.formula(other) if other.kind == "derivative" else None

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref) or node.quantity.kind != "new":
            return None
        update = book.formula(node.quantity)
        early = Spot(node.quantity, spot.own, expanded(update, down_to_values)) if update else None
        return next((variant.formula for variant in updated_too_early(early)), None) if early else None

    for formula in everywhere(expanded(spot.formula, down_to_weights), change):
        yield Variant(formula)


@mistake("old_weight_used", 1.4, "value", "derivative", "change", "new")
def old_weight_used(spot: Spot) -> Iterator[Variant]:
    """A weight from before the last update."""
    q = spot.quantity
    if q.step == 1:
        return

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref) or base_name(node.quantity.of) not in spot.book.plan.learn:
            return None
        own = node.quantity
        before = {"value": own._replace(kind="value", step=own.step - 1), "new": own._replace(kind="value")}
        stale = before.get(own.kind)
        return Ref(stale) if stale is not None and stale.step >= 1 else None

    for formula in once_or_everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("state_left_out", 1.4, "new")
def state_left_out(spot: Spot) -> Iterator[Variant]:
    """The plain step, without what the rule keeps from the steps before."""
    plan, q = spot.book.plan, spot.quantity
    if plan.rule is None or not plan.rule.state:
        return
    old = Ref(Quantity("value", q.of, "", q.step))
    step = Number(float(plan.settings["rate"])) * Ref(
        Quantity("derivative", spot.book.objective, q.of, q.step)
    )
    yield Variant(old + step if plan.maximise else old - step)


@mistake("state_factor", 1.8, "new")
def state_factor(spot: Spot) -> Iterator[Variant]:
    """The new gradient weighed with 1 − momentum, as in another form of the rule."""
    rule = spot.book.plan.rule
    if rule is None or "momentum" not in rule.settings:
        return
    share = 1 - float(spot.book.plan.settings["momentum"])

    def change(node: Expr) -> Expr | None:
        match node:
            case Call("add", (kept, Ref(q) as gradient)) if q.kind == "derivative":
                return kept + share * gradient
        return None

    for formula in once_or_everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("correction_left_out", 0.8, "new")
def correction_left_out(spot: Spot) -> Iterator[Variant]:
    """Adam's means without the correction for their start at 0."""
    rule = spot.book.plan.rule
    if rule is None or "bias_corrected" not in rule.conventions:
        return
    base = spot.book.formula(spot.quantity)
    assert base is not None

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Ref) and node.quantity.kind == "state" and "_hat" in node.quantity.of:
            return Ref(node.quantity._replace(of=node.quantity.of.replace("_hat", "")))
        return None

    for formula in once_or_everywhere(base, change):
        yield Variant(formula)


@mistake("step_number", 1.6, "new")
def step_number(spot: Spot) -> Iterator[Variant]:
    """The update counted from 0, or one too many, in Adam's correction."""
    t = float(spot.quantity.step + spot.book.plan.state.get("t", 0))
    for other in (t - 1, t + 1):
        changed = substitute(spot.formula, lambda n: Number(other) if n == Number(t) else None)  # noqa: B023
        if changed is not spot.formula:
            yield Variant(changed)


@mistake("gradient_of_another", 1.6, "change", "new")
def gradient_of_another(spot: Spot) -> Iterator[Variant]:
    """The gradient of another weight."""
    plan, q = spot.book.plan, spot.quantity
    wanted = Quantity("derivative", spot.book.objective, q.of, q.step)
    base = spot.book.formula(q)
    if base is None or wanted not in set(refs(base)):
        return
    page = spot.book.page(q.step)
    for name in page.given:
        if name != q.of and base_name(name) in plan.learn:
            other = Ref(wanted._replace(by=name))
            made = substitute(base, lambda n: other if n == Ref(wanted) else None)  # noqa: B023
            yield Variant(made, {"name": q.of, "other": name})
