"""A page checked: the numbers and formulas of a tutorial."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from byhand.api.lesson import Lesson
from byhand.api.result import Result
from byhand.check.article.article import check_article as check_page
from byhand.check.article.report import ArticleReport
from byhand.errors import ProblemError
from byhand.lesson.articles import tell_article
from byhand.sources.files import file_text
from byhand.sources.pages.page import ENDINGS, MAX_PAGE
from byhand.sources.problem import Problem, read_problem
from byhand.sources.task import set_up
from byhand.trace.program import definition, lines_of
from byhand.views import article_json
from byhand.views.marked import marked_copy
from byhand.words import system_language


class Article(Result):
    """A page that was checked.

    Attributes
    ----------
    report : ArticleReport
    """

    def __init__(self, report: ArticleReport) -> None:
        self.report = report

    @property
    def verdict(self) -> str:
        """``right`` or ``wrong``."""
        return self.report.verdict

    def marked(self, language: str | None = None, digits: int | None = None, hint: int | None = None) -> str:
        """The page with each wrong number and formula marked, in its own format; with a hint, the first."""
        return marked_copy(self.report, language or system_language(), digits, hint)

    def record(self, hint: int | None = None) -> dict[str, Any]:
        """Everything found, as JSON has it; with a hint, only so much of it."""
        return article_json.record(self.report, hint)

    def lesson(
        self, language: str | None = None, digits: int | None = None, hint: int | None = None
    ) -> Lesson:
        """The findings told; with a hint, only so much of it (1 where, 2 what kind, 3 the mend)."""
        return Lesson(tell_article(self.report, language or system_language(), digits, hint))


def check_article(path: str | Path, problem: str | Path | Problem | None = None) -> Article:
    """Check a page of Markdown, HTML, LaTeX or plain text, by its ending.

    Every chain of equalities that is understood is worked out; formulas are tried on random numbers; numbers
    are followed through the page.

    Parameters
    ----------
    path : str or Path
    problem : optional
        A problem file with the formulas and values, where the page states none.

    Returns
    -------
    Article

    Raises
    ------
    ProblemError
        The page cannot be opened, is too large, or is of no known kind.
    """
    kind = ENDINGS.get(Path(path).suffix.lower())
    if kind is None:
        raise ProblemError("not_a_page", path=str(path)[:200], known=", ".join(ENDINGS))
    formulas, given = _stated(problem)
    return Article(check_page(file_text(Path(path), MAX_PAGE), kind, formulas, given))


def _stated(problem: str | Path | Problem | None) -> tuple[Mapping[str, Any], Mapping[str, float]]:
    """The formulas and the single numbers of a problem."""
    if problem is None:
        return {}, {}
    task = set_up(problem if isinstance(problem, Problem) else read_problem(problem))
    formulas = {name: definition(task.program, name) for name in lines_of(task.program)}
    known = {name: value for name, value in task.given.items() if name not in task.plan.numberless}
    return formulas, {name: value for name, value in known.items() if isinstance(value, float)}
