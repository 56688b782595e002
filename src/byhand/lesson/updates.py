"""Updates told by the rule's own equations, and what they were predicted to do and did."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Sym
from byhand.lesson.sentences import Speaker
from byhand.ops import Call, Derivative, Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.ops.table import total
from byhand.rules import Rule, distinct
from byhand.rules.gradient import root
from byhand.trace.run import Pass, Update

RATE = "η"
_SYMBOLS = {"rate": RATE, "eta": "η_t"}
MOST_TERMS = 12
FLOAT_PLACES = 15


def setting_lines(settings: Mapping[str, Any], digits: int) -> list[Block]:
    """The learning rate and the rule's settings, by the names the updates use."""
    board = Board({}, {}, digits)
    return [
        board.line(Name(RATE if name == "rate" else name), value=value, code="setting")
        for name, value in settings.items()
    ]


def norm_line(norm: float, gradients: Mapping[str, Any], objective: str, digits: int) -> Block:
    """The norm of the gradients by all learned names together, from that of each."""
    each = [
        Call("norm" if np.ndim(g) else "copy", (Derivative(objective, name),))
        for name, g in gradients.items()
    ]
    lengths = [Number(float(np.sqrt(np.sum(np.square(g))))) for g in gradients.values()]
    formula, worked = (root(total([one**2 for one in sides])) for sides in (each, lengths))
    return Board({}, gradients, digits).line(Name("norm"), formula, worked=worked, value=norm, code="norm")


def update_lines(
    update: Update, rule: Rule, objective: str, digits: int, known: bool = True, again: bool = False
) -> list[Block]:
    """One weight's update, equation by equation of its rule; `again` without those all weights share."""
    weight = update.name

    def spelled(node: Expr) -> Expr | None:
        if not isinstance(node, Name):
            return None
        if node.name == "g":
            return Derivative(objective, weight)
        return Name(_shown(node.name, weight, rule))

    values = {_shown(name, weight, rule): value for name, value in update.working.items()}
    board = Board(values, {weight: update.gradient}, digits)
    blocks: list[Block] = []
    for name, formula in distinct(rule):
        if again and name.removesuffix("_new") in rule.shared:
            continue
        moved = name == "w_new" and not np.ndim(update.old) and update.gradient != 0
        near = update.old if moved else None
        value = update.working[name] if known else None
        left = Name(_shown(name, weight, rule))
        blocks.append(board.line(left, substitute(formula, spelled), value=value, near=near, code="update"))
    return blocks


def _shown(name: str, weight: str, rule: Rule) -> str:
    """A name of the rule as it is written for one weight."""
    base, new = (name[: -len("_new")], "_new") if name.endswith("_new") else (name, "")
    if base == "w":
        return weight + new
    if base in _SYMBOLS:
        return _SYMBOLS[base]
    if base in rule.shared:
        return base
    own = base in rule.state or new
    return f"{base}_{weight}{new if base in rule.state else ''}" if own else base


def predicted_and_actual(
    done: Pass, after: Any, objective: str, board: Board, speaker: Speaker
) -> list[Block]:
    """The change the gradient predicts, the sum of slope times step, beside the one that came about.

    Parameters
    ----------
    done : Pass
    after : float
        The objective after the updates.
    objective : str
    board : Board
    speaker : Speaker
    """
    changes = {name: _change(update.old, update.new) for name, update in done.updates.items()}
    predicted = sum(np.sum(done.gradients[name] * change) for name, change in changes.items())
    actual = _change(done.objective, after)
    scalars = [name for name in changes if not np.ndim(changes[name])]
    before: Mapping[str, Any] = {f"Δ{name}": change for name, change in changes.items()}
    blocks: list[Block] = [speaker.paragraph("lesson.predicted", objective=Sym(objective))]
    if len(scalars) == len(changes) <= MOST_TERMS:
        own = Board(before, done.gradients, board.digits)
        terms = [Derivative(objective, name) * Name(f"Δ{name}") for name in changes]
        blocks.append(own.line(Name(f"Δ{objective}"), total(terms), value=float(predicted), code="predicted"))
    else:
        blocks.append(board.line(Name(f"Δ{objective}"), value=float(predicted), code="predicted"))
    own = Board({f"{objective}_new": after, objective: done.objective}, {}, board.digits)
    left = Name(f"{objective}_new") - Name(objective)
    blocks.append(speaker.paragraph("lesson.actual", objective=Sym(objective)))
    blocks.append(own.line(left, value=float(actual), code="actual"))
    return blocks


def _change(old: Any, new: Any) -> Any:
    """New less old, without the digits that a difference of floats makes up."""
    if not isinstance(new, float) or new == old:
        return new - old
    return round(new - old, FLOAT_PLACES - math.ceil(math.log10(max(abs(old), abs(new)))))


def direction(gradient: Any) -> str:
    """Which sentence says what raising a value does."""
    if np.ndim(gradient):
        return "lesson.direction_array"
    if gradient == 0:
        return "lesson.direction_none"
    return "lesson.direction_up" if gradient > 0 else "lesson.direction_down"
