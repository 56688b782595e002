r"""The Hopfield network: patterns stored as the minima of an energy, to which a state falls.

.. math:: W = \sum_\mu \xi^\mu \xi^{\mu\top}, \quad u_i = \sum_j w_{ij} s_j + b_i, \quad
    s_i \leftarrow \pm 1 \text{ as } u_i \gtrless 0
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveInt

from byhand.equations.energy import Added
from byhand.equations.step import Settings, Shapes
from byhand.errors import ProblemError

Rule = Literal["hebb", "pseudo-inverse"]
States = Literal["bipolar", "binary"]
Scale = Literal["none", "units", "patterns"]
AtZero = Literal["keep", "fire", "rest"]

LOWER: Mapping[str, int] = {"bipolar": -1, "binary": 0}


def storing(kind: Hopfield, *, onto: bool = False) -> str:
    """The lines that store patterns.

    Parameters
    ----------
    kind : Hopfield
    onto : bool
        Beside what W has stored already.

    Returns
    -------
    str

    Examples
    --------
    >>> print(storing(Hopfield(states="binary")))
    P = 2*patterns - 1
    W = M*(P.T @ P)
    >>> print(storing(Hopfield(rule="pseudo-inverse", diagonal=True)))
    Q = patterns @ patterns.T
    W = patterns.T @ solve(Q, patterns)
    """
    lines, P = ([], "patterns") if kind.states == "bipolar" else (["P = 2*patterns - 1"], "P")
    if kind.rule == "hebb":
        products = f"{P}.T @ {P}"
        scale = {"none": "", "units": "/n", "patterns": "/p"}[kind.normalise]
    else:
        lines.append(f"Q = {P} @ {P}.T")
        products, scale = f"{P}.T @ solve(Q, {P})", ""
    whole = products if kind.diagonal and not scale else f"({products}){scale}"
    whole = whole if kind.diagonal else f"M*{whole}"
    lines.append(f"W_new = W + {whole}" if onto else f"W = {whole}")
    return "\n".join(lines)


def firing(kind: Hopfield, field: str, before: str) -> str:
    """The state that follows from a field.

    Parameters
    ----------
    kind : Hopfield
    field, before : str
        The names of the field and of the state so far.

    Examples
    --------
    >>> firing(Hopfield(at_zero="fire", states="binary"), "u1", "s0[3]")
    'where(u1 >= 0, 1, 0)'
    >>> firing(Hopfield(), "u1", "s0[3]")
    'where(u1 == 0, s0[3], where(u1 > 0, 1, -1))'
    """
    low = LOWER[kind.states]
    if kind.at_zero == "fire":
        return f"where({field} >= 0, 1, {low})"
    signed = f"where({field} > 0, 1, {low})"
    return signed if kind.at_zero == "rest" else f"where({field} == 0, {before}, {signed})"


class Hopfield(Settings):
    """Patterns to store, a state to begin with, or both; without patterns W is given."""

    optional: ClassVar[tuple[str, ...]] = ("b", "theta")

    rule: Rule = "hebb"
    states: States = "bipolar"
    diagonal: bool = False
    normalise: Scale = "none"
    at_zero: AtZero = "keep"
    synchronous: bool = False
    order: Literal["random", "sequential"] | Annotated[list[NonNegativeInt], Field(min_length=1)] = "random"
    external: bool = False
    max_sweeps: PositiveInt = 100
    random_state: int | None = None

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of the start, the weights, what is added to the fields, and the patterns."""
        each = ("units",)
        return {"x": each, "W": ("units", "units"), "b": each, "theta": each, "patterns": ("patterns", *each)}

    def needed(self, shapes: Shapes, found: Mapping[str, Any]) -> set[str]:
        """Patterns, or weights and a start."""
        return set() if "patterns" in found else {"x", "W"}

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """What is no state; a bipolar start may have zeros where nothing is known."""
        allowed = (-1, 0, 1) if self.states == "bipolar" else (0, 1)
        strange = x[~np.isin(x, allowed)]
        if not strange.size:
            return None
        return ProblemError(
            "key_choice", key="x", found=f"{strange[0]:g}", known=", ".join(map(str, allowed))
        )

    def orders(self, units: int) -> Iterator[np.ndarray]:
        """The order of the units in each sweep."""
        for sweep in count():
            if self.order == "random":
                yield np.random.default_rng((self.random_state or 0, 1, sweep)).permutation(units)
            else:
                yield np.arange(units) if self.order == "sequential" else np.array(self.order)

    def added(self, given: Mapping[str, Any]) -> Added:
        """What is added to a field; zeros are left out."""
        names = {"b": "+", "theta": "-"} | ({"x": "+"} if self.external else {})
        return {name: sign for name, sign in names.items() if np.any(given[name])}
