"""Planted sheets handed in and judged: was the first wrong step found, was the mistake named."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from planting.learner import Mistake, Sheet, claims, drawn_mistake, moved, respelled, style, work
from planting.problem import Problem, Values
from planting.sequences import PROBLEMS
from planting.span import Unbounded

# Kinds of the planter that are one formula, or one idea, with a kind of the checker.
SAME: dict[str, set[str]] = {
    "sign": {"sign_lost", "order_of_difference"},
    "sign_lost": {"sign"},
    "upstream_left_out": {"factor_left_out"},
    "local_slip": {"local_derivative"},
}


class Case(NamedTuple):
    """One sheet: what was planted, and which written number shows it first."""

    sheet: Sheet
    claims: dict[str, str]
    first: frozenset[str]


@dataclass
class Outcome:
    """What the checker said of one sheet."""

    title: str
    kind: str
    digits: int
    found: bool
    written: bool = True
    wrong_again: int = 0
    unreadable: int = 0
    seconds: float = 0.0
    named: list[str] = field(default_factory=list)
    same_formula: bool = False


def problem(rng: Any) -> Problem:
    titles = sorted(PROBLEMS)
    return PROBLEMS[titles[int(rng.integers(len(titles)))]](rng)


def planted(rng: Any, redrawn: Counter[str]) -> Case:
    """A sheet with one mistake that shows: others are drawn again, and counted."""
    while True:
        one, how = problem(rng), style(rng)
        mistake = drawn_mistake(one, rng)
        try:
            sheet = work(one, how, rng, (mistake,))
            first = shown_first(sheet, mistake)
        except (Unbounded, OverflowError, ValueError, ZeroDivisionError):
            redrawn[mistake.kind] += 1
            continue
        if not first:
            redrawn[mistake.kind] += 1
            continue
        return Case(sheet, claims(sheet, rng), first)


def shown_first(sheet: Sheet, mistake: Mistake) -> frozenset[str]:
    """The written numbers that show a mistake before any other does; none where rounding hides it."""
    if not sheet.numbers:
        return frozenset()
    out = moved(sheet)
    showing = [name for name in out if mistake.step in sheet.resting_on(name)]
    if mistake.step in sheet.numbers:
        return frozenset({mistake.step}) if mistake.step in showing else frozenset()
    return frozenset(
        name for name in showing if not any(o != name and o in sheet.resting_on(name) for o in showing)
    )


class Pair(NamedTuple):
    """One sheet with two mistakes: which numbers show each first, and whether one step rests on the other."""

    sheet: Sheet
    claims: dict[str, str]
    first: tuple[frozenset[str], frozenset[str]]
    dependent: bool


def planted_pair(rng: Any, redrawn: Counter[str]) -> Pair:
    """A sheet with two mistakes of which each shows."""
    while True:
        one, how = problem(rng), style(rng)
        made = drawn_mistake(one, rng), drawn_mistake(one, rng)
        if made[0].step == made[1].step:
            continue
        try:
            sheet = work(one, how, rng, made)
            first = shown_first(sheet, made[0]), shown_first(sheet, made[1])
        except (Unbounded, OverflowError, ValueError, ZeroDivisionError):
            redrawn["both"] += 1
            continue
        if not all(first) or first[0] & first[1]:
            redrawn["both"] += 1
            continue
        rests = [
            made[1 - k].step in sheet.resting_on(name) for k in range(2) for name in {*first[k], made[k].step}
        ]
        return Pair(sheet, claims(sheet, rng), first, any(rests))


def both_found(check: Any, pair: Pair) -> bool:
    """Whether both mistakes are marked where they show, the first wrong number among them."""
    checked = check(pair.sheet.problem.sheet(pair.claims))
    names = names_of(pair)
    wrong = {names[c.name] for c in checked.claims if c.verdict == "wrong"}
    earliest = min(_stage(name) for first in pair.first for name in first)
    found = names.get(checked.first_wrong)
    in_order = found in frozenset.union(*pair.first) and _stage(str(found)) == earliest
    return in_order and all(first & wrong for first in pair.first)


def _stage(name: str) -> tuple[int, int]:
    """In which iteration, and whether forward, backward or update."""
    bare, _, turn = name.partition("#")
    return int(turn or 1), 1 if "/d" in bare else 2 if bare.endswith("_new") else 0


def right(rng: Any) -> Case:
    """A sheet without a mistake."""
    while True:
        one, how = problem(rng), style(rng)
        sheet = work(one, how, rng)
        if sheet.numbers:
            return Case(sheet, claims(sheet, rng), frozenset())


def names_of(case: Case | Pair) -> dict[str, str]:
    """The steps by the names under which they were handed in."""
    if not case.sheet.style.respells:
        return {name: name for name in case.claims}
    return {
        respelled(name, manner): name
        for name in case.sheet.written
        for manner in range(3)
        if respelled(name, manner) in case.claims
    }


def judge(check: Any, case: Case) -> Outcome:
    """Hand a sheet in."""
    started = time.process_time()
    checked = check(case.sheet.problem.sheet(case.claims))
    seconds = time.process_time() - started
    names = names_of(case)
    mistake = case.sheet.mistakes[0]
    wrong = {names[c.name]: c for c in checked.claims if c.verdict == "wrong"}
    first = names.get(checked.first_wrong)
    made = Outcome(
        case.sheet.problem.title,
        mistake.kind,
        case.sheet.style.digits,
        found=first in case.first,
        written=mistake.step in case.sheet.numbers,
        wrong_again=len(wrong.keys() - case.first),
        unreadable=sum(c.verdict == "unreadable" for c in checked.claims),
        seconds=seconds,
    )
    if made.found:
        explanations = wrong[first].explanations
        made.named = named(explanations)
        value = planted_value(case.sheet, mistake, str(first))
        made.same_formula = value is not None and any(
            abs(one.value - value) <= 1e-9 * max(abs(value), 1e-12) for one in explanations[:2]
        )
    return made


def named(explanations: Any) -> list[str]:
    """The first two codes named."""
    codes = [code for one in explanations for code in one.codes]
    return list(dict.fromkeys(codes))[:2]


def planted_value(sheet: Sheet, mistake: Mistake, shown: str) -> float | None:
    """What the wrong formula makes of the number that shows it, with the numbers as they are written."""
    if mistake.formula is None:
        return None
    values = Values(sheet.problem.numbers)
    for step in sheet.problem.steps:
        formula = mistake.formula if step.name == mistake.step else step.right
        value = float(formula(values))
        if step.name == shown:
            return value
        values[step.name] = sheet.numbers[step.name].value if step.name in sheet.numbers else value
    return None


def is_named(one: Outcome) -> bool:
    """Whether the true kind is among the two codes named."""
    return bool({one.kind, *SAME.get(one.kind, ())} & set(one.named))


def false_alarms(check: Any, case: Case) -> list[tuple[str, str, str]]:
    """What is said against a right sheet."""
    checked = check(case.sheet.problem.sheet(case.claims))
    said = [(c.name, c.claimed, c.verdict) for c in checked.claims if c.verdict not in ("right", "rounded")]
    return said if len(checked.claims) == len(case.claims) else [*said, ("", "", "not judged")]


def generator(seed: int, part: str) -> Any:
    return np.random.default_rng([seed, *part.encode()])
