"""One step of a network's learning: what its estimator and a problem file say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from byhand.errors import ProblemError

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
AUTO = BeforeValidator(lambda value: None if value == "auto" else value)
Share = Annotated[float, Field(ge=0, le=1)]
Shapes = dict[str, tuple[str | int, ...]]


@dataclass(frozen=True)
class Step:
    """The equations of a step, and what they are worked out from.

    Attributes
    ----------
    lines : str
        Formula lines of one sample; of all samples, where they learn `together`.
    update : str
        Lines that give each learned NAME its ``NAME_new``; a network that descends has none.
    aim : mapping
        Of a descent, by the keys of a problem: what is minimised or maximised, and what learns.
    penalised : tuple of str
        The weights that a penalty keeps small.
    given : mapping
        What stands in the lines besides weights and samples.
    labels : mapping
        What names mean, by language.
    headings : mapping
        What stands above lines, by the names these define, by language.
    roles : mapping
        What a given is there for, where the lines alone do not show it: a key of `byhand.lesson.roles`.
    together : bool
        `given` holds the samples already, all in one array.
    then : Step or None
        What is done next, with the values that this step leaves.
    own : tuple of str
        Of such a step: the names that differ from sample to sample and stand in it alone.
    """

    lines: str
    update: str = ""
    aim: Mapping[str, Any] = field(default_factory=dict)
    penalised: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    together: bool = False
    then: Step | None = None
    own: tuple[str, ...] = ()


class Settings(BaseModel):
    """What the equations of a network depend on, by the names and defaults of its estimator's parameters.

    Attributes
    ----------
    sample : tuple of str
        The names that differ from sample to sample.
    optional : tuple of str
        Names that need not be given; they are 0 then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    sample: ClassVar[tuple[str, ...]] = ("x",)
    optional: ClassVar[tuple[str, ...]] = ()

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """The shape of everything to be given; a letter stands for one number wherever it stands."""
        raise NotImplementedError

    def needed(self, shapes: Shapes, found: Mapping[str, Any]) -> set[str]:
        """Which names must be given, where these are."""
        return shapes.keys() - self.optional

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """Why the network cannot take an input; None where it can."""
        return None

    def step(self, weights: Mapping[str, np.ndarray], samples: Mapping[str, Any]) -> Step:
        """The next step.

        Parameters
        ----------
        weights : mapping
            All that is given besides samples.
        samples : mapping
            For each name its value in each sample.
        """
        raise NotImplementedError


def posed(step: Step, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> dict[str, Any]:
    """A step as a problem: a mapping by the keys of a problem file.

    Several samples are learned one after the other where the lines say how; a descent takes their mean.

    Parameters
    ----------
    step : Step
    weights : mapping
    samples : mapping

    Returns
    -------
    dict

    Examples
    --------
    >>> posed(Step("y = w*x", "w_new = w + y*x"), {"w": 0.5}, {"x": [2.0]})
    {'problem': 'y = w*x', 'update': 'w_new = w + y*x', 'steps': 1, 'given': {'x': 2.0, 'w': 0.5}}
    """
    if step.then:
        later = {name: column for name, column in samples.items() if name in step.then.own}
        first = {name: column for name, column in samples.items() if name not in later}
        then = posed(step.then, {}, later)
        return {**posed(replace(step, then=None), weights, first), "then": then}
    problem: dict[str, Any] = {"problem": step.lines, **step.aim}
    given = {**weights, **step.given}
    count = 1 if step.together else len(next(iter(samples.values())))
    if step.update:
        problem |= {"update": step.update, "steps": count}
    if step.labels:
        problem["labels"] = dict(step.labels)
    if step.headings:
        problem["headings"] = dict(step.headings)
    if step.roles:
        problem["roles"] = dict(step.roles)
    if step.together:
        return {**problem, "given": {**step.given, **weights}}
    if count == 1:
        return {**problem, "given": {**{name: column[0] for name, column in samples.items()}, **given}}
    return {**problem, "given": given, "samples": {name: list(column) for name, column in samples.items()}}
