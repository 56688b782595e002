"""The search of an ART network for one sample, as lines: round after round, until a category learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.resonance import Resonance, Search
from byhand.sources.formula import read_lines
from byhand.trace.forward import run_forward
from byhand.trace.program import build
from byhand.words import in_all_languages


class Round(NamedTuple):
    """One round of a search.

    Attributes
    ----------
    category : int
        From 0.
    lost : str or None
        The test that is not passed; None where all are, or where the category is a new one.
    """

    category: int
    lost: str | None


class Found(NamedTuple):
    """A search as lines.

    Attributes
    ----------
    lines : str
        Empty where there is nothing to search.
    learn : str
        For each learned NAME its ``NAME_new``.
    letters : dict
        The settings by the letters of the lines; a new category learns at once.
    headings : dict
        In each language, by the names of lines.
    new : bool
        A new category learns.
    """

    lines: str
    learn: str
    letters: dict[str, float]
    headings: dict[str, dict[str, str]]
    new: bool


def searched(kind: Search, known: Mapping[str, Any]) -> Found:
    """The search for one sample and what is learned from it.

    Parameters
    ----------
    kind : Search
    known : mapping
        The sample and the arrays, the last row of which is not committed if the network has such rows.
    """
    form, letters = kind.form, kind.letters()
    committed = len(known[form.learned[0]]) - (not form.founds)
    if form.founds and not committed:
        return Found("", form.founds_first, letters, {}, True)
    rounds = list(search(form, committed, {**known, **letters}))
    last = len(rounds)
    lines = [form.entry.format(k=1), form.round.format(k=1)]
    for k in range(1, last):
        lines += [form.reset.format(k=k, next=k + 1), form.round.format(k=k + 1)]
    new = rounds[-1].category == committed or rounds[-1].lost is not None
    if new and "beta" in letters:
        letters["beta"] = 1.0
    learn = form.founds if new and form.founds else form.learn.format(k=last)
    headings = {f"J{k}": _heading(k, one, committed) for k, one in enumerate(rounds, 1)}
    return Found("\n".join(lines), learn, letters, headings, new)


def learned(found: Found, known: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays after a sample."""
    values = _values(f"{found.lines}\n{found.learn}".strip(), {**known, **found.letters})
    return {name.removesuffix("_new"): value for name, value in values.items() if name.endswith("_new")}


def search(form: Resonance, committed: int, given: Mapping[str, Any]) -> Iterator[Round]:
    """The rounds of a search, in float64.

    Parameters
    ----------
    form : Resonance
    committed : int
        How many rows are categories.
    given : mapping

    Yields
    ------
    Round
    """
    known = _values(form.entry, given)
    while True:
        found = _values(form.round, known)
        category = int(found["J1"])
        lost = next((name for name in form.tests if not found[f"{name}1"] > 0), None)
        if lost is None or category == committed:
            yield Round(category, None)
            return
        yield Round(category, lost)
        if form.founds:
            return
        after = _values(form.reset, found)
        known = {**known, **{f"{name}1": after[f"{name}2"] for name in form.carried}}


def _values(lines: str, given: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: np.asarray(value, np.float64) for name, value in given.items()}
    return run_forward(build(read_lines(lines.format(k=1, next=2)).expressions), known).values


def _heading(k: int, found: Round, committed: int) -> dict[str, str]:
    outcome = "new" if found.category == committed else f"lost_{found.lost}" if found.lost else "resonance"
    return in_all_languages(f"resonance.round_{outcome}", number=k, category=found.category)
