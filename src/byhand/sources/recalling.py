"""What a Hopfield network stores and recalls, as one problem: unit after unit, until nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.energy import Added, energy, field
from byhand.equations.hopfield import LOWER, Hopfield, firing, storing
from byhand.errors import DataError
from byhand.sources.formula import read_lines
from byhand.trace.forward import run_forward
from byhand.trace.program import build
from byhand.words import LANGUAGES, in_all_languages, say

_ROLES = {
    **{"x": "input", "patterns": "input", "W": "weight", "b": "bias", "theta": "threshold"},
    **dict.fromkeys(("M", "n", "p"), "other"),
}
# The names that belong to one start.
_OF_A_START = re.compile(r"\b(x|s|[suvE]\d+)\b")
_MEANING = (*_ROLES, "P", "Q", "s0", "E0", "u1", "v1", "E1", "s")


class Update(NamedTuple):
    """One unit asked for its next state, or all of them at once.

    Attributes
    ----------
    lines : str
    unit : int or None
        None where all change together.
    before, after : ndarray
        The states of all units.
    """

    lines: str
    unit: int | None
    before: np.ndarray
    after: np.ndarray

    @property
    def changed(self) -> int:
        """How many units changed."""
        return int(np.sum(self.before != self.after))


def recall_problem(
    kind: Hopfield, weights: Mapping[str, Any], samples: Mapping[str, Any], memories: Any = ()
) -> dict[str, Any]:
    """What is stored, and how starts are recalled: a mapping by the keys of a problem file.

    Parameters
    ----------
    kind : Hopfield
    weights : mapping
        ``W``, ``b``, ``theta`` and ``patterns``; what is not given is zero, or has no rows.
    samples : mapping
        ``x``, the states to begin with; without it patterns are only stored. Of several starts every name
        ends in the number of its start.
    memories : array-like, optional
        The patterns that W has stored, where they are not given.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        Weights that are not symmetric, patterns that are no states, or an order that names a unit there is
        not.
    """
    _check(kind, weights, samples)
    given, stored = _stored(kind, weights)
    lines = [*stored]
    if "x" not in samples:
        last = lines.pop()
        onto = last.startswith("W_new")
        parts = {"update": last, "steps": 1} if onto else {}
        return _posed("store", lines if onto else [*lines, last], given, parts)
    headings: dict[str, dict[str, str]] = {}
    conclusion = dict.fromkeys(LANGUAGES, "")
    several, memories = len(samples["x"]) > 1, [*weights["patterns"], *memories]
    for number, x in enumerate(samples["x"], 1):
        added = kind.added({**weights, "x": x})
        beside = {name: weights[name] for name in added if name != "x"}
        begun = f"s0 = x\nE0 = {energy('s0', added)}"
        known = _values("\n".join([*stored, begun]), {**given, **beside, "x": x})
        updates = list(_updates(kind, known, added))
        whole = "\n".join([begun, *(update.lines for update in updates), f"s = s{len(updates)}"])
        end = f"_{number}" if several else ""
        lines.append(_OF_A_START.sub(rf"\1{end}", whole))
        given = {f"x{end}": x, **given, **beside}
        if several:
            headings[f"s0{end}"] = in_all_languages("hopfield.start", number=number)
        headings |= {f"u{k}{end}": _heading(k, update) for k, update in enumerate(updates, 1)}
        for language, told in _conclusion(kind, updates, memories).items():
            told = say("hopfield.start_ended", language, number=number, told=told) if several else told
            conclusion[language] += told
    return _posed("recall", lines, given, {"headings": headings, "conclusion": conclusion})


def _check(kind: Hopfield, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> None:
    W, patterns = np.asarray(weights["W"]), np.asarray(weights["patterns"])
    anew = "x" in samples or kind.rule != "hebb" or kind.normalise == "patterns"
    if anew and len(patterns) and W.any():
        raise DataError("weights_and_patterns")
    if len(unequal := np.argwhere(W.T != W)):
        i, j = unequal[0]
        raise DataError("not_symmetric", i=i, j=j, found=f"{W[i, j]:g}", other=f"{W[j, i]:g}")
    strange = patterns[~np.isin(patterns, (LOWER[kind.states], 1))]
    if strange.size:
        raise DataError("no_state", found=f"{strange[0]:g}", low=LOWER[kind.states])
    if isinstance(kind.order, list) and max(kind.order) >= len(W):
        raise DataError("no_unit", found=max(kind.order), last=len(W) - 1)


def _stored(kind: Hopfield, weights: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The weights as they are given, or the lines that store patterns and what these lines need."""
    W, patterns = weights["W"], weights["patterns"]
    if not len(patterns):
        return {"W": W}, []
    onto = bool(np.any(W))
    lines = storing(kind, onto=onto)
    needed = {"M": 1 - np.eye(len(W)), "n": len(W), "p": len(patterns)}
    given = {"patterns": patterns, **({"W": W} if onto else {})}
    given |= {name: value for name, value in needed.items() if re.search(rf"\b{name}\b", lines)}
    return given, lines.splitlines()


