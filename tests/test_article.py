"""Pages checked: seeds, right pages, planted mistakes, notations, marks, hostile pages."""

import random
import re
from pathlib import Path

import pytest

from byhand.check.article.article import check_article
from byhand.errors import ProblemError
from byhand.lesson.articles import place, tell, tell_article
from byhand.lesson.numbers import printed
from byhand.sources.pages.page import ENDINGS
from byhand.sources.pages.reading import read_page
from byhand.views.marked import marked_copy
from byhand.views.text_lines import line_of
from byhand.views.text_math import math_text

PAGES = Path(__file__).parent / "pages"
SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
RIGHT = sorted(path.name for path in PAGES.iterdir())
IN_FORM = {"markdown": "${}$", "text": "{}", "html": "<p>\\({}\\)</p>", "latex": "\\[{}\\]"}


def kind_of(path):
    return ENDINGS[Path(path).suffix]


def checked(name):
    return check_article((PAGES / name).read_text("utf-8"), kind_of(name))


def wrong(text, kind="markdown"):
    """What is wrong on a page: codes and texts, in order."""
    report = check_article(text, kind)
    return [(f.code, f.text) for f in report.findings if f.verdict == "wrong"]


def expected_at(finding):
    """The number that should stand there, as it is told."""
    return math_text(printed(finding.expected, finding.digits)[0])


def lines(*formulas):
    return "\n\n".join(f"${formula}$" for formula in formulas)


# The seeds, as they are


def seed(number):
    found = sorted(SEEDS.glob(f"{number:03}_*.txt"))
    if not found:
        pytest.skip("the seed documents are not beside this checkout")
    return check_article(found[0].read_text("utf-8"), "text")


def at(report, verdict="wrong"):
    return [(f.code, f.name, f.text) for f in report.findings if f.verdict == verdict]


def test_the_apples_have_right_numbers_and_a_wrong_sum_rule():
    report = seed(0)
    assert [("formula_wrong", "dz/dv", "\\frac{df(v)}{dv}+\\frac{df(v)}{dv}")] == at(report)
    assert () == tuple(at(report, "carried"))
    assert report.checked > 60


def test_the_survey_has_nothing_wrong():
    assert [] == at(seed(1))


def test_d_is_said_to_be_1():
    assert [("word_value", "d", "1")] == at(seed(2))


def test_the_house_price():
    report = seed(3)
    numbers = [(f.name, f.text) for f in report.findings if f.verdict == "wrong" and "number" in f.code]
    inner = [(f.name, f.text, expected_at(f)) for f in report.findings if f.code == "inner_wrong"]
    formulas = {f.name for f in report.findings if f.code == "formula_wrong"}
    assert [("h1", "24.2", "24.5"), ("h2", "37.8", "36.6"), ("h3", "46.3", "47.3")] == inner
    assert ["\\sigma(0.4 \\times 120 - 0.7 \\times 1)"] == [
        f.text for f in report.findings if f.code == "put_in_wrong"
    ]
    expected = [("h2", "0.998"), ("L", "89,999,810,000"), ("dyhat/dh1", "0.024"), ("dyhat/dh2", "0.048")]
    assert [*expected, ("dh1/dw1", "−69090"), ("w1_new", "94893.86")] == numbers
    assert {"dyhat/dh1", "dyhat/dh2", "dyhat/dh3", "dh1/dw1", "dL/dw1"} == formulas
    causes = {f.causes[0].code for f in report.findings if f.code == "formula_wrong"}
    assert {"sigma_prime_at_z"} == causes
    (update,) = [f for f in report.findings if f.code == "update_wrong"]
    assert "old_weight_dropped" == update.causes[0].code
    carried = [f.text for f in report.findings if f.verdict == "carried"]
    assert ["0.6452", "−599,998.7096", "994893860"] == carried[2:]
    assert "0.07" not in [f.text for f in report.findings]


