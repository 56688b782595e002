"""Other conventions, tried before numbers are called wrong: ½ or not, a squared distance, another sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from byhand.check.book import Book, Quantity
from byhand.check.compare import Judged, compare
from byhand.check.literal import Written
from byhand.check.names import is_error_term
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
        Codes of others: ``squared_distances``, ``counted_from_one``, ``steps_subtracted``,
        ``error_terms_negative``, ``velocity_form``.
    as_shown : mapping
        For numbers that the sheet writes otherwise the factor and what is added: 1 and 1 where it counts from
        1, -1 and 0 where it has the other sign.
    """

    book: Book
    written: Mapping[Quantity, Written]
    judged: list[Judged]
    factor: float | None = None
    conventions: tuple[str, ...] = ()
    as_shown: Mapping[Quantity, tuple[float, float]] = {}

    @property
    def faults(self) -> tuple[int, int]:
        """How many numbers are wrong, and how many are wrong or carried."""
        verdicts = [one.verdict for one in self.judged]
        return verdicts.count("wrong"), verdicts.count("wrong") + verdicts.count("carried")

    def rewritten(
        self, code: str, group: Iterable[Quantity], factor: float, more: float, habit: Habit
    ) -> Read:
        """The sheet with some of its numbers brought from its convention to ours."""
        shown = dict.fromkeys(group, (factor, more))
        ours = {
            q: number._replace(value=(number.value - more) / factor, unit=number.unit / abs(factor))
            for q, number in self.written.items()
            if q in shown
        }
        written = {**self.written, **ours}
        return self._replace(
            written=written,
            judged=compare(self.book, written, habit),
            conventions=(*self.conventions, code),
            as_shown={**self.as_shown, **shown},
        )


def read_in_its_conventions(
    book: Book, written: Mapping[Quantity, Written], habit: Habit, names: Mapping[Quantity, str]
) -> Read:
    """Judge a sheet in the conventions that put most of its numbers in order.

    Parameters
    ----------
    book : Book
    written : mapping
    habit : Habit
    names : mapping
        As written: W[0,1] counts from 0, and only what is called δ or Err is an error term.
    """
    read = Read(book, written, compare(book, written, habit))
    for other in _OTHERS:
        if not read.faults[0]:
            break
        read = min([read, *other(read, habit, names)], key=lambda one: one.faults)
    return read


def _other_loss(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """The loss with a factor under which it and its derivatives are in order; both show it."""
    objective = read.book.plan.objective
    wrong = {one.quantity for one in read.judged if one.verdict in ("wrong", "carried")}
    loss = any(q.kind == "value" and q.of == objective for q in wrong)
    slopes = any(q.kind == "derivative" and q.of == objective for q in wrong)
    if objective is None or not (loss and slopes):
        return
    for factor in _factors(read.book):
        whole = Number(factor) * definition(read.book.run.program, objective)
        other = Book(_with_lines(read.book.run, {objective: whole}))
        again = compare(other, read.written, habit)
        if all(one.verdict in ("right", "rounded") for one in again if objective == one.quantity.of):
            yield Read(other, read.written, again, factor)


def _factors(book: Book) -> list[float]:
    counts = {float(book.plan.sample_count)}
    counts |= {float(len(book.page(1).used.get(str(book.plan.objective), ())))}
    found = [0.5, 2.0]
    for count in sorted(counts - {1.0}):
        found += [1 / count, count, 1 / (2 * count), 2 * count]
    return list(dict.fromkeys(found))


def _squared_distances(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """Distances that are only compared, left squared: the nearest is the same."""
    program = read.book.run.program
    lines = {name: definition(program, name) for name in lines_of(program)}
    squared: dict[str, Expr] = {}
    for name, whole in lines.items():
        users = [lines[user].op for user, steps in lines_of(program).items() if name in operands_of(steps)]
        if whole.op == "norm" and users and set(users) <= {*_CHOICES}:
            squared[name] = Call("sum", (whole.args[0] ** 2,), whole.attrs)
    if squared:
        other = Book(_with_lines(read.book.run, squared))
        found = compare(other, read.written, habit)
        yield read._replace(book=other, judged=found, conventions=(*read.conventions, "squared_distances"))


def _counted_from_one(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """The units that win counted from 1."""
    chosen = [
        q
        for q in read.written
        if isinstance(formula := read.book.formula(q), Call) and formula.op in _CHOICES
    ]
    if chosen and not any("[" in name for name in names.values()):
        yield read.rewritten("counted_from_one", chosen, 1, 1, habit)


def _steps_subtracted(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """Changes of weights with the sign with which they are subtracted; the new weights show it."""
    changes = [q for q in read.written if q.kind == "change"]
    if any(read.book.after(q.of, q.step) in read.written for q in changes):
        yield read.rewritten("steps_subtracted", changes, -1, 0, habit)


def _error_terms_negative(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """Error terms as minus the derivative by the weighted sum."""
    terms = [q for q in read.written if is_error_term(names[q])]
    if terms:
        yield read.rewritten("error_terms_negative", terms, -1, 0, habit)


def _velocity_form(read: Read, habit: Habit, names: Mapping[Quantity, str]) -> Iterator[Read]:
    """A velocity that holds the learning rate, or the sign of the step, or both."""
    plan, velocities = read.book.plan, [q for q in read.written if q.kind == "state"]
    if velocities and plan.rule is not None and "momentum_form" in plan.rule.conventions:
        rate = float(plan.settings["rate"])
        for factor in (rate, -rate, -1.0):
            yield read.rewritten("velocity_form", velocities, factor, 0, habit)


_OTHERS = (
    *(_other_loss, _squared_distances, _counted_from_one),
    *(_steps_subtracted, _error_terms_negative, _velocity_form),
)


def _with_lines(worked: Run, changed: Mapping[str, Expr]) -> Run:
    """The same run with some lines written otherwise."""
    program, plan = worked.program, worked.plan
    lines = [(name, changed.get(name, definition(program, name))) for name in lines_of(program)]
    steps = len(worked.starts) - 1
    return run(build(lines, program.lines), worked.given, replace(plan, steps=steps, until=None))
