r"""A penalty on the squares of the weights, in the two forms of the textbooks.

.. math:: J = E + \frac\lambda2 \sum W^2 \quad\text{(half)}, \qquad
          J = \lambda E + (1 - \lambda) \sum W^2 \quad\text{(textbook)}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


def squares(names: Iterable[str], arrays: Collection[str]) -> str:
    """The sum of the squares of numbers and of arrays.

    Examples
    --------
    >>> squares(["W1", "w"], arrays=["W1"])
    'sum(W1^2) + w^2'
    """
    return " + ".join(f"sum({name}^2)" if name in arrays else f"{name}^2" for name in names)


def penalised(loss: str, weights: str, form: str, strength: str) -> str:
    """The objective J.

    Parameters
    ----------
    loss : str
        What E is called.
    weights : str
        What the sum of the squares is called, or the sum itself in parentheses.
    form : str
        ``half`` or ``textbook``.
    strength : str
        Lambda as a number or a name.

    Examples
    --------
    >>> penalised("L", "R", "half", "0.1"), penalised("L", "R", "textbook", "0.9")
    ('L + 0.1/2*R', '0.9*L + (1 - 0.9)*R')
    """
    if form == "half":
        return f"{loss} + {strength}/2*{weights}"
    return f"{strength}*{loss} + (1 - {strength})*{weights}"
