"""The page: MathML for every box, numbers read again, nothing typed becomes markup; and in a browser."""

import math
import re
import shutil
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import byhand
from byhand.api import examples
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
from byhand.lesson.telling import Telling, tell
from byhand.sources.characters import GREEK
from byhand.views.html import fragment, render
from byhand.views.mathml import displayed, mathml
from byhand.words import say
from tests.told import iterations

# -- a box is one element ---------------------------------------------------------------------

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


# -- a reader of its own ----------------------------------------------------------------------

VOID = {"meta", "wbr", "br"}


class Node:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.inside = tag, dict(attributes), []

    @property
    def children(self):
        return [node for node in self.inside if isinstance(node, Node)]

    def all(self, tag=None, cls=None):
        """Every node below with this tag or class, in order."""
        for node in self.children:
            if tag in (None, node.tag) and (cls is None or cls in node.attributes.get("class", "").split()):
                yield node
            yield from node.all(tag, cls)

    @property
    def text(self):
        return "".join(node if isinstance(node, str) else node.text for node in self.inside)


class Tree(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open = [Node("", {})]
        self.feed(page)
        self.close()
        assert [""] == [node.tag for node in self.open]
        self.root = self.open[0]

    def handle_starttag(self, tag, attributes):
        node = Node(tag, attributes)
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].inside.append(Node(tag, attributes))

    def handle_endtag(self, tag):
        assert tag == self.open.pop().tag

    def handle_data(self, words):
        self.open[-1].inside.append(words)


def plain(node):
    """MathML as plain text: ``w1new``, ``dL/dw1``, ``-2.7e-9``, a matrix as [1;2|3;4]."""
    parts = node.children
    match node.tag:
        case "mi" | "mo" | "mn" | "mtext":
            return node.text.replace("−", "-").replace("\u2061", "")
        case "mfrac":
            top, bottom = map(plain, parts)
            return f"{top}/{bottom}" if top.startswith(("∂", "d")) else f"({top})/({bottom})"
        case "mover":
            return f"{plain(parts[0])}hat"
        case "msup" if parts[0].tag == "mn":
            return f"{plain(parts[0])}^{plain(parts[1])}"
        case "mtable":
            return "|".join(";".join(map(plain, row.children)) for row in parts)
        case _:
            return "".join(map(plain, parts))


def cells(words):
    """The cells of each row of an array; a cell may be an array of its own."""
    rows, depth = [[""]], 0
    for sign in words[1:-1]:
        depth += (sign == "[") - (sign == "]")
        if depth == 0 and sign == "|":
            rows.append([""])
        elif depth == 0 and sign == ";":
            rows[-1].append("")
        else:
            rows[-1][-1] += sign
    return rows


def number_in(words):
    """The number or the array that a member says."""
    if words.startswith("["):
        return np.array([[number_in(cell) for cell in row] for row in cells(words)])
    if found := re.fullmatch(r"(-?)\((\d+)\)/\((\d+)\)", words):
        return (-1 if found[1] else 1) * int(found[2]) / int(found[3])
    return float(words.replace("×10^", "e"))


def half_a_unit(words):
    """Half a unit of the last digit of a number as printed."""
    if words.startswith("["):
        return np.array([[half_a_unit(cell) for cell in row] for row in cells(words)])
    digits, _, exponent = words.partition("×10^")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def numerals(box):
    """Every numeral of a box, those of names too, in order."""
    match box:
        case Num(digits, exponent):
            power = ["10", str(exponent).lstrip("-")] if exponent is not None else []
            return [*digits.lstrip("-").split("×"), *power]  # a shape is one box
        case Sym(name, index):
            return [*re.findall(r"\d+", name), *re.findall(r"\d+", " ".join(index))]
        case Row(parts):
            return [numeral for part in parts for numeral in numerals(part)]
        case Frac(one, other) | Power(one, other) | Deriv(one, other):
            return numerals(one) + numerals(other)
        case Root(body) | Fenced(_, body, _):
            return numerals(body)
        case Func(_, args):
            return [numeral for arg in args for numeral in numerals(arg)]
        case Matrix(rows):
            return [numeral for row in rows for cell in row for numeral in numerals(cell)]
        case Words(words):
            return re.findall(r"\d+", words)
    return []


def engine(worked, number=1):
    """The engine's numbers of an iteration's first sample and its update, by the reader's names."""
    done = worked.run.passes[number]
    found = dict(done.forwards[0].values)
    if done.backwards:
        found |= {
            f"∂{worked.run.plan.objective}/∂{name}": g for name, g in done.backwards[0].gradients.items()
        }
    for name, update in done.updates.items():
        found[f"{name}new"] = update.new
    return {bare(name): value for name, value in found.items()}


