"""A number accounted for as one JSON-ready mapping, by the contract of ``why --json``."""

from __future__ import annotations

import math
from typing import Any

from byhand.lesson.notation import box
from byhand.lesson.reasons import abridged
from byhand.trace.moment import Account, title
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
        together (``count``, ``sum``); ``from``, the numbers it rests on, in the same form as far as they are
        told; of an update ``equations`` too, in order.
    """
    told = {title(one.what): one for level in found.levels[1:] for one in level}
    return {"schema": SCHEMA, **_reason(found.first, told, terms)}


def _reason(one: Reason, told: dict[str, Reason], terms: int | None) -> dict[str, Any]:
    """A number with what it rests on; a number already told by its name and value alone."""
    formula = abridged(one, terms)
    found: dict[str, Any] = {
        "name": title(one.what),
        "value": jsonable(one.value),
        "formula": None if formula is None else math_text(box(formula)),
    }
    if one.update is not None:
        found["equations"] = {key: jsonable(value) for key, value in one.update.working.items()}
    sources: list[dict[str, Any]] = []
    for what in one.rests_on(terms):
        child = told.pop(title(what), None)
        bare = {"name": title(what), "value": jsonable(reason(one.cone, what).value)}
        sources.append(bare if child is None else _reason(child, told, terms))
    return found | _sum(one, terms) | {"from": sources}


def _sum(one: Reason, terms: int | None) -> dict[str, Any]:
    """The longest sum of a formula."""
    if not one.sums:
        return {"sum": None, "terms": [], "rest": {"count": 0, "sum": 0.0}}
    longest = one.sums[0]
    shown = longest.largest(terms)
    listed = [
        {
            "names": [title(what) for what in one.numbers(longest.node.args[k])],
            "formula": math_text(box(longest.node.args[k])),
            "value": jsonable(longest.values[k]),
        }
        for k in shown
    ]
    rest = {"count": len(longest.values) - len(shown), "sum": jsonable(math.fsum(longest.hidden(shown)))}
    return {"sum": jsonable(longest.whole), "terms": listed, "rest": rest}
