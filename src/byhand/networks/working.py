"""A training step as a problem to be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.networks import mlp


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
    """

    params: Mapping[str, np.ndarray]
    rule: str
    settings: Mapping[str, float]
    kept: Mapping[str, Mapping[str, np.ndarray]]
    turn: int


def step_problem(
    layers: mlp.Layers,
    learned: Learned,
    penalty: tuple[str, float],
    X: np.ndarray,
    targets: np.ndarray,
    weight: np.ndarray,
) -> dict[str, Any]:
    """The next step with these samples as its batch: a mapping by the keys of a problem file.

    Parameters
    ----------
    layers : Layers
    learned : Learned
    penalty : (str, float)
        Its form and its lambda.
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    weight : ndarray, shape (n,)
        Where samples differ in it, ``c`` is a sample's weight over the mean weight, and the mean of Lc = c L
        is minimised.

    Returns
    -------
    dict
    """
    names = mlp.learned_names(layers)
    state = {name: {key: tree[name] for key, tree in learned.kept.items()} for name in names}
    problem: dict[str, Any] = {
        "problem": mlp.equations(layers),
        "minimise": "L",
        "rate": learned.settings["rate"],
        "rule": learned.rule,
        "rule_settings": {name: value for name, value in learned.settings.items() if name != "rate"},
        "rule_state": {"t": learned.turn, **(state if learned.kept else {})},
        "learn": list(names),
        "given": {name: learned.params[name] for name in names},
    }
    if len(X) == 1:
        problem["given"] = {"x": X[0], "y": targets[0], **problem["given"]}
    else:
        problem["samples"] = {"x": list(X), "y": list(targets)}
    if (weight != weight[0]).any():
        problem["problem"] += "\nLc = c*L"
        problem["minimise"] = "Lc"
        problem["samples"]["c"] = list(weight / weight.mean(dtype=np.float64))
    form, strength = penalty
    if strength:
        problem["penalty"] = {"form": form, "lambda": strength, "names": list(mlp.weight_names(layers))}
    return problem