def bare(name):
    """A name as a page shows it, without what parts its indices."""
    return GREEK.get(name, name).replace("_", "").replace(",", "")


def element_of(values, name):
    """The engine's number of a name, which may be an element."""
    whole, _, index = name.partition("[")
    value = values[whole]
    return value[tuple(map(int, index[:-1].split(",")))] if index else value


@pytest.fixture(scope="module")
def works():
    return {name: byhand.work(byhand.example(name)) for name in examples()}


def lesson(worked, language, **how):
    return tell(worked.task, worked.run, Telling(language=language, **how))


def formulas(document):
    """Each formula of a document with what the reader finds in the page: signs and members as text."""
    page = Tree(render(document)).root
    written = [block for block in document.blocks if isinstance(block, Formula)]
    shown = list(page.all(cls="formula"))
    assert len(written) == len(shown)
    for formula, line in zip(written, shown, strict=True):
        signs = [plain(sign) for sign in line.all(cls="sign")]
        yield formula, signs, [*line.all(cls="first"), *line.all(cls="member")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", examples())
def test_every_formula_says_the_numbers_of_its_boxes(works, name, language):
    for formula, signs, members in formulas(lesson(works[name], language, scalar=True)):
        assert list(formula.signs) == signs
        for box, member in zip(formula.parts, members, strict=True):
            texts = [text for math in member.all("math") for node in math.all() for text in node.inside]
            found = [n for text in texts if isinstance(text, str) for n in re.findall(r"\d+(?:\.\d+)?", text)]
            assert numerals(box) == found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", examples())
def test_the_last_number_of_a_chain_is_the_engines(works, name, language):
    worked = works[name]
    document, checked = lesson(worked, language, scalar=True), 0
    for number, (formula, signs, members) in zip(iterations(document), formulas(document), strict=True):
        values = engine(worked, number)
        left, *_, last = ["".join(map(plain, member.children)) for member in members] or [""]
        name, bracket, index = left.partition("[")
        left = f"{bare(name)}{bracket}{index}"
        known = bare(name) in values
        assert known or formula.code not in ("forward", "gradient")
        if not known or formula.code not in ("forward", "gradient", "update") or worked.task.symbolic:
            continue
        if re.fullmatch(r"[\d×]+", last) and not re.fullmatch(r"\d+", last):  # the shape of a large array
            continue
        expected, printed = np.asarray(element_of(values, left), dtype=float), number_in(last)
        room = half_a_unit(last) * (1 + 1e-9) if signs[-1] == "≈" else 1e-14 * np.abs(expected)
        assert np.all(
            np.abs(expected - np.reshape(printed, expected.shape)) <= np.reshape(room, expected.shape)
        )
        checked += 1
    assert checked > 0 or worked.task.symbolic


def test_the_reader_notices_a_wrong_digit():
    assert -2.7e-9 == number_in("-2.7×10^-9")
    assert math.isclose(0.05e-9, half_a_unit("-2.7×10^-9"))
    assert [[1, 2], [3, 4]] == number_in("[1;2|3;4]").tolist()
    assert [[[[1, 2]], [[3, -4]]]] == number_in("[[1;2];[3;-4]]").tolist()
    assert -1 / 3 == number_in("-(1)/(3)")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", ["layers", "paths", "delta"])
def test_the_mathematics_of_every_example_is_well_formed(works, language, by):
    for worked in works.values():
        page = render(lesson(worked, language, by=by, verify=True))
        found = re.findall(r"<math.*?</math>", page, flags=re.DOTALL)
        assert len(found) > 10
        for element in found:
            ElementTree.fromstring(element)
        Tree(page)


# -- the page ---------------------------------------------------------------------------------


def page_of(*blocks, title="A title", language="en"):
    return render(Document(title, language, blocks))


def test_the_page_is_static_and_allows_its_own_style_alone():
    page = page_of(Paragraph(("text",)))
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    own = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{own}'; img-src data:" == policy
    assert page.startswith("<!DOCTYPE html>\n")
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
    assert not re.search(r"<script|<link|<iframe|@import|url\(|https?:| style=| on\w+=", page)


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_the_language_is_said(language, tag):
    document = Document("T", language)
    assert tag == next(Tree(render(document)).root.all("html")).attributes["lang"]
    assert tag == Tree(fragment(document)).root.children[0].attributes["lang"]


def test_a_fragment_is_one_element_whose_styles_stay_inside():
    made = fragment(Document("T", "en", (Paragraph(("text",)),)))
    (root,) = Tree(made).root.children
    assert ("div", "byhand") == (root.tag, root.attributes["class"])
    (style,) = root.all("style")
    selectors = re.sub(r"\{[^{}]*\}|\([^()]*\)|@container|@media( print)?", "", style.text)
    listed = [part.strip() for part in re.split(r"[,\n{}]", selectors) if part.strip()]
    assert len(listed) > 30
    assert [] == [part for part in listed if not part.startswith((".byhand", "body.byhand-page"))]


def test_every_kind_of_block_has_its_element():
    body = Tree(
        page_of(
            Heading(2, ("Head",)),
            Paragraph(("Text ", Sym("w1"))),
            Listing((("one",), ("two",))),
            Listing((("three",),), numbered=True),
            Table(((("name",)), (("value",))), ((("a",), (Num("-1"),)), (("b",), (Num("2"),)))),
            *(Notice(kind, "code", ("mind",)) for kind in ("rule", "convention", "warning")),
            Formula((Sym("a"), Num("1")), ("=",), ("why",)),
        )
    ).root
    assert ["A title"] == [node.text for node in body.all("h1")]
    assert ["Head"] == [node.text for node in body.all("h2")]
    assert ["one", "two", "three"] == [node.text for node in body.all("li")]
    assert ["three"] == [node.text for node in body.all("ol")]
    assert ["−1", "2"] == [node.text for node in body.all("td", "number")]
    for kind in ("rule", "convention", "warning"):
        assert [f"{say(f'view.{kind}', 'en')} mind"] == [node.text for node in body.all("aside", kind)]
    assert ["why"] == [node.text for node in body.all("span", "remark")]


# -- nothing typed is markup ------------------------------------------------------------------

PAYLOADS = [
    "<script>window.hacked = 1</script>",
    '"><script>window.hacked = 1</script>',
    "<img src=x onerror=window.hacked=1>",
    "'\"><svg onload=window.hacked=1>",
    '" onmouseover="window.hacked=1" x="',
    "</title><script>window.hacked=1</script>",
    "</style><script>window.hacked=1</script>",
    "</math><iframe srcdoc='<script>top.hacked=1</script>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "<a href=javascript:window.hacked=1>go</a>",
    "<meta http-equiv=refresh content='0;url=data:text/html,x'>",
    "<!-- --!><script>window.hacked=1</script>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "$x$ \\(x\\) ]]><x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hacked=1</x:script>",
    "\x00<\x00script>\u202ewindow.hacked=1\ud800</script>",
]
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "h1", "h2", "h3", "p", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "aside", "strong", "span", "wbr", "figure", "figcaption"),
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msup", "msub", "msubsup", "msqrt"),
    *("mover", "mtable", "mtr", "mtd", "svg", "g", "path", "defs", "use", "text", "clippath", "rect"),
}


