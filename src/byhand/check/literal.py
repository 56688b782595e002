"""Numbers as people write them, with what their last digit says about the number meant."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

from byhand.ops.interval import Interval

MAX_LENGTH = 60
LARGEST_EXPONENT = 400
SMALLEST_UNIT = 1e-300

_MINUS = str.maketrans("−–—－＋．。，／％：０１２３４５６７８９", "----+..,/%:0123456789")
_SUPERSCRIPTS = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_PARTS = {"½": "1/2", "¼": "1/4", "¾": "3/4"}
_PART_OF_ONE = re.compile(r"(?<!\d)[½¼¾]$")
_TIMES_TEN = re.compile(r"(?:×|\\times|\\cdot|·|\*|x)10(?:\^|\*\*)?\{?([+-]?\d+)\}?$")
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$")
_COMMA = re.compile(r"[+-]?\d+,\d+(?![\d,.])")
_THOUSAND = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}(?!\d)")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([,'_ \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:\.\d*)?$")


class Written(NamedTuple):
    """A number somebody wrote.

    Attributes
    ----------
    text : str
    value : float
    unit : float
        One unit of its last digit.
    digits : int
        How many significant digits were written (trailing zeros of a whole number count).
    decimals : int or None
        How many stand after the point, where it was written without a power of ten; None where it was.
    rounding : str
        ``round``, ``cut`` or ``either``: how it was brought to so many digits.
    """

    text: str
    value: float
    unit: float
    digits: int
    decimals: int | None
    rounding: Literal["round", "cut", "either"] = "either"

    @property
    def rounded(self) -> Interval:
        """The numbers that are rounded to it."""
        return Interval(self.value - self.unit / 2, self.value + self.unit / 2).widened(_noise(self.value))

    @property
    def cut(self) -> Interval:
        """The numbers that are cut to it, towards zero; the next number of as many digits is none of them."""
        noise, nearly = _noise(self.value), self.unit * (1 - 1e-9)
        low = self.value - (nearly if self.value <= 0 else noise)
        high = self.value + (noise if self.value < 0 or self._negative_zero else nearly)
        return Interval(low, high)

    @property
    def printed(self) -> Interval:
        """The numbers that are printed so."""
        return self.cut if self.rounding == "cut" else self.rounded

    @property
    def possible(self) -> Interval:
        """The numbers that are rounded to it or cut to it."""
        if self.rounding != "either":
            return self.printed
        return Interval(min(self.rounded.low, self.cut.low), max(self.rounded.high, self.cut.high))

    @property
    def _negative_zero(self) -> bool:
        return self.value == 0 and self.text.lstrip().startswith(("-", "−"))


def _noise(value: float) -> float:
    """What a calculation in floats may add to a number that a hand calculation gets exactly."""
    return abs(value) * 1e-13


def read_number(text: str, decimal_comma: bool = False) -> Written | None:
    """A number as people write it; None where it is none.

    ``89,999,810,000``, ``1.2e-3``, ``1.2×10^{-3}``, ``3/4``, ``−0.5``, ``50%``, ``½``, full-width digits; a
    comma is the point where it parts no thousands (``0,5936``), or with `decimal_comma` even so (``1,188``).
    """
    plain = _bare(text)
    if not plain or len(plain) > MAX_LENGTH:
        return None
    if plain.endswith("%"):
        return _scaled(read_number(plain[:-1], decimal_comma), -2, text)
    plain = _PART_OF_ONE.sub(lambda part: _PARTS[part[0]], plain)
    top, slash, bottom = plain.partition("/")
    if slash:
        return _fraction(read_number(top, decimal_comma), read_number(bottom, decimal_comma), text)
    if _COMMA.match(plain) and (decimal_comma or not _THOUSAND.match(plain)):
        plain = plain.replace(",", ".", 1)
    plain = plain.replace("{", "").replace("}", "").replace("\\,", "").replace("(", "").replace(")", "")
    if _GROUPED.match(plain):
        plain = re.sub(r"[,'_ \u00a0\u2009\u202f]", "", plain)
    plain = plain.replace(" ", "").translate(_SUPERSCRIPTS)
    power = _TIMES_TEN.search(plain)
    if power:
        return _scaled(_decimal(plain[: power.start()], text), int(power[1]), text, shown=False)
    return _decimal(plain, text)


def has_decimal_comma(text: str) -> bool:
    """Whether a number is written with a comma that can only be its point: ``0,5936``, not ``1,188``."""
    return bool(_COMMA.match(_bare(text))) and not _THOUSAND.match(_bare(text))


def _bare(text: str) -> str:
    """A number in plain characters, without what stands round it."""
    return text.strip().strip("$ 。").translate(_MINUS).lstrip("≈~=约 ").replace("{,}", ",")


def _decimal(plain: str, text: str) -> Written | None:
    match = _DECIMAL.match(plain)
    if match is None or not (match[2] or match[3]):
        return None
    exponent = int(match[4] or 0)
    if abs(exponent) > LARGEST_EXPONENT:
        return None
    decimals = len(match[3] or "")
    digits = (match[2] + (match[3] or "")).lstrip("0")
    value = float(f"{match[1]}{match[2] or '0'}.{match[3] or '0'}e{exponent}")
    unit = float(f"1e{exponent - decimals}")
    if math.isinf(value) or unit < SMALLEST_UNIT:
        return None
    return Written(text, value, unit, max(len(digits), 1), None if match[4] else decimals)


def _scaled(number: Written | None, power: int, text: str, shown: bool = True) -> Written | None:
    if number is None or abs(power) > LARGEST_EXPONENT:
        return None
    value, unit = float(f"{number.value!r}") * 10.0**power, number.unit * 10.0**power
    decimals = None if not shown or number.decimals is None else number.decimals - power
    if math.isinf(value) or unit < SMALLEST_UNIT:
        return None
    return Written(text, value, unit, number.digits, decimals)


def _fraction(top: Written | None, bottom: Written | None, text: str) -> Written | None:
    """A fraction of whole numbers is exact."""
    if top is None or bottom is None or bottom.value == 0:
        return None
    value = top.value / bottom.value
    return Written(text, value, (abs(value) or 1.0) * 1e-12, 15, None)
