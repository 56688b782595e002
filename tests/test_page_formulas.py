"""Values followed through a page; its derivatives, update rules, words and code."""

import pytest
from page_findings import expected_at, lines, wrong

from byhand.check.article.article import check_article

# Values followed through the page


def test_values_stated_are_put_into_formulas():
    page = lines("x = [2, 3]", "w_1 = 0.5, w_2 = -1", "z = w_1 x_1 + w_2 x_2 = 0.5 \\cdot 2 - 1\\cdot 3 = -4")
    assert [("number_wrong", "-4")] == wrong(page)
    page = lines("x = [2, 3]", "w_1 = 0.5", "w_2 = -1", "z = w_1 x_1 + w_2 x_2", "z = -4")
    assert [("number_wrong", "-4")] == wrong(page)


def test_a_mistake_is_marked_once_and_carried():
    page = lines("x = 2", "w = 3", "z = w x = 3 \\cdot 2 = 7", "h = z + 1 = 7 + 1 = 8")
    report = check_article(page, "markdown")
    assert [("wrong", "7"), ("carried", "8")] == [(f.verdict, f.text) for f in report.findings]


def test_a_slip_in_the_midst_of_a_chain_is_marked_once():
    chain = "0.5\\cdot 0.4 - 0.3\\cdot 0.7 + 0.2 = {} - 0.21 + 0.20 = {}"
    assert [] == wrong(lines(chain.format("0.20", "0.19")))
    assert [("put_in_wrong", "0.60 - 0.21 + 0.20")] == wrong(lines(chain.format("0.60", "0.19")))
    report = check_article(lines("z = " + chain.format("0.60", "0.59")), "markdown")
    assert [("wrong", "0.60 - 0.21 + 0.20")] == [(f.verdict, f.text) for f in report.findings]
    assert ["0.7"] == [text for _, text in wrong(lines("2 \\cdot 0.3 = 0.7 = 0.6"))]


def test_a_second_example_with_the_same_names():
    page = lines(
        *("a = 5, b = 2", "r = a b = 5 \\cdot 2 = 10", "s = r + 1 = 11"),
        *("r = a + b = 7 + 3 = 10", "a = 7, b = 3", "r = a b = 7 \\cdot 3 = 21", "s = r + 1 = 22"),
    )
    assert [] == wrong(page)


def test_a_second_sample_is_not_judged_by_the_first():
    page = lines("w = 3", "x = 2", "z = w x = 6", "z = w x = 3 \\cdot 5 = 15", "z = w x = 3 \\cdot 4 = 13")
    assert [("number_wrong", "13")] == wrong(page)


def test_the_values_of_a_problem_hold_where_the_page_states_none():
    from byhand.ops import Name

    formulas = {"z": Name("w") * Name("x")}
    report = check_article("$z = 7$", "markdown", formulas, {"w": 3.0, "x": 2.0})
    assert [("7", "6")] == [(f.text, expected_at(f)) for f in report.findings]


# Formulas, rules and words


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("z (1 - z) x", "sigma_prime_at_z"),
        ("h (1 - h)", "input_left_out"),
        ("-h (1 - h) x", "sign"),
    ],
)
def test_a_wrong_derivative_and_its_cause(formula, cause):
    page = lines("z = w x + b", "h = \\sigma(z)", f"\\frac{{\\partial h}}{{\\partial w}} = {formula}")
    report = check_article(page, "markdown")
    (finding,) = report.findings
    assert ("formula_wrong", "dh/dw") == (finding.code, finding.name)
    assert cause in [c.code for c in finding.causes]


@pytest.mark.parametrize(
    "formula",
    [
        "h (1 - h) x",
        "\\sigma'(z) x",
        "\\frac{dh}{dz} \\frac{dz}{dw}",
        "\\frac{e^{-z}}{(1 + e^{-z})^2} x",
        "\\delta x",
        "\\sigma(wx + b)(1 - \\sigma(wx+b)) \\cdot \\frac{\\partial (wx + b)}{\\partial w}",
    ],
)
def test_a_right_derivative_in_many_forms(formula):
    page = lines("z = w x + b", "h = \\sigma(z)", f"\\frac{{\\partial h}}{{\\partial w}} = {formula}")
    assert [] == wrong(page)


def test_a_path_that_the_page_does_not_show_is_no_mistake():
    page = lines(
        *("h_1 = \\sigma(w_1 x)", "o = v_1 h_1 + v_2 h_2"),
        "\\frac{do}{dw_1} = v_1 h_1 (1 - h_1) x + v_2 h_2 (1 - h_2) x",
    )
    assert [] == wrong(page)


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        ("\\frac{dz}{dv} = \\frac{df(v)}{dv} + \\frac{dg(v)}{dv}", True),
        ("\\frac{dz}{dv} = \\frac{df(v)}{dv} + \\frac{df(v)}{dv}", False),
        ("\\frac{dz}{dv} = f'(v) + g'(v)", True),
        ("\\frac{dz}{dv} = f'(v) g'(v)", False),
    ],
)
def test_a_rule_of_derivatives(rule, right):
    assert right == (wrong(lines("z = f(v) + g(v)", rule)) == [])


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("w^{new} = w - \\eta \\frac{\\partial L}{\\partial w}", None),
        ("w \\leftarrow w", None),
        ("w = w - \\alpha \\frac{\\partial L}{\\partial w}", None),
        ("w' = \\eta \\frac{\\partial L}{\\partial w}", "old_weight_dropped"),
        ("w = w + \\alpha \\frac{\\partial E}{\\partial w}", "sign_of_step"),
        ("w = w + \\alpha \\frac{\\partial f}{\\partial w}", None),
        ("w^{+} = w - \\eta (\\frac{\\partial L}{\\partial w} + \\lambda w)", None),
    ],
)
def test_update_rules(formula, cause):
    report = check_article(f"${formula}$", "markdown")
    assert ([cause] if cause else []) == [f.causes[0].code for f in report.findings]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("所以 d 为 1。", ["1"]),
        ("输出d为-1,", []),
        ("thus d is 1.", ["1"]),
        ("so d equals -1, as it should", []),
        ("if d is 1 we stop", []),
        ("如果 d 为 1,就停止", []),
        ("期望的 d 为 1", []),
        ("d is 1st of all", []),
    ],
)
def test_values_in_words(sentence, found):
    page = f"输入值为a=5,b=-6。\n\n$d = a + b$\n\n{sentence}"
    assert found == [text for _, text in wrong(page)]


def test_code_on_a_page_defines_and_is_not_run(tmp_path):
    code = f"```python\ndef add(x, y):\n    return x + y\n\nd = add(a, b)\nopen('{tmp_path}/ran', 'w')\n```\n"
    assert [("word_value", "1")] == wrong(f"{code}\nWith a = 5, b = -6, the value d is 1.")
    assert not (tmp_path / "ran").exists()
