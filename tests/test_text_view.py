"""The terminal view: mathematics on one line that reads back, and lines that fit."""

import math
import operator
import re
import subprocess
import sys
from fractions import Fraction

import plotext
import pytest
from hypothesis import assume, given, settings
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
from byhand.views.text import formula_lines, render
from byhand.views.text_lines import broken_math, line_of, wrapped
from byhand.views.text_math import math_text
from tests.reading import read_expression

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
    (row(A, DOT, Frac(row(MINUS, B), C)), "a · (−b/c)"),
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


@pytest.mark.parametrize("text", [text for _, text in TEXTS if not re.search("[∂→]|dL|784×", text)])
def test_what_is_written_reads_again(text):
    assert read_expression(text)


# Random formulas, worked with fractions: what is read again must have the same value exactly.

NAMES = {"a": Fraction(17, 10), "b": Fraction(-3, 5), "w1": Fraction(5, 2), "价格": Fraction(4)}
LEAVES = st.one_of(
    st.sampled_from([Name(name) for name in NAMES]),
    st.floats(1e-7, 1e7).map(lambda value: Number(float(f"{value:.6g}"))),
    st.floats(-1e3, -1e-3).map(lambda value: Number(float(f"{value:.3g}"))),
)
INFIX = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}
# Any rational numbers do in place of the functions.
FUNCTIONS = {
    "neg": (-1, 0),
    "sigmoid": (3, 1),
    "tanh": (5, 2),
    "log": (7, 3),
    "sqrt": (11, 4),
    "abs": (13, 5),
}


def larger(inner):
    return st.one_of(
        st.builds(lambda op, x, y: Call(op, (x, y)), st.sampled_from([*INFIX, "pow"]), inner, inner),
        st.builds(lambda op, x: Call(op, (x,)), st.sampled_from(list(FUNCTIONS)), inner),
        st.builds(lambda x, n: Call("pow", (x, Number(n))), inner, st.sampled_from([2.0, 3.0, -1.0])),
        st.builds(lambda *terms: Call("total", terms), inner, inner, inner),
    )


def worked(expr):
    match expr:
        case Number(value):
            return Fraction(repr(float(value)))
        case Name(name):
            return NAMES[name]
        case Call("total", args):
            return sum(map(worked, args))
        case Call("pow", (base, Number(exponent))) if exponent == int(exponent) and abs(exponent) < 20:
            return worked(base) ** int(exponent)
        case Call("pow", (base, Call("neg", (Number(exponent),)))):
            return worked(Call("pow", (base, Number(-exponent))))
        case Call("pow", (base, exponent)):
            return 13 * worked(base) + 17 * worked(exponent)
        case Call(op, (left, right)):
            return INFIX[op](worked(left), worked(right))
        case Call(op, (inner,)):
            factor, constant = FUNCTIONS[op]
            return factor * worked(inner) + constant


@settings(max_examples=300)
@given(st.recursive(LEAVES, larger, max_leaves=14))
def test_a_formula_keeps_its_value(expr):
    try:
        value = worked(expr)
    except ZeroDivisionError:
        assume(False)
    text = math_text(box(expr))
    assert "  " not in text
    assert value == worked(read_expression(text))


# Lines

H1 = Func("σ", (Row((Sym("w1"), DOT, Sym("x1"), PLUS, Sym("w4"), DOT, Sym("x2"), PLUS, Sym("b1"))),))
PUT_IN = Func("σ", (Row((Num("0.2"), CROSS, Num("120"), PLUS, Num("0.5"), CROSS, Num("1"), PLUS, Num("0"))),))
CHAIN = Formula(
    (Sym("h1"), H1, PUT_IN, Func("σ", (Num("24.5"),)), Num("0.99999999998")),
    ("=", "=", "=", "≈"),
    ("hidden unit 1",),
)


def test_a_chain_that_fits_is_one_line():
    (line,) = formula_lines(CHAIN, 110)
    assert (
        "  h1 = σ(w1·x1 + w4·x2 + b1) = σ(0.2×120 + 0.5×1 + 0) = σ(24.5) ≈ 0.99999999998   (hidden unit 1)"
        == line
    )


