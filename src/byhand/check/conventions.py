"""Another convention for the loss, tried before its numbers are called wrong: ½ or not, sum or mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from byhand.check.book import Book, Quantity
from byhand.check.compare import Judged, compare
from byhand.check.literal import Written
from byhand.check.own import Habit
from byhand.ops import Number
from byhand.trace.program import build, definition, lines_of
from byhand.trace.run import Run, run


def other_convention(
    book: Book, written: Mapping[Quantity, Written], habit: Habit, judged: list[Judged]
) -> tuple[float, Book, list[Judged]] | None:
    """The factor on the loss under which every number is in order, where there is one.

    The sheet must show it: the loss itself and a derivative of it, both with the factor.
    """
    objective = book.plan.objective
    if objective is None or all(one.verdict in ("right", "rounded") for one in judged):
        return None
    wrong = {one.quantity for one in judged if one.verdict in ("wrong", "carried")}
    loss = any(q.kind == "value" and q.of == objective for q in wrong)
    slopes = any(q.kind == "derivative" and q.of == objective for q in wrong)
    if not (loss and slopes):
        return None
    for factor in _factors(book):
        other = Book(rescaled(book.run, factor))
        again = compare(other, written, habit)
        if all(one.verdict in ("right", "rounded") for one in again):
            return factor, other, again
    return None


def _factors(book: Book) -> list[float]:
    counts = {float(book.plan.sample_count)}
    counts |= {float(len(book.page(1).used.get(str(book.plan.objective), ())))}
    found = [0.5, 2.0]
    for count in sorted(counts - {1.0}):
        found += [1 / count, count, 1 / (2 * count), 2 * count]
    return list(dict.fromkeys(found))


def rescaled(worked: Run, factor: float) -> Run:
    """The same run with the objective multiplied by a factor."""
    program, plan = worked.program, worked.plan
    lines = [
        (
            name,
            Number(factor) * definition(program, name)
            if name == plan.objective
            else definition(program, name),
        )
        for name in lines_of(program)
    ]
    steps = len(worked.starts) - 1
    return run(build(lines, program.lines), worked.given, replace(plan, steps=steps, until=None))