def test_the_sign_in_the_closing_note():
    assert [("sign_against", "dw", "1 / m * np.dot(X,(Y-A))")] == at(seed(4))


# Right pages, and the same with one number changed


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_page_has_nothing_wrong(name):
    report = checked(name)
    assert () == report.findings
    assert report.checked >= 7


@pytest.mark.parametrize(
    ("name", "right", "planted"),
    [
        ("two_two_two.md", "1 = 0.3775", "1 = 0.3875"),
        ("two_two_two.md", "= 1.105905967$$", "= 1.105906967$$"),
        ("two_two_two.md", "= 0.298371109", "= 0.298731109"),
        ("two_two_two.md", "= 0.74136507$$", "= -0.74136507$$"),
        ("two_two_two.md", "= 0.082167041$$", "= 0.082617041$$"),
        ("two_two_two.md", "= 0.35891648", "= 0.44108352"),
        ("two_two_two.md", "w_5 - \\eta", "w_5 + \\eta"),
        ("two_two_two.md", "= out_{o1}(1 - out_{o1})", "= net_{o1}(1 - net_{o1})"),
        ("single_neuron.html", "f(3) = 0.9526", "f(3) = 0.9562"),
        ("single_neuron.html", "f(0.0948) = 0.524", "f(0.0948) = 0.542"),
        ("single_neuron.html", "0.0214", "0.0224"),
        ("handout.tex", "0.4 = -0.7", "0.4 = -0.8"),
        ("handout.tex", "= -0.105$", "= -0.305$"),
        ("handout.tex", "= 0.1311", "= 0.1131"),
        ("homework.md", "= 0.25$$", "= 0.35$$"),
        ("homework.md", "-0.02$$", "0.38$$"),
        ("homework.md", "= 0.0346$$", "= 0.0436$$"),
        ("homework.md", "(o_2 - y_2) o_2", "(o_2 - y_2)"),
        ("nearest_unit.md", "= 0.59$$", "= 0.95$$"),
        ("nearest_unit.md", "= -0.01$$", "= 0.01$$"),
        ("cross_entropy.md", "= 0.242,", "= 0.224,"),  # the true number that is used afterwards is no mistake
        ("cross_entropy.md", "= -0.341", "= 0.341"),
        ("thresholds.md", "= 0.5097$$", "= 0.5907$$"),  # after 1/[1 + e^…], in square brackets
        ("delta_rule.txt", "0.7*1 = 0.07", "0.7*1 = 0.7"),
        ("resonance.html", "= 0.4</p>", "= 0.2</p>"),
        ("resonance.html", "= 0.667</p>", "= 0.5</p>"),
        ("thresholds.md", "= -0.1274$$", "= 0.1274$$"),
        ("thresholds.md", "= 0.0381$$", "= 0.0318$$"),
        ("thresholds.md", "= -1.2067", "= -1.1933"),
    ],
)
def test_one_planted_mistake_is_found_at_its_place(name, right, planted):
    text = (PAGES / name).read_text("utf-8")
    assert 1 <= text.count(right)
    place = text.index(right)
    report = check_article(text.replace(right, planted, 1), kind_of(name))
    found = [f for f in report.findings if f.verdict == "wrong"]
    assert found[0].start <= place + len(planted)
    assert place <= found[0].end
    assert {report.page.position(place)[0]} == {report.page.position(f.start)[0] for f in found}


def test_a_weight_at_the_next_step_is_new_and_a_series_is_none():
    step = "$w_1(t+1) = w_1(t) + \\Delta w_1 = 0.1 + 0.07 = {}$"
    assert [] == wrong(step.format("0.17"))
    assert [("number_wrong", "0.18")] == wrong(step.format("0.18"))
    assert [] == wrong(lines("h(t+1) = \\tanh(0.5 h(t) + 1)", "h(2) = \\tanh(0.5\\cdot 0.8 + 1) = 0.885"))


