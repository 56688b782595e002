"""A checked worksheet as data: every number with its verdict and the likeliest mistake."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from byhand.check.book import Book, Quantity
from byhand.check.compare import Judged
from byhand.check.conventions import Read, read_in_its_conventions
from byhand.check.diagnose import Explanation, best, explain
from byhand.check.literal import Written, has_decimal_comma, read_number
from byhand.check.manner import manner_of
from byhand.check.mistakes.writing import COSTS
from byhand.check.names import read_name
from byhand.check.own import Habit, Own, habit_of
from byhand.check.suppose import Made
from byhand.errors import ProblemError
from byhand.sources.problem import Policy
from byhand.trace.lookup import need_numbers
from byhand.trace.program import lines_of
from byhand.trace.run import Run
from byhand.trace.scalar import base_name, element_name

MOST_CLAIMS, MOST_SHOWN = 10_000, 120
SAME_CAUSE = 1.0


@dataclass(frozen=True)
class Claim:
    """One number of a sheet.

    Attributes
    ----------
    name : str
        As it was written; of an array's element with its index.
    claimed : str
    verdict : str
        ``right``, ``rounded``, ``carried``, ``wrong`` or ``unreadable``.
    expected, from_own : float or None
        The true value, and what follows from the learner's own numbers.
    explanations : tuple of Explanation
        Those that fit equally, of a wrong number.
    quantity : Quantity or None
    rests_on : tuple of str
        The names of the wrong numbers behind a carried one.
    """

    name: str
    claimed: str
    verdict: Literal["right", "rounded", "carried", "wrong", "unreadable"]
    expected: float | None = None
    from_own: float | None = None
    explanations: tuple[Explanation, ...] = ()
    quantity: Quantity | None = None
    rests_on: tuple[str, ...] = ()

    @property
    def cause(self) -> str | None:
        """The first code of the best explanation."""
        return self.explanations[0].codes[0] if self.explanations else None


@dataclass(frozen=True)
class Report:
    """A checked sheet.

    Attributes
    ----------
    claims : tuple of Claim
        In the order written.
    factor : float or None
        The factor on the loss, where the sheet uses another convention for it.
    conventions : tuple of str
        Codes of other conventions it uses, as ``counted_from_one``.
    missing : tuple of str
        Names with nothing written.
    book : Book
    own : Own
        The learner's numbers and what follows from them.
    """

    claims: tuple[Claim, ...]
    factor: float | None
    conventions: tuple[str, ...]
    missing: tuple[str, ...]
    book: Book = field(repr=False)
    own: Own = field(repr=False)

    @property
    def verdict(self) -> Literal["right", "wrong"]:
        """``wrong`` where any number is."""
        return "wrong" if self.first_wrong else "right"

    @property
    def first_wrong(self) -> str | None:
        """The name of the first wrong number in the order of computation."""
        wrong = [
            (self.book.place(c.quantity), c.name) for c in self.claims if c.verdict == "wrong" and c.quantity
        ]
        return min(wrong, key=lambda one: one[0])[1] if wrong else None


def check_claims(worked: Run, claims: Mapping[str, Any], policy: Policy | None = None) -> Report:
    """Check what somebody wrote down against a run.

    Parameters
    ----------
    worked : Run
    claims : mapping
        Names as written; numbers as text, or nested lists of texts.
    policy : Policy, optional
        To how many digits the sheet asks for its numbers, rounded or cut.

    Raises
    ------
    ProblemError
        Nothing on the sheet can be read, or some given has no number.
    """
    need_numbers(worked)
    book = Book(worked)
    sheet = _sheet_of(claims, book, policy, None)
    if not sheet.written:
        raise _nothing_read(sheet, worked)
    habit = _habit(sheet.written, policy)
    read = read_in_its_conventions(book, sheet.written, habit, sheet.keys)
    if read.faults[0] and len(worked.starts) > 2 and not any("#" in key for key in claims):
        first = _sheet_of(claims, book, policy, 1)  # of several updates only the first may be worked out
        again = read_in_its_conventions(book, first.written, habit, first.keys)
        sheet, read = (first, again) if again.faults < read.faults else (sheet, read)
    own = Own(read.book, read.written, habit)
    explained = _explained(read.judged, own)
    by_quantity = {
        one.quantity: _claim(_as_shown(one, read), sheet.names, explained.get(one.quantity, ()))
        for one in read.judged
    }
    listed = tuple(by_quantity[q] if q else Claim(name, text, "unreadable") for name, text, q in sheet.texts)
    return Report(listed, read.factor, read.conventions, tuple(sheet.missing), read.book, own)


def _nothing_read(sheet: _Sheet, worked: Run) -> ProblemError:
    lines = lines_of(worked.program)
    if not sheet.texts:
        return ProblemError("nothing_to_check", name=next(iter(lines)))
    written = ", ".join(f"{name} = {text}" for name, text, _ in sheet.texts[:6])
    known = ", ".join([*worked.given, *lines][:30])
    return ProblemError("nothing_readable", written=written, known=known)


class _Sheet(NamedTuple):
    """The numbers of a sheet: each with its own name, and with that of the claim it belongs to."""

    written: dict[Quantity, Written]
    names: dict[Quantity, str]
    keys: dict[Quantity, str]
    texts: list[tuple[str, str, Quantity | None]]
    missing: list[str]


def _sheet_of(claims: Mapping[str, Any], book: Book, policy: Policy | None, update: int | None) -> _Sheet:
    """What is written on a sheet; a new weight without a step is of the last update, or of this one."""
    sheet = _Sheet({}, {}, {}, [], [])
    given = {Quantity("value", name) for name in book.page(1).given}
    entries = list(_entries(claims, book, update))
    decimal_comma = any(has_decimal_comma(text) for _, _, text, _ in entries)
    for key, name, text, q in entries:
        number = read_number(text, decimal_comma)
        if not text.strip():
            sheet.missing.append(name)
            continue
        if q is not None and number is not None and "#" not in key and sheet.written.keys() - given:
            q = _after_its_update(q, number, book, update)
        if q is None or number is None or q in sheet.written or not _exists(q, book):
            sheet.texts.append((name, text[:MOST_SHOWN], None))
        else:
            sheet.texts.append((name, text, q))
            sheet.names[q], sheet.keys[q] = name, key
            sheet.written[q] = number._replace(rounding=policy.rounding) if policy else number
    return sheet


def _entries(
    claims: Mapping[str, Any], book: Book, update: int | None
) -> Iterator[tuple[str, str, str, Quantity | None]]:
    """Every number on the sheet with its claim's name and its own: those of an array one by one."""
    count = 0
    for name, value in claims.items():
        named = read_name(name, book, update)
        flat = list(_flat(value, ()))
        count += len(flat)
        if count > MOST_CLAIMS:
            raise ProblemError("too_many_entries", count=count, limit=MOST_CLAIMS)
        fits = named is not None and len(flat) == len(named.quantities)
        for k, (index, text) in enumerate(flat):
            shown = element_name(*_within(name, index))
            yield name, shown[:MOST_SHOWN], text, named.quantities[k] if fits and named else None