def test_a_chain_that_does_not_fit_has_its_signs_in_a_column():
    assert [
        "  h1 = σ(w1·x1 + w4·x2 + b1)",
        "     = σ(0.2×120 + 0.5×1 + 0)",
        "     = σ(24.5)",
        "     ≈ 0.99999999998   (hidden unit 1)",
    ] == formula_lines(CHAIN, 40)


def test_a_step_s_number_stands_close():
    assert "dL/dW1#2" == math_text(row(Deriv(Sym("L"), W1, partial=False), Sign("#"), Sym("2")))


def test_a_long_left_side_stands_alone():
    formula = Formula((Deriv(Sym("E_total"), Sym("W1", ("0", "2"))), H1), ("=",), ("隐藏单元",))
    assert ["  ∂E_total/∂W1[0, 2]", "    = σ(w1·x1 + w4·x2 + b1)", "    （隐藏单元）"] == formula_lines(
        formula, 32
    )


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a·b + c·d − e·f", 10, ["a·b + c·d", "− e·f"]),
        ("a·b + c·d", 6, ["a·b", "+ c·d"]),
        ("abc·def·ghi", 8, ["abc·def·", "ghi"]),
        ("∂L/∂h1 · ∂h1/∂w1", 10, ["∂L/∂h1 ·", "∂h1/∂w1"]),
        ("ab·f(c + d)", 9, ["ab·", "f(c + d)"]),
        ("2.5×10⁻⁵", 5, ["2.5×10⁻⁵"]),
        ("[[1, 2], [3, 4], [5, 6]]", 18, ["[[1, 2], [3, 4],", " [5, 6]]"]),
        ("outer([1, 2], [3, 4])", 15, ["outer([1, 2],", "      [3, 4])"]),
    ],
)
def test_long_mathematics_is_parted_where_it_is_loosest(text, width, lines):
    assert lines == broken_math(text, width)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a small step down", 10, ["a small", "step down"]),
        ("梯度下降：沿梯度走一步。", 10, ["梯度下降：", "沿梯度走一", "步。"]),
        ("梯度下降走一步。", 14, ["梯度下降走一", "步。"]),
        ("梯度（gradient）下降", 10, ["梯度", "（gradient）", "下降"]),
        ("令 w1 = 2，则 L 减小", 8, ["令 w1 =", "2，则 L", "减小"]),
    ],
)
def test_a_sentence_is_wrapped(text, width, lines):
    assert lines == wrapped(text, width)


def test_mathematics_in_a_sentence_stays_together():
    sentence = Paragraph(("raise it ", row(A, PLUS, B, PLUS, C), ", a sum, and ", Sym("L"), " falls"))
    lines = render(Document("T", "en", (sentence,)), 20).splitlines()
    assert ["raise it a + b + c,", "a sum, and L falls"] == lines[2:]
    assert ["raise it", "a + b + c, a"] == wrapped(line_of(sentence.text), 16)[:2]


def test_blocks():
    document = Document(
        "标题",
        "zh",
        (
            Heading(2, ("已知",)),
            Notice("warning", "w", ("留意！",)),
            Notice("rule", "r", ("链式法则",)),
            Listing((("第一",), ("第二",))),
            Listing((("甲",), ("乙",)), numbered=True),
            Heading(3, ("倒数第 1 层",)),
            Formula((A, B), ("=",)),
            Formula((B, C), ("=",)),
        ),
    )
    assert [
        *("标题", "════", "", "已知", "────", "! 留意！", "", "→ 链式法则", "", "• 第一", "• 第二", ""),
        *("1. 甲", "2. 乙", ""),
        *("── 倒数第 1 层 ──", "  a = b", "  b = c"),
    ] == render(document, 40).splitlines()


