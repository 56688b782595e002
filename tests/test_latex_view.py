"""LaTeX: the mathematics of each box, and documents that compile by themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from byhand.api import example, examples, work
from byhand.lesson.document import (
    Block,
    Box,
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
from byhand.lesson.telling import Telling, tell
from byhand.views.latex import render, text
from byhand.views.latex_chain import chain, width
from byhand.views.latex_math import latex
from byhand.views.names import spelled

x, y, one = Sym("x"), Sym("y"), Num("1")
vector = Matrix(((one, Num("2")),), vector=True)
square = Matrix(((one, Num("2")), (Num("3"), Num("4"))))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("w1", ("", "w", False, "1")),
        ("W11", ("", "W", False, "11")),
        ("w_12", ("", "w", False, "12")),
        ("yhat", ("", "y", True, "")),
        ("yhat_1", ("", "y", True, "1")),
        ("m_hat_w1", ("", "m", True, "w1")),
        ("net_h1", ("", "net", False, "h1")),
        ("h1_pre", ("", "h", False, "1,pre")),
        ("theta4", ("", "θ", False, "4")),
        ("θ4", ("", "θ", False, "4")),
        ("thetahat", ("", "θ", True, "")),
        ("delta_yhat", ("", "δ", False, "ŷ")),
        ("d_alpha", ("", "d", False, "α")),
        ("eta", ("", "η", False, "")),
        ("Delta", ("", "Δ", False, "")),
        ("Δ", ("", "Δ", False, "")),
        ("Δw1", ("Δ", "w", False, "1")),
        ("ΔE_total", ("Δ", "E", False, "total")),
        ("dL", ("", "dL", False, "")),
        ("hat", ("", "hat", False, "")),
        ("面积", ("", "面积", False, "")),
        ("面积1", ("", "面积1", False, "")),
        ("误差_总", ("", "误差", False, "总")),
        ("_x", ("", "_x", False, "")),
        ("a__b", ("", "a__b", False, "")),
    ],
)
def test_spelled(name: str, expected: tuple[str, str, bool, str]) -> None:
    assert expected == tuple(spelled(name))


@pytest.mark.parametrize(
    ("expected", "box"),
    [
        ("-3.77173", Num("-3.77173")),
        (r"3.77173 \times 10^{-5}", Num("3.77173", -5)),
        (r"-\infty", Num("-∞")),
        ("w_{1}", Sym("w1")),
        (r"w_{1}^{\text{new}}", Sym("w1", mark="new")),
        ("W_{1}[0, 2]", Sym("W1", ("0", "2"))),
        (r"W^{\text{new}}[0:2, -1]", Sym("W", ("0:2", "-1"), "new")),
        (r"\hat{y}_{1}", Sym("yhat_1")),
        (r"\theta_{4}", Sym("theta4")),
        (r"\Delta \hat{y}", Sym("Δyhat")),
        (r"\mathrm{net}_{h1}", Sym("net_h1")),
        (r"E_{\mathrm{total}}", Sym("E_total")),
        (r"\delta_{\hat{y}}", Sym("δ_yhat")),
        (r"\delta_{\hat{\theta}1}", Sym("δ_thetahat1")),
        (r"\text{面积}", Sym("面积")),
        (r"\text{误差}_{\text{总}}", Sym("误差_总")),
        (
            r"x - y \cdot 1 \, x \le y",
            Row((x, Sign("−", "-"), y, Sign("·"), one, Sign("@"), x, Sign("≤"), y)),
        ),
        (r"\frac{x}{y}", Frac(x, y)),
        ("x^{1}", Power(x, one)),
        (r"{x^{\text{new}}}^{1}", Power(Sym("x", mark="new"), one)),
        (r"W^{\top}", Power(Sym("W"), Sign("ᵀ", r"^{\top}"))),
        (r"(x + y)^{1}", Power(Fenced("(", Row((x, Sign("+"), y)), ")"), one)),
        (r"\left( \frac{x}{y} \right)^{1}", Power(Fenced("(", Frac(x, y), ")"), one)),
        (r"\sqrt{x}", Root(x)),
        (r"\lvert x \rvert", Fenced("|", x, "|")),
        (r"\left\lVert \frac{x}{y} \right\rVert", Fenced("‖", Frac(x, y), "‖")),
        (r"\sigma(x)", Func("σ", (x,), r"\sigma")),
        (r"\max(x, 1)", Func("max", (x, one), r"\max")),
        (r"\operatorname{mean\_pool}(x)", Func("mean_pool", (x,))),
        (r"\sigma\!\left( \frac{x}{y} \right)", Func("σ", (Frac(x, y),), r"\sigma")),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", square),
        (r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}", vector),
        (r"\begin{bmatrix} 1 & 2 \end{bmatrix} \, W", Row((vector, Sign("@"), Sym("W")))),
        (r"\left[ " + r",\; ".join("1" * 9) + r" \right]", Matrix(((one,) * 9,), vector=True)),
        (r"\frac{\partial L}{\partial w_{1}}", Deriv(Sym("L"), Sym("w1"))),
        (r"\frac{\mathrm{d} L}{\mathrm{d} W_{1}[0, 2]}", Deriv(Sym("L"), Sym("W1", ("0", "2")), False)),
        (r"\text{784} \times \text{16}", Words("784×16")),
        (r"\text{ 个数 }", Words(" 个数 ")),
        (r"\backslash \text{input} \{ \text{/etc/passwd} \}", Sym(r"\input{/etc/passwd}")),
        (r"\lt \text{b} \gt \$ \% \# \& \_ \wedge \sim", Words("<b>$%#&_^~")),
    ],
)
def test_mathematics(expected: str, box: Box) -> None:
    assert expected == latex(box)


def test_text() -> None:
    assert r"\textbackslash{}input\{/etc\} 50\% \$ \_ \& \#" == text(r"\input{/etc} 50% $ _ & #")
    assert r"$\sigma {}'$ = $\sigma$(1 $-$ $\sigma$), $\tfrac{1}{2}$ 面积" == text("σ′ = σ(1 − σ), ½ 面积")
    assert "a-{}-{}-b c" == text("a---b\nc\x00\u202e")
    assert r"{\otherletters Привет}" == text("Привет")


def test_long_chains_are_broken() -> None:
    terms = [Row((Sym(f"w{k}"), Sign("·"), Sym(f"x{k}"))) for k in range(40)]
    total = Row(
        tuple(
            part for k, term in enumerate(terms) for part in ((Sign("+"), *term.parts) if k else term.parts)
        )
    )
    assert width(total) > 150
    lines = chain(Formula((Sym("z"), total, one), ("=", "≈"))).splitlines()
    assert r"\begin{aligned}" == lines[0]
    assert lines[1].startswith(r"z &= w_{0} \cdot x_{0} + ")
    assert all(line.startswith(r"&\quad {} + w_{") for line in lines[2:-2])
    assert [r"&\approx 1", r"\end{aligned}"] == lines[-2:]
    assert 40 == sum(line.count(r"\cdot") for line in lines)
    wide = chain(Formula((total, x), ("=",))).splitlines()
    assert (r"& w_{0} \cdot x_{0}", r"&\quad = x") == (wide[1][:19], wide[-2])
    assert r"z = x \approx 1" == chain(Formula((Sym("z"), x, one), ("=", "≈")))


def test_only_what_is_needed_is_loaded() -> None:
    plain = render(Document("Title", "en", (Paragraph(("σ and ½",)),)))
    assert not re.search("ctex|fontspec|pgfplots|otherletters", plain)
    assert "{ctex}" in render(Document("Title", "en", (Paragraph((Sym("面积"),)),)))
    assert "{pgfplots}" in render(Document("Title", "en", (Curve("t", (1.0,), (2.0,), "x", "y"),)))


def test_the_brackets_of_matrices_in_a_table_do_not_meet() -> None:
    def table(*cells: Box) -> str:
        return render(Document("Title", "en", (Table((("value",),), tuple([((cell,),) for cell in cells])),)))

    assert 1 == table(vector, vector).count(r"\addlinespace")
    assert r"\addlinespace" not in table(one, one)


# -- compiled ---------------------------------------------------------------------------------


def can_compile() -> bool:
    """Whether xelatex is there, with the packages for Chinese and for pictures."""
    if not shutil.which("xelatex"):
        return False
    found = subprocess.run(["kpsewhich", "ctex.sty", "pgfplots.sty"], capture_output=True, check=False)
    return 2 == len(found.stdout.splitlines())


needs_xelatex = pytest.mark.skipif(not can_compile(), reason="needs xelatex with ctex and pgfplots")
ALLOWED_POINTS = 2.0


def compiled(source: str, folder: Path, name: str = "lesson") -> str:
    """The log of a document that xelatex takes without an error; nothing too wide, no letter missing."""
    (folder / f"{name}.tex").write_text(source, "utf-8")
    command = ["xelatex", "-interaction=batchmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    log = (folder / f"{name}.log").read_text("utf-8", "replace").replace("\n", " ")
    assert 0 == done.returncode, log[-3000:]
    assert [] == re.findall(r"Missing character[^!]*!", log)
    assert [] == [
        found
        for found in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt", log)
        if float(found) > ALLOWED_POINTS
    ]
    return log


MORE = {"en": Telling("en", digits=15, by="paths"), "zh": Telling("zh", scalar=True, by="delta", verify=True)}


def examples_by_preamble(language: str) -> dict[str, list[str]]:
    """The bodies of every example, told in two ways, of those that load the same packages together."""
    found: dict[str, list[str]] = {}
    for name in examples():
        worked = work(example(name))
        for how in (Telling(language), MORE[language]):
            preamble, body = render(tell(worked.task, worked.run, how)).split(r"\begin{document}")
            found.setdefault(preamble, []).append(body.removesuffix("\\end{document}\n"))
    return found


@needs_xelatex
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_example_compiles(language: str, tmp_path: Path) -> None:
    for preamble, bodies in examples_by_preamble(language).items():
        together = "\n\\clearpage\n".join(bodies)
        compiled(f"{preamble}\\begin{{document}}\n{together}\n\\end{{document}}\n", tmp_path)
        assert ("ctex" in preamble) == (language == "zh")


HOSTILE = r"\input{/etc/passwd}\end{document} ^^5c $x$ 50% #1 & _ ~ {} }{ <script> [x] *y* `` '' -- \\[1em] "
HOSTILE += "é Привет 面积 \x1b\n\n\u202e"


@needs_xelatex
def test_hostile_text_is_set_as_text(tmp_path: Path) -> None:
    inlines = (HOSTILE,)
    name = Sym(HOSTILE, (HOSTILE,), "new")
    points = Points(
        HOSTILE, ((HOSTILE, (0.0, 1e300), (float("nan"), -1e-300)), ("", (), ())), HOSTILE, HOSTILE
    )
    blocks: tuple[Block, ...] = (
        Heading(1, inlines),
        Heading(7, inlines),
        Paragraph((*inlines, name, Words(HOSTILE))),
        Listing((inlines, ("[x]",))),
        Listing((inlines,), numbered=True),
        Notice("warning", "x", inlines),
        Table((inlines, ("[x]",)), ((("[1em]",), ("*",)), (("*",), inlines), (("[",), (name,)))),
        Formula((name, Deriv(name, name), Func(HOSTILE, (name,)), Sign(HOSTILE)), ("=", "≈", "="), inlines),
        Formula((Matrix(((Matrix(((one,) * 9,), True),), (Matrix(((one,) * 9,), True),))), one), ("=",)),
        Curve(HOSTILE, (1.0, 2.0, 3.0), (1e9, float("inf"), -3.0), HOSTILE, HOSTILE),
        Curve("", (), (), "", ""),
        points,
    )
    source = render(Document(HOSTILE, "en", blocks))
    (tmp_path / "lesson.tex").write_text(source, "utf-8")
    command = ["xelatex", "-interaction=batchmode", "-halt-on-error", "lesson.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    log = (tmp_path / "lesson.log").read_text("utf-8", "replace")
    assert 0 == done.returncode, log[-3000:]
    assert "passwd" not in "".join(re.findall(r"\(\S*passwd", log))
    if shutil.which("pdftotext"):
        seen = subprocess.run(
            ["pdftotext", "lesson.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert seen.stdout.count(r"\input{/etc/passwd}\end{document}") >= 5
        assert "root:" not in seen.stdout


@needs_xelatex
def test_many_numbers_fit_the_page(tmp_path: Path) -> None:
    number = Num("-1.23456789012345", -123)
    wide = Table(tuple([(Sym(f"w{k}"),) for k in range(9)]), (tuple([(number,)] * 9),) * 90)
    wordy = Table((("name",), ("meaning",), ("more",)), ((("w",), ("word " * 60,), ("词" * 90,)),) * 3)
    matrix = Matrix(((number,) * 9,) * 4)
    product = Row((matrix, Sign("@"), matrix, Sign("+"), matrix))
    page = Document("Wide", "en", (wide, wordy, Formula((x, product, number), ("=", "≈"))))
    assert "Output written on lesson." in compiled(render(page), tmp_path)


def pages_of(blocks: tuple[Block, ...], folder: Path) -> list[str]:
    """The text of each page."""
    compiled(render(Document("Title", "en", blocks)), folder)
    command = ["pdftotext", "-layout", str(folder / "lesson.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")[:-1]


@needs_xelatex
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_a_table_of_high_rows_goes_on_over_pages_under_its_header(tmp_path: Path) -> None:
    high = Matrix(tuple([(Frac(one, Num("7")), Num(str(k))) for k in range(5)]))
    table = Table((("row",), ("value",)), tuple([((f"row {k} ends",), (high,)) for k in range(30)]))
    pages = pages_of((table,), tmp_path)
    assert 3 <= len(pages)
    assert [1] * len(pages) == [page.count("value") for page in pages]
    assert all(page.index("value") < page.index("ends") for page in pages)
    assert [f"row {k} ends" for k in range(30)] == re.findall(r"row \d+ ends", "".join(pages))


@needs_xelatex
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_a_header_stands_over_its_column_when_a_page_is_compiled_once(tmp_path: Path) -> None:
    table = Table((("a",), ("meaning",)), ((("a long first cell",), ("second",)),))
    compiled(render(Document("Title", "en", (table,))), tmp_path)
    command = ["pdftotext", "-bbox", str(tmp_path / "lesson.pdf"), "-"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    header, cell = (
        float(re.search(rf'xMin="([\d.]+)"[^>]*>{word}<', words)[1]) for word in ("meaning", "second")
    )
    assert pytest.approx(cell, abs=1) == header


@needs_xelatex
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_a_heading_stands_on_the_page_of_its_table(tmp_path: Path) -> None:
    table = Table((("head",),), ((("cell",),),) * 4)
    for lines in range(26, 32):
        pages = pages_of((*(Paragraph(("line",)),) * lines, Heading(2, ("What is given",)), table), tmp_path)
        (titled,) = [page for page in pages if "What is given" in page]
        assert "cell" in titled


def test_of_a_table_too_wide_text_is_set_in_lines_and_then_formulas_smaller() -> None:
    matrix = Matrix(((Num("1.23456789"),) * 6,))

    def table(box: Box, words: str) -> str:
        header = ("name",), ("value",), ("meaning",)
        return render(Document("Title", "en", (Table(header, (((x,), (box,), (words,)),)),)))

    assert r"{longtable}[l]{lrl}" in table(one, "few words")
    in_lines = table(one, "many words " * 9)
    assert r"[l]{lr>{\raggedright\arraybackslash}p{" in in_lines
    assert r"\fit{" not in in_lines
    both = table(matrix, "many words " * 9)
    assert r"\fit{$\begin{bmatrix}" in both
    assert r">{\raggedright\arraybackslash}m{" in both  # in the middle of the matrix


@needs_xelatex
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_a_rule_stands_on_the_page_of_its_formula(tmp_path: Path) -> None:
    column = Matrix(tuple([(Num(str(k)),) for k in range(9)]))
    blocks = (
        *(Paragraph(("line",)),) * 30,
        Notice("rule", "", ("Chain rule",)),
        Formula((x, column), ("=",)),
    )
    assert ["Chain rule" in page for page in pages_of(blocks, tmp_path)] == [False, True]
