"""Numbers and formulas however a page writes them: read as meant, and judged."""

import random

import pytest
from page_findings import expected_at, lines, wrong

from byhand.check.article.article import check_article
from byhand.lesson.articles import tell
from byhand.sources.pages.reading import read_page
from byhand.views.text_lines import line_of

IN_FORM = {"markdown": "${}$", "text": "{}", "html": "<p>\\({}\\)</p>", "latex": "\\[{}\\]"}


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
    ("formula", "cause"),
    [
        ("3 \\times 4 + 2 = 18", "order_of_operations"),
        ("0.5 \\cdot 1.3^2 = 0.4225", "order_of_operations"),
        ("-0.7^2 + 1.3 = 1.79", "order_of_operations"),
        ("0.2 \\times 120 + 0.5 = 245", "decimal_point"),
        ("e^{-2} = 7.389", "activation_of_minus_z"),
        ("0.15 \\times 0.05 + 0.2 \\times 0.1 + 0.35 = 0.3757", "digits_transposed"),
        ("0.34 \\times 1.7 - 0.9 = 0.322", "sign"),
        ("0.51 \\times 0.3 + 0.27 \\times 0.7 + 0.1 = 0.253", "term_left_out"),
        ("0.5 \\times 0.3 + 0.27 \\times 0.7 + 0.13 = 0.339", "bias_left_out"),
        ("\\sin(0.7) = 0.0122", "angle_in_degrees"),
        ("-\\ln(0.659) = 0.181", "logarithm_base"),
        ("0.47 \\times 0.6 + 0.2 = 0.644", "copied_wrong"),
        # 0.75024·0.18684 + 0.59332·0.42694, carried on with all digits
        ("0.7502 \\cdot 0.1868 + 0.5933 \\cdot 0.4269 + 0.1 = 0.3935", "bias_left_out"),
    ],
)
def test_the_mistake_in_a_line_of_plain_numbers(formula, cause):
    (finding,) = check_article(f"${formula}$", "markdown").findings
    assert cause in [one.code for one in finding.causes]


def test_a_mistake_in_plain_numbers_names_them_and_says_may_be():
    (finding,) = check_article("$0.47 * 0.6 + 0.2 = 0.644$", "markdown").findings
    assert "which gives 0.482. It may be that 0.47 was copied as 0.74." in line_of(tell(finding, "en"))
    assert "应得 0.482。也许是：0.47 抄成了 0.74。" in line_of(tell(finding, "zh"))


def test_what_should_stand_there_is_never_what_stands_there():
    draw = random.Random(3)
    for _ in range(300):
        a, b = (round(draw.uniform(-9, 9), draw.randint(1, 4)) for _ in range(2))
        places = draw.randint(0, 5)
        page = (
            f"${a} * {b} = {a * b + draw.choice([-1, 1]) * draw.uniform(0.4, 1.6) * 10**-places:.{places}f}$"
        )
        for finding in check_article(page, "markdown").findings:
            assert float(finding.text) != float(expected_at(finding).replace("−", "-"))


def test_a_page_of_wrong_lines_is_done_in_time():
    line = " + ".join(f"0.{k} * 1.{k}3" for k in range(1, 20))
    report = check_article(f"${line} = 7.7$\n\n" * 9, "text")
    assert report.complete
    assert 9 == len(report.findings)
    assert any(not finding.causes for finding in report.findings)


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


def test_mathml_with_indices_and_fractions_of_differentials():
    def script(base, below):
        return f"<msub><mi>{base}</mi><mn>{below}</mn></msub>"

    def slope(of, by):
        top, bottom = (f"<mrow><mi>∂</mi>{x}</mrow>" for x in (of, by))
        return f"<mfrac>{top}{bottom}</mfrac>"

    given = [(script("z", 1), 0.5), (script("p", 1), 0.3)]
    page = " ".join(f"<math>{name}<mo>=</mo><mn>{value}</mn></math>" for name, value in given)
    page += f"<math><mrow>{slope('<mi>L</mi>', script('z', 1))}<mo>=</mo>{script('p', 1)}<mo>-</mo><mn>1</mn>"
    page += "<mo>=</mo><mo>-</mo><mn>{}</mn></mrow></math>"
    assert [] == wrong(page.format("0.7"), "html")
    (finding,) = check_article(page.format("0.6"), "html").findings
    assert ("dL/dz1", "-0.6") == (finding.name, finding.text)


@pytest.mark.parametrize("marked", ["alt='{}'", 'src="a.png" alt="{}" class="latex"', 'alt="${}$"'])
def test_a_formula_kept_as_a_picture_is_read_from_its_text(marked):
    page = "<p>so <img " + marked + "> as <img alt='the loss falls = good news for us'></p>"
    assert [] == wrong(page.format(r"\frac{1}{4} \cdot 3 = 0.75"), "html")
    assert [("number_wrong_here", "0.85")] == wrong(page.format(r"\frac{1}{4} \cdot 3 = 0.85"), "html")
    assert [] == [one.text for one in check_article(page.format("y = 2 &lt; 3"), "html").unread]


@pytest.mark.parametrize("picture", ["![{}](a.png)", '![{}](a.png "formula") and ![a net](b.png)'])
def test_a_formula_kept_as_a_picture_in_markdown(picture):
    assert [] == wrong(picture.format("\\tfrac14 \\cdot 3 = 0.75"))
    assert [("number_wrong_here", "0.85")] == wrong(picture.format("\\tfrac14 \\cdot 3 = 0.85"))