TABLE = Table(
    (("名称",), ("value",), ("meaning",)),
    (((A,), (Num("120"),), ("area in square metres",)), ((B,), (SMALL,), ("面积",)), ((C,), (), ())),
)


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            50,
            [
                "名称  value           meaning",
                "────  ──────────────  ─────────────────────",
                "a     120             area in square metres",
                "b      −3.77173×10⁻⁵  面积",
                "c",
            ],
        ),
        (
            34,
            [
                "名称  value           meaning",
                "────  ──────────────  ────────────",
                "a     120             area in",
                "                      square",
                "                      metres",
                "b      −3.77173×10⁻⁵  面积",
                "c",
            ],
        ),
        (
            26,
            [
                *("名称     a", "value    120", "meaning  area in square", "         metres", ""),
                *("名称     b", "value    −3.77173×10⁻⁵", "meaning  面积", "", "名称     c"),
            ],
        ),
    ],
)
def test_a_table_folds(width, lines):
    assert lines == render(Document("T", "en", (TABLE,)), width).splitlines()[2:]


# Pictures

CURVE = Curve(
    "损失 L 的变化", tuple(map(float, range(1, 31))), tuple(1 / k for k in range(1, 31)), "迭代", "L"
)
POINTS = Points("h2 / h1", (("y = 0", (0.0, 1.0), (0.0, 1.0)), ("y = 1", (0.0,), (1.0,))), "h1", "h2")
EXTREME = Curve("wild", (1.0, 2.0, 3.0, 4.0), (4.0, 1e200, -1e250, math.inf), "n", "L")
FLAT = Curve("flat", (1.0, 2.0), (0.0, 0.0), "n", "L")


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize(
    "picture", [CURVE, POINTS, EXTREME, FLAT, Curve("none", (1.0,), (math.nan,), "n", "L")]
)
def test_a_picture_is_plain_and_fits(picture, width, capsys):
    text = render(Document("T", "en", (picture,)), width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert ("", "") == capsys.readouterr()


def test_each_group_has_its_marker():
    text = render(Document("T", "en", (POINTS,)), 40)
    assert "o y = 0   x y = 1" in text
    drawn = "".join(text.splitlines()[5:-1])
    assert (2, 1) == (drawn.count("o"), drawn.count("x"))


def test_points_close_to_round_numbers_show_them_on_the_axes():
    points = Points("", (("", (0.0001, 0.9999), (0.0001, 0.9999)),), "h1", "h2")
    *_, ruler, _ = render(Document("T", "en", (points,)), 60).splitlines()
    assert ["0", "0.2", "0.4", "0.6", "0.8", "1"] == ruler.split()


def test_a_picture_takes_nothing_from_plotext_and_leaves_nothing_there():
    def drawn():
        return plotext.figure.build().string(colorless=False)

    plotext.figure.clear()
    plotext.figure.plot_size(40, 10)
    empty = drawn()
    picture = render(Document("T", "en", (POINTS,)), 40)
    plotext.figure.plot_size(40, 10)
    assert empty == drawn()
    plotext.figure.title("left over")
    assert picture == render(Document("T", "en", (POINTS,)), 40)


def test_plotext_is_loaded_only_for_a_picture():
    code = """
import sys
from byhand.lesson.document import Document, Paragraph
from byhand.views.text import render
render(Document("T", "en", (Paragraph(("a",)),)))
print("plotext" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False" == done.stdout.strip()


# The built-in examples


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", api.examples())
def test_an_example_fits_every_width(name, language):
    work = api.work(api.example(name))
    document = tell(work.task, work.run, Telling(language=language))
    for width in (20, 40, 80, 120):
        lines = render(document, width).splitlines()
        # In 20 columns a long name or number stands out.
        assert [] == [line for line in lines if cell_len(line) > max(width, 34)]
        assert [] == [line for line in lines if re.match(r"\s*[。，、：；！？）]", line)]


@pytest.mark.parametrize("name", api.examples())
def test_every_chain_of_an_example_is_whole_however_it_is_broken(name):
    work = api.work(api.example(name))
    formulas = [block for block in tell(work.task, work.run, Telling()).blocks if isinstance(block, Formula)]
    for formula in formulas:
        pairs = zip(("", *formula.signs), formula.parts, strict=True)
        whole = "".join(f"{sign}{math_text(part)}" for sign, part in pairs)
        for width in (30, 60, 100):
            lines = "".join(formula_lines(Formula(formula.parts, formula.signs), width))
            assert whole.replace(" ", "") == lines.replace(" ", "")
