"""A program: named equations in order, not yet run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any, NamedTuple

from byhand.errors import ProblemError
from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.ops.table import passes


class Equation(NamedTuple):
    """``name = op(args)``.

    Attributes
    ----------
    name : str
        What it gives; an inner step of a longer line is called ``line.k``.
    op : str
        The operation's code.
    args : tuple
        Names (str) and constants (numbers), in the order written.
    attrs : dict
        The operation's settings, such as an axis.
    """

    name: str
    op: str
    args: tuple[Any, ...]
    attrs: Mapping[str, Any] = {}


class Line(NamedTuple):
    """Where a named equation came from: the author's text, and its number in their file."""

    text: str
    number: int


class Section(NamedTuple):
    """A part of a program that belongs together: a function that was called, one step of a loop.

    Attributes
    ----------
    kind : str
        ``call``, ``batch`` (a function worked for all samples at once), ``step`` (of a scan), ``turn`` (of a
        while loop) or ``branch``.
    name : str
        The function's.
    number : int
        Which call, step or turn, from 1.
    """

    kind: str
    name: str
    number: int


@dataclass(frozen=True, eq=False)
class Program:
    """Equations in order, each using givens and the ones before it.

    Attributes
    ----------
    equations : tuple of Equation
    lines : dict
        Source lines by the name they define (empty for programs built in Python).
    sections : dict
        The sections a line stands in, the outermost first, by the name it defines; a line that is not in it
        stands in none.
    """

    equations: tuple[Equation, ...]
    lines: Mapping[str, Line] = field(default_factory=dict)
    sections: Mapping[str, tuple[Section, ...]] = field(default_factory=dict)


def is_inner(name: str) -> bool:
    """Whether a name belongs to a nameless step inside a longer line."""
    return "." in name


def flatten(name: str, expr: Expr) -> list[Equation]:
    """The equations of one line, inner steps first, the named one last."""
    equations: list[Equation] = []

    def operand(node: Expr) -> Any:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return node.name
        assert isinstance(node, Call)
        args = tuple([operand(arg) for arg in node.args])
        inner = f"{name}.{len(equations) + 1}"
        equations.append(Equation(inner, node.op, args, dict(node.attrs)))
        return inner

    if isinstance(expr, Call):
        operand(expr)
        equations[-1] = equations[-1]._replace(name=name)
    else:
        equations.append(Equation(name, "copy", (operand(expr),)))
    return equations


def build(lines: Iterable[tuple[str, Expr]], sources: Mapping[str, Line] | None = None) -> Program:
    """The program of named expressions in the order they are calculated."""
    return Program(tuple([eq for name, expr in lines for eq in flatten(name, expr)]), sources or {})


def definition(program: Program, name: str) -> Call:
    """The expression that defines a name, its inner steps written out."""
    equation = lines_of(program)[name][-1]
    args = tuple([written(program, name, arg) for arg in equation.args])
    return Call(equation.op, args, tuple(equation.attrs.items()))


def written(program: Program, line: str, arg: Any) -> Expr:
    """An operand in a line as it stands there: a constant, a name, or an inner formula written out."""
    if not isinstance(arg, str):
        return Number(arg)
    if not is_inner(arg):
        return Name(arg)
    equation = next(step for step in lines_of(program)[line] if step.name == arg)
    args = tuple([written(program, line, inner) for inner in equation.args])
    return Call(equation.op, args, tuple(equation.attrs.items()))


@lru_cache(maxsize=16)
def lines_of(program: Program) -> dict[str, list[Equation]]:
    """The equations of each line, by the name the line defines."""
    grouped: dict[str, list[Equation]] = {}
    pending: list[Equation] = []
    for equation in program.equations:
        pending.append(equation)
        if not is_inner(equation.name):
            grouped[equation.name] = pending
            pending = []
    return grouped


def operands_of(equations: Iterable[Equation]) -> list[str]:
    """The named values a line uses, each once, in the order they first stand there."""
    seen: dict[str, None] = {}
    for equation in equations:
        for arg in equation.args:
            if isinstance(arg, str) and not is_inner(arg):
                seen[arg] = None
    return list(seen)


def givens_of(program: Program) -> list[str]:
    """The names a program uses and does not define, in the order it first uses them."""
    defined: set[str] = set()
    needed: dict[str, None] = {}
    for equation in program.equations:
        for arg in equation.args:
            if isinstance(arg, str) and arg not in defined:
                needed[arg] = None
        defined.add(equation.name)
    return list(needed)


def ordered(lines: list[tuple[str, Expr]], sources: Mapping[str, Line]) -> list[tuple[str, Expr]]:
    """The lines in an order in which each uses only earlier ones; the author's order where it will do.

    Raises
    ------
    ProblemError
        ``circular`` where names define one another.
    """
    place = {name: k for k, (name, _) in enumerate(lines)}
    waiting = {name: place.keys() & set(_names(expr)) for name, expr in lines}
    users: dict[str, list[str]] = {}
    for name, uses in waiting.items():
        for used in uses:
            users.setdefault(used, []).append(name)
    ready = [k for k, (name, _) in enumerate(lines) if not waiting[name]]
    done: list[tuple[str, Expr]] = []
    while ready:
        name, expr = lines[heappop(ready)]
        done.append((name, expr))
        del waiting[name]
        for user in users.get(name, []):
            waiting[user].remove(name)
            if not waiting[user]:
                heappush(ready, place[user])
    if waiting:
        circle = _circle(waiting, place)
        line = sources[circle[0]]
        shown = circle if len(circle) < 10 else [*circle[:8], "…", circle[-1]]
        raise ProblemError("circular", source=line.text, line=line.number, circle=" → ".join(shown))
    return done


def _circle(waiting: Mapping[str, set[str]], place: Mapping[str, int]) -> list[str]:
    path = {next(iter(waiting)): 0}
    while True:
        following = min(waiting[next(reversed(path))], key=place.__getitem__)
        if following in path:
            return [*list(path)[path[following] :], following]
        path[following] = len(path)


def _names(expr: Expr) -> Iterable[str]:
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            yield node.name
        elif isinstance(node, Call):
            stack.extend(node.args)


def depends_on(program: Program, objective: str) -> set[str]:
    """Every name on which a value depends, itself included, through operations that pass a gradient."""
    needed = {objective}
    for equation in reversed(program.equations):
        if equation.name in needed:
            needed.update(passed(equation))
    return needed


def passed(equation: Equation) -> list[str]:
    """The names to which an equation passes a gradient back."""
    op = OPS[equation.op]
    return [arg for i, arg in enumerate(equation.args) if isinstance(arg, str) and passes(op, i)]
