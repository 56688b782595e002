"""A hand calculation checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from byhand.api.lesson import Lesson
from byhand.api.result import Result
from byhand.api.worked import Work, work
from byhand.check.report import Claim, Report, check_claims
from byhand.lesson.checking import tell_report
from byhand.sources.files import file_text, mapping
from byhand.sources.problem import Problem, Text, make_problem, text_in
from byhand.views import report_json
from byhand.words import system_language


class Checked(Result):
    """A worksheet that was checked.

    Attributes
    ----------
    report : Report
    then : Checked or None
        What is written of the problem that comes next, under ``then``.
    """

    def __init__(self, report: Report, then: Checked | None = None, title: Text = "") -> None:
        self.report, self.then, self._title = report, then, title

    @property
    def verdict(self) -> str:
        """``right`` or ``wrong``."""
        return self._first().report.verdict

    @property
    def first_wrong(self) -> str | None:
        """The name of the first wrong number in the order of computation."""
        return self._first().report.first_wrong

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every number written, with its verdict."""
        return self.report.claims + (self.then.claims if self.then else ())

    def _first(self) -> Checked:
        """The part with the first wrong number."""
        return self if self.report.first_wrong or self.then is None else self.then._first()

    def record(self, hint: int | None = None) -> dict[str, Any]:
        """By the contract of ``check --json``; with a hint, only so much of it."""
        if hint is not None or self.then is None:
            return report_json.record(self._first().report, hint)
        found = report_json.record(self.report)
        return {**found, "verdict": self.verdict, "first_wrong": self.first_wrong, "then": self.then.record()}

    def lesson(
        self, language: str | None = None, digits: int | None = None, hint: int | None = None
    ) -> Lesson:
        """The report told; with a hint, only so much of it (1 where, 2 what kind, 3 the mend)."""
        how = language or system_language(), digits or report_json.DIGITS
        if hint is not None or self.then is None:
            return Lesson(tell_report(self._first().report, *how, hint))
        told, then = tell_report(self.report, *how, None), self.then.lesson(*how).document
        return Lesson(told.followed_by(replace(then, title=text_in(self.then._title, how[0]) or then.title)))

    def __repr__(self) -> str:
        return f"<Checked: {self.verdict}, first wrong: {self.first_wrong}>"


def check(
    sheet: str | Path | Mapping[str, Any] | Problem,
    claims: Mapping[str, Any] | None = None,
    problem: str | Path | Mapping[str, Any] | Problem | None = None,
) -> Checked:
    """Check a hand calculation: the first wrong step, what follows from it, and the likely mistake.

    Parameters
    ----------
    sheet : str, Path, mapping or Problem
        The path of a worksheet (a problem file with a table ``claims``), or a problem.
    claims : mapping, optional
        What was written down, by name; in place of the sheet's own.
    problem : optional
        The problem, where the sheet holds claims alone: a path or a mapping.

    Returns
    -------
    Checked

    Raises
    ------
    ProblemError, FormulaError, CalculationError

    Examples
    --------
    >>> sheet = {"problem": "z = w*x\\nL = (z - y)^2", "given": {"w": 0.5, "x": 3, "y": 1}}
    >>> checked = check(sheet, {"z": "1.5", "L": "0.5", "dL/dz": "1"})
    >>> checked.first_wrong, [claim.verdict for claim in checked.claims]
    ('L', ['right', 'wrong', 'right'])
    """
    source = _sheet(sheet, problem)
    return _checked(work(source), source.claims if claims is None else claims)


def _checked(worked: Work, claims: Mapping[str, Any]) -> Checked:
    """What is written of a problem, and of those that follow it."""
    then = None
    if worked.then and (others := worked.then.task.problem.claims):
        then = _checked(worked.then, others)
        if not claims:
            return then
    problem = worked.task.problem
    return Checked(check_claims(worked.run, claims, problem.policy), then, problem.title)


def _sheet(sheet: Any, problem: Any) -> Problem:
    """The problem with the claims of a sheet."""
    if isinstance(sheet, Problem) and problem is None:
        return sheet
    path = isinstance(sheet, str | Path)
    data = mapping(file_text(Path(sheet)), Path(sheet).suffix.lower() == ".json") if path else dict(sheet)
    if problem is not None:
        base = problem if isinstance(problem, Mapping) else _data(problem)
        data = {**{key: value for key, value in base.items() if key != "claims"}, **data}
    return make_problem(data)


def _data(problem: Any) -> dict[str, Any]:
    if isinstance(problem, Problem):
        return problem.model_dump(by_alias=True, exclude_unset=True)
    return mapping(file_text(Path(problem)), Path(problem).suffix.lower() == ".json")
