"""Formula text to named expressions: one assignment a line, read by Lark into our own tree."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from byhand.errors import FormulaError
from byhand.ops import Call, Expr, Name, Number
from byhand.sources.calls import called
from byhand.sources.characters import PARTS_OF_ONE, SUPERSCRIPTS, composed, plain, spelled
from byhand.sources.hints import likely
from byhand.sources.statements import statements
from byhand.sources.tables import parser
from byhand.trace.program import Line

MAX_LINE, MAX_NODES, MAX_BRACKETS, MAX_DEPTH, MAX_NAME, MAX_NUMBER = 2000, 500, 60, 200, 32, 40

_COMPARISONS = {
    "==": "eq",
    "!=": "ne",
    "≠": "ne",
    "<": "lt",
    "<=": "le",
    "≤": "le",
    ">": "gt",
    ">=": "ge",
    "≥": "ge",
}


class Lines(NamedTuple):
    """A text read: expressions in the order written, and each name's source line."""

    expressions: list[tuple[str, Expr]]
    sources: dict[str, Line]


def read_lines(text: str) -> Lines:
    """Read assignments, one a line.

    Parameters
    ----------
    text : str

    Returns
    -------
    Lines

    Raises
    ------
    FormulaError
        With the line, the column, what stood there and what was expected.
    """
    expressions: list[tuple[str, Expr]] = []
    sources: dict[str, Line] = {}
    for line, number in statements(composed(text)):
        name, expr = _read(line, number)
        if name in sources:
            raise FormulaError(
                "assigned_twice", source=line, line=number, column=0, name=name, first=sources[name].number
            )
        expressions.append((name, expr))
        sources[name] = Line(line, number)
    if not expressions:
        raise FormulaError("empty")
    return Lines(expressions, sources)


def is_name(text: str) -> bool:
    """Whether a text in the grammar's characters can be a value's name."""
    return _name_pattern().fullmatch(text) is not None and _name_fault(spelled(text)) is None


def names_in(line: str) -> list[tuple[str, int]]:
    """The values a line uses by name, and their columns; no functions, no settings, not what it defines."""
    marks = plain(line)
    return [
        (spelled(found[0]), found.start())
        for found in _name_pattern().finditer(marks)
        if not re.match(r"\s*(\(|:?=(?!=))", marks[found.end() :])
    ]


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile(_parser().get_terminal("NAME").pattern.to_regexp())


@cache
def _parser() -> Lark:
    return parser(_Tree())


@lru_cache(maxsize=1024)  # exercises and unrolled networks say the same lines again and again
def _read(line: str, number: int) -> Any:
    """One statement read, or the error that says what is wrong with it."""
    try:
        if len(line) > MAX_LINE:
            raise FormulaError("line_too_long", length=len(line), limit=MAX_LINE)
        marks = plain(line)
        _check_brackets(marks)
        return _parser().parse(marks)
    except UnexpectedInput as error:
        wrong = _unexpected(error, marks)
    except VisitError as error:
        if not isinstance(error.orig_exc, FormulaError):
            raise
        wrong = error.orig_exc
    except FormulaError as error:
        wrong = error
    raise FormulaError(wrong.code, source=line, line=number, column=wrong.column, **wrong.facts)


def _check_brackets(line: str) -> None:
    depth = 0
    for column, character in enumerate(line):
        depth += (character in "([") - (character in ")]")
        if depth > MAX_BRACKETS:
            raise FormulaError("too_deep", column=column, limit=MAX_BRACKETS)


# Terminals that are told together, by the name of their sentence or the sign itself.
_GROUPS = (
    ({"NUMBER", "NAME"}, "value"),
    ({"PLUS", "STAR", "SLASH", "MINUS"}, "operator"),
    ({"NUMBER"}, "number"),
    ({"RPAR"}, ")"),
    ({"RSQB"}, "]"),
    ({"EQUAL"}, "="),
    ({"COMMA"}, ","),
    ({"COLON"}, ":"),
    ({"LPAR"}, "("),
    ({"$END"}, "end"),
)


