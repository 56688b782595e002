"""Where parentheses stand: a formula written as boxes means what its tree means."""

import math

import numpy as np
import pytest

from byhand.lesson.document import Deriv, Fenced, Frac, Func, Matrix, Num, Power, Row, Sign, Sym
from byhand.lesson.notation import box
from byhand.ops import Call, Derivative, Name, Number
from byhand.views.text_math import math_text
from tests.reading import read_expression


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a - b", "a − b"),
        ("a - (b - c) + d", "a − (b − c) + d"),
        ("a*(b*c)", "a·(b·c)"),
        ("(a*b)*c", "a·b·c"),
        ("a/(b/c)", "a/(b/c)"),
        ("(a + b)/(c - d)", "(a + b)/(c − d)"),
        ("2x^2", "2·x²"),
        ("(2x)^2", "(2·x)²"),
        ("-x^2", "−x²"),
        ("(-x)^2", "(−x)²"),
        ("2^3^2", "2^(3²)"),
        ("(a^b)^c", "(a^b)^c"),
        ("-(a + b)", "−(a + b)"),
        ("a*(-b)", "a·(−b)"),
        ("a - (-b)", "a − (−b)"),
        ("a + (-b)", "a + (−b)"),
        ("0.2*120 + 0.5*1", "0.2×120 + 0.5×1"),
        ("x*2", "x·2"),
        ("-3*(-4)", "(−3)×(−4)"),
        ("Σ(y - a)^2", "Σ(y − a)²"),
        ("2*sum(a*b)", "2·(Σ(a·b))"),
        ("sum(W, axis=0)", "sum(W, axis=0)"),
        ("softmax(z, axis=1)", "softmax(z, axis=1)"),
        ("W[0, 1]*x[-1]", "W[0, 1]·x[-1]"),
        ("(W @ x)[0]", "(W @ x)[0]"),
        ("A @ B.T", "A @ Bᵀ"),
        ("(A @ x)*b", "(A @ x)·b"),
        ("(A + B).T", "(A + B)ᵀ"),
        ("|a - b|", "|a − b|"),
        ("‖w‖", "‖w‖"),
        ("√(a + b)", "√(a + b)"),
        ("π*r^2", "π·r²"),
        ("1e-5*2", "1×10⁻⁵ × 2"),
        ("a^(1e-5)", "a^(1×10⁻⁵)"),
        ("s > 5", "(s > 5)"),
        ("(s > 5)*2", "(s > 5)×2"),
        ("[[1, 2], [a, 4]]", "[[1, 2], [a, 4]]"),
        ("max(a, b)", "max(a, b)"),
        ("where(a > b, a, b)", "where(a > b, a, b)"),
        ("mse(y, a)", "MSE(y, a)"),
    ],
)
def test_parentheses_stand_where_they_are_needed_and_nowhere_else(typed, shown):
    assert shown == math_text(box(read_expression(typed)))


def test_a_negative_number_put_in_is_fenced_like_a_negative_formula():
    six = Number(-6.0)
    five = Number(5.0)
    assert "5 + (−6)" == math_text(box(five + six))
    assert "−6 + 5" == math_text(box(six + five))
    assert "(−6)×5" == math_text(box(six * five))
    assert "(−6)²" == math_text(box(six ** Number(2.0)))


def test_numbers_are_cut_to_the_digits_asked_for_and_literals_are_not():
    third = Number(1 / 3)
    assert Row((Num("0.333"), Sign("·", r"\cdot"), Sym("x"))) == box(third * Name("x"), 3)
    assert "0.333333333333333·x" == math_text(box(third * Name("x")))


def test_boxes_of_the_other_kinds():
    assert Deriv(Sym("L"), Sym("W1", ("0", "2")), True) == box(Derivative("L", "W1", (0, 2)))
    assert Sym("w1", (), "new") == box(Name("w1_new"))
    assert Frac(Num("1"), Num("2")) == box(Number(1) / Number(2))
    assert Func("outer", (Sym("a"), Sym("b"))) == box(Call("outer", (Name("a"), Name("b"))))
    assert Power(Fenced("(", Deriv(Sym("L"), Sym("w")), ")"), Num("2")) == box(Derivative("L", "w") ** 2)
    assert Matrix(((Num("1"), Num("2")),), vector=True) == box(Number(np.array([1.0, 2.0])))
    assert Sym("π") == box(Number(math.pi))
