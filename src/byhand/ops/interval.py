"""Intervals: what an operation can give when each of its numbers stands for a little range."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple


class Interval(NamedTuple):
    """All numbers from `low` to `high`."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How long it is."""
        return self.high - self.low

    def meets(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return self.low <= other.high and other.low <= self.high

    def widened(self, by: float) -> Interval:
        """Longer by so much at each end."""
        return Interval(self.low - by, self.high + by)


_ALMOST_ONE = 1 - 1e-10
EVERYTHING = Interval(-math.inf, math.inf)


def point(value: float) -> Interval:
    """The interval of one number."""
    return Interval(value, value)


def outward(low: float, high: float) -> Interval:
    """The interval with each end moved by the last digit of a float; everything where an end is no number."""
    if math.isnan(low) or math.isnan(high):
        return EVERYTHING
    return Interval(math.nextafter(low, -math.inf), math.nextafter(high, math.inf))


def rising(f: Callable[[float], float]) -> Callable[[Interval], Interval]:
    """A function that never falls, on intervals."""
    return lambda x: outward(f(x.low), f(x.high))


def saturating(f: Callable[[float], float]) -> Callable[[Interval], Interval]:
    """A rising function that never reaches 1 or -1, though its float does: cut, it is all nines."""

    def of(x: Interval) -> Interval:
        return outward(min(f(x.low), _ALMOST_ONE), max(f(x.high), -_ALMOST_ONE))

    return of


def even(f: Callable[[float], float]) -> Callable[[Interval], Interval]:
    """A function that is even and never falls from 0 on, on intervals."""

    def of(x: Interval) -> Interval:
        ends = f(x.low), f(x.high)
        return outward(f(0.0) if x.low <= 0 <= x.high else min(ends), max(ends))

    return of


def wave(f: Callable[[float], float], top: float) -> Callable[[Interval], Interval]:
    """Sine or cosine on intervals; its tops lie at `top` and every 2π from there."""

    def of(x: Interval) -> Interval:
        ends = f(x.low), f(x.high)
        return outward(-1.0 if _holds(x, top + math.pi) else min(ends), 1.0 if _holds(x, top) else max(ends))

    return of


def _holds(x: Interval, place: float) -> bool:
    """Whether the interval holds the place or one a whole number of turns away."""
    return math.floor((x.high - place) / math.tau) >= math.ceil((x.low - place) / math.tau)


def negative(x: Interval) -> Interval:
    """Minus the numbers."""
    return Interval(-x.high, -x.low)


def added(*xs: Interval) -> Interval:
    """The sum."""
    return outward(sum(x.low for x in xs), sum(x.high for x in xs))


def product(a: Interval, b: Interval) -> Interval:
    """The product."""
    ends = [x * y for x in a for y in b]
    return outward(min(ends), max(ends))


def quotient(a: Interval, b: Interval) -> Interval:
    """The quotient.

    Raises
    ------
    ZeroDivisionError
        The divisor may be 0.
    """
    if b.low <= 0 <= b.high:
        raise ZeroDivisionError
    ends = [x / y for x in a for y in b]
    return outward(min(ends), max(ends))


def power(a: Interval, b: Interval) -> Interval:
    """The power.

    Raises
    ------
    ZeroDivisionError
        A negative power of what may be 0.
    ValueError
        A root of what may be negative.
    """
    n = b.low
    whole = b.width == 0 and n == int(n)
    if whole and n % 2 == 0 and n > 0:
        return even(lambda x: x**n)(a)
    if whole and n < 0 and a.low <= 0 <= a.high:
        raise ZeroDivisionError
    if not whole and a.low < 0:
        raise ValueError
    ends = [x**y for x in a for y in b]
    return outward(min(ends), max(ends))


def largest(*xs: Interval) -> Interval:
    """The largest."""
    return Interval(max(x.low for x in xs), max(x.high for x in xs))


def smallest(*xs: Interval) -> Interval:
    """The smallest."""
    return Interval(min(x.low for x in xs), min(x.high for x in xs))


def place_of_smallest(*xs: Interval) -> Interval:
    """The places at which the smallest may stand, the first of equal ones."""
    bound = min(x.high for x in xs)
    places = [k for k, x in enumerate(xs) if x.low < bound or x.low == bound == x.high]
    if all(x.width == 0 for x in xs):
        places = places[:1]
    return Interval(float(places[0]), float(places[-1]))


def either(condition: Interval, a: Interval, b: Interval) -> Interval:
    """`a` where the condition is not 0, else `b`; both where it may be either."""
    if condition.low == condition.high:
        return b if condition.low == 0 else a
    return Interval(min(a.low, b.low), max(a.high, b.high))


def compared(test: Callable[[float, float], bool]) -> Callable[[Interval, Interval], Interval]:
    """Whether an order holds, 1 or 0, on intervals."""

    def of(a: Interval, b: Interval) -> Interval:
        outcomes = [float(test(x, y)) for x in a for y in b]
        return Interval(min(outcomes), max(outcomes))

    return of


def equal(a: Interval, b: Interval) -> Interval:
    """Whether two numbers are equal, 1 or 0."""
    return Interval(float(a.width == b.width == 0 and a == b), float(a.meets(b)))


def unequal(a: Interval, b: Interval) -> Interval:
    """Whether two numbers differ, 1 or 0."""
    same = equal(a, b)
    return Interval(1 - same.high, 1 - same.low)
