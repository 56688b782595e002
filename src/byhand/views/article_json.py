"""A checked page as one JSON-ready mapping."""

from __future__ import annotations

from typing import Any

from byhand.check.article.report import ArticleReport, Finding

SCHEMA = "byhand.article/1"


def record(report: ArticleReport) -> dict[str, Any]:
    """The findings as texts, numbers, lists and mappings.

    Returns
    -------
    dict
        ``verdict``, ``findings`` (each with ``code``, ``verdict``, ``line``, ``column``, ``text``, ``name``,
        ``expected``, ``causes``), ``unread``, ``checked``, ``complete``.
    """
    return {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "findings": [_finding(report, one) for one in report.findings],
        "unread": [{**_place(report, one.start), "text": one.text} for one in report.unread],
        "checked": report.checked,
        "complete": report.complete,
    }


def _finding(report: ArticleReport, one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "verdict": one.verdict,
        **_place(report, one.start),
        "text": one.text,
        "name": one.name,
        "expected": one.expected,
        "causes": [{"code": cause.code, "facts": dict(cause.facts)} for cause in one.causes],
    }


def _place(report: ArticleReport, start: int) -> dict[str, int]:
    line, column = report.page.position(start)
    return {"line": line, "column": column}
