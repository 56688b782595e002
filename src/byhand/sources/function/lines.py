"""A program from what was written down: which values get a line of their own, and what stands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from byhand.errors import ProblemError
from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.sources.function.known import function_of
from byhand.sources.function.movement import moved
from byhand.sources.function.names import Names
from byhand.sources.function.nodes import (
    CONSTANT,
    GIVEN,
    MOVING,
    Node,
    calculated,
    is_elementwise,
    is_uniform,
)
from byhand.trace.program import Line, Program, Section, build

DEEPEST = 40
_SAME = 1e-12


def program_of(
    nodes: Iterable[Node], results: list[Node], names: Names, title: str
) -> tuple[Program, dict[str, Any]]:
    """The program of a function, and the arrays of its own that its author named.

    Parameters
    ----------
    nodes : iterable of Node
        Those that have a name.
    results : list of Node
        What the function returned.
    names : Names
    title : str
        What a result without a name is called.

    Returns
    -------
    tuple

    Raises
    ------
    ProblemError
        An infinite number of the function's own is left in a formula.
    """
    roots = [*dict.fromkeys([*nodes, *results])]
    _fold_calls(_needed(roots), roots)
    _fold_moves(_needed(roots), roots)
    _fold_constants(_needed(roots), names)
    needed = _needed(roots)
    for node in needed:
        if node.op == CONSTANT:
            _check_finite(node)
        if node.op == CONSTANT and node.shape and names.of(node) is None:
            names.give(node, "c")
    for node in results:
        if names.of(node) is None:
            names.give(node, title)
    lines: dict[Node, str] = {}
    for node in _own_lines(needed, set(roots)):
        if names.of(node) is None:
            names.give(node, "v")
        lines[node] = str(names.of(node))
    named = {node: name for node in needed if node.is_leaf and (name := names.of(node))}
    writer = _Writer({**lines, **named})
    expressions = [(name, writer.definition(node)) for node, name in lines.items()]
    sources: dict[str, Line] = {name: node.line for node, name in lines.items() if node.line}
    sections: dict[str, tuple[Section, ...]] = {
        name: node.sections for node, name in lines.items() if node.sections
    }
    program = build(expressions, sources)
    constants = {name: node.value for node, name in named.items() if node.op == CONSTANT}
    return Program(program.equations, sources, sections), constants


def _needed(roots: list[Node]) -> list[Node]:
    """The nodes the roots are calculated from, themselves included, in the order of the calculation."""
    found, waiting = set(roots), list(roots)
    while waiting:
        fresh = set(waiting.pop().operands) - found
        found |= fresh
        waiting.extend(fresh)
    return sorted(found, key=lambda node: node.order)


def _fold_calls(nodes: list[Node], roots: list[Node]) -> None:
    """Make one operation of what a known library function calculated, where its value is the same."""
    calls: dict[Any, list[Node]] = {}
    for node in nodes:
        if node.call is not None and not node.is_leaf:
            calls.setdefault(node.call, []).append(node)
    users: dict[Node, set[Node]] = {}
    for node in nodes:
        for operand in node.operands:
            users.setdefault(operand, set()).add(node)
    for frame, members in calls.items():
        inside = set(members)
        operands = {x for node in members for x in node.operands if x.op != CONSTANT} - inside
        outputs = [node for node in members if node in roots or users.get(node, set()) - inside]
        known = function_of(frame.f_code)
        settings = known.settings(frame.f_locals) if known else None
        if known is None or settings is None or len(operands) != 1 or len(outputs) != 1:
            continue
        own = calculated(known.op, tuple(operands), settings)
        if np.shape(own) == outputs[0].shape and np.allclose(own, outputs[0].value, _SAME, _SAME):
            outputs[0].op, outputs[0].operands, outputs[0].attrs = known.op, tuple(operands), settings
            outputs[0].value = own


def _fold_moves(nodes: list[Node], roots: list[Node]) -> None:
    """Make one movement of elements of several that follow one another without a name between."""
    for node in nodes:
        if node.op not in MOVING or node.operands[0].op not in MOVING or node.operands[0] in roots:
            continue
        between = node.operands[0]
        source = between.operands[0]
        at: Any = np.arange(np.size(source.value)).reshape(source.shape)
        for move in (between, node):
            at = OPS[move.op].value(at, **move.attrs)
        node.op, node.attrs = moved(np.asarray(at), source.shape) or ("copy", {})
        node.operands = (source,)


def _fold_constants(nodes: list[Node], names: Names) -> None:
    """Write an array without a name, all of whose numbers are equal, as that number."""
    for node in filter(lambda node: is_elementwise(node.op), nodes):
        operands = list(node.operands)
        for i, operand in enumerate(operands):
            rest = [other.shape for other in (*operands[:i], *operands[i + 1 :])]
            plainly = operand.op == CONSTANT and operand.shape and names.of(operand) is None
            if plainly and is_uniform(operand.value) and _fits((), rest, node.shape):
                operands[i] = Node(CONSTANT, (), {}, float(np.min(operand.value)))
                operands[i].line = operand.line
        node.operands = tuple(operands)


def _check_finite(node: Node) -> None:
    if not np.isfinite(node.value).all():
        place: dict[str, Any] = {"source": node.line.text, "line": node.line.number} if node.line else {}
        raise ProblemError("infinite_constant", **place)


def _own_lines(needed: list[Node], roots: set[Node]) -> list[Node]:
    """Roots, values used in several places, and one now and then of a very long formula."""
    uses = Counter(operand for node in needed for operand in node.operands)
    depth: dict[Node, int] = {}
    lines = []
    for node in needed:
        if node.op == GIVEN or (node.op == CONSTANT):
            continue
        depth[node] = 1 + max((depth.get(operand, 0) for operand in node.operands), default=0)
        if node in roots or (uses[node] > 1 and node.op not in MOVING) or depth[node] > DEEPEST:
            lines.append(node)
            depth[node] = 0
    return lines


class _Writer:
    """Writes formulas, with names for the values that have one."""

    def __init__(self, names: Mapping[Node, str]) -> None:
        self._names = names

    def definition(self, node: Node) -> Expr:
        """The formula of a line."""
        operands = self._stretched(node) if is_elementwise(node.op) else node.operands
        if node.op == "concat" and not node.attrs and all(map(self._is_row, operands)):
            return Call("stack", tuple([self._written(part.operands[0]) for part in operands]))
        return Call(node.op, tuple(map(self._written, operands)), tuple(node.attrs.items()))

    def _written(self, node: Node) -> Expr:
        if node in self._names:
            return Name(self._names[node])
        return Number(node.value) if node.op == CONSTANT else self.definition(node)

    def _is_row(self, node: Node) -> bool:
        """Whether a part of a joined array is only another array made its row."""
        return node not in self._names and node.op == "reshape" and node.shape == (1, *node.operands[0].shape)

    def _stretched(self, node: Node) -> tuple[Node, ...]:
        """The operands without the stretching that NumPy does by itself."""
        operands = list(node.operands)
        for i, operand in enumerate(operands):
            if operand in self._names or operand.op not in ("fill", "reshape") or "axis" in operand.attrs:
                continue
            source = operand.operands[0]
            rest = [other.shape for other in (*operands[:i], *operands[i + 1 :])]
            leading = operand.shape[: len(operand.shape) - len(source.shape)]
            plainly = operand.op == "fill" or operand.shape == (*[1] * len(leading), *source.shape)
            if plainly and _fits(source.shape, rest, node.shape):
                operands[i] = source
        return tuple(operands)


def _fits(shape: tuple[int, ...], rest: list[tuple[int, ...]], whole: tuple[int, ...]) -> bool:
    return bool(rest) and np.broadcast_shapes(shape, *rest) == whole
