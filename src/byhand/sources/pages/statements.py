"""A page's tokens to statements: chains of members between signs of equality, each with its tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from byhand.ops import Expr
from byhand.sources.pages.mathematics import Unreadable, read_member
from byhand.sources.pages.page import Page
from byhand.sources.pages.tokens import Lexer, Token, Used

MAX_TOKENS, MOST_MEMBERS = 200_000, 200


class Member(NamedTuple):
    """One side of an equality.

    Attributes
    ----------
    tree : Expr or None
        None where it could not be read.
    start, end : int
        Its place in the page.
    sign : str
        The sign before it: ``=``, ``≈``, or nothing at the first.
    """

    tree: Expr | None
    start: int
    end: int
    sign: str


class Statement(NamedTuple):
    """A chain ``A = B ≈ C``, and in which piece of the page it begins."""

    members: tuple[Member, ...]
    piece: int

    @property
    def start(self) -> int:
        """Where it begins in the page."""
        return self.members[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.members[-1].end


def lex(page: Page, code: bool = False) -> list[Token]:
    """All tokens of a page in reading order: of its prose and formulas, or of its code."""
    used = _names_used(page)
    tokens: list[Token] = []
    for k, piece in enumerate(page.pieces):
        if (piece.kind == "code") == code:
            tokens += Lexer(piece, k, used).tokens(MAX_TOKENS - len(tokens))
        if len(tokens) >= MAX_TOKENS:
            break
    return tokens


_LONE = re.compile(r"(?<![A-Za-z\\])([A-Za-z])(?![A-Za-z])")
_WORD = re.compile(r"(?<![A-Za-z\\])([A-Za-z]{2,12})_(?=[{\w])")
_FUNCTION = re.compile(r"(?<![A-Za-z\\])([A-Za-zφ])\s*\(\s*([A-Za-z])\s*(?:,\s*[A-Za-z]\s*)*\)\s*=")
_ASSIGNED = re.compile(r"(?<![A-Za-z\\])([A-Za-z]{2,12})\s*=(?!=)")


def _names_used(page: Page) -> Used:
    words: Counter[str] = Counter()
    functions: set[str] = set()
    assigned: set[str] = set()
    for piece in page.pieces:
        if piece.kind == "formula":
            words.update(_LONE.findall(piece.text))
            words.update(_WORD.findall(piece.text))
        if piece.kind != "code":
            functions.update(found[0] for found in _FUNCTION.findall(piece.text))
        if piece.kind == "prose":
            assigned.update(_ASSIGNED.findall(piece.text))
    return Used(frozenset(words), frozenset(functions), frozenset(assigned))


def statements(tokens: list[Token], number: Callable[[str], float | None]) -> Iterator[Statement]:
    """The chains of a page in order.

    Parameters
    ----------
    tokens : list of Token
    number : callable
        The value of a number as written.
    """
    for run in _runs(_unbracketed(tokens)):
        if all(token.kind != "REL" for token in run):
            continue
        members = list(islice(_members(run, number), MOST_MEMBERS))
        if len(members) > 1:
            yield Statement(tuple(members), run[0].piece)


def _unbracketed(tokens: list[Token]) -> list[Token]:
    """The tokens with every opening bracket that encloses an equality, or closes nowhere, as a break."""
    made, stack = list(tokens), list[int]()
    for k, token in enumerate(tokens):
        if token.kind == "LPAR":
            stack.append(k)
        elif token.kind == "RPAR" and stack:
            stack.pop()
        elif token.kind in ("break", "edge", "row", "REL"):
            for opened in stack:
                made[opened] = tokens[opened]._replace(kind="break", text="(")
            stack.clear()
    return made


def _runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """Stretches of tokens between breaks and commas that part statements."""
    run: list[Token] = []
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind in ("LPAR", "LSQB", "LBRACE")) - (token.kind in ("RPAR", "RSQB", "RBRACE"))
        depth = max(depth, 0)
        if token.kind == "row" and k + 1 < len(tokens) and tokens[k + 1].kind == "REL":
            continue
        if token.kind in ("break", "edge", "row") or (token.kind == "COMMA" and depth == 0):
            if run:
                yield run
            run, depth = [], 0
        else:
            run.append(token)
    if run:
        yield run


def _members(run: list[Token], number: Callable[[str], float | None]) -> Iterator[Member]:
    part: list[Token] = []
    sign = ""
    depth = 0
    for token in run:
        depth += (token.kind in ("LPAR", "LSQB", "LBRACE")) - (token.kind in ("RPAR", "RSQB", "RBRACE"))
        if token.kind == "REL" and depth <= 0:
            depth = 0
            if part:
                yield _member(part, sign, number)
            part, sign = [], token.text
        else:
            part.append(token)
    if part:
        yield _member(part, sign, number)


def _member(part: list[Token], sign: str, number: Callable[[str], float | None]) -> Member:
    try:
        tree: Expr | None = read_member(part, number)
    except Unreadable:
        tree = None
    return Member(tree, part[0].start, part[-1].end, sign)
