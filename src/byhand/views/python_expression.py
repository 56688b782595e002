"""A formula as a NumPy expression, and names as Python identifiers."""

from __future__ import annotations

import ast
import keyword
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.expression import leaves


class Identifiers:
    """Python identifiers for the names of a problem: the name itself, with an underscore where it is taken.

    Parameters
    ----------
    taken : iterable of str
        Names the script uses for itself.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *keyword.kwlist}
        self._found: dict[str, str] = {}

    def of(self, key: str, wish: str | None = None) -> str:
        """The identifier of `key`; the same at every call."""
        if key not in self._found:
            # Python itself reads identifiers in this normal form, so two names may become one.
            name = "".join(
                c if f"a{c}".isidentifier() else "_" for c in unicodedata.normalize("NFKC", wish or key)
            )
            name = name if name.isidentifier() else f"_{name}"
            while name in self._taken:
                name += "_"
            self._taken.add(name)
            self._found[key] = name
        return self._found[key]

    def derivative(self, of: str, by: str) -> str:
        """The identifier of d(of)/d(by)."""
        return self.of(f"d{of}/d{by}", f"d{of}_d{by}")


def python_text(expr: Expr, identifiers: Identifiers) -> str:
    """A formula as the text of a NumPy expression, with the parentheses it needs and no more."""
    return ast.unparse(_node(expr, identifiers, whole=False))


def literal(value: Any) -> str:
    """A number or an array as Python text that gives the same floats."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.astype(float).tolist()!r})"
    return repr(float(value))


def _node(expr: Expr, identifiers: Identifiers, whole: bool) -> ast.expr:
    """The Python tree; `whole` says whether a whole number may be written without its point."""
    match expr:
        case Number(value) if np.ndim(value):
            return _parsed(literal(value))
        case Number(value):
            return _number(float(value), whole)
        case Name(name):
            return ast.Name(identifiers.of(name))
        case Derivative(of, by):
            return ast.Name(identifiers.derivative(of, by))
        case Call(op, args, attrs):
            nodes = [_node(arg, identifiers, _whole_in(expr, whole)) for arg in args]
            return _filled(_template(OPS[op].python, len(args), dict(attrs)), nodes)
    raise TypeError(expr)


def _whole_in(call: Call, whole: bool) -> bool:
    """Whether whole numbers may stand without their point: not where Python would then count in integers."""
    if call.op in ("stack", "copy"):
        return False
    constant = all(isinstance(leaf, Number) for leaf in leaves(call))
    return call.op == "div" or not constant or (whole and call.op != "pow")


def _number(value: float, whole: bool) -> ast.expr:
    # A copied sign keeps -0.0; a negative constant is a negation, so that its power is put in parentheses.
    size = abs(value)
    constant = ast.Constant(int(size) if whole and size == int(size) and size < 1e6 else size)
    return ast.UnaryOp(ast.USub(), constant) if math.copysign(1, value) < 0 else constant


def _template(form: str, count: int, attrs: Mapping[str, Any]) -> ast.expr:
    """An operation's NumPy form with `_0_`, `_1_` … in the place of its operands."""
    places = [f"_{k}_" for k in range(count)]
    if form == " + ":
        return _parsed(form.join(places))
    fields = {
        "all": ", ".join(places),
        "settings": "".join(f", {key}={value!r}" for key, value in attrs.items() if value is not None),
        "shape": repr(attrs.get("shape")),
        "spec": repr(attrs.get("spec")),
        "index": ", ".join(_slot(slot) for slot in attrs.get("index", ())),
    }
    return _parsed(form.format(*places, **fields))


def _slot(slot: int | slice | tuple[Any, ...]) -> str:
    if not isinstance(slot, slice):
        return repr(slot)
    return ":".join("" if end is None else repr(end) for end in (slot.start, slot.stop))


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _filled(template: ast.expr, nodes: list[ast.expr]) -> ast.expr:
    found = {f"_{k}_": node for k, node in enumerate(nodes)}

    class Filler(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return found.get(node.id, node)

    filled: ast.expr = Filler().visit(template)
    return filled
