"""The page in a browser, and every example on one page."""

import re
import shutil
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import byhand
from byhand.api import examples
from byhand.lesson.document import (
    Curve,
    Document,
    Formula,
    Heading,
    Listing,
    Matrix,
    Notice,
    Num,
    Paragraph,
    Row,
    Sign,
    Sym,
    Table,
)
from byhand.lesson.telling import Telling, tell
from byhand.views.html import render
from tests.hostile_words import PAYLOADS, hostile
from tests.page_tree import Tree


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


def shown(browser, folder, written, width=360):
    """A page of a file in the browser, and what it complained of or asked for."""
    file = folder / "page.html"
    file.write_text(written, "utf-8")
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


@pytest.fixture(scope="module", params=["en", "zh"])
def all_examples(request):
    """Every example by each of the three ways back; a block that stands in several is there once."""
    ways = [Telling(language=request.param, verify=True, by=by) for by in ("layers", "paths", "delta")]
    ways.append(replace(ways[0], scalar=True))
    works = [byhand.work(byhand.example(name)) for name in examples()]
    lessons = [tell(worked.task, worked.run, way) for way in ways for worked in works]
    blocks = [block for told in lessons for block in (Heading(1, (told.title,)), *told.blocks)]
    return render(Document("All examples", request.param, tuple(dict.fromkeys(blocks))))


def test_the_mathematics_of_every_example_is_well_formed(all_examples):
    mathematics = re.compile(r"<math.*?</math>", re.DOTALL)
    found = mathematics.findall(all_examples)
    assert len(found) > 10 * len(examples())
    for element in set(found):
        ElementTree.fromstring(element)
    Tree(mathematics.sub("", all_examples))


def test_no_example_complains_fetches_or_scrolls_sideways_on_a_phone(browser, tmp_path, all_examples):
    page, complaints = shown(browser, tmp_path, all_examples)
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
    page, complaints = shown(browser, tmp_path, render(document))
    assert [] == complaints
    assert 360 == page.evaluate("document.documentElement.scrollWidth")
    page.close()


def test_no_number_is_broken_where_it_does_not_fit(browser, tmp_path):
    """A number of which half stands hidden in a next line would be another number."""
    wide = Matrix(tuple(tuple(Num("-0.123456") for _ in range(6)) for _ in range(3)))
    product = Formula((Sym("y"), Row((wide, Sign("·"), wide)), wide), ("=", "≈"))
    page, _ = shown(browser, tmp_path, render(Document("T", "en", (product,))))
    widths = page.evaluate("[...document.querySelectorAll('mn')].map(n => n.getBoundingClientRect().width)")
    assert 1 == len({round(width, 1) for width in widths})
    page.close()


def test_nothing_typed_runs(browser, tmp_path):
    blocks = [block for words in PAYLOADS for block in hostile(words).blocks]
    written = render(Document(" ".join(PAYLOADS), "en", tuple(blocks)))
    page, complaints = shown(browser, tmp_path, written)
    assert [] == complaints
    assert page.evaluate("window.hacked === undefined && document.scripts.length === 0")
    assert len(PAYLOADS) == page.evaluate("document.querySelectorAll('h2').length")
    page.close()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_readers_colours(browser, tmp_path, scheme, dark):
    curve = Curve("Loss", (1.0, 2.0, 3.0), (4.0, 2.0, 1.0), "iteration", "L")
    page, _ = shown(browser, tmp_path, render(Document("T", "en", (curve,))))
    page.emulate_media(color_scheme=scheme)
    style = "getComputedStyle(document.body)"
    colours = page.evaluate(f"[{style}.backgroundColor, {style}.color]")
    background, ink = [sum(map(int, re.findall(r"\d+", colour)[:3])) / 3 for colour in colours]
    assert dark == (background < ink)
    assert abs(background - ink) > 170
    page.close()
