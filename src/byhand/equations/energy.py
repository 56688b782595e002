r"""A network with an energy: symmetric weights between units that have two states.

.. math:: E(s) = -\tfrac12\, s^\top W s - b^\top s, \qquad u_i = \sum_j w_{ij} s_j + b_i
"""

from __future__ import annotations

from collections.abc import Mapping

# What is added to a unit's field, with its sign: a bias, a threshold, an input from outside.
Added = Mapping[str, str]
BIAS: Added = {"b": "+"}


def field(state: str, added: Added, unit: int | None = None) -> str:
    """The field of one unit, or of all of them.

    Parameters
    ----------
    state : str
        The name of the states: one a unit, or a matrix with a column for each of several states.
    added : mapping
    unit : int, optional

    Returns
    -------
    str

    Examples
    --------
    >>> field("s0", {"b": "+", "theta": "-"}, 2)
    'W[2] @ s0 + b[2] - theta[2]'
    >>> field("s0", {})
    'W @ s0'
    """
    at = "" if unit is None else f"[{unit}]"
    return f"W{at} @ {state}" + "".join([f" {sign} {name}{at}" for name, sign in added.items()])


def energy(state: str, added: Added, *, columns: bool = False) -> str:
    """The energy of a state, or of each column of a matrix of states.

    Parameters
    ----------
    state : str
    added : mapping
    columns : bool

    Returns
    -------
    str

    Examples
    --------
    >>> energy("s0", {"theta": "-"})
    '-0.5*(s0 @ W @ s0) + theta @ s0'
    >>> energy("S0", {"b": "+"}, columns=True)
    '-0.5*sum(S0*(W @ S0), axis=0) - b @ S0'
    """
    squares = f"sum({state}*(W @ {state}), axis=0)" if columns else f"({state} @ W @ {state})"
    signs = {"+": "-", "-": "+"}
    return f"-0.5*{squares}" + "".join([f" {signs[sign]} {name} @ {state}" for name, sign in added.items()])