def hostile(words):
    """A lesson with the same words in every place that can hold what somebody typed."""
    name = Sym(words, (words,))
    return Document(
        words,
        "en",
        (
            Heading(2, (words, name)),
            Paragraph((words, Func(words, (name,)), Fenced(words, Num(words), words))),
            Formula((name, Row((Words(words), Sign(words)))), (words,), (words,), words),
            Table(((words,), (words,)), (((words,), (name,)),)),
            Listing(((words,),)),
            Notice("warning", words, (words,)),
            Curve(words, (1.0, 2.0), (3.0, 4.0), words, words),
            Points(words, ((words, (1.0,), (2.0,)),), words, words),
        ),
    )


@pytest.mark.parametrize("words", PAYLOADS)
def test_what_is_typed_stays_text_wherever_it_stands(words):
    for page in (render(hostile(words)), fragment(hostile(words))):
        page.encode("utf-8")
        for node in Tree(page).root.all():
            assert node.tag in TAGS
            assert [] == [key for key in node.attributes if key.startswith("on") or key in ("src", "style")]
            assert node.attributes.get("href", "#").startswith("#")


@pytest.mark.parametrize("words", PAYLOADS[:12])
@pytest.mark.parametrize("field", ["title", "about", "conclusion", "labels"])
def test_what_a_problem_says_stays_text(words, field):
    problem = {
        "problem": "z = w*x\nL = (y - z)^2",
        "given": {"w": 0.5, "x": 2, "y": 3},
        field: {"w": words} if field == "labels" else words,
    }
    page = Tree(render(lesson(byhand.work(problem), "en"))).root
    assert {node.tag for node in page.all()} <= TAGS
    assert words in [node.text for node in page.all()]


# -- pictures ---------------------------------------------------------------------------------

CURVE = Curve("损失 $x_$ <b>", (1.0, 2.0, 3.0), (4.0, 2.0, 1.0), "迭代", "L")


