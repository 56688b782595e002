"""A checked page as one JSON-ready mapping."""

from __future__ import annotations

from typing import Any

from byhand.check.article.report import ArticleReport, Finding
from byhand.trace.record import jsonable

SCHEMA = "byhand.article/2"


def record(report: ArticleReport, hint: int | None = None) -> dict[str, Any]:
    """The findings as texts, numbers, lists and mappings.

    Parameters
    ----------
    report : ArticleReport
    hint : int, optional
        Of the findings the first mistake alone: 1 its place, 2 or 3 also its causes, never the answer.

    Returns
    -------
    dict
        ``verdict``, ``findings`` (each with ``code``, ``verdict``, ``line``, ``column``, ``text``, ``name``,
        ``expected``, ``facts``, ``causes``), ``unread``, ``checked``, ``complete``.
    """
    findings = list(report.findings)
    if hint is not None:
        findings = [_hinted(one, hint) for one in findings if one.verdict == "wrong"][:1]
    return {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "findings": [_finding(report, one) for one in findings],
        "unread": [{**_place(report, one.start), "text": one.text} for one in report.unread],
        "checked": report.checked,
        "complete": report.complete,
    }


def _hinted(one: Finding, hint: int) -> Finding:
    """A finding without its answer."""
    return one._replace(expected=None, facts={}, causes=one.causes if hint >= 2 else ())


def _finding(report: ArticleReport, one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "verdict": one.verdict,
        **_place(report, one.start),
        "text": one.text,
        "name": one.name,
        "expected": jsonable(one.expected),
        "facts": dict(one.facts),
        "causes": [
            {"code": cause.code, "facts": dict(cause.facts), "certainty": cause.certainty}
            for cause in one.causes
        ],
    }


def _place(report: ArticleReport, start: int) -> dict[str, int]:
    line, column = report.page.position(start)
    return {"line": line, "column": column}