RESULT = re.compile(r"= ([^=$_]*[*+)/]|[^=$_]*times)[^=$_]*= (?:\\boxed\{)?(-?\d*\.\d{2,})(?!\d|\s*[*\\(])")


def test_most_results_with_a_wrong_digit_are_found():
    draw = random.Random(5)
    found, planted = 0, 0
    for name in RIGHT:
        text = (PAGES / name).read_text("utf-8")
        for result in RESULT.finditer(text):
            start, end = result.span(2)
            digits = [k for k in range(start, end) if text[k] in "123456789"]
            place = draw.choice(digits[:2])
            other = str((int(text[place]) + 4) % 10)
            report = check_article(text[:place] + other + text[place + 1 :], kind_of(name))
            planted += 1
            found += any(f.start <= end and start <= f.end for f in report.findings)
    assert planted > 20
    assert found == planted


# Numbers and notations


@pytest.mark.parametrize(
    "formula",
    [
        "89{,}999{,}612{,}880 \\approx (300{,}000 - 0.6452)^2",
        "300,000 - 0.6452 = 299,999.3548",
        "\\frac{1}{1+e^{-0.5}} \\approx 0.622",
        "0.5 \\times 10^{-3} \\cdot 4 = 2\\times 10^{-3}",
        "1/2(3)^2 = 4.5",
        "\\sqrt{2} = 1.41 \\approx 1.4",
        "50\\% \\cdot 8 = 4",
        "\\ln 2 = 0.693",
        "\\log(100) = 2",
        "\\sigma(0) = \\dfrac12",
        "2 \\cdot 0.333 = 2/3",
        "-0.3 \\times 0.332 - 0.2 \\times 0.525 + 0.1 = -0.105",
        "\\left(3 + \\left[4 \\right]\\right) = 7",
        "x = 5, y = 6",
        "1 < 2 = 2",
        "\\mathrm{net} = 2 \\cdot 3 = 6, \\quad 2\\,\\mathrm{net} = 12",
    ],
)
def test_right_arithmetic(formula):
    assert [] == wrong(f"${formula}$")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("(300{,}000 - 0.6452)^2 \\approx 89,999,810,000", "89,999,810,000"),
        ("\\frac{1}{1+e^{-0.5}} \\approx 0.378", "0.378"),
        ("2 + 2 = 5", "5"),
        ("0.2 \\times 120 + 0.5 = 24.2 \\approx 24", "24.2"),
        ("\\sigma(24 + 0.5) = \\sigma(24.2)", "24.2"),
        ("1/2(3)^2 = 9", "9"),
        ("\\ln 2 = 0.301", "0.301"),
        ("\\sqrt{16} = 8", "8"),
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "html", "latex"])
def test_wrong_arithmetic(formula, text, kind):
    assert [text] == [found.strip("-") for _, found in wrong(IN_FORM[kind].format(formula), kind)]


@pytest.mark.parametrize(
    ("chain", "found"),
    [
        ("z = 0。5·0。6 + 0。0793 = 0。3793。", []),
        ("z = 0。5·0。6 + 0。0793 = 0。3693。", ["0。3693"]),
        ("z = 2·0,5936 = 1,1872", []),
        ("z = 2·0,583 = 1,1872", ["1,1872"]),
        ("z = 2 + 0,05 = 2.05", []),
        ("$z = 0{,}5 + 0{,}25 = 0{,}75$", []),
        ("$z = \\max(0{,}5, 0{,}2) = 0{,}2$", ["0{,}2"]),
        ("z = 1 + 1 = 2。3 个样本", []),
        ("z = 1 + 1 = 2。10个样本", []),
        ("z = 1,000 + 1,001 = 2,001", []),
        ("z = 0.5·2 = 3,0.4", ["3"]),
        ("z = 0.5·2 = 3.5,4", ["3.5"]),
        ("z = 0.5·2 = 3,4,5", ["3"]),
        ("$z = \\max(0,594) = 0.594$", ["0.594"]),
    ],
)
def test_a_point_however_it_was_typed(chain, found):
    report = check_article(chain, "markdown")
    assert found == [one.text for one in report.findings]
    assert (1, ()) == (report.checked, report.unread)


