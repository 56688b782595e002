"""The terminal view: mathematics on one line that reads back, and lines that fit."""

import math
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from byhand import api
from byhand.lesson.document import (
    Curve,
    Deriv,
    Document,
    Fenced,
    Formula,
    Frac,
    Func,
    Heading,
    Listing,
    Matrix,
    Notice,
    Num,
    Paragraph,
    Points,
    Power,
    Root,
    Row,
    Sign,
    Sym,
    Table,
    Words,
)
from byhand.lesson.notation import box
from byhand.lesson.telling import Telling, tell
from byhand.ops import Call, Name, Number
from byhand.sources.formula import read_expression
from byhand.trace.evaluate import evaluate
from byhand.views.text import formula_lines, render
from byhand.views.text_lines import broken_math, wrapped
from byhand.views.text_math import math_text

A, B, C, X, W1 = (Sym(name) for name in ("a", "b", "c", "x", "W1"))
PLUS, MINUS, DOT, CROSS, AT = (Sign(text) for text in "+−·×@")
SMALL = Num("-3.77173", -5)


def row(*parts):
    return Row(parts)


def fenced(*parts):
    return Fenced("(", Row(parts), ")")


TEXTS = [
    (Num("0.2"), "0.2"),
    (Num("-7"), "−7"),
    (SMALL, "−3.77173×10⁻⁵"),
    (Sym("W1", ("0", "2")), "W1[0, 2]"),
    (Sym("w1", mark="new"), "w1_new"),
    (Sym("W1", ("0", "2"), "new"), "W1_new[0, 2]"),
    (row(A, DOT, B, PLUS, C), "a·b + c"),
    (row(Num("0.2"), CROSS, Num("120"), PLUS, Num("0")), "0.2×120 + 0"),
    (row(MINUS, A, MINUS, fenced(MINUS, B)), "−a − (−b)"),
    (row(A, CROSS, Num("-3")), "a×(−3)"),
    (row(Num("2"), CROSS, Num("3.7", 5)), "2 × 3.7×10⁵"),
    (row(A, DOT, row(B, DOT, C)), "a·b·c"),
    (Frac(A, B), "a/b"),
    (Frac(row(A, PLUS, B), C), "(a + b)/c"),
    (Frac(row(A, DOT, B), C), "a·b/c"),
    (Frac(A, row(B, DOT, C)), "a/(b·c)"),
    (Frac(A, Num("3.7", 5)), "a/(3.7×10⁵)"),
    (Frac(A, Num("-2")), "a/(−2)"),
    (Frac(Frac(A, B), Frac(B, C)), "(a/b)/(b/c)"),
    (Frac(A, Power(X, Num("2"))), "a/x²"),
    (row(A, DOT, Frac(B, C), PLUS, A, DOT, B), "a · b/c + a·b"),
    (row(W1, AT, Frac(A, B)), "W1 @ (a/b)"),
    (row(A, DOT, Frac(MINUS, B)), "a · (−/b)"),
    (Power(X, Num("2")), "x²"),
    (Power(X, Num("-1")), "x⁻¹"),
    (Power(X, Num("0.5")), "x^0.5"),
    (Power(X, row(A, PLUS, Num("1"))), "x^(a + 1)"),
    (Power(SMALL, Num("2")), "(−3.77173×10⁻⁵)²"),
    (Power(Power(X, Num("2")), Num("3")), "(x²)³"),
    (Power(fenced(A, PLUS, B), Num("2")), "(a + b)²"),
    (Power(Deriv(Sym("L"), A), Num("2")), "(∂L/∂a)²"),
    (Power(Matrix(((A, B), (B, C))), Sign("ᵀ")), "[[a, b], [b, c]]ᵀ"),
    (Root(row(A, PLUS, B)), "√(a + b)"),
    (Root(fenced(A, PLUS, B)), "√(a + b)"),
    (Fenced("‖", row(A, MINUS, B), "‖"), "‖a − b‖"),
    (row(Sign("Σ"), Power(fenced(A, MINUS, B), Num("2"))), "Σ(a − b)²"),
    (row(Sign("Σ"), Func("exp", (X,))), "Σ exp(x)"),
    (Frac(row(Sign("Σ"), X), Num("4")), "(Σ x)/4"),
    (Func("σ", (row(A, DOT, B),)), "σ(a·b)"),
    (Func("softmax", (A, row(Sym("axis"), Sign("="), Num("-1")))), "softmax(a, axis=−1)"),
    (Matrix(((Num("1"), Num("-2")),), vector=True), "[1, −2]"),
    (Matrix(((Matrix(((A,),)),), (Matrix(((B,),)),))), "[[[a]], [[b]]]"),
    (Deriv(Sym("L"), Sym("W1", ("0", "2"))), "∂L/∂W1[0, 2]"),
    (Deriv(Sym("L"), A, partial=False), "dL/da"),
    (row(Deriv(Sym("L"), A), DOT, Deriv(A, B)), "∂L/∂a · ∂a/∂b"),
    (row(A, Sign("→"), B), "a → b"),
    (Words("784×16"), "784×16"),
]


