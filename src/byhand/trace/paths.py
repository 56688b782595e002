"""Which lines lead from a value to the objective, and along which paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from byhand.trace.program import Program, lines_of, operands_of, passed


def uses(program: Program) -> dict[str, list[str]]:
    """For each named value, the lines that use it through operations that pass a gradient."""
    users: dict[str, list[str]] = {}
    for name, equations in lines_of(program).items():
        reached = {name}
        for equation in reversed(equations):
            if equation.name in reached:
                reached.update(passed(equation))
        for operand in operands_of(equations):
            if operand in reached:
                users.setdefault(operand, []).append(name)
    return users


def inverted(users: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """For each line, the values it uses."""
    used: dict[str, list[str]] = {}
    for name, lines in users.items():
        for line in lines:
            used.setdefault(line, []).append(name)
    return used


def reached(edges: Mapping[str, list[str]], starts: Iterable[str]) -> set[str]:
    """Everything that can be reached along the edges, the starts included."""
    waiting = list(starts)
    found = set(waiting)
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def between(users: Mapping[str, list[str]], starts: Iterable[str], end: str) -> set[str]:
    """Every value on a way from one of the starts to `end`, both included; empty where there is none."""
    return reached(users, starts) & reached(inverted(users), [end])


def distances(program: Program, objective: str, users: Mapping[str, list[str]]) -> dict[str, int]:
    """How many lines lie between each value and the objective, along the longest way, where there is one."""
    away = {objective: 0}
    defined = list(lines_of(program))
    for name in [*reversed(defined), *(name for name in users if name not in lines_of(program))]:
        reach = [away[user] for user in users.get(name, []) if user in away]
        if reach and name != objective:
            away[name] = 1 + max(reach)
    return away


def paths(users: Mapping[str, list[str]], start: str, end: str, limit: int) -> list[list[str]]:
    """The ways from `start` to `end` through named lines, at most `limit` of them.

    Each is a list of names from `end` back to `start`, the order in which the chain rule is written.
    """
    found: list[list[str]] = []
    leading = reached(inverted(users), [end])  # without it, a search goes down every blind alley
    stack = [[start]]
    while stack and len(found) < limit:
        way = stack.pop()
        if way[-1] == end:
            found.append(way[::-1])
            continue
        stack.extend([*way, user] for user in reversed(users.get(way[-1], [])) if user in leading)
    return found


def count_paths(program: Program, users: Mapping[str, list[str]], start: str, end: str) -> int:
    """How many ways there are from `start` to `end`."""
    ways = {end: 1}
    for name in [*reversed(list(lines_of(program))), start]:
        if name != end:
            ways[name] = sum(ways.get(user, 0) for user in users.get(name, []))
    return ways.get(start, 0)


def leading_to(program: Program, name: str) -> list[str]:
    """The lines needed to calculate a value, in order."""
    grouped = lines_of(program)
    needed, waiting = set(), [name]
    while waiting:
        line = waiting.pop()
        if line in grouped and line not in needed:
            needed.add(line)
            waiting.extend(operands_of(grouped[line]))
    return [line for line in grouped if line in needed]


def sliced(program: Program, name: str) -> Program:
    """The part of a program that calculates one value."""
    grouped = lines_of(program)
    equations = [equation for line in leading_to(program, name) for equation in grouped[line]]
    return Program(tuple(equations), program.lines)
