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


def test_what_is_not_understood_on_right_pages_is_said():
    said = {name: [unread.text for unread in checked(name).unread] for name in RIGHT}
    assert ["\\pd{E}{o} = o - t = -0.32879"] == said["two_layers.tex"]
    assert ["X=\\begin{bmatrix}1&0&2&-1", "K=\\begin{bmatrix}1&-1"] == said["convolution.md"]
    others = ("aligned.txt", "lstm_step.md", "neuron_blog.md", "perceptron_notes.txt", "pictures.html")
    others += ("rounded.md", "softmax_mathml.html", "cross_entropy_text.txt", "attention.md")
    others += ("in_a_table.html", "numbered_equations.md", "typed_signs.md")
    assert [[]] * 12 == [said[name] for name in others]


@pytest.mark.parametrize(
    ("name", "right", "planted"),
    [
        ("aligned.txt", "       = 0.14\n", "       = 0.24\n"),
        ("aligned.txt", "tanh(-0.88) = -0.7064", "tanh(-0.88) =  0.7064"),
        ("aligned.txt", "=  0.0988", "=  0.1647"),
        ("aligned.txt", "(-0.1354) = 0.4135", "(-0.1354) = 0.3865"),
        ("attention.md", "+ 1.761} = 0.465", "+ 1.761} = 0.535"),
        ("convolution.md", "1+0+1.5+2+0.5=5$$", "1+0+1.5+2+0.5=4.5$$"),
        ("convolution.md", "=3-1+4+0.5=6.5", "=3+1+4+0.5=8.5"),
        ("convolution.md", "4.5}{4}=4$", "4.5}{4}=16$"),
        ("cross_entropy_text.txt", "exp(-0.4) = 0.6703", "exp(-0.4) = 1.4918"),
        ("cross_entropy_text.txt", "-log2(0.3354) = 1.5761", "-log2(0.3354) = 1.0924"),
        ("in_a_table.html", "<sup>&minus;0.19</sup>) = 0.5474", "<sup>&minus;0.19</sup>) = 0.4526"),
        ("in_a_table.html", "<sup>2</sup> = 0.1676", "<sup>2</sup> = 0.3351"),
        ("lstm_step.md", "\\tanh(0.37) = 0.3540", "\\tanh(0.37) = 0.5915"),
        ("lstm_step.md", "0.3540 = -0.0159", "0.3540 = 0.3876"),
        ("neuron_blog.md", "a-y=0.5744-1=-0.4256", "a-y=0.5744-1=0.4256"),
        ("neuron_blog.md", "(-0.8512)=-0.2298", "(-0.8512)=-0.5702"),
        ("numbered_equations.md", "    &= 0.19\n", "    &= 0.61\n"),
        ("numbered_equations.md", "= -0.5789,", "= 0.5789,"),
        ("perceptron_notes.txt", "＋0.2＝0.4\n", "＋0.2＝0.6\n"),
        ("perceptron_notes.txt", "×1＝－0.1", "×1＝－1"),
        ("pictures.html", "0.9 = 0.755", "0.9 = 0.575"),
        ("pictures.html", "{1+e^{-0.680}} = 0.664", "{1+e^{-0.680}} = 0.336"),
        ("rounded.md", "0.9·0.66 ≈ 0.80", "0.9·0.66 ≈ 0.87"),
        ("rounded.md", "0.04·0.66 ≈ 0.87", "0.04·0.66 ≈ 0.93"),
        ("softmax_mathml.html", "<mn>0.6703</mn><mo>,</mo>", "<mn>1.4918</mn><mo>,</mo>"),
        ("softmax_mathml.html", "<mo>&#x2212;</mo><mn>0.6646</mn></math>\n", "<mn>0.6646</mn></math>\n"),
        ("typed_signs.md", "e²) = 0.1192", "e²) = 0.8808"),
        ("typed_signs.md", "e⁻² = 0.1353", "e⁻² = 7.389"),
        ("typed_signs.md", "½ · 0.5² = 0.125", "½ · 0.5² = 0.25"),
        ("two_layers.tex", "= 0.24 - 0.2 + 0.1 = 0.14", "= 0.24 + 0.2 + 0.1 = 0.54"),
        ("two_layers.tex", "(1 - h_1^2)", "(1 - z_1^2)"),
        ("two_layers.tex", "0.4 + 0.013542 = 0.41354", "0.4 - 0.013542 = 0.38646"),
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


RESULT = re.compile(r"= ([^=$_]*[*+)/]|[^=$_]*times)[^=$_]*= (?:\\boxed\{)?(-?\d*\.\d{2,})(?!\d|\s*[*\\(·/])")


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
    ("formula", "cause"),
    [
        ("3 \\times 4 + 2 = 18", "order_of_operations"),
        ("0.5 \\cdot 1.3^2 = 0.4225", "order_of_operations"),
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


# The marked copy


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("kind", "source", "marked"),
    [
        ("markdown", "Then $2 + 2 = 5$, he said.", "Then $2 + 2 = 5$ **[✗ "),
        ("text", "x = 2 + 2 = 5 he said", "x = 2 + 2 = 5⟦✗1⟧ he said"),
        ("html", "<p>x = 2 + 2 = 5 &amp; so</p>", '<p>x = 2 + 2 = <mark title="'),
        ("html", "<p>\\(2 + 2 = 5\\)</p>", "<p>\\(2 + 2 = 5\\)<mark>✗ "),
        ("html", '<p><img alt="2 + 2 = 5"> or $1$</p>', '<p><img alt="2 + 2 = 5"><mark>✗ '),
        ("markdown", "![2 + 2 = 5](a.png) or $1$", "![2 + 2 = 5](a.png) **[✗ "),
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
    "pictures": "![" * (LARGE // 4),
    "stars": "*a* *" * (LARGE // 5),
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