@pytest.mark.parametrize("chain", ["h = 0.2·2 = 0,4", "g = 0,5·2 = 1", "k = 1,2", "h = 24,5 + 1 = 25,5"])
def test_a_comma_that_may_be_that_of_a_list_is_not_read(chain):
    report = check_article(chain, "markdown")
    assert ((), [chain]) == (report.findings, [one.text for one in report.unread])


def test_plain_text_chains_among_words():
    page = "So the sum is z1 = 0.2*120 + 0.5*1 = 24.2 and then\n我们得到 h = 3×4 = 12,再加 1。版本 1.2.3。"
    assert [("number_wrong", "24.2")] == wrong(page, "text")


def test_a_formula_three_times_in_a_row_is_read_once():
    page = read_page("得 h 1 = 2 − 1 3 = 0.5 h_1 = 2 - \\frac{1}{3} = 0.5 h1=231=0.5。", "text")
    assert ["h_1 = 2 - \\frac{1}{3} = 0.5"] == [p.text for p in page.pieces if p.kind == "formula"]


def test_amounts_in_dollars_are_no_formula():
    page = read_page("It costs $5 here and $6 there; $x = 1$ is one.", "markdown")
    assert ["x = 1"] == [p.text for p in page.pieces if p.kind == "formula"]


def test_html_is_read_as_seen():
    source = "<p>x&nbsp;=&nbsp;2 &times; 3 = 7</p><script>1 + 1 = 3</script><p>e<sup>2</sup>&lt;8</p>"
    report = check_article(source, "html")
    assert ["7"] == [f.text for f in report.findings]
    assert "7" == source[report.findings[0].start]


def test_mathml_without_tex():
    fraction = "<mfrac><mrow><mn>1</mn></mrow><mn>4</mn></mfrac>"
    right = f"<math><mi>x</mi><mo>=</mo>{fraction}<mo>=</mo><mn>0.25</mn></math>"
    assert [] == wrong(right, "html")
    assert [("number_wrong", "0.24")] == wrong(right.replace("0.25", "0.24"), "html")


def test_upright_letters_are_one_name():
    page = "$\\mathrm{lr} = 0.1$, $l = 2$, $r = 3$, $s = 5 \\mathrm{lr} = 0.6$"
    (finding,) = check_article(page, "markdown").findings
    assert ("s", "0.6", "0.5") == (finding.name, finding.text, expected_at(finding))


def test_what_cannot_be_read_is_listed():
    report = check_article("$E = \\sum_k (t_k - o_k)^2 = 5$", "markdown")
    assert ["E = \\sum_k (t_k - o_k)^2 = 5"] == [unread.text for unread in report.unread]
    assert () == report.findings


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


# The marked copy


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("kind", "source", "marked"),
    [
        ("markdown", "Then $2 + 2 = 5$, he said.", "Then $2 + 2 = 5$ **[✗ "),
        ("text", "x = 2 + 2 = 5 he said", "x = 2 + 2 = 5⟦✗1⟧ he said"),
        ("html", "<p>x = 2 + 2 = 5 &amp; so</p>", '<p>x = 2 + 2 = <mark title="'),
        ("html", "<p>\\(2 + 2 = 5\\)</p>", "<p>\\(2 + 2 = 5\\)<mark>✗ "),
        ("latex", "\\begin{document}\n$2 + 2 = 5$\n\\end{document}", "$2 + 2 = \\byhandwrong{5}{1}$"),
    ],
)
def test_the_marked_copy(kind, source, marked, language):
    report = check_article(source, kind)
    copy = marked_copy(report, language)
    assert marked in copy
    assert place(report, report.findings[0], language) in copy


