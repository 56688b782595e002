"""The page: an element for every block, nothing typed becomes markup, pictures with real text."""

import re
import sys
from base64 import b64encode
from hashlib import sha256

import pytest

import byhand
from byhand.lesson.document import (
    Curve,
    Document,
    Formula,
    Heading,
    Listing,
    Notice,
    Num,
    Paragraph,
    Sym,
    Table,
)
from byhand.views.html import fragment, render
from byhand.words import say
from tests.hostile_words import PAYLOADS, hostile
from tests.page_tree import Tree


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

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "h1", "h2", "h3", "p", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "aside", "strong", "span", "wbr", "figure", "figcaption"),
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msup", "msub", "msubsup", "msqrt"),
    *("mover", "mtable", "mtr", "mtd", "svg", "g", "path", "defs", "use", "text", "clippath", "rect"),
}


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
    page = Tree(byhand.work(problem).to_html(language="en")).root
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
