"""A penalty on the squares of the weights, in the two forms of the textbooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

FORMS = ("half", "textbook")


def penalised(loss: Any, params: Mapping[str, Any], names: tuple[str, ...], form: str, strength: Any) -> Any:
    r"""The objective J of a loss E and the weights it is to keep small.

    .. math:: J = E + \frac\lambda2 \sum W^2 \quad\text{(half)}, \qquad
              J = \lambda E + (1 - \lambda) \sum W^2 \quad\text{(textbook)}

    Parameters
    ----------
    loss : array
    params : mapping
        Arrays by name.
    names : tuple of str
        Whose squares count; without any the loss stays as it is.
    form : str
        One of `FORMS`.
    strength : float
        :math:`\lambda`.

    Returns
    -------
    array

    Examples
    --------
    >>> W = {"W": jnp.array([3.0, -1.0])}
    >>> float(penalised(2.0, W, ("W",), "half", 0.1)), float(penalised(2.0, W, ("W",), "textbook", 0.75))
    (2.5, 4.0)
    """
    if not names:
        return loss
    squares = sum(jnp.sum(params[name] ** 2) for name in names)
    return loss + strength / 2 * squares if form == "half" else strength * loss + (1 - strength) * squares
