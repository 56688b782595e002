"""Suppositions: one mistake made in one step, and what number that gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np

from byhand.check.book import Quantity, Ref, refs
from byhand.check.literal import Written
from byhand.check.mistakes import MISTAKES, Spot, Variant, spelled_out
from byhand.check.own import Own
from byhand.check.reckoner import Reckoner, Result, columns, instead
from byhand.ops import Expr
from byhand.ops.expression import size, substitute
from byhand.ops.interval import Interval, point

MOST_BASES, MOST_LEFT_OUT, MOST_BEFORE, LARGEST = 4, 24, 800, 150
# A value farther off than so many times what rounding may do is not looked at closely.
_FAR = 20.0
# What it costs to suppose more: another formula, a step left out, other numbers than those written.
_ANOTHER_WAY, _LEFT_OUT, _OTHER_NUMBERS = 0.2, 0.3, 0.6


class Used(NamedTuple):
    """A number in a formula: its value, and whether it is the learner's own or the true one."""

    value: float
    source: Literal["own", "true"]


class Supposed(NamedTuple):
    """One mistake supposed.

    Attributes
    ----------
    code : str
    facts : mapping
        What its sentence names.
    formula : Expr
        The formula with the mistake in it, of `at`.
    at : Quantity
        The number itself, or a step towards it that was left out.
    true : frozenset of Quantity
        Numbers taken right although they are written wrong.
    value, full : float
        What the number comes out as, from the numbers written and from the full ones.
    interval : Interval
    weight : float
        How probable the mistake is before the number is looked at.
    """

    code: str
    facts: Mapping[str, str]
    formula: Expr
    at: Quantity
    true: frozenset[Quantity]
    value: float
    full: float
    interval: Interval
    weight: float


# A mistake in a step that was left out: its code, what it makes of the formula, its probability, its value.
Made = tuple[str, Variant, float, float]