def test_what_a_page_holds_cannot_break_its_marks():
    source = '<p>2 + 2 = 5</p><p>q = ?"><b onload=1>(1 = 2)</b> = 3</p>'
    copy = marked_copy(check_article(source, "html"))
    assert copy.count("onload") == 1
    assert "\x1b" not in marked_copy(check_article("x = \x1b[31m? = 5 \x1b]8; 2 + 2 = 5", "text"))[40:]


def test_everything_found_on_the_seeds_is_told_in_both_languages():
    for number in range(5):
        report = seed(number)
        for finding in report.findings:
            for language in ("en", "zh"):
                assert "{" not in re.sub(r"\\\S*|\{\S*\}", "", line_of(tell(finding, language)))


# Hostile pages

LARGE = 40_000
HOSTILE = {
    "braces": "$x = " + "{" * LARGE,
    "fractions": "$y = " + "\\frac{" * 20_000 + "$",
    "nested": "$x = " + "(" * 5000 + "1" + ")" * 5000 + " = 2$",
    "digits": "$x = " + "9" * LARGE + " = 1 + 1$",
    "power": "$y = 9^{9^{9^{9^9}}} = 3$ $e^{e^{e^{e^{10}}}} = 5$ $1/0 = 5$ $\\ln(-1) = 2$",
    "tower": "$f(x) = x + x$ $y = " + "f(" * 50 + "2" + ")" * 50 + " = 3$",
    "circle": "$a = b + 1$ $b = c + 1$ $c = a + 1$ $f(x) = f(f(x))$ $g(x) = f(x)$",
    "doubling": "$x_0 = 1$ " + " ".join(f"$x_{{{k + 1}}} = x_{{{k}}} + x_{{{k}}}$" for k in range(200)),
    "openings": "\\[" * LARGE,
    "dollars": "$a " * (LARGE // 3),
    "copies": ("a " * 1000 + "\\alpha\n") * 5,
    "comments": "<!--" * (LARGE // 4),
    "less": "<" * LARGE,
    "chain": "$" + "1=" * (LARGE // 2) + "1$",
    "equals": "=" * LARGE,
    "macro": "\\def\\a{\\a\\a}\\a $\\a = 1$ \\input{/etc/passwd}",
    "code": "```\n" + "(" * 9000 + "\n```",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["markdown", "html", "latex", "text"])
def test_a_hostile_page_has_an_outcome(name, kind):
    report = check_article(HOSTILE[name], kind)
    assert marked_copy(report, "zh")


def test_a_page_too_large_is_an_error():
    with pytest.raises(ProblemError, match="2048"):
        check_article("x" * (2 * 1024 * 1024 + 1), "text")


def test_the_cells_of_a_table_are_read_one_by_one():
    table = "| step | calculation | result |\n|:--|---|--:|\n| z | $0.5*2 + 0.1 = 1.1$ | 1.1 |\n"
    report = check_article(table + "| 2 | 0.3*0.4 = 0.13 | 0.13 |\n\n|x| = 3\n", "markdown")
    assert [("number_wrong_here", "0.13")] == [(f.code, f.text) for f in report.findings]
    assert 2 == report.checked


def test_a_result_may_be_rounded_further_where_it_is_put_in():
    page = "w = 0.55, x = 2. z = wx = 0.55*2 = 1.1. a = σ(z) = σ(1.1) = 0.7503. L = (1 - a)^2 = "
    assert [] == wrong(page + "(1 - 0.75)^2 = 0.0625.", "text")
    assert [("number_wrong", "0.0725")] == wrong(page + "(1 - 0.75)^2 = 0.0725.", "text")


@pytest.mark.parametrize(("page", "said"), [("", "nothing was checked"), ("1 + 1 = 2", "no mistake found")])
def test_a_page_without_equalities_is_not_called_right(page, said):
    told = tell_article(check_article(page, "text"), "en")
    assert said in str(told.blocks[0])
