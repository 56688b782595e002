"""Rules stated on a page: how a weight is updated, and a derivative stated with both signs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

from byhand.check.article.formulas import points, usable
from byhand.check.article.notebook import Notebook, names_in, readings, slopes_in
from byhand.check.article.report import Finding
from byhand.errors import ByhandError
from byhand.ops import Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.sources.pages.mathematics import Slope
from byhand.sources.pages.page import Page
from byhand.sources.pages.statements import Member, Statement
from byhand.trace.forward import run_forward
from byhand.trace.program import build

_LOSSES = ("L", "E", "J", "C", "loss", "Loss", "cost", "error", "Error", "MSE")


def update_cause(weight: str, tree: Expr) -> str | None:
    """What is wrong with ``w_new = tree``; None where it is the gradient rule, or another one.

    ``old_weight_dropped``: η·∂L/∂w alone. ``sign_of_step``: w + η·∂L/∂w of something called a loss.
    """
    slopes = set(slopes_in(tree))
    if len(slopes) != 1 or not usable(tree):
        return None
    slope = next(iter(slopes))
    if not isinstance(slope.of, Name) or slope.by != weight:
        return None
    loss = slope.of.name.split("_")[0].rstrip("0123456789") in _LOSSES
    rates = names_in(tree) - {weight, slope.of.name}
    if len(rates) > 1:
        return None
    rate = next(iter(rates), None)
    outcomes = {_shape(reading, weight, slope, rate) for reading in readings(tree)}
    if len(outcomes) != 1:
        return None
    outcome = outcomes.pop()
    return outcome if outcome == "old_weight_dropped" or loss else None


def _shape(tree: Expr, weight: str, slope: Slope, rate: str | None) -> str | None:
    """Which of the wrong rules a formula is, tried with random numbers."""
    draw = random.Random(7)
    found: set[str | None] = set()
    for _ in range(3):
        w, g, r = draw.uniform(0.5, 2), draw.uniform(2.5, 4), draw.uniform(0.1, 0.4) if rate else 1.0
        swap = {Name(weight): Number(w), slope: Number(g)} | ({Name(rate): Number(r)} if rate else {})
        numbers = substitute(tree, swap.get)
        try:
            value = float(run_forward(build([("whole", numbers)]), {}).values["whole"])
        except (ByhandError, ArithmeticError, KeyError, TypeError):
            return None
        if rate is not None and abs(value - r * g) < 1e-9:
            found.add("old_weight_dropped")
        elif rate is not None and abs(value - (w + r * g)) < 1e-9:
            found.add("sign_of_step")
        else:
            found.add(None)
    return found.pop() if len(found) == 1 else None


def contradictions(page: Page, chains: list[Statement], book: Notebook) -> Iterator[Finding]:
    """A derivative such as dw given once with a minus and once without: the odd one out is told."""
    stated: dict[str, list[Member]] = {}
    for chain in chains:
        head = chain.members[0].tree
        if isinstance(head, Name) and _differential(head.name) and chain.members[1].tree is not None:
            stated.setdefault(head.name, []).append(chain.members[1])
    for name, members in stated.items():
        for earlier, later in pairwise(members):
            if earlier.tree is None or later.tree is None or earlier.tree == later.tree:
                continue
            if opposite(book, earlier.tree, later.tree):
                wrong = later if members.index(earlier) > 0 or later is members[-1] else earlier
                line, _ = page.position(earlier.start)
                yield Finding(
                    *("sign_against", "wrong", wrong.start, wrong.end, page.text(wrong.start, wrong.end)),
                    name,
                    facts={"line": line, "other": page.text(earlier.start, earlier.end)},
                )


def _differential(name: str) -> bool:
    """Whether a name is one people give to a derivative: dw, dW1, grad_w."""
    return (name.startswith("d") and 1 < len(name) <= 8) or name.startswith("grad")


def opposite(book: Notebook, one: Expr, other: Expr) -> bool:
    """Whether two formulas differ in their sign alone."""
    a, b = next(readings(book.resolved(one))), next(readings(book.resolved(other)))
    if not (usable(a) and usable(b)) or slopes_in(a) or slopes_in(b):
        return False
    tried = 0
    for point in points({"left side": a, "right side": b}):
        left, right = point.value(Name("left side")), point.value(Name("right side"))
        if left == 0 or abs(left + right) > 1e-9 * abs(left):
            return False
        tried += 1
    return tried > 0
