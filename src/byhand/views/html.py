"""A lesson as one static page of HTML with MathML: no script, nothing fetched, nothing typed is markup."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources

from byhand.lesson.document import (
    Block,
    Curve,
    Document,
    Formula,
    Heading,
    Inlines,
    Listing,
    Notice,
    Num,
    Paragraph,
    Points,
    Table,
)
from byhand.views.latex_chain import width
from byhand.views.mathml import displayed, mathml, text
from byhand.words import say

SIGN, SHORT, MEDIUM = 4, 34, 76  # in digits: what fits on a line of a phone, and of a page
_LANGUAGES = {"en": "en", "zh": "zh-CN"}


def render(document: Document, drawings: Sequence[str] = ()) -> str:
    """A lesson as a page that stands alone.

    Parameters
    ----------
    document : Document
    drawings : sequence of str
        ``<svg>`` elements that stand at the end.

    Returns
    -------
    str
    """
    style = _style()
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; img-src data:"
    return f"""\
<!DOCTYPE html>
<html lang="{_language(document)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(document.title)}</title>
<style>{style}</style>
</head>
<body class="byhand-page">
<main class="byhand">
{"".join([_body(document), *(f"<figure>{drawing}</figure>" for drawing in drawings)])}
</main>
</body>
</html>
"""


def fragment(document: Document) -> str:
    """A lesson as a part of another page, such as a notebook; its styles touch nothing else there.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
    """
    opening = f'<div class="byhand" lang="{_language(document)}">'
    return f"{opening}\n<style>{_style()}</style>\n{_body(document)}\n</div>\n"


@cache
def _style() -> str:
    return resources.files("byhand.views").joinpath("style.css").read_text("utf-8")


def _language(document: Document) -> str:
    return _LANGUAGES.get(document.language, text(document.language))


def _body(document: Document) -> str:
    return "\n".join([f"<h1>{text(document.title)}</h1>", *_blocks(document)])


def _blocks(document: Document) -> Iterator[str]:
    pictures = 0
    for block in document.blocks:
        pictures += isinstance(block, Curve | Points)
        yield _block(block, document.language, pictures)


def _block(block: Block, language: str, pictures: int) -> str:
    match block:
        case Heading(level, words):
            return f"<h{level}>{_inlines(words)}</h{level}>"
        case Paragraph(words):
            return f"<p>{_inlines(words)}</p>"
        case Formula():
            return _formula(block)
        case Table():
            return _table(block)
        case Listing(items, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>{''.join([f'<li>{_inlines(item)}</li>' for item in items])}</{tag}>"
        case Notice(kind, _, words):
            label = text(say(f"view.{kind}", language))
            return f'<aside class="notice {kind}"><p><strong>{label}</strong> {_inlines(words)}</p></aside>'
        case Curve() | Points():
            return _figure(block, language, pictures)


def _inlines(words: Inlines) -> str:
    return "".join([text(part) if isinstance(part, str) else mathml(part) for part in words])


def _formula(formula: Formula) -> str:
    """A chain: its first member, then each relation with its member, aligned where they stand in lines."""
    first, *others = formula.parts
    steps = [
        f'<span class="step">{_sign(sign)}<span class="member">{displayed(box)}</span></span>'
        for sign, box in zip(formula.signs, others, strict=True)
    ]
    remark = f'<span class="remark">{_inlines(formula.remark)}</span>' if formula.remark else ""
    chain = f'<span class="chain">{"".join(steps)}{remark}</span>' if steps or remark else ""
    start = f'<span class="first">{displayed(first)}</span>'
    return f'<div class="formula {_length(formula)}">{start}{chain}</div>'


def _length(formula: Formula) -> str:
    size = sum(map(width, formula.parts)) + SIGN * len(formula.signs)
    return "short" if size <= SHORT else "medium" if size <= MEDIUM else "long"


def _sign(sign: str) -> str:
    return f'<math class="sign"><mo>{text(sign)}</mo></math>'


def _table(table: Table) -> str:
    numeric = [
        bool(table.rows) and all(len(row[k]) == 1 and isinstance(row[k][0], Num) for row in table.rows)
        for k in range(len(table.header))
    ]
    head = _cells("th", table.header, numeric)
    rows = "\n".join([f"<tr>{_cells('td', row, numeric)}</tr>" for row in table.rows])
    body = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
    return f'<div class="table"><table>\n{body}\n</table></div>'


def _cells(tag: str, row: tuple[Inlines, ...], numeric: list[bool]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    classes = [' class="number"' if is_number else "" for is_number in numeric]
    cells = [f"<{tag}{scope}{own}>{_inlines(cell)}</{tag}>" for cell, own in zip(row, classes, strict=True)]
    return "".join(cells)


def _figure(picture: Curve | Points, language: str, number: int) -> str:
    from byhand.views.pictures import can_draw, svg  # matplotlib is slow to start, and may be missing

    drawn = (
        svg(picture, number)
        if can_draw()
        else f'<p class="missing">{text(say("view.no_picture", language))}</p>'
    )
    return f"<figure>{drawn}<figcaption>{text(picture.title)}</figcaption></figure>"
