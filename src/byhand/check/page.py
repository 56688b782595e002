"""One iteration as a graph of single numbers: which leads to which, through what, how far apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from byhand.trace.backward import run_backward
from byhand.trace.forward import Forward, run_forward
from byhand.trace.paths import distances, inverted, reached, uses
from byhand.trace.program import Program, lines_of
from byhand.trace.scalar import Scalars


class Page:
    """One iteration.

    Parameters
    ----------
    made : Scalars
    """

    def __init__(self, made: Scalars) -> None:
        self.program: Program = made.program
        self.given: Mapping[str, Any] = made.given
        self.forward: Forward = run_forward(made.program, made.given)
        self.lines = list(lines_of(made.program))
        self._order = {name: k for k, name in enumerate(self.lines)}
        self.softmaxes: dict[str, tuple[str, frozenset[str]] | None] = {}
        self._gradients: dict[str, Mapping[str, Any]] = {}
        self._after: dict[str, set[str]] = {}
        self._away: dict[str, dict[str, int]] = {}
        self._before: dict[str, set[str]] = {}

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """For each value, the lines that use it."""
        return uses(self.program)

    @cached_property
    def used(self) -> dict[str, list[str]]:
        """For each line, the values it uses."""
        return inverted(self.users)

    def gradients(self, of: str) -> Mapping[str, Any]:
        """The derivative of one value by every other."""
        if of not in self._gradients:
            self._gradients[of] = run_backward(self.program, self.forward, of).gradients
        return self._gradients[of]

    def between(self, start: str, end: str) -> set[str]:
        """Every value on a way from `start` to `end`, both included; empty where there is none."""
        if start not in self._after:
            self._after[start] = reached(self.users, [start])
        if end not in self._before:
            self._before[end] = reached(self.used, [end])
        return self._after[start] & self._before[end]

    def dominators(self, end: str, start: str) -> list[str]:
        """The values through which every way from `start` to `end` leads, from `end` back to `start`."""
        inside = self.between(start, end)
        found, furthest = [start], self._furthest(start, inside)
        for name in self.lines:
            if name in inside and name != start:
                if furthest <= self._order[name]:
                    found.append(name)
                furthest = max(furthest, self._furthest(name, inside))
        return found[::-1]

    def _furthest(self, name: str, inside: set[str]) -> int:
        """The last line to which a value leads in one step."""
        return max((self._order[user] for user in self.users.get(name, ()) if user in inside), default=-1)

    def distance(self, of: str, by: str) -> int:
        """How many lines lie between two values, along the longest way."""
        if of not in self._away:
            self._away[of] = distances(self.program, of, self.users)
        return self._away[of].get(by, 0)

    def position(self, name: str) -> float:
        """Where a value stands among the lines; a given just before the first line that uses it."""
        if name in self._order:
            return self._order[name]
        return min((self._order[user] for user in self.users.get(name, ())), default=0) - 0.5
