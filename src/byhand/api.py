"""The Python front door: a calculation worked out in full."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from byhand.errors import ProblemError
from byhand.sources.problem import Problem, make_problem, parse_problem, read_problem
from byhand.sources.task import Task, set_up
from byhand.trace.lookup import number, value_in
from byhand.trace.program import is_inner
from byhand.trace.run import Run, Update, run


class Work:
    """A problem worked out: every number of it by name, and ways to read it.

    Attributes
    ----------
    task : Task
    run : Run
    """

    def __init__(self, task: Task, worked: Run) -> None:
        self.task, self.run = task, worked

    @property
    def values(self) -> dict[str, Any]:
        """Every named value of the first step; one a sample where samples differ."""
        first = self.run.first
        return {name: value_in(self.run, first, name) for name in first.forwards[0].values if not is_inner(name)}

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of the objective by every named value, in the first step."""
        return {name: value for name, value in self.run.first.gradients.items() if not is_inner(name)}

    @property
    def updates(self) -> dict[str, Update]:
        """The last step's update of every learned name."""
        last = self.run.last_update
        return last.updates if last else {}

    def number(self, name: str) -> Any:
        """One number by name: ``h1``, ``dL/dw1``, ``dh1/dw1``, ``W1[0,2]``, ``w1_new``, ``L#31``.

        Raises
        ------
        ProblemError
            There is no such number in this calculation.
        """
        return number(self.run, name)


def work(
    problem: str | Mapping[str, Any] | Problem | Path,
    given: Mapping[str, Any] | None = None,
    *,
    exact: bool = False,
    progress: Any = None,
    **options: Any,
) -> Work:
    """Work a calculation out in full.

    Parameters
    ----------
    problem : str, Path, mapping or Problem
        Formulas, one assignment a line; or a problem with the keys of a problem file; or the path
        of one (as a `Path`).
    given : mapping, optional
        Values by name: numbers or nested lists.
    exact : bool
        Calculate with fractions where the operations allow.
    progress : callable, optional
        Told the number of each iteration and its objective.
    **options
        Other keys of a problem file (``rate``, ``minimise``, ``steps`` …); any other name is a given.

    Returns
    -------
    Work

    Raises
    ------
    FormulaError, ProblemError, CalculationError

    Examples
    --------
    >>> w = work("d = a + b\\nf = d * c", a=5, b=-6, c=7, maximise="f", rate=0.01)
    >>> w.values["f"], w.gradients["a"], w.updates["a"].new
    (-7.0, 7.0, 5.07)
    """
    task = set_up(_problem(problem, given, options), exact)
    return Work(task, run(task.program, task.given, task.plan, progress))


def _problem(source: Any, given: Mapping[str, Any] | None, options: dict[str, Any]) -> Problem:
    """The problem of a source, with what the caller gave put over it."""
    if isinstance(source, Path):
        source = read_problem(source)
    if isinstance(source, str):
        source = {"problem": source}
    base = source.model_dump(by_alias=True, exclude_unset=True) if isinstance(source, Problem) else dict(source)
    keys = Problem.model_fields.keys() - {"given"}
    base.update({key: value for key, value in options.items() if key in keys})
    more = {key: value for key, value in options.items() if key not in keys}
    values = {name: _listed(value) for name, value in {**(given or {}), **more}.items()}
    if values:
        base["given"] = {**base.get("given", {}), **values}
    return make_problem(base)


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def examples() -> list[str]:
    """The names of the built-in examples."""
    folder = resources.files("byhand.examples")
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def example(name: str) -> Problem:
    """A built-in example by name.

    Raises
    ------
    ProblemError
        There is none of that name.
    """
    if name not in examples():
        raise ProblemError("unknown_example", name=name[:60], known=", ".join(examples()))
    return parse_problem(resources.files("byhand.examples").joinpath(f"{name}.toml").read_text("utf-8"))
