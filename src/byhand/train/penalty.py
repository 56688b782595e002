"""The penalty on the squares of the weights, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from byhand.equations import penalty
from byhand.trace.program import Program
from byhand.train.reading import built, read


def penalised(
    loss: Any,
    params: Mapping[str, Any],
    names: tuple[str, ...],
    form: str,
    strength: Any,
    share: float = 1.0,
) -> Any:
    """The objective J of a loss E and the weights it is to keep small.

    Parameters
    ----------
    loss : array
    params : mapping
        Arrays by name.
    names : tuple of str
        Whose squares count; without any the loss stays as it is.
    form : str
        As for `byhand.equations.penalty.penalised`.
    strength : float
        Lambda.
    share : float
        Of the squares, where the loss is that of a share of the samples.

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> W = {"W": np.array([3.0, -1.0])}
    >>> float(penalised(2.0, W, ("W",), "half", 0.1)), float(penalised(2.0, W, ("W",), "textbook", 0.75))
    (2.5, 4.0)
    """
    if not names:
        return loss
    weights = {name: params[name] for name in names}
    given = {"mean_loss": loss, "strength": strength, "share": share}
    return read(_program(names, form), {**weights, **given})["J"]


@lru_cache(maxsize=64)
def _program(names: tuple[str, ...], form: str) -> Program:
    # By names that no weight has.
    squares = penalty.squares(names, names)
    joined = penalty.penalised("mean_loss", "all_squares", form, "strength")
    return built(f"all_squares = share*({squares})", f"J = {joined}")
