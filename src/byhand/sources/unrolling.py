"""Samples for which an ART network searches, one after the other, as one problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from byhand.equations.resonance import Search
from byhand.sources.formula import read_lines
from byhand.sources.searching import Found, learned, searched
from byhand.words import in_all_languages

_NAME = re.compile(r"[A-Za-z]\w*")
_NEW = re.compile(r"^(\w+)_new = (.*)$", re.MULTILINE)


def search_problem(
    network: str, kind: Search, weights: Mapping[str, Any], samples: Mapping[str, Any]
) -> dict[str, Any]:
    """The search for each sample and what is learned from it: a mapping by the keys of a problem file.

    Of several samples every name ends in the number of its sample, so that ``W_2`` is W after the second.

    Parameters
    ----------
    network : str
        Its name.
    kind : Search
    weights : mapping
        Arrays, a row a category; a row that is not committed is added where the network has such rows.
    samples : mapping
        For each name its value in each sample.

    Returns
    -------
    dict
    """
    count, first = len(samples["x"]), kind.first(len(samples["x"][0]))
    spare = {name: np.full((1, np.shape(weights[name])[1]), value) for name, value in first.items()}
    rows = {name: np.vstack([value, spare[name]]) if spare else value for name, value in weights.items()}
    if count == 1:
        return _of_one(network, kind, {**{name: column[0] for name, column in samples.items()}, **rows})
    lines: list[str] = []
    given: dict[str, Any] = {name: value for name, value in rows.items() if len(value)} | kind.letters()
    headings: dict[str, dict[str, str]] = {}
    for number in range(1, count + 1):
        sample = {name: column[number - 1] for name, column in samples.items()}
        found = searched(kind, {**sample, **rows})
        rows = learned(found, {**sample, **rows})
        if found.new and spare and number < count:
            rows = {name: np.vstack([value, spare[name]]) for name, value in rows.items()}
            found = found._replace(learn=_NEW.sub(r"\1_new = concat(\2, \1_spare)", found.learn))
            given |= {f"{name}_spare": value for name, value in spare.items()}
        own = {**sample, **{name: value for name, value in found.letters.items() if value != given[name]}}
        told = _marked(found, set(own), set(rows), number)
        given |= {f"{name}_{number}": value for name, value in own.items()}
        headings[told.partition(" = ")[0]] = in_all_languages("resonance.sample", number=number)
        headings |= {f"{name}_{number}": words for name, words in found.headings.items()}
        lines.append(told)
    names = {*given, *read_lines("\n".join(lines)).sources}
    roles = _roles(kind, samples)
    return {
        "title": in_all_languages("resonance.title_several", network=network),
        "problem": "\n".join(lines),
        "given": given,
        "headings": headings,
        "labels": _labels(kind, names, ("", "_1", "1_1"))
        | {f"{name}_spare": in_all_languages("resonance.spare") for name in rows if f"{name}_spare" in names},
        "roles": {name: role for name in given if (role := roles.get(name.partition("_")[0]))},
    }


def _marked(found: Found, own: set[str], rows: set[str], number: int) -> str:
    """The lines of one sample with its number in their names."""
    whole = "\n".join(filter(None, (found.lines, found.learn)))
    mark = {name: f"{name}_{number}" for name in {*own, *read_lines(whole).sources}}
    mark |= {f"{name}_new": f"{name}_{number}" for name in rows}
    mark |= {name: f"{name}_{number - 1}" for name in rows if number > 1}
    return _NAME.sub(lambda name: mark.get(name[0], name[0]), whole)


def _of_one(network: str, kind: Search, known: dict[str, Any]) -> dict[str, Any]:
    """The problem of one sample."""
    found = searched(kind, known)
    given = {name: value for name, value in known.items() if np.size(value)} | found.letters
    parts = {"problem": found.lines, "update": found.learn} if found.lines else {"problem": found.learn}
    names = {*given, *read_lines("\n".join(parts.values())).sources}
    return {
        "title": in_all_languages("resonance.title", network=network),
        **parts,
        "given": given,
        "headings": found.headings,
        "labels": _labels(kind, names, ("", "1")),
        "roles": {name: role for name, role in _roles(kind, kind.sample).items() if name in given},
    }


def _roles(kind: Search, sample: Iterable[str]) -> dict[str, str]:
    """What is there for what: what a sample gives, the weights, the settings."""
    of_sample = {name: "target" if name == "y" else "input" for name in sample}
    return of_sample | dict.fromkeys(kind.form.learned, "weight") | dict.fromkeys(kind.letters(), "setting")


def _labels(kind: Search, names: set[str], ends: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What names mean, those of the first round and the first sample for all."""
    codes = {f"{name}{end}": code for name, code in kind.meaning.items() for end in ends}
    return {name: in_all_languages(f"resonance.{code}") for name, code in codes.items() if name in names}