def _updates(kind: Hopfield, known: Mapping[str, Any], added: Added) -> Iterator[Update]:
    """Updates until each unit has been asked since the last change, or two states alternate for ever."""
    states, asked = [known["s0"]], set[int | None]()
    to_itself = bool(np.diag(known["W"]).any())
    fixed = {name: known[name] for name in ("W", *added)}
    orders = kind.orders(len(known["s0"]))
    for _ in range(kind.max_sweeps):
        order = [None] if kind.synchronous else next(orders).tolist()
        for unit in order:
            k = len(states)
            lines = _asking(kind, k, unit, added, to_itself=to_itself)
            last = {name: known[name] for name in (f"s{k - 1}", f"E{k - 1}")}
            known = _values(lines, {**fixed, **last})
            after = known[f"s{k}"]
            update = Update(lines, unit, states[-1], after)
            yield update
            states.append(after)
            asked = set() if update.changed else {*asked, unit}
            if asked >= set(order) or (kind.synchronous and _cycles(states)):
                return


def _cycles(states: list[np.ndarray]) -> bool:
    """Whether the last state is that of two updates before."""
    return len(states) > 2 and np.array_equal(states[-1], states[-3])


def _asking(kind: Hopfield, k: int, unit: int | None, added: Added, *, to_itself: bool) -> str:
    """The lines of an update: the field, the states after it, and their energy."""
    u, s, old = f"u{k}", f"s{k}", f"s{k - 1}"
    if unit is None:
        return "\n".join(
            [f"{u} = {field(old, added)}", f"{s} = {firing(kind, u, old)}", f"E{k} = {energy(s, added)}"]
        )
    before = f"{old}[{unit}]"
    change = f"(v{k} - {before})"
    more = f" - 0.5*W[{unit},{unit}]*{change}^2" if to_itself else ""
    return "\n".join(
        [
            f"{u} = {field(old, added, unit)}",
            f"v{k} = {firing(kind, u, before)}",
            f"{s} = replace({old}, {unit}, v{k})",
            f"E{k} = E{k - 1} - {change}*{u}{more}",
        ]
    )


def _heading(k: int, update: Update) -> dict[str, str]:
    if update.unit is None:
        return in_all_languages("hopfield.update_all", number=k, changed=update.changed)
    code = "update_changes" if update.changed else "update_stays"
    states = [f"{state[update.unit]:g}".replace("-", "−") for state in (update.before, update.after)]
    facts = {"number": k, "unit": update.unit, "before": states[0], "after": states[1]}
    return in_all_languages(f"hopfield.{code}", **facts)


def _conclusion(kind: Hopfield, updates: list[Update], memories: list[Any]) -> dict[str, str]:
    """Where it ended, and whether that is one of the patterns."""
    last = updates[-1]
    quiet = {one.unit for one in updates[-len(last.after) :] if not one.changed}
    facts: dict[str, Any] = {"number": len(updates)}
    if kind.synchronous and last.changed:
        back = len(updates) > 1 and np.array_equal(updates[-2].before, last.after)
        return in_all_languages(f"hopfield.{'cycle' if back else 'unfinished'}", **facts)
    if not kind.synchronous and (last.changed or len(quiet) < len(last.after)):
        return in_all_languages("hopfield.unfinished", **facts)
    reverse = 1 + LOWER[kind.states] - last.after
    for code, state in (("pattern", last.after), ("reverse", reverse)):
        for number, memory in enumerate(memories):
            if np.array_equal(memory, state):
                return in_all_languages(f"hopfield.stable_{code}", **facts, pattern=number)
    return in_all_languages("hopfield.stable_other" if memories else "hopfield.stable", **facts)


def _posed(what: str, lines: list[str], given: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    whole = "\n".join([*lines, parts.get("update", "")])
    names = {*given, *read_lines(whole).sources}
    return {
        "title": in_all_languages(f"hopfield.title_{what}"),
        "problem": "\n".join(lines),
        **parts,
        "given": given,
        "labels": {
            name: in_all_languages(f"hopfield.{bare}")
            for bare in _MEANING
            for name in (bare, f"{bare}_1")
            if name in names
        },
        "roles": {name: _ROLES[name.partition("_")[0]] for name in given},
    }


def _values(lines: str, given: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: np.asarray(value, np.float64) for name, value in given.items()}
    return run_forward(build(read_lines(lines).expressions), known).values
