"""What a topic makes: the formulas and numbers of an exercise, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Aim(NamedTuple):
    """A target set so that the error comes out short: ``target = output - error``."""

    target: str
    output: str
    error: float


class Draft(NamedTuple):
    """One exercise before it is tried.

    Attributes
    ----------
    lines : list of str
    given : dict
    objective : str or None
        None where nothing is differentiated.
    by : tuple of str
        The given names by which the objective is differentiated; they are learned where there is a rate.
    through : tuple of str or None
        The lines by which it is differentiated; None for all that lie between.
    local : tuple of (str, str)
        Further derivatives that are asked: (of, by).
    results : tuple of str
        The lines that are results; the objective always is.
    exact : bool
        Every number comes out as a short decimal.
    rate : float or None
    rule : str
    settings : mapping
        The rule's.
    steps : int
    aim : Aim or None
    free : frozenset of str
        Names that may be 0 or 1 (decisions).
    kept : frozenset of str
        Lines that may equal another value (a weight that is left as it was).
    """

    lines: list[str]
    given: dict[str, float]
    objective: str | None
    by: tuple[str, ...] = ()
    through: tuple[str, ...] | None = None
    local: tuple[tuple[str, str], ...] = ()
    results: tuple[str, ...] = ()
    exact: bool = False
    rate: float | None = None
    rule: str = "sgd"
    settings: Mapping[str, float] = {}
    steps: int = 1
    aim: Aim | None = None
    free: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def problem(self) -> dict[str, Any]:
        """The keys of a problem file."""
        keys: dict[str, Any] = {"problem": "\n".join(self.lines) + "\n"}
        if self.objective is None:
            keys["table"] = [line.partition(" =")[0] for line in self.lines]
        else:
            keys["minimise"] = self.objective
        if self.rate is not None:
            keys["rate"] = self.rate
            keys["learn"] = list(self.by)
            if self.rule != "sgd":
                keys["rule"] = self.rule
            if self.settings:
                keys["rule_settings"] = dict(self.settings)
            if self.steps > 1:
                keys["steps"] = self.steps
        return {**keys, "given": dict(self.given)}


def weighted(weights: list[str], values: list[str], bias: str = "") -> str:
    """A weighted sum as a formula: ``w1*x1 + w2*x2 + b``."""
    terms = [f"{weight}*{value}" for weight, value in zip(weights, values, strict=True)]
    return " + ".join([*terms, *([bias] if bias else [])])
