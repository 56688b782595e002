"""A checked sheet as one JSON-ready mapping, by the contract of ``check --json``."""

from __future__ import annotations

from typing import Any

from byhand.check.book import label, named
from byhand.check.diagnose import Explanation
from byhand.check.report import Claim, Report
from byhand.lesson.notation import box
from byhand.trace.record import jsonable
from byhand.views.text_math import math_text

SCHEMA = "byhand.check/1"
DIGITS = 6


def record(report: Report, hint: int | None = None) -> dict[str, Any]:
    """The report as numbers, texts, lists and mappings.

    Parameters
    ----------
    report : Report
    hint : int, optional
        Of the claims the first wrong one alone: 1 its name, 2 or 3 also its likeliest mistake, never the
        answer.

    Returns
    -------
    dict
        ``verdict``, ``first_wrong``, ``claims`` (each with ``name``, ``claimed``, ``expected``, ``from_own``,
        ``verdict``, ``cause``, ``explanations``), ``missing``, ``convention``.
    """
    claims = [_claim(claim) for claim in report.claims]
    if hint is not None:
        claims = [_hinted(claim, hint) for claim in claims if claim["name"] == report.first_wrong]
    return {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "first_wrong": report.first_wrong,
        "claims": claims,
        "missing": list(report.missing),
        "convention": _convention(report) or None,
    }


def _convention(report: Report) -> dict[str, Any]:
    """The conventions of the sheet that are not those of the problem."""
    factor = {} if report.factor is None else {"loss_factor": report.factor}
    return {**factor, **dict.fromkeys(report.conventions, True)}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "name": claim.name,
        "claimed": claim.claimed,
        "expected": jsonable(claim.expected),
        "from_own": jsonable(claim.from_own),
        "verdict": claim.verdict,
        "cause": claim.cause,
        "explanations": [_explanation(one) for one in claim.explanations],
        "rests_on": list(claim.rests_on),
    }


def _hinted(claim: dict[str, Any], hint: int) -> dict[str, Any]:
    """A claim without its answer."""
    cause, explanations = (claim["cause"], claim["explanations"][:1]) if hint >= 2 else (None, [])
    told = [{key: one[key] for key in ("codes", "facts", "certainty")} for one in explanations]
    return {**claim, "expected": None, "from_own": None, "cause": cause, "explanations": told, "rests_on": []}


def _explanation(one: Explanation) -> dict[str, Any]:
    return {
        "codes": list(one.codes),
        "facts": dict(one.facts),
        "used": {label(q): {"value": jsonable(u.value), "from": u.source} for q, u in one.used.items()},
        "formula": math_text(box(named(one.formula), DIGITS)),
        "value": jsonable(one.value),
        "certainty": one.certainty,
    }
