"""Tokens of one member of a chain to a tree of the house, read by Lark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce
from importlib import resources
from typing import Any

from lark import Lark, Transformer
from lark import Token as LarkToken
from lark.exceptions import LarkError
from lark.lexer import Lexer as LarkLexer

from byhand.ops import Call, Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.sources.characters import SUPERSCRIPTS
from byhand.sources.pages.tokens import Token

MAX_TOKENS, MAX_DEPTH = 300, 60
_TERMINALS = frozenset(
    (
        *(
            "NUMBER",
            "NAME",
            "FUNC",
            "PLUS",
            "MINUS",
            "TIMES",
            "SLASH",
            "CARET",
            "LPAR",
            "RPAR",
            "LSQB",
            "RSQB",
        ),
        *("LBRACE", "RBRACE", "BAR", "COMMA", "FRAC", "SLOPE", "ROOT", "RAISED"),
    )
)
_KNOWN = {
    "exp": "exp",
    "ln": "log",
    "sqrt": "sqrt",
    "tanh": "tanh",
    "sin": "sin",
    "cos": "cos",
    "relu": "relu",
}
_BASES = {"log2": 2, "log10": 10}


@dataclass(frozen=True, slots=True)
class Literal(Number):
    """A number that somebody wrote: its text and its place in the page."""

    text: str = field(default="", compare=False)
    place: tuple[int, int] = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Slope(Expr):
    """dA/dB, of a name or of a formula."""

    of: Expr
    by: str


def either(*readings: Expr) -> Expr:
    """Something that can be read in several ways."""
    return Call("either", readings)


class Unreadable(Exception):
    """A member that is no formula of numbers."""


def read_member(tokens: list[Token], number: Callable[[str], float | None]) -> Expr:
    """The tree of one member.

    Parameters
    ----------
    tokens : list of Token
    number : callable
        The value of a number as written.

    Raises
    ------
    Unreadable
    """
    tokens = _balanced(tokens)
    if not tokens or len(tokens) > MAX_TOKENS or any(token.kind not in _TERMINALS for token in tokens):
        raise Unreadable
    depth = 0
    for token in tokens:
        depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if depth > MAX_DEPTH:
            raise Unreadable
    try:
        return _Tree(number).transform(_parser().parse(tokens))
    except (LarkError, RecursionError):
        raise Unreadable from None


_OPEN, _CLOSE = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}, {"RPAR", "RSQB", "RBRACE"}


def _balanced(tokens: list[Token]) -> list[Token]:
    """The tokens without a bracket at the end that closes nothing."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "LPAR") - (token.kind == "RPAR")
    return tokens[:-1] if depth == -1 and tokens[-1].kind == "RPAR" else tokens


