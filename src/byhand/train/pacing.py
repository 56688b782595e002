"""The rate of each update by its schedule, and gradients kept short, by the equations that are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from byhand.rules import FACTOR, rate_equations
from byhand.trace.program import build
from byhand.train.reading import read


def paced(schedule: str, settings: Mapping[str, Any], turn: Any) -> dict[str, Any]:
    """The settings for one update: with its own rate.

    Parameters
    ----------
    schedule : str
    settings : mapping
        The rate, the schedule's settings, and others; without ``warmup`` the rate does not rise at first.
    turn : int or array
        Updates made before.

    Examples
    --------
    >>> paced("linear", {"rate": 0.5, "updates": 4.0, "end": 0.0}, 3)["rate"].item()
    0.125
    """
    if schedule == "constant" and "warmup" not in settings:
        return dict(settings)
    program = build(rate_equations(schedule, warms="warmup" in settings))
    return {**settings, "rate": read(program, {**settings, "t": turn + 1.0})["eta"]}


def shortened(gradients: Any, limit: Any) -> Any:
    """Gradients whose norm, over all of them together, is at most `limit`."""
    squares = [jnp.sum(g * g) for g in jax.tree.leaves(gradients)]
    known = {"norm": jnp.sqrt(sum(squares)), "clip_norm": limit}
    factor = read(build([("factor", FACTOR)]), known)["factor"]
    return jax.tree.map(lambda g: g * factor, gradients)
