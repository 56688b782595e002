"""Slips of the pen: the number was found and written down wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator

from byhand.check.literal import Written

COSTS = {
    "sign_lost": 1.0,
    "digit_slip": 1.6,
    "digits_transposed": 1.4,
    "digit_lost": 1.4,
    "digit_added": 1.7,
    "decimal_point": 1.3,
}
FEWEST_DIGITS = 3


def slips(value: float, written: Written) -> Iterator[str]:
    """The slips that turn a value, written to the digits of a number, into that number.

    Parameters
    ----------
    value : float
        What should have been written.
    written : Written
    """
    if not math.isfinite(value) or value == 0:
        return
    if written.rounded.low <= -value <= written.rounded.high:
        yield "sign_lost"
    if math.copysign(1, value) != math.copysign(1, written.value) or written.digits < FEWEST_DIGITS:
        return
    shift = abs(written.value / value)
    power = round(math.log10(shift)) if shift > 0 else 0
    if power and abs(power) <= 9 and written.rounded.low <= value * 10.0**power <= written.rounded.high:
        yield "decimal_point"
    found = _digits(written)
    for meant in _as_written(abs(value), written):
        yield from _between(meant, found)


def _digits(written: Written) -> str:
    """The significant digits and the point of what was written."""
    exponent = math.floor(math.log10(abs(written.value))) if written.value else 0
    return (
        f"{abs(written.value):.{max(0, written.digits - 1)}e}".partition("e")[0].replace(".", "")
        + f"e{exponent}"
    )


def _as_written(value: float, written: Written) -> Iterator[str]:
    """The value's digits as somebody would have written it, rounded or cut, with a digit more or less."""
    exponent = math.floor(math.log10(value))
    whole = len(f"{value:.12e}".partition("e")[0].replace(".", "").rstrip("0"))
    for digits in range(min(max(2, whole), written.digits), written.digits + 3):
        rounded = f"{value:.{digits - 1}e}".partition("e")[0].replace(".", "")
        yield f"{rounded}e{exponent}"
        longer = f"{value:.16e}".partition("e")[0].replace(".", "")
        yield f"{longer[:digits]}e{exponent}"


def _between(meant: str, found: str) -> Iterator[str]:
    right, _, right_power = meant.partition("e")
    wrong, _, wrong_power = found.partition("e")
    if right == wrong:
        return
    if len(right) == len(wrong) and right_power == wrong_power:
        differing = [k for k in range(len(right)) if right[k] != wrong[k]]
        if len(differing) == 1:
            yield "digit_slip"
        if len(differing) == 2:
            a, b = differing
            if right[a] == wrong[b] and right[b] == wrong[a]:
                yield "digits_transposed"
    if len(wrong) == len(right) - 1 and any(right[:k] + right[k + 1 :] == wrong for k in range(len(right))):
        yield "digit_lost"
    if len(wrong) == len(right) + 1 and any(wrong[:k] + wrong[k + 1 :] == right for k in range(len(wrong))):
        yield "digit_added"
