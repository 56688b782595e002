"""What an exercise asks: every number of it in the order of computation, by the name a worksheet gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from byhand.api import Work
from byhand.lesson.document import Box, Deriv
from byhand.lesson.notation import symbol
from byhand.practice.topics import Draft
from byhand.trace.paths import between, uses
from byhand.trace.program import lines_of

Kind = Literal["value", "derivative", "new"]
Stage = Literal["step", "derivative", "result"]


class Question(NamedTuple):
    """One number that is asked.

    Attributes
    ----------
    name : str
        As in a worksheet: ``z1``, ``dL/dw1``, ``w1_new``, ``L#2``.
    kind : str
        ``value``, ``derivative`` or ``new``.
    stage : str
        Whether it is a ``step`` on the way forward, a ``derivative`` on the way back, or a ``result``.
    step : int
        In which iteration, from 1.
    symbol : Box
    value : float
    """

    name: str
    kind: Kind
    stage: Stage
    step: int
    symbol: Box
    value: float


def questions(draft: Draft, worked: Work) -> list[Question]:
    """Every number of an exercise, in the order of computation."""
    found = [one for step in range(1, draft.steps + 1) for one in _in_step(draft, worked, step)]
    if draft.steps > 1:
        found.append(_value(draft, worked, str(draft.objective), draft.steps + 1))
    return found


def _in_step(draft: Draft, worked: Work, step: int) -> Iterator[Question]:
    lines = list(lines_of(worked.run.program))
    for name in lines:
        yield _value(draft, worked, name, step)
    for of, by in draft.local:
        yield _derivative(draft, worked, of, by, step, "derivative")
    if draft.objective is None:
        return
    inside = between(uses(worked.run.program), draft.by, draft.objective)
    wanted = inside.intersection(lines) - {draft.objective} if draft.through is None else draft.through
    for name in sorted(wanted, key=lines.index, reverse=True):
        yield _derivative(draft, worked, draft.objective, name, step, "derivative")
    for name in draft.by:
        yield _derivative(draft, worked, draft.objective, name, step, "result")
    for name in draft.by if draft.rate is not None else ():
        claim = _at(f"{name}_new", draft, step)
        number = float(worked.number(f"{name}_new#{step}"))
        yield Question(claim, "new", "result", step, symbol(f"{name}_new"), number)


def _value(draft: Draft, worked: Work, name: str, step: int) -> Question:
    stage: Stage = "result" if name == draft.objective or name in draft.results else "step"
    number = float(worked.number(f"{name}#{step}"))
    return Question(_at(name, draft, step), "value", stage, step, symbol(name), number)


def _derivative(draft: Draft, worked: Work, of: str, by: str, step: int, stage: Stage) -> Question:
    number = float(worked.number(f"d{of}/d{by}#{step}"))
    shown = Deriv(symbol(of), symbol(by))
    return Question(_at(f"d{of}/d{by}", draft, step), "derivative", stage, step, shown, number)


def _at(name: str, draft: Draft, step: int) -> str:
    return f"{name}#{step}" if draft.steps > 1 else name