def _within(name: str, index: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """An element of what a name stands for, which may be a row already: ``W[1]`` and 0 are ``W[1,0]``."""
    row = re.fullmatch(r"(.+)\[([\d, ]+)\]", name) if index else None
    return (row[1], (*map(int, row[2].split(",")), *index)) if row else (name, index)


def _flat(value: Any, index: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], str]]:
    if isinstance(value, list) and len(index) < 6:
        for k, part in enumerate(value):
            yield from _flat(part, (*index, k))
    else:
        yield index, value if isinstance(value, str) else repr(value)


def _exists(q: Quantity, book: Book) -> bool:
    try:
        return math.isfinite(book.true(q))
    except (KeyError, IndexError):
        return False


def _after_its_update(q: Quantity, number: Written, book: Book, update: int | None) -> Quantity:
    """A weight by its bare name is the new one, where something was worked out before and it has changed."""
    learned = q.kind == "value" and q.of in book.page(1).given and base_name(q.of) in book.plan.learn
    if not learned or number.printed.low <= book.true(q) <= number.printed.high:
        return q
    return book.after(q.of, update or max(1, len(book.run.starts) - 1))


def _habit(written: Mapping[Quantity, Written], policy: Policy | None) -> Habit:
    shown = habit_of(written)
    if policy is None or (policy.digits is None and policy.decimals is None):
        return shown
    return Habit(policy.digits or 15, policy.decimals)


def _explained(judged: list[Judged], own: Own) -> dict[Quantity, tuple[Explanation, ...]]:
    """The best explanations of each wrong number; a mistake made elsewhere too is likelier."""
    bad = frozenset(one.quantity for one in judged if one.verdict in ("wrong", "carried"))
    manner = manner_of(judged, own.book.run.given)
    mistakes: dict[Quantity, list[Made]] = {}
    found = {
        one.quantity: explain(one.quantity, one.written, own, bad, manner, mistakes)
        for one in judged
        if one.verdict == "wrong"
    }
    often: dict[str, int] = {}
    for explanations in found.values():
        for code in {code for one in explanations[:1] for code in one.codes} - COSTS.keys():
            often[code] = often.get(code, 0) + 1
    made: dict[Quantity, tuple[Explanation, ...]] = {}
    for q, explanations in found.items():
        ranked = sorted(
            (
                one._replace(cost=one.cost - SAME_CAUSE * any(often.get(c, 0) > 1 for c in one.codes))
                for one in explanations
            ),
            key=lambda e: e.cost,
        )
        made[q] = tuple(best(ranked))
    return made


def _as_shown(one: Judged, read: Read) -> Judged:
    """What should stand there in the convention of the sheet."""
    factor, more = read.as_shown.get(one.quantity, (1, 0))
    return one._replace(expected=factor * one.expected + more, from_own=factor * one.from_own + more)


def _claim(one: Judged, names: Mapping[Quantity, str], explanations: tuple[Explanation, ...]) -> Claim:
    return Claim(
        names[one.quantity],
        one.written.text,
        one.verdict,
        one.expected,
        one.from_own,
        explanations,
        one.quantity,
        tuple(names[q] for q in one.rests_on if q in names),
    )
