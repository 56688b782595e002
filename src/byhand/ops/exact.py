"""Exact arithmetic: which values are fractions, and where a fraction gives way to a decimal."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any

import numpy as np

LONGEST = 10_000  # bits of a numerator or a denominator; Python prints no whole number of much more


def is_exact(value: Any) -> bool:
    """Whether a value is a `Fraction` or an array of them."""
    return isinstance(value, Fraction) or (isinstance(value, np.ndarray) and value.dtype == object)


def decimal(value: Any) -> Any:
    """A value with floats in place of fractions."""
    if isinstance(value, Fraction):
        return float(value)
    return value.astype(np.float64) if is_exact(value) else value


def alike(number: float, value: Any) -> Any:
    """A decimal in the arithmetic of a value: the fraction it is written as, beside fractions."""
    return Fraction(repr(number)) if is_exact(value) else number


def too_long(value: Fraction) -> bool:
    """Whether a fraction has grown past use."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST


def in_decimals(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose values are in general no fractions, on the decimals of its operands."""

    @wraps(function)
    def of(*xs: Any, **attrs: Any) -> Any:
        return function(*[decimal(x) for x in xs], **attrs)

    return of


def _power(a: Any, b: Any) -> Any:
    a, b = Fraction(a), Fraction(b)
    bits = max(a.numerator.bit_length(), a.denominator.bit_length())
    if b.denominator == 1 and abs(b) * (bits - 1) <= LONGEST:
        return a**b
    return np.power(float(a), float(b))


power: Callable[[Any, Any], Any] = np.frompyfunc(_power, 2, 1)
