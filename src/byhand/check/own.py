"""What a learner's own numbers lead to: each number worked out from those they wrote before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from byhand.check.book import Book, Quantity, Ref, refs
from byhand.check.interval import EVERYTHING, Interval, enclose, point
from byhand.check.literal import Written
from byhand.ops import Call, Expr, Number
from byhand.ops.expression import substitute, times
from byhand.trace.evaluate import evaluate

MOST_PRODUCTS = 12


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
    """The habit that the numbers of a sheet show."""
    digits = max((number.digits for number in written.values()), default=6)
    places = [number.decimals for number in written.values() if number.decimals]
    fixed = bool(places) and places.count(max(places)) >= 2
    return Habit(digits, max(places) if fixed else None)


class Result(NamedTuple):
    """A number worked out from the learner's.

    Attributes
    ----------
    value : float
        With their numbers taken as written.
    interval : Interval
        What it can be, their numbers being rounded or cut ones.
    used : frozenset of Quantity
        Which of their numbers it rests on.
    """

    value: float
    interval: Interval
    used: frozenset[Quantity]


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
    """

    book: Book
    written: Mapping[Quantity, Written]
    habit: Habit
    derivatives: bool = True
    _known: dict[Quantity, Result] = field(default_factory=dict)

    def result(self, q: Quantity) -> Result:
        """A number as it stands on the sheet, or as it follows from the sheet."""
        return self._settle(q, [q])

    def of_formula(self, formula: Expr) -> Result:
        """A formula worked out with the learner's numbers."""
        for q in refs(formula):
            self._settle(q, [q])
        used: frozenset[Quantity] = frozenset().union(*(self._known[q].used for q in refs(formula)))
        values = substitute(formula, lambda n: _leaf(n, lambda q: Number(self._known[q].value)))
        try:
            value = float(evaluate(values, {}))
        except (ZeroDivisionError, OverflowError, ValueError):
            value = math.nan
        interval = enclose(
            formula, lambda n: self._known[n.quantity].interval if isinstance(n, Ref) else None
        )
        return Result(value, interval, used)

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
                own = self._left_out(self.of_formula(formula), formula)
            self._known[q] = own
            waiting.pop()
        return self._known[wanted]

    def _given(self, q: Quantity) -> Result | None:
        """What needs no working out: a number that was written or given."""
        number = self.written.get(q)
        if number is not None and (self.derivatives or q.kind != "derivative"):
            return Result(number.value, number.possible, frozenset((q,)))
        if self.book.formula(q) is None:
            value = self.book.true(q)
            return Result(value, point(value), frozenset())
        return None

    def _left_out(self, made: Result, formula: Expr) -> Result:
        """A step that was not written down may have been rounded in the head."""
        if not isinstance(formula, Call) or made.interval == EVERYTHING:
            return made
        size = max(abs(made.interval.low), abs(made.interval.high))
        unit = self.habit.unit(size)
        noise = 1e-12 * size
        is_short = unit > 0 and abs(round(made.value / unit) * unit - made.value) <= noise
        if made.interval.width <= noise and is_short:
            return made  # nothing to round
        return made._replace(interval=made.interval.widened(unit))

    def formula(self, q: Quantity) -> Expr:
        """The formula by which a number that was not written would be worked out."""
        return next(iter(self.formulas(q)))

    def formulas(self, q: Quantity) -> Iterator[Expr]:
        """The ways in which a number can be formed from others, the likeliest first.

        Of a derivative: products over the values through which all paths lead, those with written factors
        first; then the sum over the lines that use B; then the sum over the operands of A.
        """
        if q.kind == "derivative" and self.derivatives:
            yield from self._products(q)
            yield from self._sums(q)
        whole = self.book.formula(q)
        assert whole is not None
        yield whole

    def _products(self, q: Quantity) -> Iterator[Expr]:
        """Products of written derivatives along the values that all paths lead through."""
        links = self.book.page(q.step).dominators(q.of, q.by)
        ways = sorted(self._divided(q, links), key=self._unwritten)
        for way in ways[:MOST_PRODUCTS]:
            product: Expr = Number(1)
            for of, by in pairwise(way):
                product = times(product, Ref(Quantity("derivative", of, by, q.step)))
            if len(way) > 2 and any(other in self.written for other in refs(product)):
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
        """The sum over the lines that use B, and the sum over the values that A uses."""
        page = self.book.page(q.step)
        inside = page.between(q.by, q.of)
        users = [user for user in page.users.get(q.by, ()) if user in inside]
        if q.of not in users and users:
            yield _total([self.book.path_term(q, user) for user in users])
        operands = [name for name in page.used.get(q.of, ()) if name in inside]
        if q.by not in operands and operands:
            yield _total(
                [
                    times(
                        self.book.local(q.of, name, q.step), Ref(Quantity("derivative", name, q.by, q.step))
                    )
                    for name in operands
                ]
            )


def _leaf(node: Expr, made: object) -> Expr | None:
    return made(node.quantity) if isinstance(node, Ref) and callable(made) else None


def _total(terms: list[Expr]) -> Expr:
    whole = terms[0]
    for term in terms[1:]:
        whole = whole + term
    return whole
