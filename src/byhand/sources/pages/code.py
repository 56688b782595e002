"""Code on a page: functions of one line and assignments, read and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from byhand.ops import Call, Expr, Name, Number
from byhand.sources.pages.page import Piece, cut

MAX_CODE = 40_000
_STARTS = re.compile(
    r"(?:def \w+\(.*:|class \w+.*:|import \w[\w. ,]*(?: as \w+)?|from [\w.]+ import .+"
    r"|for .+ in .+:|if .+:|while .+:|print\(.*|return\b.*|@\w+.*|>>> .*"
    r"|\w+(?:\[.*\])? ?= ?(?:np|numpy|torch|tf|nn|plt|pd|random)\..*|else:|try:)\s*(?:#.*)?$"
)
_OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_FUNCTIONS = {"exp": "exp", "log": "log", "tanh": "tanh", "sqrt": "sqrt", "sin": "sin", "cos": "cos"}


def without_code(piece: Piece) -> Iterator[Piece]:
    """A stretch of text with its code as pieces of their own: such a line and what is indented below it."""
    done = at = 0
    inside = False
    start = 0
    for line in piece.text.splitlines(keepends=True):
        is_code = bool(_STARTS.match(line)) or (inside and (line[:1] in " \t" or not line.strip()))
        if is_code and not inside:
            yield cut(piece, done, at)
            start = at
        if inside and not is_code:
            yield cut(piece, start, at, "code")
            done = at
        inside = is_code
        at += len(line)
    if inside:
        yield cut(piece, start, at, "code")
        done = at
    yield cut(piece, done, len(piece.text))


class CodeRead(NamedTuple):
    """What code says: functions by name (arguments, formula), and formulas by name."""

    functions: dict[str, tuple[tuple[str, ...], Expr]]
    definitions: dict[str, Expr]


def read_code(text: str) -> CodeRead:
    """The functions that return one formula, and what is assigned once."""
    read = CodeRead({}, {})
    if len(text) > MAX_CODE:
        return read
    try:
        module = ast.parse(re.sub(r"^(?:>>> |\.\.\. )", "", text, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return read
    assigned: dict[str, Expr | None] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and len(node.body) == 1 and isinstance(node.body[0], ast.Return):
            formula = _tree(node.body[0].value)
            if formula is not None:
                read.functions[node.name] = (tuple(a.arg for a in node.args.args), formula)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, formula = node.targets[0].id, _tree(node.value)
            if name not in assigned or assigned[name] == formula:
                assigned[name] = formula
            else:
                assigned[name] = None
    read.definitions.update({name: tree for name, tree in assigned.items() if isinstance(tree, Call)})
    return read


def _tree(node: ast.expr | None, depth: int = 0) -> Expr | None:
    if depth > 40 or node is None:
        return None
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value) if abs(value) < 1e300:
            return Number(float(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _made("neg", [operand], depth)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _made(_OPERATORS[type(op)], [left, right], depth)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            parts = _trees(args, depth)
            return None if parts is None else Call("apply", (Name(name), *parts))
        case ast.Call(func=ast.Attribute(attr=name), args=[arg], keywords=[]) if name in _FUNCTIONS:
            return _made(_FUNCTIONS[name], [arg], depth)
    return None


def _trees(nodes: list[ast.expr], depth: int) -> list[Expr] | None:
    trees = [_tree(node, depth + 1) for node in nodes]
    return None if any(tree is None for tree in trees) else [tree for tree in trees if tree is not None]


def _made(op: str, nodes: list[ast.expr], depth: int) -> Expr | None:
    parts = _trees(nodes, depth)
    return None if parts is None else Call(op, tuple(parts))