def _unexpected(error: UnexpectedInput, line: str) -> FormulaError:
    """What stood at the first place that cannot be read, and what was meant or what may stand there."""
    if isinstance(error, UnexpectedCharacters):
        column, found = error.pos_in_stream or 0, line[error.pos_in_stream or 0]
        allowed = set(error.allowed or ())
    else:
        token = getattr(error, "token", Token("$END", ""))
        ended = token.type == "$END"
        column, found = (len(line), "") if ended else (token.start_pos or 0, str(token))
        allowed = set(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else set()
    hint = likely(line, column, found, allowed)
    if hint is not None:
        return hint
    groups = [(kinds, word) for kinds, word in _GROUPS if kinds <= allowed]
    closing = {")", "]", ","} if not {"(", "["} & set(line[:column]) else set()
    expected = tuple(
        word
        for kinds, word in groups
        if word not in closing and not any(kinds < other for other, _ in groups)
    )
    if not found:
        return FormulaError("unexpected_end", column=column, expected=expected)
    return FormulaError("unexpected", column=column, found=found[:20], expected=expected)


def _operation(op: str) -> Callable[..., Expr]:
    """The callback of a rule whose parts are the operands."""
    return lambda self, parts: Call(op, tuple(parts))


class _Tree(Transformer[Token, Any]):
    """Callbacks of the grammar; each builds one node."""

    def assignment(self, parts: list[Any]) -> tuple[str, Expr]:
        name = _checked_name(parts[0])
        if name == "π":
            raise _at(FormulaError("reserved", name=name), parts[0])
        return name, _bounded(parts[1], parts[0])

    def name(self, parts: list[Token]) -> Expr:
        name = _checked_name(parts[0])
        return Number(math.pi) if name == "π" else Name(name)

    def number(self, parts: list[Token]) -> Number:
        return Number(_value(parts[0]))

    def implicit(self, parts: list[Any]) -> Expr:
        return Call("mul", (Number(_value(parts[0])), parts[1]))

    def two_ways(self, parts: list[Any]) -> Expr:
        raise _at(FormulaError("two_ways"), parts[1])

    def comparison(self, parts: list[Any]) -> Expr:
        return Call(_COMPARISONS[str(parts[1])], (parts[0], parts[2]))

    def superscript(self, parts: list[Any]) -> Expr:
        exponent = parts[1].update(value=str(parts[1]).translate(SUPERSCRIPTS))
        return Call("pow", (parts[0], Number(_value(exponent))))

    def call(self, parts: list[Any]) -> Expr:
        try:
            return called(str(parts[0]), parts[1:])
        except FormulaError as error:
            raise _at(error, parts[0]) from None

    def setting(self, parts: list[Any]) -> tuple[str, float]:
        value = parts[1]
        return str(parts[0]), _value(value) if isinstance(value, Token) else value

    def negative_setting(self, parts: list[Token]) -> float:
        return -_value(parts[0])

    def position(self, parts: list[Token]) -> int:
        return _whole(parts)

    def bound(self, parts: list[Token]) -> int:
        return _whole(parts)

    def slice(self, parts: list[Any]) -> slice:
        return slice(parts[0], parts[1])

    def index(self, parts: list[Any]) -> Expr:
        return Call("index", (parts[0],), (("index", tuple(parts[1:])),))

    add, sub, mul, div, matmul = (_operation(op) for op in ("add", "sub", "mul", "div", "matmul"))
    neg, power, transpose, norm = (_operation(op) for op in ("neg", "pow", "transpose", "norm"))
    entries, summation, root, absolute = (_operation(op) for op in ("stack", "sum", "sqrt", "abs"))


def _at(error: FormulaError, token: Token) -> FormulaError:
    error.column = token.start_pos
    return error


def _checked_name(token: Token) -> str:
    name = spelled(str(token))
    fault = _name_fault(name)
    if fault is not None:
        raise _at(fault, token)
    return name


def _name_fault(name: str) -> FormulaError | None:
    if len(name) > MAX_NAME:
        return FormulaError("name_too_long", name=name[:MAX_NAME] + "…", limit=MAX_NAME)
    return FormulaError("name_underscores", name=name) if "__" in name else None


def _value(token: Token) -> float:
    if len(token) > MAX_NUMBER:
        raise _at(FormulaError("number_too_long", limit=MAX_NUMBER), token)
    value = PARTS_OF_ONE.get(str(token)) or float(token)
    if math.isinf(value):
        raise _at(FormulaError("number_too_large", found=str(token)), token)
    return value


def _whole(parts: list[Token]) -> int:
    value = _value(parts[-1])
    if value != int(value) or "." in parts[-1]:
        raise _at(FormulaError("index_not_whole", found=str(parts[-1])), parts[-1])
    return -int(value) if len(parts) == 2 else int(value)


def _bounded(expr: Expr, token: Token) -> Expr:
    """The tree, if it is neither too large nor too deep."""
    count, level = 0, [expr]
    for _ in range(MAX_DEPTH + 1):
        count += len(level)
        level = [arg for node in level if isinstance(node, Call) for arg in node.args]
        if not level:
            break
    if level:
        raise _at(FormulaError("chain_too_long", limit=MAX_DEPTH), token)
    if count > MAX_NODES:
        raise _at(FormulaError("too_many_nodes", count=count, limit=MAX_NODES), token)
    return expr
