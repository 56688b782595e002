"""Intervals: what a formula can give when each of its numbers stands for a little range."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from byhand.ops import Call, Expr, Number
from byhand.ops.expression import is_number


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


Known = dict[int, tuple[Expr, Interval]]


def enclose(expr: Expr, leaf: Callable[[Expr], Interval | None], known: Known | None = None) -> Interval:
    """An interval that holds every value of a formula of single numbers.

    Parameters
    ----------
    expr : Expr
    leaf : callable
        The interval of a leaf or of a whole sub-formula; None where it has none of its own.
    known : dict, optional
        Sub-formulas done before, by identity, and room for those done now.
    """
    own = leaf(expr)
    if own is not None:
        return own
    if known is None:
        return _enclosed(expr, leaf, None)
    if id(expr) not in known:
        known[id(expr)] = expr, _enclosed(expr, leaf, known)
    return known[id(expr)][1]


def _enclosed(expr: Expr, leaf: Callable[[Expr], Interval | None], known: Known | None) -> Interval:
    if isinstance(expr, Number):
        return point(float(expr.value))
    if not isinstance(expr, Call):
        raise TypeError(expr)
    slope = _bell(expr)
    if slope is not None:
        return _quarter(enclose(slope, leaf, known))
    xs = [enclose(arg, leaf, known) for arg in expr.args]
    if expr.op == "mul" and expr.args[0] == expr.args[1]:
        return _even(xs[0], lambda x: x * x)
    return apply(expr.op, xs, dict(expr.attrs))


def apply(op: str, xs: list[Interval], attrs: Mapping[str, float]) -> Interval:
    """One operation on intervals; everything where the operation is not known to it."""
    if any(math.isinf(end) for x in xs for end in x):
        return EVERYTHING
    try:
        return _OPERATIONS[op](*xs, **attrs)
    except (KeyError, ValueError, OverflowError, ZeroDivisionError):
        return EVERYTHING


def _bell(expr: Call) -> Expr | None:
    """y where the formula is y·(1 − y): written so, each y would be moved on its own."""
    if expr.op != "mul":
        return None
    for y, rest in (expr.args, expr.args[::-1]):
        if isinstance(rest, Call) and rest.op == "sub" and is_number(rest.args[0], 1) and rest.args[1] == y:
            return y
    return None


def _quarter(y: Interval) -> Interval:
    """1/4 − (y − 1/2)², which is y·(1 − y)."""
    ends = [end * (1 - end) for end in y]
    return outward(min(ends), 0.25 if y.low <= 0.5 <= y.high else max(ends))


def _rising(f: Callable[[float], float]) -> Callable[..., Interval]:
    return lambda x: outward(f(x.low), f(x.high))


def _below_one(f: Callable[[float], float]) -> Callable[..., Interval]:
    """A rising function that never reaches 1 or -1, though its float does: cut, it is all nines."""

    def saturating(x: Interval) -> Interval:
        low, high = f(x.low), f(x.high)
        return outward(min(low, _ALMOST_ONE), max(high, -_ALMOST_ONE))

    return saturating


def _even(x: Interval, f: Callable[[float], float]) -> Interval:
    """A function that falls up to 0, rises from 0 and is even."""
    ends = f(x.low), f(x.high)
    return outward(f(0.0) if x.low <= 0 <= x.high else min(ends), max(ends))


def _product(a: Interval, b: Interval) -> Interval:
    ends = [x * y for x in a for y in b]
    return outward(min(ends), max(ends))


def _quotient(a: Interval, b: Interval) -> Interval:
    if b.low <= 0 <= b.high:
        raise ZeroDivisionError
    ends = [x / y for x in a for y in b]
    return outward(min(ends), max(ends))


def _power(a: Interval, b: Interval) -> Interval:
    n = b.low
    if b.width == 0 and n == int(n):
        if n < 0 and a.low <= 0 <= a.high:
            raise ZeroDivisionError
        if n % 2 == 0 and n > 0:
            return _even(a, lambda x: x**n)
        ends = [x**n for x in a]
        return outward(min(ends), max(ends))
    if a.low < 0:
        raise ValueError
    ends = [x**y for x in a for y in b]
    return outward(min(ends), max(ends))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _wave(f: Callable[[float], float], top: float) -> Callable[..., Interval]:
    """Sine or cosine, whose tops lie at `top` and every 2π from there."""

    def wave(x: Interval) -> Interval:
        ends = f(x.low), f(x.high)
        highest = _holds(x, top)
        lowest = _holds(x, top + math.pi)
        return outward(-1.0 if lowest else min(ends), 1.0 if highest else max(ends))

    return wave


def _holds(x: Interval, place: float) -> bool:
    """Whether the interval holds the place or one a whole number of turns away."""
    return math.floor((x.high - place) / math.tau) >= math.ceil((x.low - place) / math.tau)


def _compared(test: Callable[[float, float], bool]) -> Callable[..., Interval]:
    def compared(a: Interval, b: Interval) -> Interval:
        outcomes = [float(test(x, y)) for x in a for y in b]
        return Interval(min(outcomes), max(outcomes))

    return compared


def _equal(a: Interval, b: Interval) -> Interval:
    return Interval(float(a.width == b.width == 0 and a == b), float(a.meets(b)))


def _first(*xs: Interval) -> Interval:
    """The places at which the smallest may stand, the first of equal ones."""
    bound = min(x.high for x in xs)
    places = [k for k, x in enumerate(xs) if x.low < bound or x.low == bound == x.high]
    if all(x.width == 0 for x in xs):
        places = places[:1]
    return Interval(float(places[0]), float(places[-1]))


def _chosen(c: Interval, a: Interval, b: Interval) -> Interval:
    if c.low == c.high:
        return b if c.low == 0 else a
    return Interval(min(a.low, b.low), max(a.high, b.high))


def _times_log(a: Interval, b: Interval) -> Interval:
    if a.low == a.high == 0:
        return point(0.0)
    return _product(a, _rising(math.log)(b))


def _leaky(x: Interval, slope: float = 0.01) -> Interval:
    ends = [end if end > 0 else slope * end for end in x]
    return outward(min(ends), max(ends))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


_OPERATIONS: dict[str, Callable[..., Interval]] = {
    "add": lambda a, b: outward(a.low + b.low, a.high + b.high),
    "sub": lambda a, b: outward(a.low - b.high, a.high - b.low),
    "mul": _product,
    "div": _quotient,
    "ratio": lambda a, b: point(0.0) if a == (0, 0) else _quotient(a, b),
    "pow": _power,
    "neg": lambda a: Interval(-a.high, -a.low),
    "copy": lambda a: a,
    "sum": lambda a: a,
    "total": lambda *xs: outward(sum(x.low for x in xs), sum(x.high for x in xs)),
    "times_log": _times_log,
    "where": _chosen,
    "exp": _rising(math.exp),
    "log": _rising(math.log),
    "sqrt": _rising(math.sqrt),
    "abs": lambda a: _even(a, abs),
    "sin": _wave(math.sin, math.pi / 2),
    "cos": _wave(math.cos, 0.0),
    "sign": _rising(lambda x: (x > 0) - (x < 0)),
    "step": lambda x: Interval(float(x.low > 0), float(x.high > 0)),
    "sigmoid": _below_one(_sigmoid),
    "tanh": _below_one(math.tanh),
    "relu": _rising(lambda x: max(x, 0.0)),
    "leaky_relu": _leaky,
    "softplus": _rising(_softplus),
    "gaussian": lambda x: Interval(*sorted(-v for v in _even(x, lambda t: -math.exp(-t * t)))),
    "maximum": lambda a, b: Interval(max(a.low, b.low), max(a.high, b.high)),
    "minimum": lambda a, b: Interval(min(a.low, b.low), min(a.high, b.high)),
    "argmin": _first,
    "argmax": lambda *xs: _first(*[Interval(-x.high, -x.low) for x in xs]),
    "eq": _equal,
    "ne": lambda a, b: Interval(*(1 - end for end in reversed(_equal(a, b)))),
    "lt": _compared(lambda x, y: x < y),
    "le": _compared(lambda x, y: x <= y),
    "gt": _compared(lambda x, y: x > y),
    "ge": _compared(lambda x, y: x >= y),
}