class _Feed(LarkLexer):
    """Hands the tokens that are there already to Lark."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, data: Any, _: Any = None) -> Iterator[LarkToken]:
        for token in getattr(data, "text", data):
            yield LarkToken(token.kind, token.text, start_pos=token.start, end_pos=token.end)


@cache
def _parser() -> Lark:
    grammar = resources.files("byhand.sources.pages").joinpath("mathematics.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer=_Feed, start="start")


def _operation(op: str) -> Callable[..., Expr]:
    return lambda self, parts: Call(op, (parts[0], parts[-1]))


def _inside(self: Any, parts: list[Any]) -> Any:
    return parts[1]


class _Tree(Transformer[LarkToken, Any]):
    """Callbacks of the grammar; each builds one node. A ``row`` is a product without a sign."""

    def __init__(self, number: Callable[[str], float | None]) -> None:
        super().__init__()
        self._number = number

    def start(self, parts: list[Any]) -> Expr:
        return substitute(parts[0], _as_product)

    def number(self, parts: list[LarkToken]) -> Expr:
        token = parts[0]
        value = self._number(str(token))
        if value is None:
            raise Unreadable
        return Literal(value, str(token), (token.start_pos or 0, token.end_pos or 0))

    def name(self, parts: list[LarkToken]) -> Expr:
        return Name(str(parts[0]))

    def neg(self, parts: list[Any]) -> Expr:
        if isinstance(parts[1], Literal):
            return Literal(-parts[1].value, f"-{parts[1].text}", (parts[0].start_pos, parts[1].place[1]))
        return Call("neg", (parts[1],))

    def positive(self, parts: list[Any]) -> Expr:
        operand: Expr = parts[1]
        return operand

    def row(self, parts: list[Any]) -> Expr:
        return Call("row", (parts[0], parts[1]))

    def div(self, parts: list[Any]) -> Expr:
        """``1/2x`` is read both ways."""
        top, bottom = parts[0], parts[2]
        tight = Call("div", (top, bottom))
        if not (isinstance(bottom, Call) and bottom.op == "row"):
            return tight
        return either(tight, _loose(top, bottom))

    def raised(self, parts: list[Any]) -> Expr:
        return _raised(parts[0], Number(float(str(parts[1]).translate(SUPERSCRIPTS))))

    def power(self, parts: list[Any]) -> Expr:
        return _raised(parts[0], parts[2])

    def call(self, parts: list[Any]) -> Expr:
        return _called(str(parts[0]), [part for part in parts[1:] if isinstance(part, Expr)])

    def bare_call(self, parts: list[Any]) -> Expr:
        return _called(str(parts[0]), parts[1:])

    def power_call(self, parts: list[Any]) -> Expr:
        return Call("pow", (_called(str(parts[0]), [parts[4]]), parts[2]))

    def fraction(self, parts: list[Any]) -> Expr:
        return Call("div", (parts[2], parts[5]))

    def slope(self, parts: list[Any]) -> Expr:
        return Slope(parts[2], str(parts[4]))

    def root(self, parts: list[Any]) -> Expr:
        return Call("sqrt", (parts[1],))

    def absolute(self, parts: list[Any]) -> Expr:
        return Call("abs", (parts[1],))

    def list(self, parts: list[Any]) -> Expr:
        """``[0.2, 0.3]``; one calculation alone in square brackets is only bracketed: ``1/[1 + e^{-z}]``."""
        entries = tuple([part for part in parts if isinstance(part, Expr)])
        if len(entries) == 1 and isinstance(entries[0], Call) and entries[0].op != "stack":
            return entries[0]
        return Call("stack", entries)

    tuple = list
    group = braces = _inside
    add, sub, mul = (_operation(op) for op in ("add", "sub", "mul"))


def _raised(base: Expr, exponent: Expr) -> Expr:
    """A power; of e it may be the exponential function, unless e is a name of the page."""
    power = Call("pow", (base, exponent))
    return either(Call("exp", (exponent,)), power) if base == Name("e") else power


def _as_product(node: Expr) -> Expr | None:
    if isinstance(node, Call) and node.op == "row":
        return Call("mul", tuple([substitute(arg, _as_product) for arg in node.args]))
    return None


def _loose(top: Expr, row: Expr) -> Expr:
    """a/b c as (a/b)·c."""
    if isinstance(row, Call) and row.op == "row":
        return Call("mul", (_loose(top, row.args[0]), row.args[1]))
    return Call("div", (top, row))


def _called(name: str, arguments: list[Expr]) -> Expr:
    if name == "log" and len(arguments) == 1:
        natural = Call("log", (arguments[0],))
        return either(natural, Call("div", (natural, Number(math.log(10)))))
    if name in _BASES and len(arguments) == 1:
        return Call("div", (Call("log", (arguments[0],)), Number(math.log(_BASES[name]))))
    bare = name.rpartition(".")[2] if name.startswith(("np.", "numpy.", "math.", "torch.")) else name
    if bare in _KNOWN and len(arguments) == 1:
        return Call(_KNOWN[bare], (arguments[0],))
    if name in ("max", "min") and len(arguments) > 1:
        return reduce(lambda a, b: Call(f"{name}imum", (a, b)), arguments)
    return Call("apply", (Name(name), *arguments))