def test_a_picture_has_real_text_and_is_the_same_every_time():
    pytest.importorskip("matplotlib")
    first, second = page_of(CURVE), page_of(CURVE)
    assert first == second
    (svg,) = Tree(first).root.all("svg")
    words = [node.text for node in svg.all("text")]
    assert {"迭代", "L", "1", "2", "3"} <= set(words)
    assert "损失 $x_$ <b>" == next(svg.all("title")).text
    assert not re.search(r"#010101|\d{4}-\d\d-\d\d", first)


def test_names_in_two_pictures_of_a_page_are_apart():
    pytest.importorskip("matplotlib")
    ids = [
        node.attributes["id"] for node in Tree(page_of(CURVE, CURVE)).root.all() if "id" in node.attributes
    ]
    assert len(ids) > 2
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_matplotlib_the_page_says_so(monkeypatch, language):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = Tree(page_of(CURVE, language=language)).root
    assert [say("view.no_picture", language)] == [node.text for node in page.all("p", "missing")]
    assert ["损失 $x_$ <b>"] == [node.text for node in page.all("figcaption")]


# -- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no chromium")
    with playwright.sync_playwright() as session:
        opened = session.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def shown(browser, folder, document, width=360):
    """A page of a file in the browser, and what it complained of or asked for."""
    file = folder / "page.html"
    file.write_text(render(document), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on(
        "request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None
    )
    page.set_default_timeout(120_000)  # a large page on a machine that has other things to do
    page.goto(file.as_uri())
    return page, complaints


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", ["layers", "paths", "delta"])
def test_no_example_complains_fetches_or_scrolls_sideways_on_a_phone(browser, tmp_path, works, language, by):
    lessons = [lesson(worked, language, by=by, scalar=True, verify=True) for worked in works.values()]
    blocks = [block for told in lessons for block in (Heading(1, (told.title,)), *told.blocks)]
    page, complaints = shown(browser, tmp_path, Document("All examples", language, tuple(blocks)))
    assert [] == complaints
    assert 360 == page.evaluate("document.documentElement.scrollWidth")
    page.close()


def test_nothing_too_wide_moves_the_page(browser, tmp_path):
    wide = Matrix(tuple(tuple(Num("-0.123456", -7) for _ in range(12)) for _ in range(3)))
    long = Row(tuple(part for k in range(40) for part in (Sign("·"), Num(f"0.{k}23456"))))
    name = Sym("a" * 120)
    document = Document(
        "W" * 200,
        "en",
        (
            Paragraph((wide, "x" * 300, name)),
            Formula((name, wide, long), ("=", "≈"), ("z" * 200,)),
            Table(
                tuple((f"column{k}",) for k in range(20)), (tuple((Num("-0.123456"),) for _ in range(20)),)
            ),
            Notice("rule", "", (wide,)),
            Listing(((wide,),)),
        ),
    )
    page, complaints = shown(browser, tmp_path, document)
    assert [] == complaints
    assert 360 == page.evaluate("document.documentElement.scrollWidth")
    page.close()


def test_no_number_is_broken_where_it_does_not_fit(browser, tmp_path):
    """A number of which half stands hidden in a next line would be another number."""
    wide = Matrix(tuple(tuple(Num("-0.123456") for _ in range(6)) for _ in range(3)))
    product = Formula((Sym("y"), Row((wide, Sign("·"), wide)), wide), ("=", "≈"))
    page, _ = shown(browser, tmp_path, Document("T", "en", (product,)))
    widths = page.evaluate("[...document.querySelectorAll('mn')].map(n => n.getBoundingClientRect().width)")
    assert 1 == len({round(width, 1) for width in widths})
    page.close()


def test_nothing_typed_runs(browser, tmp_path):
    blocks = [block for words in PAYLOADS for block in hostile(words).blocks]
    page, complaints = shown(browser, tmp_path, Document(" ".join(PAYLOADS), "en", tuple(blocks)))
    assert [] == complaints
    assert page.evaluate("window.hacked === undefined && document.scripts.length === 0")
    assert len(PAYLOADS) == page.evaluate("document.querySelectorAll('h2').length")
    page.close()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_readers_colours(browser, tmp_path, scheme, dark):
    page, _ = shown(browser, tmp_path, Document("T", "en", (CURVE,)))
    page.emulate_media(color_scheme=scheme)
    style = "getComputedStyle(document.body)"
    colours = page.evaluate(f"[{style}.backgroundColor, {style}.color]")
    background, ink = [sum(map(int, re.findall(r"\d+", colour)[:3])) / 3 for colour in colours]
    assert dark == (background < ink)
    assert abs(background - ink) > 170
    page.close()
