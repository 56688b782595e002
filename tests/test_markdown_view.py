"""Markdown: what is typed stays text, what is mathematics stays mathematics."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from byhand.api import example, examples, work
from byhand.lesson.document import (
    Block,
    Curve,
    Document,
    Formula,
    Func,
    Heading,
    Listing,
    Notice,
    Num,
    Paragraph,
    Points,
    Row,
    Sign,
    Sym,
    Table,
)
from byhand.lesson.telling import Telling, tell
from byhand.views.markdown import line, render, text

HOSTILE = [
    "<script>alert(1)</script>",
    "# no heading",
    "- no item",
    "1. no item",
    "+ no item",
    "---",
    "> no quotation",
    "*no* _emphasis_ **at** __all__ ~~here~~",
    "[no link](javascript:alert(1)) ![no image](x.png) <http://no.link>",
    "`no code` ```no block``` $no math$ $$none$$",
    "a | b | c \\| d",
    "&lt;b&gt; &amp; \\",
    "two\nlines\n\n    and code\u2028\r\n===",
    "    no code",
    "http://no.link www.no.link no@link.org",
    "\x1b[31mred\x00\u202e",
]
OUTER = ["heading", "heading", "paragraph", "bullet_list", "list_item", "paragraph"]
OUTER += ["blockquote", "paragraph", "strong"]
OUTER += ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]


def read(source: str) -> list[Token]:
    """What a reader of GitHub's Markdown without mathematics finds."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    return [token for outer in tokens for token in (outer, *(outer.children or []))]


def document(*blocks: Block, title: str = "Title", language: str = "en") -> str:
    return render(Document(title, language, blocks))


@pytest.mark.parametrize("typed", HOSTILE)
def test_typed_text_is_no_markup(typed: str) -> None:
    seen = " ".join(typed.translate({0x1B: None, 0: None, 0x202E: None}).split())
    inlines = (typed,)
    table = Table((inlines, inlines), ((inlines, inlines),))
    blocks = (
        Heading(2, inlines),
        Paragraph(inlines),
        Listing((inlines,)),
        Notice("rule", "x", inlines),
        table,
    )
    source = document(*blocks, title=typed)
    tokens = read(source)
    assert OUTER == [token.type.removesuffix("_open") for token in tokens if token.type.endswith("_open")]
    assert {"text", "text_special"} >= {token.type for token in tokens if token.nesting == 0} - {"inline"}
    content = [
        "".join(part.content for part in token.children or []) for token in tokens if token.type == "inline"
    ]
    assert [seen] * 4 + [f"Rule: {seen}"] + [seen] * 4 == [" ".join(cell.split()) for cell in content]
    assert not re.search(r"(?<!\\)(\\\\)*\$", source)


def test_a_numbered_list() -> None:
    assert "# Title\n\n1. one\n2. two\n" == document(Listing((("one",), ("two",)), numbered=True))


def test_empty_text() -> None:
    assert "# \n\n|  |\n| --- |\n" == document(Table(((),), ()), title="")


def test_inlines() -> None:
    assert "raise $w_{1}$ a little" == line(("raise ", Sym("w1"), " a little"))
    assert "求 $L$ 的梯度" == line(("求", Sym("L"), "的梯度"))
    assert "($a$, $b$)" == line(("(", Sym("a"), ", ", Sym("b"), ")"))
    assert "from -0.5 to $3 \\times 10^{-7}$" == line(("from ", Num("-0.5"), " to ", Num("3", -7)))
    assert "$a$ $b$" == line((Sym("a"), Sym("b")))
    assert r"w1\_new = 2 \* 3" == text("w1_new = 2 * 3")


def test_a_short_formula_stands_on_one_line() -> None:
    formula = Formula((Sym("z"), Sym("t"), Num("24.5")), ("=", "≈"), ("first unit",))
    assert "# Title\n\nfirst unit:\n\n$$\nz = t \\approx 24.5\n$$\n" == document(formula)


def test_a_long_formula_has_a_line_for_each_member() -> None:
    total = Row(tuple(part for k in range(9) for part in (*((Sign("+"),) if k else ()), Num(f"0.12345{k}"))))
    shown = document(Formula((Sym("z"), total, Num("1.1")), ("=", "≈")))
    first, second, third = shown.split("\\begin{aligned}\n")[1].split("\n\\end{aligned}")[0].split(" \\\\\n")
    assert first.startswith("z &= 0.123450 + ")
    assert second.startswith("&\\quad {} + 0.12345")
    assert "&\\approx 1.1" == third


def test_table_and_notices() -> None:
    table = Table((("name",), ("value",)), (((Sym("w1"),), (Num("0.2"),)), (("a|b",), ())))
    expected = "| name | value |\n| --- | --- |\n| $w_{1}$ | 0.2 |\n| a\\|b |  |"
    assert f"# Title\n\n{expected}\n" == document(table)
    notice = Notice("warning", "x", (Sym("w"), "不变"))
    assert "> **注意：** $w$ 不变" in document(notice, language="zh")


def test_mathematics_holds_no_bare_bar_or_angle() -> None:
    shown = line((Row((Func("max", (Sym("a"),)), Sign("<"), Sym("|<b>|"))),))
    assert not set("|<>") & set(shown)


@pytest.mark.parametrize(
    "picture",
    [
        Curve("```\n# <b>", (1.0, 2.0, 3.0), (3.0, 2.0, 1.0), "`````", "y"),
        Points("title", (("a", (0.0, 1.0), (1.0, 0.0)), ("~~~", (1.0,), (1.0,))), "x", "y"),
    ],
)
def test_a_picture_is_one_block_of_code(picture: Curve | Points) -> None:
    assert ["heading_open", "inline", "text", "heading_close", "fence"] == [
        t.type for t in read(document(picture))
    ]


@pytest.mark.parametrize("name", examples())
def test_every_example_is_read_as_it_is_meant(name: str) -> None:
    worked = work(example(name))
    lesson = tell(worked.task, worked.run, Telling(language="zh"))
    tokens = read(render(lesson))
    kinds = [type(block) for block in lesson.blocks]
    assert kinds.count(Heading) + 1 == sum(t.type == "heading_open" for t in tokens)
    assert kinds.count(Notice) == sum(t.type == "blockquote_open" for t in tokens)
    assert kinds.count(Curve) + kinds.count(Points) == sum(t.type == "fence" for t in tokens)
    rows = sum(1 + len(block.rows) for block in lesson.blocks if isinstance(block, Table))
    assert rows == sum(t.type == "tr_open" for t in tokens)
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "code_block", "hr"} & {
        t.type for t in tokens
    }
