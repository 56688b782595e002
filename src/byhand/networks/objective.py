"""The loss of one sample as a function for JAX: a network's equations, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from byhand.sources.formula import read_lines
from byhand.trace.program import build


@lru_cache(maxsize=64)
def objective(equations: str, loss: str = "L") -> Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any]:
    """``objective(params, sample, draws)``: the loss of one sample.

    Parameters
    ----------
    equations : str
        Of one sample, up to its loss.
    loss : str
        What that is called.

    Returns
    -------
    callable
        The same one for the same equations. `params` holds what is learned, `sample` what is given of a
        sample, `draws` the random numbers that stand in the equations, by name.
    """
    from byhand.train.reading import read

    program = build(read_lines(equations).expressions)

    def lost(params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        return read(program, {**params, **sample, **draws})[loss]

    return lost
