"""Whether an exercise teaches: numbers short, steps visible, nothing flat, saturated or equal by chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from byhand.api import Work
from byhand.lesson.warnings import warnings
from byhand.practice.asked import Asked
from byhand.practice.topics import Draft
from byhand.trace.run import Run

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


def faults(draft: Draft, worked: Work, rows: list[Asked], level: int) -> Iterator[str]:
    """What is wrong with an exercise, by code; the cheapest to find first.

    Yields
    ------
    str
        ``trivial`` (a 0 or a 1 that hides a factor), ``size``, ``digits``, ``equal``, ``operation`` (the
        wrong operation would give the same), ``saturated``, ``mask`` (no unit below its corner),
        ``unmoved`` (an update that does not show), ``decisions``, or the code of a lesson's warning.
    """
    most = max(MOST_DIGITS[level], MOST_DIGITS[3] if draft.steps > 1 or draft.objective is None else 0)
    largest = LARGEST_EXACT if draft.exact else LARGEST
    for row in rows:
        if row.name.partition("#")[0] in draft.free:
            continue
        size = abs(row.value)
        if size < 1e-12 or abs(size - 1) < APART:
            yield "trivial"
        elif not SMALLEST <= size <= largest:
            yield "size"
        elif draft.exact and digits_of(row.value) > most:
            yield "digits"
    yield from _givens(draft, most)
    yield from _equal(draft, worked.run)
    yield from _equations(worked.run)
    yield from _unmoved(draft, worked)
    if draft.objective is None and draft.free and not _decides(worked):
        yield "decisions"
    yield from (w.code for w in warnings(worked.task, worked.run) if w.code not in _ALLOWED)


def _givens(draft: Draft, most: int) -> Iterator[str]:
    for name, value in draft.given.items():
        if name not in draft.free and (abs(value) < 1e-12 or abs(abs(value) - 1) < APART):
            yield "trivial"
        if digits_of(value) > most:
            yield "digits"


def _equal(draft: Draft, run: Run) -> Iterator[str]:
    """Values of one size; a unit above its corner equals its weighted sum and may."""
    values = run.first.forwards[0].values
    kept = {eq.name for eq in run.program.equations if eq.op == "leaky_relu"} | draft.free
    named = [name for name in values if "." not in name and name not in kept]
    sizes = sorted(abs(float(values[name])) for name in named)
    if any(b - a <= APART * a for a, b in pairwise(sizes)):
        yield "equal"


def _equations(run: Run) -> Iterator[str]:
    values = run.first.forwards[0].values
    masks: list[bool] = []
    for eq in run.program.equations:
        xs = [float(values[arg]) if isinstance(arg, str) else float(arg) for arg in eq.args]
        y = float(values[eq.name])
        if eq.op in SLOPE and SLOPE[eq.op](y) < LEAST_SLOPE:
            yield "saturated"
        elif eq.op == "leaky_relu":
            masks.append(xs[0] < 0)
        elif eq.op in ("add", "sub", "mul") and all(xs) and len({round(x, 9) for x in _ways(*xs)}) < 3:
            yield "operation"
        elif eq.op == "pow" and math.isclose(y, xs[0] * xs[1]):
            yield "operation"
    if masks and (all(masks) or not any(masks)):
        yield "mask"


def _ways(a: float, b: float) -> tuple[float, float, float]:
    return a + b, a - b, a * b


def _unmoved(draft: Draft, worked: Work) -> Iterator[str]:
    if draft.rate is None:
        return
    for before, after in pairwise(worked.run.starts):
        for name, old in before.items():
            if abs(after[name] - old) < LEAST_CHANGE * abs(old):
                yield "unmoved"


def _decides(worked: Work) -> bool:
    """Whether the first sample is misjudged, and of three at least one is judged right."""
    errors = [value for name, value in worked.values.items() if name.startswith("e_")]
    return bool(errors[0]) and (len(errors) < 3 or not all(errors))