@pytest.mark.parametrize(
    "formula",
    [
        "[0.28 + 0.16, 0.96 - 0.08] = [0.44, {}]",
        "w = w + \\Delta w = [0.28, 0.96] + [0.16, -0.08] = [0.44, {}]",
        "\\Delta w = 0.5 \\cdot (0.4, 1.76) = (0.2, {})",
        "w_3(p+1) = w_3(p) + \\Delta w_3 = (0.43, 0.98) - 0.1 (0, 1) = (0.43, {})",
    ],
)
def test_lists_are_worked_out_entry_by_entry(formula):
    assert [] == wrong(f"${formula.format('0.88')}$")
    assert ["0.78"] == [text for _, text in wrong(f"${formula.format('0.78')}$")]


def test_products_of_lists_may_be_scalar_products():
    assert [] == wrong("$s = (1, 2) \\cdot (3, 4) = 11$ and $x = [0.52, 0.12] = [0.5, 0.1]$")


def test_an_arrow_ends_a_calculation():
    assert [("number_wrong_here", "0.8")] == wrong("0.6*0.28 + 0.8*0.96 = 0.8 --> unit b wins", "text")


def test_a_sign_lost_in_a_derivative_is_told_once():
    page = lines(
        "a = 0.5744", "y = 1", "\\delta = \\frac{\\partial L}{\\partial z} = a - y = 0.5744 - 1 = 0.4256"
    )
    assert [("number_wrong", "0.4256")] == wrong(page)


def test_the_stars_of_emphasis_are_no_signs_of_multiplication():
    page = "With *x₁* = 0.5 and **w₁** = 3 the sum *z* = 3*0.5 = **{}**."
    assert [] == wrong(page.format("1.5"))
    assert [("number_wrong", "1.6")] == wrong(page.format("1.6"))


def test_a_line_of_text_that_begins_with_a_sign_of_equality_goes_on():
    page = "z = 0.4*0.6 + 0.5\n    = 0.24 + 0.5\n    = {}\n\nResults\n=======\n"
    assert [] == wrong(page.format("0.74"), "text")
    assert [("number_wrong", "0.84")] == wrong(page.format("0.84"), "text")


def test_words_that_a_text_gives_a_value_are_names_in_its_products():
    page = "out = 0.8\nerr = 0.5\ndelta = err*out*(1 - out) = 0.5*0.8*(1 - 0.8) = {}"
    assert [] == wrong(page.format("0.08"), "text")
    assert [("delta", "0.16")] == [
        (f.name, f.text) for f in check_article(page.format("0.16"), "text").findings
    ]


def test_an_arrow_gives_a_new_value():
    assert [] == wrong("w = 0.4\nw <- 0.4 - 0.1*2 = 0.2\nif a <-0.5 = b", "text")
    assert [("number_wrong", "0.6")] == wrong("w = 0.4\nw <- 0.4 - 0.1*2 = 0.6", "text")


@pytest.mark.parametrize("name", ["h_{t-1}", "a^{[l-1]}", "s_{k+1}", "x^{(i-1)}"])
def test_an_index_may_be_the_one_before(name):
    page = lines(f"{name} = 0.5", f"q = 3 {name} + 1 = 2.5")
    assert [] == wrong(page)
    assert [("number_wrong", "2.6")] == wrong(page.replace("2.5", "2.6"))


@pytest.mark.parametrize(
    "formula",
    ["\\log_2 (8) = 3", "\\log_{10}(1000) = 3", "log2(0.25) = -2", "lg(100) = 2", "log10(2) = 0.301"],
)
def test_logarithms_to_a_base(formula):
    assert [] == wrong(f"${formula}$")
    assert ["7.1"] == [text for _, text in wrong(f"${formula.partition('=')[0]}= 7.1$")]


def test_terms_worked_out_are_compared_with_the_formula_before_them():
    given = ("w = -2", "x = 3", "b = 0.5", "c = 4")
    assert [] == wrong(lines(*given, "z = b - w x + c = 0.5 + 6 + 4 = 10.5"))
    page = lines(*given, "z = b - w x + c = 0.5 - 6 + 4 = -1.5")
    assert [("put_in_wrong", "0.5 - 6 + 4")] == wrong(page)
    page = lines(*given, "z = b - w x + c = 0.5 + 6 + 5 = 11.5")
    assert [("put_in_wrong", "0.5 + 6 + 5")] == wrong(page)
    given = ("w = 0.56", "x = -0.04", "b = 0.9", "v = 2", "y = 0.038")
    assert [] == wrong(lines(*given, "z = w x + v y + b = -0.022 + 0.076 + 0.9 = 0.95"))


def test_terms_of_another_sample_are_not_compared():
    given = ("w = -2", "x = 3", "b = 0.5", "c = 4")
    another = lines(*given, "z = b - w x + c = 0.5 + 7 + 4 = 11.5")
    assert [] == wrong(another)


def test_a_negative_argument_is_shown_with_its_sign():
    page = lines("w = 0.3", "x = 2", "h = \\sigma(w x) = \\sigma(0.6) = \\sigma(-0.6) = 0.354")
    (finding,) = check_article(page, "markdown").findings
    assert ("inner_wrong", "-0.6") == (finding.code, finding.text)
    assert "-0.6" == page[finding.start : finding.end]


def test_upright_letters_are_one_name():
    page = "$\\mathrm{lr} = 0.1$, $l = 2$, $r = 3$, $s = 5 \\mathrm{lr} = 0.6$"
    (finding,) = check_article(page, "markdown").findings
    assert ("s", "0.6", "0.5") == (finding.name, finding.text, expected_at(finding))


def test_what_cannot_be_read_is_listed():
    report = check_article("$E = \\sum_k (t_k - o_k)^2 = 5$", "markdown")
    assert ["E = \\sum_k (t_k - o_k)^2 = 5"] == [unread.text for unread in report.unread]
    assert () == report.findings