class Supposing:
    """The suppositions about one number.

    Parameters
    ----------
    q : Quantity
    written : Written
    own : Own
    bad : frozenset of Quantity
        The other numbers that are wrong or carried.
    made : dict
        The mistakes in steps that were left out, as far as other numbers of the sheet asked for them.
    """

    def __init__(
        self,
        q: Quantity,
        written: Written,
        own: Own,
        bad: frozenset[Quantity],
        made: dict[Quantity, list[Made]],
    ) -> None:
        self._q, self._written, self._own, self._bad, self._made = q, written, own, bad, made
        self._full = Reckoner(self._true)
        self._others: dict[frozenset[Quantity], Reckoner] = {}
        self._right: tuple[float, float] | None = None
        self._ordered: list[Quantity] = []
        self._rests: dict[Quantity, frozenset[Quantity]] = {}
        self._reached: dict[tuple[Quantity, float], Interval] = {}

    def all(self) -> Iterator[Supposed]:
        """Every mistake in every way of forming the number, then in the nearest steps left out before it."""
        if self._own.book.formula(self._q) is None:
            return
        for k, base in enumerate(self.bases()):
            for code, variant, weight in _mistakes(Spot(self._q, self._own, base)):
                yield from self._at_the_number(code, variant, weight * math.exp(-_ANOTHER_WAY * k))
        tried = 0
        for step in self.left_out():
            if tried < MOST_BEFORE:
                yield from self._at_a_step(step)
                tried += len(self._made[step])

    def bases(self) -> list[Expr]:
        """The ways to form the number, what was not written spelled out as long as it stays short."""
        found: list[Expr] = []
        for way in self._own.formulas(self._q):
            whole = spelled_out(self._own, way)
            base = whole if size(whole) <= LARGEST else way
            if base not in found:
                found.append(base)
        return found[:MOST_BASES]

    def left_out(self) -> list[Quantity]:
        """The steps towards the number that were not written down, the nearest first.

        None behind a choice or a test: a mistake there shows only in its outcome, which is itself a step.
        """
        found: dict[Quantity, None] = {}
        level = [self._q]
        while level and len(found) < MOST_LEFT_OUT:
            level = [
                other
                for q in level
                if q == self._q or not self._own.book.is_decision(q)
                for other in dict.fromkeys(refs(self._own.formula(q)))
                if other not in self._own.written
                and other not in found
                and self._own.book.formula(other) is not None
            ]
            found.update(dict.fromkeys(level))
        return list(found)[:MOST_LEFT_OUT]

    def in_full(self, one: Supposed) -> Expr:
        """The number's formula with the mistake in it, where it was made in a step that was left out."""
        if one.at == self._q:
            return one.formula
        known = {one.at: one.formula}

        def put_in(node: Expr) -> Expr | None:
            return known.get(node.quantity) if isinstance(node, Ref) else None

        formula = self._own.formula(self._q)
        for _ in range(MOST_LEFT_OUT):
            open_steps = [q for q in refs(formula) if q in known or (q in self._towards(one.at))]
            if not open_steps or size(formula) > LARGEST:
                break
            known |= {q: self._own.formula(q) for q in open_steps if q not in known}
            formula = substitute(formula, put_in)
        return formula

    def used(self, formula: Expr, true: frozenset[Quantity]) -> dict[Quantity, Used]:
        """The numbers put into a formula."""
        return {
            q: Used(self._own.book.true(q), "true") if q in true else Used(self._own.result(q).value, "own")
            for q in refs(formula)
        }

    def _at_the_number(self, code: str, variant: Variant, weight: float) -> Iterator[Supposed]:
        """A formula with the learner's numbers; with the bad ones right; with one of them right."""
        formula = variant.formula
        value = self._own.value_of(formula)
        bad = [q for q in dict.fromkeys(refs(formula)) if self._own.result(q).used & self._bad]
        full = math.nan if bad else self._full.value(formula)
        interval = self._own.of_formula(formula).interval if self._near(value) else point(value)
        yield Supposed(code, variant.facts, formula, self._q, frozenset(), value, full, interval, weight)
        sets = [frozenset(bad), *(frozenset((q,)) for q in bad if len(bad) > 1)]
        for true in sets if bad else ():
            reckoner = self._with_true(true)
            value = reckoner.value(formula)
            yield Supposed(
                *(code, variant.facts, formula, self._q, true, value, math.nan),
                reckoner.interval(formula) if self._near(value) else point(value),
                weight * math.exp(-_OTHER_NUMBERS) / len(sets),
            )

    def _at_a_step(self, step: Quantity) -> Iterator[Supposed]:
        """What the number becomes where a mistake was made in a step before it: all mistakes at once."""
        if step not in self._made:
            self._made[step] = [
                (code, variant, weight * math.exp(-_LEFT_OUT), value)
                for code, variant, weight in _mistakes(Spot(step, self._own, self._own.formula(step)))
                if math.isfinite(value := self._own.value_of(variant.formula))
            ]
        made = self._made[step]
        if not made:
            return
        after = [q for q in self._in_order() if q != step and step in self._before(q)]
        carried = self._carried(step, [value for *_, value in made], after, self._own.result)
        if any(self._own.result(q).used & self._bad for q in after):
            full = [math.nan] * len(made)
        else:
            starts = [self._full.value(variant.formula) for _, variant, *_ in made]
            full = self._carried(step, starts, after, self._true)
        for (code, variant, weight, start), value, whole in zip(made, carried, full, strict=True):
            if (step, start) not in self._reached:
                near = self._near(value)
                self._reached[step, start] = (
                    self._reach(step, variant.formula, after) if near else point(value)
                )
            interval = self._reached[step, start]
            yield Supposed(
                code, variant.facts, variant.formula, step, frozenset(), value, whole, interval, weight
            )

    def _carried(
        self, step: Quantity, starts: list[float], after: list[Quantity], number: Callable[[Quantity], Result]
    ) -> list[float]:
        """The number for each value that a step may have been given."""
        known = {step: np.array(starts)}
        for q in after:
            known[q] = columns(self._own.formula(q), lambda other: number(other).value, known)
        return known[self._q].tolist()

    def _reach(self, step: Quantity, formula: Expr, after: list[Quantity]) -> Interval:
        """All that the number can be after a wrong step."""
        changed = {step: self._own.left_out(self._own.of_formula(formula), formula)}
        for q in after:
            made = instead(self._own.result, changed).result(self._own.formula(q))
            changed[q] = made if q == self._q else self._own.left_out(made, self._own.formula(q))
        return changed[self._q].interval

    def _near(self, value: float) -> bool:
        """Whether a value is near enough to the number written for its interval to be worth the while."""
        width, right = self._spread()
        far = abs(value - self._written.value)
        grown = max(1.0, abs(value / right)) if right else 1.0
        return far <= _FAR * (width * grown + self._written.unit) if math.isfinite(value) else False

    def _spread(self) -> tuple[float, float]:
        """How far rounding may move the number when it is worked out rightly, and what it then is."""
        if self._right is None:
            made = self._own.of_formula(self._own.formula(self._q))
            self._right = made.interval.width, made.value
        return self._right

    def _in_order(self) -> list[Quantity]:
        """The number and the steps left out before it, each after those it needs."""
        if not self._ordered:
            steps = {*self.left_out(), self._q}
            waiting = [self._q]
            while waiting:
                q = waiting[-1]
                needs = [other for other in refs(self._own.formula(q)) if other in steps]
                missing = [other for other in needs if other not in self._rests]
                waiting += missing
                if not missing:
                    waiting.pop()
                    if q not in self._rests:
                        self._rests[q] = frozenset(needs).union(*(self._rests[other] for other in needs))
                        self._ordered.append(q)
        return self._ordered

    def _before(self, q: Quantity) -> frozenset[Quantity]:
        return self._rests[q]

    def _towards(self, step: Quantity) -> set[Quantity]:
        """The steps left out that rest on one of them."""
        return {q for q in self._in_order() if q != self._q and step in self._before(q)}

    def _true(self, q: Quantity) -> Result:
        value = self._own.book.true(q)
        return Result(value, point(value), frozenset())

    def _with_true(self, true: frozenset[Quantity]) -> Reckoner:
        if true not in self._others:
            self._others[true] = instead(self._own.result, {q: self._true(q) for q in true})
        return self._others[true]


def _mistakes(spot: Spot) -> Iterator[tuple[str, Variant, float]]:
    """Every mistake at a spot, with its probability: each kind's is shared among its variants."""
    for kind in MISTAKES:
        if spot.quantity.kind in kind.kinds:
            variants = list(kind.variants(spot))
            for variant in variants:
                yield kind.code, variant, math.exp(-kind.cost) / len(variants)
