"""A search by resonance as a problem to be worked out: round after round, until a category learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.resonance import Resonance, Search
from byhand.sources.formula import read_lines
from byhand.trace.forward import run_forward
from byhand.trace.program import build
from byhand.words import LANGUAGES, say


class Round(NamedTuple):
    """One round of a search.

    Attributes
    ----------
    category : int
        From 0.
    lost : str or None
        The test that is not passed; None in the last round.
    """

    category: int
    lost: str | None


def search_problem(
    network: str, kind: Search, weights: Mapping[str, Any], sample: Mapping[str, Any]
) -> dict[str, Any]:
    """The search for one sample and what is learned from it: a mapping by the keys of a problem file.

    Parameters
    ----------
    network : str
        Its name.
    kind : Search
    weights : mapping
        Arrays, a row a category; one more row, which is not committed, is added.
    sample : mapping

    Returns
    -------
    dict
    """
    form, letters, first = kind.form, kind.letters(), kind.first(len(sample["x"]))
    committed = len(weights[form.learned[0]])
    rows = {
        name: np.vstack([value, np.full(np.shape(value)[1], first[name])]) for name, value in weights.items()
    }
    given = {**sample, **rows, **letters}
    rounds = list(search(form, committed, given))
    last = len(rounds)
    if rounds[-1].category == committed and "beta" in letters:
        given["beta"] = 1.0  # a new category learns at once
    lines = [form.entry.format(k=1), form.round.format(k=1)]
    for k in range(1, last):
        lines += [form.reset.format(k=k, next=k + 1), form.round.format(k=k + 1)]
    text, update = "\n".join(lines), form.learn.format(k=last)
    names = {*given, *read_lines(f"{text}\n{update}").sources}
    return {
        "title": _text("title", network=network),
        "problem": text,
        "update": update,
        "given": given,
        "headings": {f"J{k}": _heading(k, found, committed) for k, found in enumerate(rounds, 1)},
        "labels": {name: _text(code) for name, code in kind.meaning.items() if name in names}
        | {f"{name}1": _text(code) for name, code in kind.meaning.items() if f"{name}1" in names},
    }


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
    known = _values(form.entry, {name: np.asarray(value, np.float64) for name, value in given.items()})
    while True:
        found = _values(form.round, known)
        category = int(found["J1"])
        lost = next((name for name in form.tests if not found[f"{name}1"] > 0), None)
        if lost is None or category == committed:
            yield Round(category, None)
            return
        yield Round(category, lost)
        after = _values(form.reset, found)
        known = {**known, **{f"{name}1": after[f"{name}2"] for name in form.carried}}


def _values(text: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return run_forward(build(read_lines(text.format(k=1, next=2)).expressions), given).values


def _text(code: str, **facts: Any) -> dict[str, str]:
    return {language: say(f"resonance.{code}", language, **facts) for language in LANGUAGES}


def _heading(k: int, found: Round, committed: int) -> dict[str, str]:
    outcome = "new" if found.category == committed else f"lost_{found.lost}" if found.lost else "resonance"
    return _text(f"round_{outcome}", number=k, category=found.category)
