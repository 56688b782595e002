"""Other conventions, tried before numbers are called wrong: ½ or not, a squared distance, counting from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from byhand.check.book import Book, Quantity
from byhand.check.compare import Judged, compare
from byhand.check.literal import Written
from byhand.check.own import Habit
from byhand.ops import Call, Expr, Number
from byhand.trace.program import build, definition, lines_of, operands_of
from byhand.trace.run import Run, run

_CHOICES = ("argmin", "argmax")


class Read(NamedTuple):
    """A sheet read under the conventions it shows.

    Attributes
    ----------
    book : Book
        The calculation in these conventions.
    written : mapping
        The numbers in these conventions.
    judged : list of Judged
    factor : float or None
        The factor on the loss.
    conventions : tuple of str
        Codes of others: ``squared_distances``, ``counted_from_one``.
    """

    book: Book
    written: Mapping[Quantity, Written]
    judged: list[Judged]
    factor: float | None = None
    conventions: tuple[str, ...] = ()

    @property
    def wrong(self) -> int:
        """How many numbers are wrong."""
        return sum(one.verdict == "wrong" for one in self.judged)


def read_in_its_conventions(
    book: Book, written: Mapping[Quantity, Written], habit: Habit, by_place: bool = False
) -> Read:
    """Judge a sheet in the conventions that put most of its numbers in order.

    Parameters
    ----------
    book : Book
    written : mapping
    habit : Habit
    by_place : bool
        Whether the sheet names elements by their place, W[0,1], and so counts from 0.
    """
    read = Read(book, written, compare(book, written, habit))
    for other in (_other_loss, _squared_distances, _counted_from_one):
        if read.wrong and not (by_place and other is _counted_from_one):
            found = other(read, habit)
            read = found if found is not None and found.wrong < read.wrong else read
    return read


def _other_loss(read: Read, habit: Habit) -> Read | None:
    """The loss with a factor under which every number is in order: the loss and a derivative of it show it."""
    objective = read.book.plan.objective
    wrong = {one.quantity for one in read.judged if one.verdict in ("wrong", "carried")}
    loss = any(q.kind == "value" and q.of == objective for q in wrong)
    slopes = any(q.kind == "derivative" and q.of == objective for q in wrong)
    if objective is None or not (loss and slopes):
        return None
    for factor in _factors(read.book):
        whole = Number(factor) * definition(read.book.run.program, objective)
        other = Book(_with_lines(read.book.run, {objective: whole}))
        again = compare(other, read.written, habit)
        if all(one.verdict in ("right", "rounded") for one in again):
            return Read(other, read.written, again, factor)
    return None


def _factors(book: Book) -> list[float]:
    counts = {float(book.plan.sample_count)}
    counts |= {float(len(book.page(1).used.get(str(book.plan.objective), ())))}
    found = [0.5, 2.0]
    for count in sorted(counts - {1.0}):
        found += [1 / count, count, 1 / (2 * count), 2 * count]
    return list(dict.fromkeys(found))


def _squared_distances(read: Read, habit: Habit) -> Read | None:
    """Distances that are only compared, left squared: the nearest is the same."""
    program = read.book.run.program
    lines = {name: definition(program, name) for name in lines_of(program)}
    squared: dict[str, Expr] = {}
    for name, whole in lines.items():
        users = [lines[user].op for user, steps in lines_of(program).items() if name in operands_of(steps)]
        if whole.op == "norm" and users and set(users) <= {*_CHOICES}:
            squared[name] = Call("sum", (whole.args[0] ** 2,), whole.attrs)
    if not squared:
        return None
    other = Book(_with_lines(read.book.run, squared))
    found = compare(other, read.written, habit)
    return read._replace(book=other, judged=found, conventions=(*read.conventions, "squared_distances"))


def _counted_from_one(read: Read, habit: Habit) -> Read | None:
    """The units that win counted from 1."""
    less = {
        q: number._replace(value=number.value - 1)
        for q, number in read.written.items()
        if isinstance(formula := read.book.formula(q), Call) and formula.op in _CHOICES
    }
    written = {**read.written, **less}
    found = compare(read.book, written, habit)
    return read._replace(written=written, judged=found, conventions=(*read.conventions, "counted_from_one"))


def _with_lines(worked: Run, changed: Mapping[str, Expr]) -> Run:
    """The same run with some lines written otherwise."""
    program, plan = worked.program, worked.plan
    lines = [(name, changed.get(name, definition(program, name))) for name in lines_of(program)]
    steps = len(worked.starts) - 1
    return run(build(lines, program.lines), worked.given, replace(plan, steps=steps, until=None))
