"""Slips of the pen: the number was found and written down wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from byhand.check.literal import Written

COSTS = {
    "sign_lost": 1.0,
    "digit_slip": 1.6,
    "digits_transposed": 1.4,
    "digit_lost": 1.4,
    "digit_added": 1.7,
    "decimal_point": 1.3,
    "rounded_otherwise": 0.3,
}
FEWEST_DIGITS = 2
MOST_DIGITS = 15
MOST_LETTERS = 8


def outcomes(code: str, written: Written) -> float:
    """How many different numbers a slip may give: each is so much less probable."""
    digits = written.digits
    many = {"digit_slip": 9 * digits, "digits_transposed": digits - 1, "digit_lost": digits + 1}
    many |= {"digit_added": 10 * digits, "decimal_point": 4}
    return max(1.0, many.get(code, 1))


def exchanged(value: float) -> Iterator[float]:
    """A number copied with its sign lost, its point moved, or two neighbouring digits exchanged."""
    yield from (-value, value * 10, value / 10)
    text = f"{abs(value):.10g}"
    for a, b in pairwise([k for k, letter in enumerate(text.partition("e")[0]) if letter.isdigit()]):
        letters = [*text]
        letters[a], letters[b] = letters[b], letters[a]
        copy = math.copysign(float("".join(letters)), value)
        if copy not in (value, 0):
            yield copy


def with_a_digit_wrong(value: float) -> Iterator[float]:
    """A number copied with one digit wrong."""
    text = f"{abs(value):.10g}"
    if len(text) > MOST_LETTERS:
        return
    for k, letter in enumerate(text.partition("e")[0]):
        for other in "0123456789" if letter.isdigit() else "":
            if other != letter:
                yield math.copysign(float(text[:k] + other + text[k + 1 :]), value)


def slips(value: float, written: Written) -> Iterator[str]:
    """The slips that turn a value into the number that was written.

    Parameters
    ----------
    value : float
        What should have been written.
    written : Written
    """
    for code, number in meant(written):
        if number.possible.low <= value <= number.possible.high:
            yield code


def meant(written: Written) -> list[tuple[str, Written]]:
    """The numbers that a slip of the pen may have made into the one that was written, by the slip's code."""
    if written.rounding != "either":
        either = written._replace(rounding="either")
        return [("rounded_otherwise", either), *meant(either)]
    digits = _digits(written)
    found = [("sign_lost", written._replace(value=-written.value))] if written.value else []
    for places in (-3, -2, -1, 1, 2, 3):
        scale = 10.0**places
        moved = written._replace(value=written.value * scale, unit=written.unit * scale)
        found.append(("decimal_point", moved))
    if len(digits) < FEWEST_DIGITS or len(digits) > MOST_DIGITS:
        return found
    found += [("digit_slip", _number(other, written)) for other in _replaced(digits)]
    found += [("digits_transposed", _number(other, written)) for other in _swapped(digits)]
    found += [("digit_lost", number) for number in _longer(digits, written)]
    found += [("digit_added", number) for number in _shorter(digits, written)]
    return [(code, number) for code, number in found if number.value != written.value]


def _digits(written: Written) -> str:
    """The digits of a number from its first to its last, without the point."""
    return str(round(abs(written.value) / written.unit)) if written.digits <= MOST_DIGITS else ""


def _number(digits: str, written: Written, scale: float = 1.0) -> Written:
    """The number of other digits at the same place."""
    unit = written.unit * scale
    value = math.copysign(int(digits or "0") * unit, written.value)
    return written._replace(value=value, unit=unit, digits=len(digits), text="")


def _replaced(digits: str) -> Iterator[str]:
    for k, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                yield digits[:k] + other + digits[k + 1 :]


def _swapped(digits: str) -> Iterator[str]:
    for j in range(len(digits)):
        for k in range(j + 1, len(digits)):
            if digits[j] != digits[k]:
                yield digits[:j] + digits[k] + digits[j + 1 : k] + digits[j] + digits[k + 1 :]


def _shorter(digits: str, written: Written) -> Iterator[Written]:
    """With one digit less: before the point the others keep their places, behind it they move up."""
    for k in range(len(digits)) if len(digits) > FEWEST_DIGITS else ():
        shorter = digits[:k] + digits[k + 1 :]
        yield _number(shorter, written)
        yield _number(shorter, written, 10.0)._replace(unit=written.unit)


def _longer(digits: str, written: Written) -> Iterator[Written]:
    """With one digit more: before the point the last digit keeps its place, behind it it moves on."""
    behind = len(digits) - 1 if written.decimals is None else written.decimals
    for k in range(len(digits) + 1):
        for other in "0123456789":
            longer = digits[:k] + other + digits[k:]
            if len(digits) - k >= behind:
                yield _number(longer, written)
            if len(digits) - k <= behind:
                yield _number(longer, written, 0.1)
