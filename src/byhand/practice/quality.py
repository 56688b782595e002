"""Whether an exercise teaches: numbers short, steps visible, nothing flat, saturated or equal by chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from byhand.api import Work
from byhand.lesson.warnings import warnings
from byhand.practice.questions import Question
from byhand.practice.topics import Draft
from byhand.trace.forward import Forward
from byhand.trace.program import Program, lines_of

MOST_DIGITS = {1: 4, 2: 5, 3: 6}
# The slope of a unit as a share of its steepest, by the unit's value.
SLOPE: Mapping[str, Callable[[float], float]] = {
    "sigmoid": lambda y: 4 * y * (1 - y),
    "tanh": lambda y: 1 - y * y,
}
LEAST_SLOPE = 0.2
SMALLEST, LARGEST, LARGEST_EXACT = 0.005, 200.0, 5000.0
LEAST_CHANGE = 0.005
APART = 0.004
_ALLOWED = {"unfinished", "updated_data"}


def digits_of(value: float) -> int:
    """How many significant digits a decimal has; 12 for one that does not end.

    Examples
    --------
    >>> digits_of(0.1 + 0.2), digits_of(1250.0), digits_of(1 / 3)
    (1, 3, 12)
    """
    return len(f"{value:.11e}".lstrip("-").partition("e")[0].replace(".", "").rstrip("0")) or 1


def forward_faults(draft: Draft, forward: Forward, program: Program, level: int) -> Iterator[str]:
    """What is wrong with an exercise as far as the values of its forward pass show it, by code.

    Yields
    ------
    str
        ``trivial`` (a 0 or a 1 that hides a factor), ``size``, ``digits``, ``equal``, ``operation`` (the
        wrong operation would give the same), ``saturated``, ``mask`` (no unit on one side of its corner),
        ``decisions``.
    """
    most = most_digits(draft, level)
    for name, value in draft.given.items():
        if name not in draft.free:
            yield from _number(value, most, LARGEST_EXACT)
    named = {name: float(forward.values[name]) for name in lines_of(program) if name not in draft.free}
    for value in named.values():
        yield from _number(
            value, most if draft.exact else math.inf, LARGEST_EXACT if draft.exact else LARGEST
        )
    yield from _equal(draft, program, forward.values)
    yield from _equations(program, forward.values)
    if draft.free and not _decides(forward.values):
        yield "decisions"


def faults(draft: Draft, worked: Work, rows: list[Question], level: int) -> Iterator[str]:
    """What else is wrong with an exercise, worked out in full.

    Yields
    ------
    str
        As `forward_faults`; ``unmoved`` (an update that does not show); the code of a lesson's warning.
    """
    most = most_digits(draft, level) if draft.exact else math.inf
    for row in rows:
        if row.name.partition("#")[0] not in draft.free:
            yield from _number(row.value, most, LARGEST_EXACT if draft.exact else LARGEST)
    yield from _unmoved(draft, worked)
    yield from (w.code for w in warnings(worked.task, worked.run) if w.code not in _ALLOWED)


def most_digits(draft: Draft, level: int) -> int:
    """How long an exact answer may be; a calculation of several rounds needs more room."""
    return MOST_DIGITS[3 if draft.steps > 1 or draft.objective is None else level]


def _number(value: float, most: float, largest: float) -> Iterator[str]:
    size = abs(value)
    if size < 1e-12 or abs(size - 1) < APART:
        yield "trivial"
    elif not SMALLEST <= size <= largest:
        yield "size"
    elif digits_of(value) > most:
        yield "digits"


def _equal(draft: Draft, program: Program, values: Mapping[str, Any]) -> Iterator[str]:
    """Values of one size; a unit above its corner equals its weighted sum and may."""
    kept = {eq.name for eq in program.equations if eq.op == "leaky_relu"} | draft.free | draft.kept
    named = [name for name in values if "." not in name and name not in kept]
    sizes = sorted(abs(float(values[name])) for name in named)
    if any(b - a <= APART * a for a, b in pairwise(sizes)):
        yield "equal"


def _equations(program: Program, values: Mapping[str, Any]) -> Iterator[str]:
    masks: list[bool] = []
    for eq in program.equations:
        xs = [float(values[arg]) if isinstance(arg, str) else float(arg) for arg in eq.args]
        y = float(values[eq.name])
        if eq.op in SLOPE and SLOPE[eq.op](y) < LEAST_SLOPE:
            yield "saturated"
        elif eq.op == "leaky_relu":
            masks.append(xs[0] < 0)
        elif _looks_like_another(eq.op, xs, y):
            yield "operation"
    if masks and (all(masks) or not any(masks)):
        yield "mask"


def _looks_like_another(op: str, xs: list[float], y: float) -> bool:
    """Whether the wrong operation on the same numbers gives the same; a 0 is looked for elsewhere."""
    if op == "pow":
        return math.isclose(y, xs[0] * xs[1])
    if op not in ("add", "sub", "mul") or not all(xs):
        return False
    a, b = xs
    return len({round(x, 9) for x in (a + b, a - b, a * b)}) < 3


def _unmoved(draft: Draft, worked: Work) -> Iterator[str]:
    if draft.rate is None:
        return
    for before, after in pairwise(worked.run.starts):
        for name, old in before.items():
            if abs(after[name] - old) < LEAST_CHANGE * abs(old):
                yield "unmoved"


def _decides(values: Mapping[str, Any]) -> bool:
    """Whether the first sample is misjudged, and of three at least one is judged right."""
    errors = [value for name, value in values.items() if name.startswith("e_")]
    return bool(errors[0]) and (len(errors) < 3 or not all(errors))
