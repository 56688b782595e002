"""MathML: each box is one element."""

from xml.etree import ElementTree

import pytest

from byhand.lesson.document import (
    Deriv,
    Fenced,
    Frac,
    Func,
    Matrix,
    Num,
    Power,
    Root,
    Row,
    Sign,
    Sym,
    Words,
)
from byhand.views.mathml import displayed, mathml

OPEN, CLOSE = '<mo form="prefix" stretchy="false">(</mo>', '<mo form="postfix" stretchy="false">)</mo>'
LEFT, RIGHT = '<mo form="prefix">[</mo>', '<mo form="postfix">]</mo>'
Y, Y_HAT = "<mi>y</mi>", '<mover><mi>y</mi><mo stretchy="false">^</mo></mover>'
MINUS = '<mo form="prefix">−</mo>'


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Num("0.2"), "<mn>0.2</mn>"),
        (Num("-3.77"), f"<mrow>{MINUS}<mn>3.77</mn></mrow>"),
        (Num("2.7", 9), "<mrow><mn>2.7</mn><mo>×</mo><msup><mn>10</mn><mn>9</mn></msup></mrow>"),
        (
            Num("-2.7", -9),
            f"<mrow>{MINUS}<mn>2.7</mn><mo>×</mo><msup><mn>10</mn><mrow>{MINUS}<mn>9</mn></mrow></msup></mrow>",
        ),
        (Sym("y"), Y),
        (Sym("film"), "<mi>film</mi>"),
        (Sym("yhat"), Y_HAT),
        (Sym("yhat_2"), f"<msub>{Y_HAT}<mn>2</mn></msub>"),
        (Sym("net_h1"), "<msub><mi>net</mi><mi>h1</mi></msub>"),
        (Sym("w1", mark="new"), "<msubsup><mi>w</mi><mn>1</mn><mtext>new</mtext></msubsup>"),
        (Sym("w", mark="new"), "<msup><mi>w</mi><mtext>new</mtext></msup>"),
        (Sym("Δw"), '<mrow><mi mathvariant="normal">Δ</mi><mi>w</mi></mrow>'),
        (
            Sym("W1", ("0", "2")),
            "<mrow><msub><mi>W</mi><mn>1</mn></msub><mrow>"
            '<mo form="prefix" stretchy="false">[</mo>'
            '<mrow><mn>0</mn><mo separator="true">,</mo><mn>2</mn></mrow>'
            '<mo form="postfix" stretchy="false">]</mo></mrow></mrow>',
        ),
        (Sign("<"), "<mo>&lt;</mo>"),
        (Row((Sign("−", "-"), Sym("y"))), f"<mrow>{MINUS}{Y}</mrow>"),
        (Row((Num("1"), Sign("−"), Sym("y"))), f"<mrow><mn>1</mn><mo>−</mo>{Y}</mrow>"),
        (Frac(Num("1"), Num("2")), "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (Power(Sym("y"), Num("2")), f"<msup>{Y}<mn>2</mn></msup>"),
        (Power(Sym("w1"), Num("2")), "<msubsup><mi>w</mi><mn>1</mn><mn>2</mn></msubsup>"),
        (Power(Num("5"), Sign("ᵀ", r"\top")), "<msup><mn>5</mn><mo>⊤</mo></msup>"),
        (Root(Sym("y")), f"<msqrt>{Y}</msqrt>"),
        (Fenced("(", Sym("y"), ")"), f"<mrow>{OPEN}{Y}{CLOSE}</mrow>"),
        (
            Fenced("[", Root(Sym("y")), "]"),
            f"<mrow>{LEFT}<msqrt>{Y}</msqrt>{RIGHT}</mrow>",
        ),
        (Func("σ", (Sym("y"),)), f"<mrow><mi>σ</mi><mo>\u2061</mo><mrow>{OPEN}{Y}{CLOSE}</mrow></mrow>"),
        (
            Matrix(((Num("1"), Num("2")),)),
            f"<mrow>{LEFT}<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>{RIGHT}</mrow>",
        ),
        (
            Matrix(((Num("1"), Num("2")),), vector=True),
            f"<mrow>{LEFT}<mtable><mtr><mtd><mn>1</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable>{RIGHT}</mrow>",
        ),
        (
            Deriv(Sym("L"), Sym("y")),
            f"<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi>{Y}</mrow></mfrac>",
        ),
        (
            Deriv(Sym("L"), Sym("y"), partial=False),
            '<mfrac><mrow><mi mathvariant="normal">d</mi><mi>L</mi></mrow>'
            f'<mrow><mi mathvariant="normal">d</mi>{Y}</mrow></mfrac>',
        ),
        (Words("784×16 的数组"), "<mtext>784×16 的数组</mtext>"),
    ],
)
def test_a_box_is_one_element(box, expected):
    assert f"<math>{expected}</math>" == mathml(box)
    assert 1 == len(ElementTree.fromstring(mathml(box)))


def test_a_long_vector_and_one_before_a_matrix_are_rows():
    nine = Matrix((tuple(Num(str(k)) for k in range(9)),), vector=True)
    two = Matrix(((Num("1"), Num("2")),), vector=True)
    assert 1 == mathml(nine).count("<mtr>")
    assert 1 == mathml(Row((two, Sign("@", ""), Sym("W")))).count("<mtr>")
    assert 2 == mathml(Row((Sym("W"), Sign("@", ""), two))).count("<mtr>")


def test_a_sum_may_end_a_line_before_its_signs_and_a_product_where_there_is_no_sum():
    a, b, c = Sym("a"), Sym("b"), Sym("c")
    assert 3 == displayed(Row((a, Sign("+"), b, Sign("·"), c, Sign("−"), a))).count("<math ")
    assert 3 == displayed(Row((a, Sign("·"), b, Sign("·"), c))).count("<math ")
    assert 1 == displayed(Row((Sign("−"), a))).count("<math ")
