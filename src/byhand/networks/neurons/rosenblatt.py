"""Rosenblatt's rule, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from byhand.equations.perceptron import EQUATIONS, rule
from byhand.sources.formula import read_lines
from byhand.trace.program import build


@lru_cache(maxsize=4)
def step(learned: tuple[str, ...], *, weighted: bool = False) -> Callable[..., Any]:
    """``step(params, sample, settings, draws)``: one sample learned, for JAX.

    Parameters
    ----------
    learned : tuple of str
        Which of W1 and b1 are learned.
    weighted : bool
        Whether samples have a weight c.

    Returns
    -------
    callable
        Gives the new parameters, and its decisions: ``yhat``.
    """
    from byhand.train.reading import read

    program = build(read_lines(f"{EQUATIONS}\n{rule(learned, weighted=weighted)}").expressions)

    def one(
        params: Any, sample: Mapping[str, Any], settings: Mapping[str, Any], draws: Mapping[str, Any]
    ) -> Any:
        values = read(program, {**params, **sample, **settings, **draws})
        return {**params, **{name: values[f"{name}_new"] for name in learned}}, {"yhat": values["yhat"]}

    return one
