"""A training step as a problem to be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import DataError
from byhand.rules import RULES


def rule_settings(rule: str, own: Mapping[str, Any]) -> dict[str, float]:
    """A rule's settings: those of one's own, and the usual values of the others.

    Raises
    ------
    DataError
        ``unknown_setting``

    Examples
    --------
    >>> rule_settings("momentum", {}), rule_settings("momentum", {"momentum": 0.5})
    ({'momentum': 0.9}, {'momentum': 0.5})
    """
    known = RULES[rule].settings
    for name in own.keys() - known.keys():
        raise DataError("unknown_setting", name=str(name), rule=rule, known=", ".join(known) or "-")
    return {**known, **{name: float(x) for name, x in own.items()}}


class Learned(NamedTuple):
    """Where the training of a network stands.

    Attributes
    ----------
    params : mapping
    rule : str
    settings : mapping
        The rate and the rule's settings.
    kept : mapping
        For each state of the rule, its value for each weight; empty before the first update.
    turn : int
        Updates made.
    pace : mapping
        The schedule of its rate and clipping, by the keys of a problem.
    """

    params: Mapping[str, np.ndarray]
    rule: str
    settings: Mapping[str, float]
    kept: Mapping[str, Mapping[str, np.ndarray]]
    turn: int
    pace: Mapping[str, Any] = MappingProxyType({})


class Names(NamedTuple):
    """What a network's equations are, and which of their names are learned.

    Attributes
    ----------
    equations : str
        Of one sample, up to its loss.
    learned : tuple of str
    penalised : tuple of str
    loss : str
        What the loss is called.
    """

    equations: str
    learned: tuple[str, ...]
    penalised: tuple[str, ...] = ()
    loss: str = "L"


def step_problem(
    names: Names,
    learned: Learned,
    penalty: tuple[str, float],
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray,
) -> dict[str, Any]:
    """The next step with these samples as its batch: a mapping by the keys of a problem file.

    Parameters
    ----------
    names : Names
    learned : Learned
    penalty : (str, float)
        Its form and its lambda.
    samples : mapping
        For each name its values, one sample a row.
    weight : ndarray, shape (n,)
        Where samples differ in it, ``c`` is a sample's weight over the mean weight, and the mean of Lc = c L
        is minimised.

    Returns
    -------
    dict
    """
    state = {name: {key: tree[name] for key, tree in learned.kept.items()} for name in names.learned}
    problem: dict[str, Any] = {
        "problem": names.equations,
        "minimise": names.loss,
        "rate": learned.settings["rate"],
        "rule": learned.rule,
        "rule_settings": {name: value for name, value in learned.settings.items() if name != "rate"},
        "rule_state": {"t": learned.turn, **(state if learned.kept else {})},
        **learned.pace,
        "learn": list(names.learned),
        "given": dict(learned.params),
    }
    if len(weight) == 1:
        problem["given"] = {**{name: values[0] for name, values in samples.items()}, **problem["given"]}
    else:
        problem["samples"] = {name: list(values) for name, values in samples.items()}
    if (weight != weight[0]).any():
        problem["problem"] += f"\n{names.loss}c = c*{names.loss}"
        problem["minimise"] = f"{names.loss}c"
        problem["samples"]["c"] = list(weight / weight.mean(dtype=np.float64))
    form, strength = penalty
    if strength:
        problem["penalty"] = {"form": form, "lambda": strength, "names": list(names.penalised)}
    return problem
