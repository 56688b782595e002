"""The loss of one sample for JAX: a network's equations, compiled."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from byhand.sources.formula import read_lines
from byhand.trace.program import build

if TYPE_CHECKING:
    from byhand.train.objective import Objective


@lru_cache(maxsize=64)
def objective(equations: str, loss: str = "L") -> Objective:
    """The loss that some equations give.

    Parameters
    ----------
    equations : str
        Of one sample, up to its loss.
    loss : str
        What that is called.

    Returns
    -------
    Objective
        The same one for the same equations.
    """
    from byhand.train.objective import OfLines

    return OfLines(build(read_lines(equations).expressions), loss)
