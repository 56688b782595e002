"""What a learner's own numbers lead to: each number worked out from those they wrote before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from byhand.check.book import Book, Quantity, Ref, refs
from byhand.check.literal import Written
from byhand.check.reckoner import Reckoner, Result
from byhand.ops import Call, Expr, Number
from byhand.ops.expression import summed, times
from byhand.ops.interval import EVERYTHING, Interval, point

MOST_PRODUCTS, MOST_STEPS = 12, 60
_EXACT, _NOISE = 1e-6, 1e-12


@dataclass(frozen=True)
class Habit:
    """To how many digits somebody works.

    Attributes
    ----------
    digits : int
        Significant digits, the most they wrote anywhere.
    decimals : int or None
        Decimals, the most they wrote anywhere; None where they do not write a fixed number of decimals.
    """

    digits: int
    decimals: int | None

    def unit(self, value: float) -> float:
        """One unit of the last digit they would write of a number of this size."""
        if value == 0 or math.isinf(value):
            return 0.0
        significant = 10.0 ** (math.floor(math.log10(abs(value))) - self.digits + 1)
        return significant if self.decimals is None else max(significant, 10.0**-self.decimals)


def habit_of(written: Mapping[Quantity, Written]) -> Habit:
    """The habit that the numbers of a sheet show: so many digits, so many decimals, or both."""
    digits = max((number.digits for number in written.values()), default=6)
    places = [number.decimals for number in written.values() if number.decimals]
    decimals = max(places, default=0)
    of_all_digits = sum(number.digits == digits for number in written.values())
    of_all_decimals = places.count(decimals)
    return Habit(digits, decimals if of_all_decimals >= max(2, of_all_digits) else None)


@dataclass
class Own:
    """The learner's numbers and what follows from them.

    Attributes
    ----------
    book : Book
    written : mapping
        Their numbers.
    habit : Habit
    derivatives : bool
        Whether derivatives that they wrote are used; without, a derivative is expanded to the values.
    ranges : mapping
        What given numbers may be that are themselves rounded ones.
    """

    book: Book
    written: Mapping[Quantity, Written]
    habit: Habit
    derivatives: bool = True
    ranges: Mapping[Quantity, Interval] = field(default_factory=dict)
    _known: dict[Quantity, Result] = field(default_factory=dict)
    _reckoner: Reckoner = field(init=False)
    _first: dict[Quantity, Expr] = field(default_factory=dict)
    _ways: dict[Quantity, list[Expr]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reckoner = Reckoner(self._known.__getitem__)

    def result(self, q: Quantity) -> Result:
        """A number as it stands on the sheet, or as it follows from the sheet."""
        return self._known[q] if q in self._known else self._settle(q, [q])

    def of_formula(self, formula: Expr) -> Result:
        """A formula worked out with the learner's numbers."""
        for q in refs(formula):
            if q not in self._known:
                self._settle(q, [q])
        return self._reckoner.result(formula)

    def value_of(self, formula: Expr) -> float:
        """The value of a formula with the learner's numbers."""
        for q in refs(formula):
            if q not in self._known:
                self._settle(q, [q])
        return self._reckoner.value(formula)

    def _settle(self, wanted: Quantity, waiting: list[Quantity]) -> Result:
        """Work out what is waiting, the numbers each needs first; no recursion, for long calculations."""
        while waiting:
            q = waiting[-1]
            if q in self._known:
                waiting.pop()
                continue
            own = self._given(q)
            if own is None:
                formula = self.formula(q)
                missing = [other for other in refs(formula) if other not in self._known]
                if missing:
                    waiting += missing
                    continue
                made, number = self.of_formula(formula), self._number(q)
                # A derivative expanded to the values is worked out in one go.
                rounds = self.derivatives or q.kind != "derivative"
                if number and self.book.is_decision(q):
                    own = Result(number.value, point(number.value), frozenset((q,)))
                else:
                    own = _as_written(q, number, made) if number else self.left_out(made, formula, rounds)
            self._known[q] = own
            waiting.pop()
        return self._known[wanted]

    def _number(self, q: Quantity) -> Written | None:
        """What they wrote, where it is used."""
        return self.written.get(q) if self.derivatives or q.kind != "derivative" else None

    def _given(self, q: Quantity) -> Result | None:
        """What needs no working out: a number that was given, or lies too far back."""
        number, is_given = self._number(q), self.book.formula(q) is None
        if number is None and not is_given:
            if q.kind not in ("new", "value") or self._steps_back(q) <= MOST_STEPS:
                return None
            value = self.book.true(q)
            return Result(value, point(value).widened(self.habit.unit(value)), frozenset())
        if is_given:
            value = self.book.true(q)
            made = Result(value, self.ranges.get(q, point(value)), frozenset())
            return _as_written(q, number, made) if number else made
        return None

    def _steps_back(self, q: Quantity) -> int:
        """How many iterations lie between a number and the last one of which anything is written."""
        return q.step - max((step for step in self._steps_written if step <= q.step), default=0)

    @cached_property
    def _steps_written(self) -> frozenset[int]:
        return frozenset(other.step for other in self.written)

    def left_out(self, made: Result, formula: Expr, rounds: bool = True) -> Result:
        """A step that was not written down may have been rounded in the head."""
        if not isinstance(formula, Call) or made.interval == EVERYTHING or not rounds:
            return made
        unit = self.habit.unit(max(abs(made.interval.low), abs(made.interval.high)))
        if unit and made.interval.width < _EXACT * unit and _is_whole(made.value / unit):
            return made  # 0.25 stays 0.25
        return made._replace(interval=_shortened(made.interval, unit))

    def formula(self, q: Quantity) -> Expr:
        """The formula by which a number that was not written would be worked out."""
        if q not in self._first:
            self._first[q] = self._ways[q][0] if q in self._ways else next(self._formulas(q))
        return self._first[q]

    def formulas(self, q: Quantity) -> list[Expr]:
        """The ways in which a number can be formed from others, the likeliest first.

        Of a derivative: products over values through which all paths lead, the sum over the lines that use
        B, the sum over the values that A uses; those that use what they wrote, where any does.
        """
        if q not in self._ways:
            self._ways[q] = list(self._formulas(q))
        return self._ways[q]

    def _formulas(self, q: Quantity) -> Iterator[Expr]:
        if q.kind == "derivative" and self.derivatives:
            ways = list(dict.fromkeys([*self._products(q), *self._sums(q)]))
            yield from [way for way in ways if not self._passes_by(way, q)] or ways
            if ways:
                return
        whole = self.book.formula(q)
        assert whole is not None
        change = self.book.change_to(q)
        step = self.book.formula(change) if change is not None and change in self.written else None
        if change is not None and step is not None and q not in set(refs(step)):
            yield Ref(Quantity("value", change.of, "", q.step)) + Ref(change)
        yield whole

    def _passes_by(self, way: Expr, q: Quantity) -> bool:
        """Whether a way to dA/dB works out by itself what they wrote down: a dA/dM or a dM/dB on its path."""
        page = self.book.page(q.step)
        for ref in refs(way):
            if ref.kind == "derivative" and ref not in self.written:
                for name in page.between(ref.by, ref.of) - {q.of, q.by}:
                    if ref.of not in (q.of, name) and q._replace(by=name) in self.written:
                        return True
                    if ref.by not in (q.by, name) and q._replace(of=name) in self.written:
                        return True
        return False

    def _products(self, q: Quantity) -> Iterator[Expr]:
        """Products of written derivatives along the values that all paths lead through."""
        links = self.book.page(q.step).dominators(q.of, q.by)
        ways = sorted(self._divided(q, links), key=self._unwritten)
        for way in ways[:MOST_PRODUCTS]:
            product: Expr = Number(1)
            for of, by in pairwise(way):
                product = times(product, Ref(Quantity("derivative", of, by, q.step)))
            if any(other in self.written for other in refs(product)):
                yield product

    def _divided(self, q: Quantity, links: list[str]) -> Iterator[list[str]]:
        """The ways to go along the links in single steps and in written leaps."""
        leaps = {
            k: [
                j
                for j in range(k + 1, len(links))
                if j == k + 1 or Quantity("derivative", links[k], links[j], q.step) in self.written
            ]
            for k in range(len(links))
        }
        ways = [[0]]
        for _ in range(len(links)):
            ways = [
                longer
                for way in ways
                for longer in ([[*way, j] for j in leaps[way[-1]]] if way[-1] < len(links) - 1 else [way])
            ][: 4 * MOST_PRODUCTS]
        for way in ways:
            if len(way) > 2:
                yield [links[k] for k in way]

    def _unwritten(self, way: list[str]) -> tuple[int, int]:
        written = {(q.of, q.by) for q in self.written if q.kind == "derivative"}
        return sum(pair not in written for pair in pairwise(way)), len(way)

    def _sums(self, q: Quantity) -> Iterator[Expr]:
        """The sum over the lines that use B, and over the values that A uses where a term is written."""
        page = self.book.page(q.step)
        inside = page.between(q.by, q.of)
        users = [user for user in page.users.get(q.by, ()) if user in inside]
        if q.of not in users and users:
            yield summed([self.book.path_term(q, user) for user in users])
        operands = [name for name in page.used.get(q.of, ()) if name in inside]
        if q.by not in operands and any(
            Quantity("derivative", name, q.by, q.step) in self.written for name in operands
        ):
            yield summed(
                [
                    times(
                        self.book.local(q.of, name, q.step), Ref(Quantity("derivative", name, q.by, q.step))
                    )
                    for name in operands
                ]
            )


def _as_written(q: Quantity, number: Written, made: Result) -> Result:
    """A written number stands for all that are rounded or cut to it; for itself where nothing had to be.

    Parameters
    ----------
    q : Quantity
    number : Written
    made : Result
        What it is by the numbers before it.
    """
    noise = _NOISE * max(abs(number.value), number.unit)
    exact = made.interval.width <= noise and abs(made.value - number.value) <= noise
    return Result(number.value, point(number.value) if exact else number.possible, frozenset((q,)))


def _shortened(exact: Interval, unit: float) -> Interval:
    """Numbers rounded to a unit move by half of it, and numbers cut by all of it, towards zero alone."""
    low, high = exact
    return Interval(low - (unit if low > 0 else unit / 2), high + (unit if high < 0 else unit / 2))


def _is_whole(count: float) -> bool:
    return abs(count - round(count)) < _EXACT
