"""Numbers as they are printed: significant digits, powers of ten, fractions, arrays."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.lesson.document import Box, Fenced, Frac, Matrix, Num, Row, Sign, Words

FLOAT_DIGITS = 17
TRUE_DIGITS = 15
SURE_DIGITS = 13  # a longer decimal may be a cut one
LARGEST_PLAIN = 12
SMALLEST_PLAIN = -4
LONGEST_FRACTION = 24
LARGEST_SHOWN = 36
DIFFERENCE = 3


def printed(value: Any, digits: int, near: Any = None) -> tuple[Box, bool]:
    """A number in `digits` significant digits, and whether nothing was cut.

    Parameters
    ----------
    value : float, int or Fraction
    digits : int
        Significant digits; an exact number is printed without trailing zeros.
    near : float, optional
        A number from which the printed one must differ visibly: up to three digits of the difference are
        shown. A value that float64 cannot tell from it counts as cut.

    Returns
    -------
    Box, bool
    """
    if isinstance(value, Fraction):
        return _fraction(value, digits)
    value = float(value)
    if not math.isfinite(value):
        return Num("nan" if math.isnan(value) else "∞" if value > 0 else "-∞"), False
    if near is not None:
        if value == near:
            return _decimal(value, digits)[0], False
        digits = max(digits, digits_apart(value, float(near), digits + 5))
    return _decimal(value, digits)


def printed_array(value: Any, digits: int) -> tuple[Box, bool]:
    """An array number by number, or its shape where it is large; and whether nothing was cut."""
    array = np.asarray(value)
    if array.size > LARGEST_SHOWN or array.size == 0:
        return Fenced("[", Words("×".join(map(str, array.shape))), "]"), False
    if array.ndim == 1:
        cells = [printed(x, digits) for x in array]
        return Matrix((tuple([cell for cell, _ in cells]),), vector=True), all(exact for _, exact in cells)
    if array.ndim == 2:
        rows = [[printed(x, digits) for x in row] for row in array]
    else:
        rows = [[printed_array(part, digits)] for part in array]
    boxes = tuple([tuple([cell for cell, _ in row]) for row in rows])
    return Matrix(boxes), all(exact for row in rows for _, exact in row)


def _fraction(value: Fraction, digits: int) -> tuple[Box, bool]:
    top, bottom = str(abs(value.numerator)), str(value.denominator)
    if value.denominator == 1 and len(top) <= LONGEST_FRACTION:
        return Num(str(value.numerator)), True
    if len(top) + len(bottom) > LONGEST_FRACTION:
        exponent = _exponent_of(value)
        return _decimal(float(value / Fraction(10) ** exponent), digits, exponent)
    size = Frac(Num(top), Num(bottom))
    return (size, True) if value >= 0 else (Row((Sign("−", "-"), size)), True)


def _exponent_of(value: Fraction) -> int:
    """A power of ten that brings a fraction of any size near 1; 0 where a float can hold it as it is."""
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator))
    return exponent if abs(exponent) > 300 else 0


def _decimal(value: float, digits: int, shift: int = 0) -> tuple[Num, bool]:
    """A float as its digits, with a power of ten where it is very large or very small."""
    if value == 0:
        return Num("0"), True
    kept, exponent = _parts(_shortest(value) if digits > TRUE_DIGITS else f"{value:.{TRUE_DIGITS - 1}e}")
    exact = len(kept) <= min(digits, SURE_DIGITS) and not shift
    if len(kept) > digits:
        kept, exponent = _parts(f"{value:.{digits - 1}e}", keep_zeros=True)
    exponent += shift
    sign = "-" if value < 0 else ""
    limit = LARGEST_PLAIN if exact else digits
    if SMALLEST_PLAIN <= exponent < limit:
        return Num(sign + _plain(kept, exponent)), exact
    return Num(sign + kept[0] + ("." + kept[1:] if len(kept) > 1 else ""), exponent), exact


def _shortest(value: float) -> str:
    """The shortest decimal that reads back as the same float, in scientific form."""
    return np.format_float_scientific(value, trim="-")


def _parts(scientific: str, keep_zeros: bool = False) -> tuple[str, int]:
    """The digits without point and the exponent of ``-d.ddde±xx``."""
    mantissa, _, exponent = scientific.lstrip("-").partition("e")
    digits = mantissa.replace(".", "")
    return digits if keep_zeros else digits.rstrip("0") or "0", int(exponent)


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{whole}.{rest}" if rest else whole


def digits_apart(value: float, near: float, most: int) -> int:
    """How many digits show the difference from `near`: three of it, no more than `most`, at least one."""
    difference = abs(value - near)
    if not 0 < difference < math.inf:
        return 1
    places = math.floor(math.log10(abs(value))) - math.floor(math.log10(difference)) if value else 0
    return min(max(places + 1, min(places + DIFFERENCE, most)), FLOAT_DIGITS)
