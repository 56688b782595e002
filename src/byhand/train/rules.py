"""Update rules in training: Optax's, with the settings and the state that the written rules have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from optax.tree_utils import tree_get, tree_set

from byhand.rules import RULES, Rule, distinct
from byhand.trace.program import build
from byhand.train.reading import read

# What Optax calls a rule's state.
_KEPT = {
    "sgd": {},
    "momentum": {"m": "trace"},
    "nesterov": {"m": "trace"},
    "rmsprop": {"s": "nu"},
    "adam": {"m": "mu", "v": "nu"},
    "adamw": {"m": "mu", "v": "nu"},
}


def optimiser(name: str, settings: Mapping[str, Any]) -> optax.GradientTransformation:
    """The optimiser that does what the written rule of this name says.

    Parameters
    ----------
    name : str
        A rule of `byhand.rules`.
    settings : mapping
        The rate and the rule's settings.

    Returns
    -------
    optax.GradientTransformation

    Notes
    -----
    Optax's adagrad has its small constant inside the root; the published rule, and ours, has it outside.
    So that rule is read from its equations.
    """
    rate = settings["rate"]
    match name:
        case "sgd":
            return optax.sgd(rate)
        case "momentum" | "nesterov":
            return optax.sgd(rate, settings["momentum"], nesterov=name == "nesterov")
        case "rmsprop":
            return optax.rmsprop(rate, settings["decay"], settings["eps"], eps_in_sqrt=False)
        case "adam":
            return optax.adam(rate, settings["beta1"], settings["beta2"], settings["eps"])
        case "adamw":
            betas = settings["beta1"], settings["beta2"], settings["eps"]
            return optax.adamw(rate, *betas, weight_decay=settings["weight_decay"])
    return by_equations(RULES[name], settings)


def by_equations(rule: Rule, settings: Mapping[str, Any]) -> optax.GradientTransformation:
    """An optimiser that carries out a rule's own equations."""
    program = build(distinct(rule))

    def init(params: Any) -> dict[str, Any]:
        zeros = jax.tree.map(jnp.zeros_like, params)
        return {"t": jnp.zeros([], jnp.int32), **dict.fromkeys(rule.state, zeros)}

    def update(gradients: Any, state: Any, params: Any) -> Any:
        turn = state["t"] + 1

        def one(w: Any, g: Any, *kept: Any) -> dict[str, Any]:
            known = dict(zip(rule.state, kept, strict=True))
            return read(program, {"w": w, "g": g, "t": turn.astype(w.dtype), **settings, **known})

        def part(name: str) -> Any:
            return jax.tree.map(lambda w, done: done[f"{name}_new"], params, made)

        made = jax.tree.map(one, params, gradients, *[state[name] for name in rule.state])
        changes = jax.tree.map(lambda new, w: new - w, part("w"), params)
        return changes, {"t": turn, **{name: part(name) for name in rule.state}}

    return optax.GradientTransformation(init, update)


def rule_state(name: str, state: Any) -> dict[str, Any]:
    """What a rule keeps from step to step, by the names of its equations."""
    if name in _KEPT:
        return {own: tree_get(state, theirs) for own, theirs in _KEPT[name].items()}
    return {own: state[own] for own in RULES[name].state}


def optimiser_state(name: str, params: Any, kept: Mapping[str, Any], turn: Any) -> Any:
    """An optimiser's state from what a rule has kept over so many updates."""
    if name not in _KEPT:
        return {"t": turn, **kept}
    start = optimiser(name, {"rate": 0.0, **RULES[name].settings}).init(params)
    count = {"count": turn} if name in ("adam", "adamw") else {}
    return tree_set(start, **{theirs: kept[own] for own, theirs in _KEPT[name].items()}, **count)


def nothing_kept(name: str, params: Mapping[str, Any]) -> dict[str, dict[str, np.ndarray]]:
    """What a rule has kept before the first update: zeros."""
    return {
        own: {weight: np.zeros_like(value) for weight, value in params.items()} for own in RULES[name].state
    }
