"""Each written number judged: right, rounded, carried from an earlier wrong one, or wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from byhand.check.book import Book, Quantity
from byhand.check.literal import Written
from byhand.check.own import Habit, Own, habit_of
from byhand.check.reckoner import Result

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
    return _Judge(book, written, habit or habit_of(written)).all()


class _Judge:
    """Judges the numbers of one sheet."""

    def __init__(self, book: Book, written: Mapping[Quantity, Written], habit: Habit) -> None:
        self._book, self._written, self._habit = book, written, habit
        self._sheet = self._with(written)
        self._mended: tuple[int, tuple[Own, Own]] | None = None
        self._bad: set[Quantity] = set()

    def all(self) -> list[Judged]:
        judged: list[Judged] = []
        for q in sorted(self._written, key=self._book.place):
            one = self._judged(q)
            judged.append(one)
            if one.verdict in ("carried", "wrong"):
                self._bad.add(q)
        return judged

    def _judged(self, q: Quantity) -> Judged:
        number, true = self._written[q], self._book.true(q)
        ways = ways_to(q, *self._sheet)
        from_own = ways[0].value if ways else true
        if number.printed.low <= true <= number.printed.high:
            return Judged(q, number, true, from_own, "right")
        possible = number.printed if self._book.is_decision(q) else number.possible
        fits = [way for way in ways if way.interval.meets(possible)]
        sound = [way for way in fits if not way.used & self._bad]
        if sound or (not ways and possible.low <= true <= possible.high):
            return Judged(q, number, true, sound[0].value if sound else true, "rounded")
        if fits:
            rests_on = tuple(sorted(fits[0].used & self._bad, key=str))
            return Judged(q, number, true, fits[0].value, "carried", rests_on)
        for way in ways_to(q, *self._right_in_mind()):
            if way.interval.meets(possible):
                return Judged(q, number, true, way.value, "rounded")
        return Judged(q, number, true, true if math.isnan(from_own) else from_own, "wrong")

    def _with(self, written: Mapping[Quantity, Written]) -> tuple[Own, Own]:
        """What follows from some numbers: from all of them, and from the values alone."""
        return Own(self._book, written, self._habit), Own(self._book, written, self._habit, derivatives=False)

    def _right_in_mind(self) -> tuple[Own, Own]:
        """The sheet without its bad numbers: they may have been right in the head, and written down wrong."""
        if self._mended is None or self._mended[0] != len(self._bad):
            kept = {q: number for q, number in self._written.items() if q not in self._bad}
            self._mended = len(self._bad), self._with(kept)
        return self._mended[1]


def ways_to(q: Quantity, own: Own, expanded: Own) -> list[Result]:
    """What the learner's numbers give for one of them, by each way of forming it; the likeliest first."""
    formula = own.book.formula(q)
    if formula is None:
        return []
    found = [own.of_formula(way) for way in own.formulas(q)]
    if q.kind == "derivative":
        found.append(expanded.of_formula(formula))
    return found
