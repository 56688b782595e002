"""A lesson as CommonMark with ``$…$`` and ``$$…$$``; no HTML, and nothing that was typed is markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from byhand.lesson.document import (
    Block,
    Curve,
    Document,
    Formula,
    Heading,
    Inline,
    Inlines,
    Listing,
    Notice,
    Num,
    Paragraph,
    Points,
    Table,
)
from byhand.lesson.sentences import Speaker
from byhand.views.latex_chain import chain
from byhand.views.latex_math import latex, visible
from byhand.views.text_plots import picture_lines

WIDTH = 72
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&]|(?<=www)\.|:(?=//)|(?<=\w)@(?=\w)")
_OPENS_LIST = re.compile(r"(?:[0-9]+(?=[.)](?:\s|$))|(?=[-+](?:[-\s]|$)))")


def render(document: Document) -> str:
    """A lesson in Markdown.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
    """
    speaker = Speaker(document.language)
    parts = [f"# {text(document.title).strip()}", *_blocks(document.blocks, speaker)]
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: Iterable[Block], speaker: Speaker) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(level, inlines):
                yield f"{'#' * level} {line(inlines)}"
            case Paragraph(inlines):
                yield line(inlines)
            case Formula():
                if block.remark:
                    yield line(speaker.inlines("view.remark", remark=block.remark))
                yield f"$$\n{chain(block)}\n$$"
            case Table(header, rows):
                yield _table(header, rows)
            case Listing(items, numbered):
                signs = [f"{k}." if numbered else "-" for k in range(1, len(items) + 1)]
                yield "\n".join([f"{sign} {line(item)}" for sign, item in zip(signs, items, strict=True)])
            case Notice(kind, _, inlines):
                yield f"> **{line(speaker.inlines(f'view.{kind}'))}** {line(inlines)}"
            case Curve() | Points():
                yield _drawn(picture_lines(block, WIDTH))


def text(typed: str) -> str:
    """Words as they are: a backslash before every character that Markdown could take for markup."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], visible(typed))


def line(inlines: Inlines) -> str:
    """Inlines on one line that begins no list, heading or block of code."""
    made = ""
    for inline in inlines:
        piece = _inline(inline)
        # A dollar sign beside a letter is not read as mathematics everywhere.
        meets = made[-1:] + piece[:1]
        made += " " + piece if "$" in meets and not any(map(_parts, meets)) else piece
    made = made.strip()
    marker = _OPENS_LIST.match(made)
    return made[: marker.end()] + "\\" + made[marker.end() :] if marker else made


def _parts(character: str) -> bool:
    """Whether mathematics may begin or end right beside a character."""
    return character.isspace() or (character.isascii() and not character.isalnum() and character != "$")


def _inline(inline: Inline) -> str:
    if isinstance(inline, str):
        return text(inline)
    if isinstance(inline, Num) and inline.exponent is None and inline.digits[-1].isdigit():
        return inline.digits
    return f"${latex(inline)}$"


def _table(header: tuple[Inlines, ...], rows: Iterable[tuple[Inlines, ...]]) -> str:
    lines = [header, *rows]
    made = ["| " + " | ".join(map(line, cells)) + " |" for cells in lines]
    return "\n".join([made[0], "|" + " --- |" * len(header), *made[1:]])


def _drawn(lines: list[str]) -> str:
    """A picture in characters, in a block of code that nothing in it can end."""
    drawing = "\n".join([visible(row).rstrip() for row in lines])
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", drawing)), default=0))
    return f"{fence}text\n{drawing}\n{fence}"
