"""Values told in words: 学习率 α 设置为 0.001; the output d is 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from byhand.check.article.notebook import value_of_text
from byhand.sources.pages.mathematics import Literal
from byhand.sources.pages.tokens import Token

_SAYS = re.compile(
    r"(?:(?:的?值)?(?:被?设置?|取|选)?(?:为|成|是|等于)|(?:的?值)?(?:取|设为)"
    r"|(?:value )?(?:is|equals|becomes|was|to be|is set to|is equal to|of))"
)
_SUPPOSED = re.compile(
    r"如果|若|假如|要是|当|应该|应当|希望|期望|目标|想要|必须|除非|是否|不是|不等于"
    r"|\b(?:if|when|should|want|would|target|desired|unless|whether|until|not|must|suppose|case|let)\b",
    re.IGNORECASE,
)
LONGEST = 60


class Said(NamedTuple):
    """A value told in words.

    Attributes
    ----------
    name : str
    literal : Literal
    supposed : bool
        The sentence says if, should, target: nothing is claimed.
    """

    name: str
    literal: Literal
    supposed: bool


def said(tokens: list[Token], source: str) -> Iterator[Said]:
    """The values told in words, in the order of the page."""
    solid = [
        token for token in tokens if token.kind != "edge" and (token.kind != "break" or token.text.strip())
    ]
    for k, token in enumerate(solid):
        if token.kind != "NAME":
            continue
        words, at = "", k + 1
        while at < len(solid) and solid[at].kind == "break" and len(words) < 12:
            words += ("" if not words or not words.isascii() else " ") + solid[at].text.strip()
            at += 1
        if at < len(solid) and solid[at].kind == "MINUS":
            sign, at = "-", at + 1
        else:
            sign = ""
        if not _SAYS.fullmatch(words) or at >= len(solid) or solid[at].kind != "NUMBER":
            continue
        number = solid[at]
        after = solid[at + 1] if at + 1 < len(solid) else None
        if after is not None and _goes_on(number, after):
            continue
        if "\n" in source[token.start : number.start]:
            continue
        value = value_of_text(sign + number.text)
        if value is not None:
            start = number.start - (1 if sign else 0)
            literal = Literal(value, sign + number.text, (start, number.end))
            yield Said(token.text, literal, _supposed(source, token.start))


def _goes_on(number: Token, after: Token) -> bool:
    """Whether what follows belongs to the number: 1st, 2x, 3 + 4."""
    if after.kind == "break":
        return after.start == number.end and after.text[:1].isascii() and after.text[:1].isalpha()
    return after.kind not in ("COMMA", "RPAR") and after.start <= number.end + 1


def _supposed(source: str, place: int) -> bool:
    """Whether the clause before a place says if, should, target."""
    clause = re.split(r"[。!?!?\n;;,,.]", source[max(0, place - LONGEST) : place])[-1]
    return _SUPPOSED.search(clause) is not None