@pytest.mark.parametrize(("written", "text"), TEXTS)
def test_a_box_on_one_line(written, text):
    assert text == math_text(written)


@pytest.mark.parametrize("text", [text for _, text in TEXTS if not set(text) & set("∂→‖") and "dL" not in text])
def test_what_is_written_reads_again(text):
    if "−/" not in text and text != "784×16":
        read_expression(text)


# Random formulas

NAMES = {"a": 1.7, "b": -0.6, "w1": 2.5, "W2": 0.3, "价格": 4.0}
LEAVES = st.one_of(
    st.sampled_from([Name(name) for name in NAMES]),
    st.floats(1e-7, 1e7).map(lambda value: Number(float(f"{value:.6g}"))),
    st.floats(-1e3, -1e-3).map(lambda value: Number(float(f"{value:.3g}"))),
)


def larger(inner):
    infix = st.sampled_from(["add", "sub", "mul", "div"])
    return st.one_of(
        st.builds(lambda op, x, y: Call(op, (x, y)), infix, inner, inner),
        st.builds(lambda op, x: Call(op, (x,)), st.sampled_from(["neg", "sigmoid", "tanh", "sin"]), inner),
        st.builds(lambda x: Call("sqrt", (Call("pow", (x, Number(2.0))),)), inner),
        st.builds(lambda x, n: Call("pow", (x, Number(n))), inner, st.sampled_from([2.0, 3.0, -1.0])),
        st.builds(lambda x, y: Call("pow", (Call("sigmoid", (x,)), Call("tanh", (y,)))), inner, inner),
        st.builds(lambda *terms: Call("total", terms), inner, inner, inner),
    )


@settings(max_examples=300)
@given(st.recursive(LEAVES, larger, max_leaves=12))
def test_a_formula_keeps_its_value(expr):
    try:
        value = evaluate(expr, NAMES)
    except (ArithmeticError, ValueError):
        return
    text = math_text(box(expr))
    assert "  " not in text
    if math.isfinite(value) and 1e-200 < abs(value) < 1e200:
        again = evaluate(read_expression(text), NAMES)
        assert _condition(expr) > 1e6 or math.isclose(value, again, rel_tol=1e-8 * max(1, _condition(expr)))


def _condition(expr):
    """By how much a relative rounding of 1e-9 in one leaf after the other can grow, roughly."""
    plain = float(evaluate(expr, NAMES))
    moved = float(evaluate(_moved(expr), {name: value * (1 + 1e-9) for name, value in NAMES.items()}))
    return abs(moved - plain) / abs(plain) / 1e-9 if plain else math.inf


def _moved(expr):
    if isinstance(expr, Call):
        return Call(expr.op, tuple(map(_moved, expr.args)))
    return Number(expr.value * (1 - 1e-9)) if isinstance(expr, Number) else expr
