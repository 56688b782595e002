"""Numbers as printed: significant digits, powers of ten, what counts as cut."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand.lesson.document import Fenced, Frac, Matrix, Num, Row, Sign, Words
from byhand.lesson.numbers import printed, printed_array


def text(value, digits=6, near=None):
    shown, exact = printed(value, digits, near)
    assert isinstance(shown, Num)
    power = "" if shown.exponent is None else f"e{shown.exponent}"
    return ("" if exact else "~") + shown.digits + power


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.0, 6, "0"),
        (-0.0, 6, "0"),
        (0.2, 6, "0.2"),
        (-24.5, 6, "-24.5"),
        (300000.0, 3, "300000"),
        (0.1 + 0.2, 6, "0.3"),  # the rest is float noise, not a cut digit
        (1 / 3, 6, "~0.333333"),
        (0.5999999999, 6, "~0.600000"),  # the zeros say how far it was rounded
        (2.7e-9, 6, "2.7e-9"),
        (-3.771731743e-05, 6, "~-3.77173e-5"),
        (0.00012, 6, "0.00012"),
        (89999612606.6, 6, "~8.99996e10"),
        (12345.678, 3, "~1.23e4"),
        (999999.9, 6, "~1.00000e6"),
        (123456789012.0, 15, "123456789012"),
        (5e-324, 6, "~4.94066e-324"),
        (1.7976931348623157e308, 17, "~1.7976931348623157e308"),
        (0.999999999977103, 15, "~0.999999999977103"),
        (math.pi, 17, "~3.141592653589793"),
    ],
)
def test_a_float_is_printed_in_significant_digits(value, digits, expected):
    assert expected == text(value, digits)


@pytest.mark.parametrize(
    ("value", "near", "expected"),
    [
        (0.999999999977, 1.0, "~0.99999999998"),  # the sigmoid of 24.5
        (0.9999999999999998, 1.0, "~0.9999999999999998"),
        (1.0, 1.0, "~1"),  # a sigmoid is never 1
        (0.593269992, 1.0, "~0.593270"),
        (0.5, 1.0, "0.5"),
        (0.200000037717, 0.2, "~0.2000000377"),  # an update too small for six digits
        (137.37023, 0.1, "~137.370"),
        (1e-12, 0.0, "1e-12"),
    ],
)
def test_a_number_near_another_shows_the_difference(value, near, expected):
    assert expected == text(value, 6, near)


def test_fractions_stay_fractions_until_they_are_long():
    assert (Frac(Num("9"), Num("10")), True) == printed(Fraction(9, 10), 6)
    assert (Num("7"), True) == printed(Fraction(7), 6)
    assert (Row((Sign("−", "-"), Frac(Num("1"), Num("3")))), True) == printed(Fraction(-1, 3), 6)
    assert (Num("3.33333", -1), False) == printed(Fraction(10**40, 3 * 10**40 + 1), 6) or (
        Num("0.333333"),
        False,
    ) == printed(Fraction(10**40, 3 * 10**40 + 1), 6)
    assert (Num("3.33333", 399), False) == printed(Fraction(10**400, 3), 6)


@pytest.mark.parametrize(("value", "expected"), [(math.inf, "∞"), (-math.inf, "-∞"), (math.nan, "nan")])
def test_what_is_no_number_says_so(value, expected):
    assert (Num(expected), False) == printed(value, 6)


def test_arrays_are_printed_number_by_number_or_by_their_shape():
    assert (Matrix(((Num("0.2"), Num("-0.4")),), vector=True), True) == printed_array(
        np.array([0.2, -0.4]), 6
    )
    shown, exact = printed_array(np.array([[1 / 3, 2.0, 1.0]]), 3)
    assert (Matrix(((Num("0.333"), Num("2"), Num("1")),)), False) == (shown, exact)
    assert Fenced("[", Words("784×16"), "]") == printed_array(np.ones((784, 16)), 6)[0]
    three = printed_array(np.arange(8.0).reshape(2, 2, 2), 6)[0]
    assert Matrix(((Num("4"), Num("5")), (Num("6"), Num("7")))) == three.rows[1][0]


@given(st.floats(-1e307, 1e307), st.integers(1, 17))
def test_what_is_printed_reads_back_within_half_a_digit(value, digits):
    shown, exact = printed(value, digits)
    read = float(f"{shown.digits}e{shown.exponent or 0}")
    if exact:
        assert read == pytest.approx(value, rel=1e-14, abs=0)
    elif value:
        unit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1) if abs(value) > 1e-290 else 1e-290
        assert abs(read - value) <= 0.5001 * unit + 1e-15 * abs(value)
    assert digits >= len(shown.digits.lstrip("-").replace(".", "").strip("0")) or exact


@given(st.floats(0.001, 1000), st.floats(-1e-9, 1e-9))
def test_a_number_is_never_printed_as_the_one_it_is_near(near, difference):
    value = near + difference
    shown, exact = printed(value, 6, near)
    if value == near:
        assert not exact
    else:
        assert float(f"{shown.digits}e{shown.exponent or 0}") != near
