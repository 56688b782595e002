"""Each written number judged: right, rounded, carried from an earlier wrong one, or wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from byhand.check.book import Book, Quantity
from byhand.check.literal import Written
from byhand.check.own import Habit, Own, Result, habit_of

Verdict = Literal["right", "rounded", "carried", "wrong"]


class Judged(NamedTuple):
    """One number and what is to be said of it.

    Attributes
    ----------
    quantity : Quantity
    written : Written
    expected : float
        The true value.
    from_own : float
        What follows from the numbers the learner wrote before.
    verdict : str
        ``right`` as printed; ``rounded``, reachable from their own rounded or cut numbers, none wrong;
        ``carried``, reachable from numbers of which one was wrong already; ``wrong``.
    rests_on : tuple of Quantity
        The wrong or carried numbers behind a carried one.
    """

    quantity: Quantity
    written: Written
    expected: float
    from_own: float
    verdict: Verdict
    rests_on: tuple[Quantity, ...] = ()


def compare(book: Book, written: Mapping[Quantity, Written], habit: Habit | None = None) -> list[Judged]:
    """Judge every number, in the order of computation.

    Parameters
    ----------
    book : Book
    written : mapping
    habit : Habit, optional
        To how many digits the learner works; by default what their numbers show.

    Returns
    -------
    list of Judged
    """
    habit = habit or habit_of(written)
    own = Own(book, written, habit)
    expanded = Own(book, written, habit, derivatives=False)
    bad: set[Quantity] = set()
    judged: list[Judged] = []
    for q in sorted(written, key=book.place):
        one = _judged(q, written[q], book.true(q), ways_to(q, own, expanded), bad)
        judged.append(one)
        if one.verdict in ("carried", "wrong"):
            bad.add(q)
    return judged


def ways_to(q: Quantity, own: Own, expanded: Own) -> list[Result]:
    """What the learner's numbers give for one of them, by each way of forming it; the likeliest first."""
    formula = own.book.formula(q)
    if formula is None:
        return []
    found = [own.of_formula(way) for way in own.formulas(q)]
    if q.kind == "derivative":
        found.append(expanded.of_formula(formula))
    return found


def _judged(q: Quantity, number: Written, true: float, ways: list[Result], bad: set[Quantity]) -> Judged:
    from_own = ways[0].value if ways else true
    if number.rounded.low <= true <= number.rounded.high:
        return Judged(q, number, true, from_own, "right")
    fits = [way for way in ways if way.interval.meets(number.possible)]
    sound = [way for way in fits if not way.used & bad]
    if sound or (not ways and number.possible.low <= true <= number.possible.high):
        return Judged(q, number, true, sound[0].value if sound else true, "rounded")
    if fits:
        rests_on = tuple(sorted(fits[0].used & bad, key=str))
        return Judged(q, number, true, fits[0].value, "carried", rests_on)
    return Judged(q, number, true, true if math.isnan(from_own) else from_own, "wrong")
