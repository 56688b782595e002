"""Formula text to named expressions: one assignment a line, read by Lark into our own tree."""

from __future__ import annotations

import difflib
import math
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from byhand.errors import FormulaError
from byhand.ops import Call, Expr, Name, Number
from byhand.sources.characters import SUPERSCRIPTS, composed, plain, spelled
from byhand.sources.vocabulary import FUNCTIONS, OF_TWO
from byhand.trace.program import Line

MAX_LINE, MAX_NODES, MAX_BRACKETS, MAX_DEPTH, MAX_NAME, MAX_NUMBER = 2000, 500, 60, 200, 32, 40

_COMPARISONS = {"==": "eq", "!=": "ne", "≠": "ne", "<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge"}
_OPEN, _CLOSE = "([", ")]"


class Lines(NamedTuple):
    """A text read: expressions in the order written, and each name's source line."""

    expressions: list[tuple[str, Expr]]
    sources: dict[str, Line]


def read_lines(text: str) -> Lines:
    """Read assignments, one a line.

    A line goes on while a bracket is open; ``;`` separates two on one line; ``#`` begins a comment.

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
    for number, line in _statements(composed(text)):
        name, expr = _read(line, number, "assignment")
        if name in sources:
            raise FormulaError(
                "assigned_twice", source=line, line=number, column=0, name=name, first=sources[name].number
            )
        expressions.append((name, expr))
        sources[name] = Line(line, number)
    if not expressions:
        raise FormulaError("empty", source=text[:80], line=1, column=0)
    return Lines(expressions, sources)


def read_expression(text: str) -> Expr:
    """Read one expression (no assignment).

    Raises
    ------
    FormulaError
    """
    result: Expr = _read(composed(text), 1, "expression")
    return result


def _statements(text: str) -> list[tuple[int, str]]:
    """The statements of a text with the number of the line each begins in."""
    found: list[tuple[int, str]] = []
    held, begun = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        for part in plain(raw.split("#")[0]).replace("；", ";").split(";") if "#" in raw or ";" in plain(raw) else [raw]:
            begun = begun if held else number
            held = f"{held} {part.strip()}" if held else part.strip()
            marks = plain(held)
            if len(held) <= MAX_LINE and sum(marks.count(c) for c in _OPEN) > sum(marks.count(c) for c in _CLOSE):
                continue
            if held:
                found.append((begun, held))
            held = ""
    if held:
        found.append((begun, held))
    return found


@cache
def _parser() -> Lark:
    grammar = resources.files("byhand.sources").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", start=["assignment", "expression"], transformer=_Tree(), maybe_placeholders=True)


def _read(line: str, number: int, start: str) -> Any:
    """One statement read, or the error that says what is wrong with it."""
    place: dict[str, Any] = {"source": line if len(line) <= 200 else line[:200] + "…", "line": number}
    if len(line) > MAX_LINE:
        raise FormulaError("line_too_long", **place, length=len(line), limit=MAX_LINE)
    marks = plain(line)
    deep = _too_deep(marks)
    if deep is not None:
        raise FormulaError("too_deep", **place, column=deep, limit=MAX_BRACKETS)
    try:
        return _parser().parse(marks, start=start)
    except UnexpectedInput as error:
        raise _unexpected(error, marks, place) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            wrong = error.orig_exc
            raise FormulaError(wrong.code, **place, column=wrong.column, **wrong.facts) from None
        raise


def _too_deep(line: str) -> int | None:
    depth = 0
    for column, character in enumerate(line):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth > MAX_BRACKETS:
            return column
    return None


_GROUPS = (
    ({"NUMBER", "NAME"}, "value"),
    ({"PLUS", "STAR", "SLASH", "MINUS"}, "operator"),
    ({"RPAR"}, ")"),
    ({"RSQB"}, "]"),
    ({"EQUAL"}, "="),
    ({"COMMA"}, ","),
    ({"LPAR"}, "("),
    ({"$END"}, "end"),
)


def _unexpected(error: UnexpectedInput, line: str, place: dict[str, Any]) -> FormulaError:
    """What stood at the first place that cannot be read, and what may stand there."""
    if isinstance(error, UnexpectedCharacters):
        column, found = error.pos_in_stream or 0, line[error.pos_in_stream or 0]
        allowed = set(error.allowed or ())
    else:
        token = getattr(error, "token", Token("$END", ""))
        ended = token.type == "$END"
        column, found = (len(line), "") if ended else (token.start_pos or 0, str(token))
        allowed = set(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else set()
    expected = [word for kinds, word in _GROUPS if kinds <= allowed]
    if place["source"].endswith("…"):
        column = min(column, 200)
    code = "unexpected_end" if not found else "unexpected"
    return FormulaError(code, **place, column=column, found=found[:20], expected=tuple(expected))


class _Tree(Transformer[Token, Any]):
    """Callbacks of the grammar; each builds one node."""

    def assignment(self, parts: list[Any]) -> tuple[str, Expr]:
        name = _checked_name(parts[0])
        if name == "π":
            raise _wrong("reserved", parts[0], name=name)
        return name, _bounded(parts[1], parts[0])

    def expression(self, parts: list[Any]) -> Expr:
        return _bounded(parts[0], Token("NAME", "", start_pos=0))

    def name(self, parts: list[Token]) -> Expr:
        name = _checked_name(parts[0])
        return Number(math.pi) if name == "π" else Name(name)

    def number(self, parts: list[Token]) -> Number:
        return Number(_value(parts[0]))

    def implicit(self, parts: list[Any]) -> Expr:
        return Call("mul", (Number(_value(parts[0])), parts[1]))

    def comparison(self, parts: list[Any]) -> Expr:
        return Call(_COMPARISONS[str(parts[1])], (parts[0], parts[2]))

    def superscript(self, parts: list[Any]) -> Expr:
        return Call("pow", (parts[0], Number(float(str(parts[1]).translate(SUPERSCRIPTS)))))

    def power(self, parts: list[Any]) -> Expr:
        return Call("pow", tuple(parts))

    def call(self, parts: list[Any]) -> Expr:
        return _called(parts[0], parts[1:])

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

    def list(self, parts: list[Expr]) -> Expr:
        return Call("stack", tuple(parts))

    def summation(self, parts: list[Expr]) -> Expr:
        return Call("sum", tuple(parts))

    def root(self, parts: list[Expr]) -> Expr:
        return Call("sqrt", tuple(parts))

    def absolute(self, parts: list[Expr]) -> Expr:
        return Call("abs", tuple(parts))

    def norm(self, parts: list[Expr]) -> Expr:
        return Call("norm", tuple(parts))

    def transpose(self, parts: list[Expr]) -> Expr:
        return Call("transpose", tuple(parts))

    def neg(self, parts: list[Expr]) -> Expr:
        return Call("neg", tuple(parts))

    def add(self, parts: list[Expr]) -> Expr:
        return Call("add", tuple(parts))

    def sub(self, parts: list[Expr]) -> Expr:
        return Call("sub", tuple(parts))

    def mul(self, parts: list[Expr]) -> Expr:
        return Call("mul", tuple(parts))

    def div(self, parts: list[Expr]) -> Expr:
        return Call("div", tuple(parts))

    def matmul(self, parts: list[Expr]) -> Expr:
        return Call("matmul", tuple(parts))


def _wrong(code: str, token: Token, **facts: Any) -> FormulaError:
    return FormulaError(code, column=token.start_pos, **facts)


def _checked_name(token: Token) -> str:
    name = spelled(str(token))
    if len(name) > MAX_NAME:
        raise _wrong("name_too_long", token, name=name[:MAX_NAME] + "…", limit=MAX_NAME)
    if "__" in name:
        raise _wrong("name_underscores", token, name=name)
    return name


def _value(token: Token) -> float:
    if len(token) > MAX_NUMBER:
        raise _wrong("number_too_long", token, limit=MAX_NUMBER)
    value = float(token)
    if math.isinf(value):
        raise _wrong("number_too_large", token, found=str(token))
    return value


def _whole(parts: list[Token]) -> int:
    value = _value(parts[-1])
    if value != int(value) or "." in parts[-1]:
        raise _wrong("index_not_whole", parts[-1], found=str(parts[-1]))
    return -int(value) if len(parts) == 2 else int(value)


def _called(token: Token, arguments: list[Any]) -> Expr:
    """A function call with its operands counted and its settings named."""
    name = str(token)
    operands = [argument for argument in arguments if isinstance(argument, Expr)]
    function = OF_TWO[name] if name in OF_TWO and len(operands) == 2 else FUNCTIONS.get(name)
    if function is None:
        near = difflib.get_close_matches(name, FUNCTIONS, 1)
        raise _wrong("unknown_function_near" if near else "unknown_function", token, name=name, near="".join(near))
    settings = dict(argument for argument in arguments if not isinstance(argument, Expr))
    for key, extra in zip(function.settings, operands[function.operands :], strict=False):
        settings.setdefault(key, _literal(extra, token, key))
    surplus = len(operands) - function.operands - len(function.settings)
    if len(operands) < function.operands or surplus > 0 or not settings.keys() <= set(function.settings):
        takes = ", ".join([f"{function.operands}", *(f"{key}=" for key in function.settings)])
        raise _wrong("arguments", token, name=name, takes=takes)
    whole = {key: value if key == "slope" else int(value) for key, value in settings.items()}
    if "keepdims" in whole:
        whole["keepdims"] = bool(whole["keepdims"])
    if any(whole.get(key, 1) < 1 for key in ("stride", "size")) or whole.get("pad", 0) < 0:
        raise _wrong("arguments", token, name=name, takes="stride ≥ 1, size ≥ 1, pad ≥ 0")
    return Call(function.op, tuple(operands[: function.operands]), tuple(whole.items()))


def _literal(expr: Expr, token: Token, key: str) -> float:
    """A setting written in its place instead of by name."""
    sign = 1
    if isinstance(expr, Call) and expr.op == "neg":
        sign, expr = -1, expr.args[0]
    if not isinstance(expr, Number):
        raise _wrong("setting_not_number", token, name=str(token), key=key)
    return sign * float(expr.value)


def _bounded(expr: Expr, token: Token) -> Expr:
    """The tree, if it is neither too large nor too deep."""
    count, level = 0, [expr]
    for _ in range(MAX_DEPTH + 1):
        count += len(level)
        level = [arg for node in level if isinstance(node, Call) for arg in node.args]
        if not level:
            break
    if level:
        raise _wrong("too_deep", token, limit=MAX_BRACKETS)
    if count > MAX_NODES:
        raise _wrong("too_many_nodes", token, count=count, limit=MAX_NODES)
    return expr
