"""What the warnings look at: the run, its network, and every sample's values at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from byhand.errors import CalculationError
from byhand.lesson.layers import layers
from byhand.lesson.network import Network
from byhand.ops import OPS
from byhand.sources.task import Task
from byhand.trace.comparisons import Comparison, comparisons
from byhand.trace.forward import Forward, run_forward
from byhand.trace.program import Program, depends_on
from byhand.trace.run import Run

MOST_SAMPLES = 200


@dataclass(frozen=True)
class Warning:
    """Something a teacher would point out.

    Attributes
    ----------
    code : str
        Its sentence is ``warning.<code>``.
    facts : mapping
        Numbers as numbers, names as tuples of names, the rest as text that is the same in every language.
    names : tuple of str
        The values it is about.
    """

    code: str
    facts: Mapping[str, Any]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """A run that differentiates something, with what several warnings need of it."""

    task: Task
    run: Run
    objective: str

    @property
    def program(self) -> Program:
        """The program that was run."""
        return self.run.program

    @cached_property
    def learned(self) -> tuple[str, ...]:
        """The names that are updated; where nothing is, every given that is no sample."""
        return self.run.plan.learn or tuple(
            name for name in self.run.given if name not in self.run.plan.samples
        )

    @cached_property
    def forwards(self) -> tuple[Forward, ...]:
        """The forward pass of every sample at the start (of the first ones, where there are very many)."""
        plan = self.run.plan
        if not plan.online:
            return self.run.first.forwards
        rows = range(min(plan.sample_count, MOST_SAMPLES))
        samples = [{name: column[k] for name, column in plan.samples.items()} for k in rows]
        try:
            return tuple([run_forward(self.program, {**self.run.given, **sample}) for sample in samples])
        except CalculationError:  # a sample that was not reached cannot be calculated
            return self.run.first.forwards

    @cached_property
    def network(self) -> Network | None:
        """The layered network, if it is one."""
        return layers(self.program, self.forwards[0].values)

    @cached_property
    def compared(self) -> list[Comparison]:
        """Its comparisons of targets with outputs."""
        return comparisons(self.program)

    @cached_property
    def reaching(self) -> set[str]:
        """Every name from which a gradient comes back."""
        return depends_on(self.program, self.objective)

    @cached_property
    def learning(self) -> set[str]:
        """Every name before which a learned value lies."""
        names = set(self.learned)
        for equation in self.program.equations:
            if not OPS[equation.op].discrete and not names.isdisjoint(
                arg for arg in equation.args if isinstance(arg, str)
            ):
                names.add(equation.name)
        return names

    def every(self, name: str) -> Iterator[Any]:
        """A value in each sample."""
        return (forward.values[name] for forward in self.forwards)


def shown(name: str) -> str:
    """The name under which a reader knows a step: an inner step goes by its line."""
    return name.split(".")[0]
