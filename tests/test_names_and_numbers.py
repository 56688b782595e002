"""Names and numbers on a worksheet, however they are written."""

import re

import pytest

import byhand
from byhand.check.book import Book
from byhand.check.literal import read_number
from byhand.check.names import read_name
from byhand.errors import ProblemError


@pytest.fixture(scope="module")
def house():
    return Book(byhand.work(byhand.example("house-price")).run)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *[(name, ("value", "z1", "")) for name in ("z1", "z_1", "z₁", "$z_{1}$", "z_{1}")],
        *[(name, ("value", "yhat", "")) for name in ("yhat", "ŷ", r"\hat{y}", r"$\hat y$", "y_hat")],
        *[
            (name, ("derivative", "L", "w1"))
            for name in (
                "dL/dw1",
                "∂L/∂w₁",
                r"\frac{\partial L}{\partial w_1}",
                r"\frac{dL}{dw_{1}}",
                "∂L / ∂w_1",
                r"\cfrac{\partial L}{\partial w_1}",
            )
        ],
        ("dyhat/dh1", ("derivative", "yhat", "h1")),
        (r"\frac{d\hat{y}}{dh_1}", ("derivative", "yhat", "h1")),
        *[
            (name, ("new", "w1", ""))
            for name in (
                "w1_new",
                "w1'",
                "w1+",
                "w_1^{new}",
                r"w_{1}^{\text{new}}",
                "w₁⁺",
                "新的w1",
                "new w1",
                "w_1^{(t+1)}",
                "w_1^{k+1}",
                "w^{updated}_1",
                "w_1^{next}",
                "w_1^{新}",
                r"w_{1,\mathrm{new}}",
                "w1新",
                "w1 更新后",
                "w_1(t+1)",
            )
        ],
    ],
)
def test_a_name_is_understood_however_it_is_written(house, typed, meant):
    named = read_name(typed, house)
    assert named is not None
    assert [meant] == [tuple(q)[:3] for q in named.quantities]


@pytest.mark.parametrize(
    "typed",
    [
        "q",
        "dL/dq",
        "z1 z2",
        "w1new2",
        "w_{t+1}",
        "z_1^{(t+1)}",
        "",
        "L/w1",
        "∂",
        "z1'",
        "__import__('os')",
        "x" * 500,
    ],
)
def test_a_name_that_stands_for_nothing_is_not_guessed(house, typed):
    assert read_name(typed, house) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("24.20", 24.2, 0.01),
        ("89,999,810,000", 89999810000, 1),
        ("300 000", 300000, 1),
        ("1.2e-3", 0.0012, 1e-4),
        ("1.2×10^{-3}", 0.0012, 1e-4),
        ("1.2 × 10⁻³", 0.0012, 1e-4),
        (r"1.2 \times 10^{-3}", 0.0012, 1e-4),
        ("−0.5", -0.5, 0.1),
        ("50%", 0.5, 0.01),
        ("≈ 0.25", 0.25, 0.01),
        ("０．５", 0.5, 0.1),
        (".5", 0.5, 0.1),
        ("7.", 7, 1),
        ("0。5936", 0.5936, 1e-4),
        ("0。5936。", 0.5936, 1e-4),
        ("0,5936", 0.5936, 1e-4),
        ("−0,594", -0.594, 1e-3),
        ("0，5", 0.5, 0.1),
        ("24,5", 24.5, 0.1),
        ("0{,}5", 0.5, 0.1),
        ("1,2×10^{-3}", 0.0012, 1e-4),
        ("59,4 %", 0.594, 1e-3),
        ("1,188", 1188, 1),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value, unit):
    number = read_number(text)
    assert number is not None
    assert (pytest.approx(value), pytest.approx(unit)) == (number.value, number.unit)


@pytest.mark.parametrize(("text", "value"), [("3/4", 0.75), ("½", 0.5), ("-¼", -0.25), ("¾", 0.75)])
def test_a_fraction_is_exact(text, value):
    assert (pytest.approx(value), True) == (read_number(text).value, read_number(text).unit < 1e-11)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1..2",
        "1e999",
        "9" * 100,
        "nan",
        "inf",
        "1,2,3",
        "(1,2)",
        "0, 5936",
        "0,5,",
        "1,2.5",
        "--1",
        "1/0",
        "0x10",
        "1½",
    ],
)
def test_what_is_no_number_is_not_guessed(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"q1": "5"}, "is understood: q1 = 5. The names are W, x, z, and"),
        ({"z": ["5", "11", "3"]}, "is understood: z[0] = 5, z[1] = 11, z[2] = 3."),
        ({"z": "5, 11"}, "an array as a list of all its numbers"),
        ({}, 'Nothing is filled in under [claims]. Write there what was calculated, such as z = "…"'),
    ],
)
def test_a_sheet_of_which_nothing_is_understood_is_told_what_could_stand_there(claims, told):
    problem = {"problem": "z = W @ x", "given": {"W": [[1, 2], [3, 4]], "x": [1, 2]}}
    with pytest.raises(ProblemError, match=re.escape(told)):
        byhand.check({**problem, "claims": claims})


def test_commas_are_points_on_a_sheet_where_one_can_be_nothing_else():
    problem = {"problem": "z = w*x\nh = z - 1", "given": {"w": 2, "x": 1.094}}
    claims = {"z": "2,188", "h": "1,188"}
    verdicts = {"thousands": ["wrong", "wrong"], "points": ["right", "right", "right"]}
    assert verdicts["thousands"] == [c.verdict for c in byhand.check({**problem, "claims": claims}).claims]
    more = {**problem, "problem": f"{problem['problem']}\ns = x/4", "claims": {**claims, "s": "0,2735"}}
    assert verdicts["points"] == [c.verdict for c in byhand.check(more).claims]
