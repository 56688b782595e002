"""A number accounted for as one JSON-ready mapping, by the contract of ``why --json``."""

from __future__ import annotations

import math
from typing import Any

from byhand.lesson.notation import box
from byhand.lesson.reasons import abridged
from byhand.trace.moment import Account, Batch, title
from byhand.trace.reason import Reason, reason
from byhand.trace.record import jsonable
from byhand.views.text_math import math_text

SCHEMA = "byhand.why/1"


def record(found: Account, terms: int | None) -> dict[str, Any]:
    """The number and what it rests on as numbers, texts, lists and mappings.

    Parameters
    ----------
    found : Account
    terms : int or None
        How many of the largest terms of a sum are listed; None for all.

    Returns
    -------
    dict
        ``name``, ``value``; ``formula``, None for what is given; ``sum``, ``terms`` and ``rest`` of its
        longest sum, the terms from the largest by size (``names``, ``formula``, ``value``), the others
        together (``count``, ``sum``), or of its longest choice, the values from the one chosen on and no
        sums; ``from``, the numbers it rests on, in the same form as far as they are told; of an update
        ``equations`` too, in order. Where each sample of a batch has its own number, that is the first
        sample's, and ``batch`` holds all of them (``samples``), of what (``name``), and what the batch takes
        (``taken``: mean, sum, part of each, each). What has no number because a given has none is null.
    """
    told = [{title(one.what): one for one in level} for level in found.levels[1:]]
    batch = {} if found.batch is None else {"batch": _batch(found.batch)}
    asked = {"name": title(found.what), "value": jsonable(found.value)}
    return {"schema": SCHEMA, **_reason(found.first, told, terms, found.in_full), **asked, **batch}


def _batch(batch: Batch) -> dict[str, Any]:
    each = zip(batch.samples, batch.shares, strict=True)
    shares = [{"sample": sample, "value": jsonable(share)} for sample, share in each]
    return {
        "name": title(batch.what),
        "taken": batch.taken,
        "value": jsonable(batch.value),
        "samples": shares,
    }


def _reason(one: Reason, told: list[dict[str, Reason]], terms: int | None, in_full: bool) -> dict[str, Any]:
    """A number with what it rests on, level by level; one told elsewhere by its name and value alone."""
    formula = abridged(one, terms)
    found: dict[str, Any] = {
        "name": title(one.what),
        "value": jsonable(one.value),
        "formula": None if formula is None else math_text(box(formula)),
    }
    if one.update is not None and one.cone.known:
        found["equations"] = {key: jsonable(value) for key, value in one.update.working.items()}
    sources: list[dict[str, Any]] = []
    for what in one.rests_on(terms, in_full):
        child = told[0].pop(title(what), None) if told else None
        if child is None:
            sources.append({"name": title(what), "value": jsonable(reason(one.cone, what).value)})
        else:
            sources.append(_reason(child, told[1:], terms, in_full))
    return found | _sum(one, terms) | {"from": sources}


def _sum(one: Reason, terms: int | None) -> dict[str, Any]:
    """The longest sum or choice of a formula."""
    if not one.members:
        return {"sum": None, "terms": [], "rest": {"count": 0, "sum": 0.0}}
    longest = one.members[0]
    shown = longest.foremost(terms)
    listed = [
        {
            "names": [title(what) for what in one.numbers(longest.node.args[k])],
            "formula": math_text(box(longest.node.args[k])),
            "value": jsonable(longest.values[k]),
        }
        for k in shown
    ]
    if not longest.values:
        return {"sum": None, "terms": [], "rest": {"count": len(longest.node.args), "sum": None}}
    hidden = longest.hidden(shown)
    if longest.is_choice:
        return {"sum": None, "terms": listed, "rest": {"count": len(hidden), "sum": None}}
    rest = {"count": len(hidden), "sum": jsonable(math.fsum(hidden))}
    return {"sum": jsonable(math.fsum(longest.values)), "terms": listed, "rest": rest}
