"""Ranges of numbers, and functions that take a number or a range alike."""

from __future__ import annotations

import math
from dataclasses import dataclass


class Unbounded(ArithmeticError):
    """A range without an end: division by a range that holds 0."""


@dataclass(frozen=True)
class Span:
    """All numbers from `low` to `high`."""

    low: float
    high: float

    def __add__(self, other):
        other = span(other)
        return Span(self.low + other.low, self.high + other.high)

    def __neg__(self):
        return Span(-self.high, -self.low)

    def __sub__(self, other):
        return self + -span(other)

    def __rsub__(self, other):
        return span(other) - self

    def __mul__(self, other):
        other = span(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __truediv__(self, other):
        other = span(other)
        if other.low <= 0 <= other.high:
            raise Unbounded
        return self * Span(1 / other.high, 1 / other.low)

    def __rtruediv__(self, other):
        return span(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def widened(self, by):
        return Span(self.low - by, self.high + by)

    def holds(self, value):
        slack = 1e-12 * max(abs(self.low), abs(self.high))
        return self.low - slack <= value <= self.high + slack

    def meets(self, other):
        slack = 1e-12 * max(abs(self.low), abs(self.high))
        return self.low - slack <= other.high and other.low <= self.high + slack


def span(x):
    return x if isinstance(x, Span) else Span(x, x)


def rising(f):
    return lambda x: Span(f(x.low), f(x.high)) if isinstance(x, Span) else f(x)


def even(f):
    """A function that is even and rises from 0."""

    def both(x):
        if not isinstance(x, Span):
            return f(x)
        ends = sorted((f(x.low), f(x.high)))
        return Span(f(0.0) if x.low <= 0 <= x.high else ends[0], ends[1])

    return both


sigmoid = rising(lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0)
tanh = rising(math.tanh)
relu = rising(lambda x: max(x, 0.0))
step = rising(lambda x: float(x > 0))
exp = rising(math.exp)
log = rising(math.log)
sqrt = rising(math.sqrt)
square = even(lambda x: x * x)


class _Head:
    """One unit of the last digit of a number that is kept in the head."""

    unit = staticmethod(lambda size: 0.0)


def worked_in_the_head_to(unit):
    """From now on, steps that are never written down may be rounded or cut by so much."""
    _Head.unit = staticmethod(unit)


def head(x):
    """A step that is never written down."""
    return x.widened(_Head.unit(max(abs(x.low), abs(x.high)))) if isinstance(x, Span) else x


def bell(y):
    """y(1 − y)."""
    return head(0.25 - square(y - 0.5)) if isinstance(y, Span) else y * (1 - y)


def hill(y):
    """1 − y²."""
    return head(1 - square(y))
