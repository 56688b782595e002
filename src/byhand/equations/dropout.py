r"""Dropout: values left out at random while a network learns, and the others made larger.

.. math:: \mathrm{keep}_i = [u_i \ge p], \qquad d_i = \frac{a_i\,\mathrm{keep}_i}{1 - p}

with u drawn between 0 and 1, so that each value has the mean that it has when nothing is left out
(Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from byhand.words import in_all_languages


def lines(before: str, number: int | str, share: float, drawn: str = "") -> list[str]:
    """The equations that leave out a share of some values.

    Parameters
    ----------
    before : str
        What the values are called.
    number : int or str
        In the names: of their layer, 0 for the inputs, or of their time step; or what they are called.
    share : float
        p, the probability that a value is left out.
    drawn : str
        What the numbers drawn are called, by default u and the number.

    Examples
    --------
    >>> lines("a1", 1, 0.5)
    ['keep1 = u1 >= 0.5', 'd1 = a1*keep1/(1 - 0.5)']
    """
    u = drawn or f"u{number}"
    return [f"keep{number} = {u} >= {share!r}", f"d{number} = {before}*keep{number}/(1 - {share!r})"]


def told(numbers: Iterable[int], mark: str = "") -> dict[str, Any]:
    """What the numbers drawn are, their names before a mark, and what for, by the keys of a problem."""
    drawn = {f"u{k}{mark}": in_all_languages(_code(k), number=k) for k in numbers}
    return {"labels": drawn, "roles": dict.fromkeys(drawn, "other")}


def _code(number: int) -> str:
    return "dropout.drawn" if number else "dropout.drawn_inputs"
