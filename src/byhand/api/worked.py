"""A calculation worked out in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from byhand.api.form import Form
from byhand.api.lesson import Lesson
from byhand.api.result import Result
from byhand.api.why import Why
from byhand.errors import ProblemError
from byhand.lesson.conventions import conventions
from byhand.lesson.telling import Telling, labels_of, tell
from byhand.lesson.warnings import warnings
from byhand.sources.characters import canonical
from byhand.sources.following import following
from byhand.sources.problem import Problem, make_problem, read_problem
from byhand.sources.task import Task, set_up
from byhand.trace.accounting import accounted
from byhand.trace.lookup import number
from byhand.trace.named import last_updates, named_gradients, named_values
from byhand.trace.program import lines_of
from byhand.trace.record import record
from byhand.trace.run import Run, Update, run
from byhand.words import system_language

Found = TypeVar("Found")
_AMERICAN = {"minimize": "minimise", "maximize": "maximise"}


class Work(Result):
    """A problem worked out: every number of it by name, and ways to read it.

    Where a given has no number (``"?"``), None stands for every number that is calculated.

    Attributes
    ----------
    task : Task
    run : Run
    then : Work or None
        What was worked out next with the values that this left, where the problem says so.
    """

    def __init__(self, task: Task, worked: Run, then: Work | None = None) -> None:
        self.task, self.run, self.then = task, worked, then

    @property
    def values(self) -> dict[str, Any]:
        """Every named value of the first step; one a sample where samples differ."""
        return named_values(self.run)

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of the objective by every named value, in the first step."""
        return named_gradients(self.run)

    @property
    def updates(self) -> dict[str, Update]:
        """The last step's update of every learned name."""
        return last_updates(self.run)

    def number(self, name: str) -> Any:
        """One number by name: ``h1``, ``dL/dw1``, ``dh1/dw1``, ``W1[0,2]``, ``w1_new``, ``L#31``.

        Raises
        ------
        ProblemError
            There is no such number in this calculation, nor in what follows.
        """
        return self._first(lambda one: number(one.run, canonical(name)))

    def lesson(self, **how: Any) -> Lesson:
        """The whole calculation told.

        Parameters
        ----------
        **how
            ``language`` ("en" or "zh"; default the locale's), ``digits``, ``scalar``, ``by`` ("layers",
            "paths" or "delta"), ``verify``: see `byhand.lesson.telling.Telling`.
        """
        document = tell(self.task, self.run, _telling(how))
        return Lesson(document.followed_by(self.then.lesson(**how).document) if self.then else document)

    def why(self, name: str, **how: Any) -> Why:
        """The derivation of one number along its own paths.

        Parameters
        ----------
        name : str
            As for `number`.
        **how
            As for `lesson`.

        Raises
        ------
        ProblemError
        """
        telling = _telling(how)

        def derived(one: Work) -> Why:
            found = accounted(one.run, canonical(name), telling.terms, telling.depth)
            return Why(found, one.run.plan.rule, partial(labels_of, one.task), telling)

        return self._first(derived)

    def _first(self, found: Callable[[Work], Found]) -> Found:
        """What is found here, else in what follows."""
        try:
            return found(self)
        except ProblemError:
            if self.then is None:
                raise
            return self.then._first(found)

    def to_python(self) -> str:
        """The same calculation as plain NumPy that runs and prints the same numbers."""
        from byhand.views import python

        script = python.render(self.task, self.run)
        return f"{script}\n{self.then.to_python()}" if self.then else script

    def written(self, form: Form, width: int = 80, **how: Any) -> str:
        """In a form by its name."""
        return self.to_python() if form == Form.python else super().written(form, width, **how)

    def record(self) -> dict[str, Any]:
        """Everything that was worked out: see `byhand.trace.record.record`; under ``then`` what follows."""
        found = record(self.run, conventions(self.task, self.run), warnings(self.task, self.run))
        return {**found, "then": self.then.record()} if self.then else found

    def __repr__(self) -> str:
        return f"<Work: {', '.join(name for name in lines_of(self.run.program))}>"


def _telling(how: Mapping[str, Any]) -> Telling:
    return Telling(**{"language": system_language(), **how})


def work(
    problem: str | Mapping[str, Any] | Problem | Path | Callable[..., Any],
    *arguments: Any,
    exact: bool = False,
    progress: Any = None,
    **options: Any,
) -> Work:
    """Work a calculation out in full.

    A JAX function runs once on its arguments, and its calculation is told under its author's names: local
    variables, arguments, the keys of a dictionary of arrays. A name bound again gets a number (``h_2``); one
    inside `scan` or `while_loop` has the number of its step (``h_1``, ``h_2`` …).

    Parameters
    ----------
    problem : str, Path, mapping, Problem or callable
        Formulas, one assignment a line; or a problem with the keys of a problem file; or the path
        of one (as a `Path`); or a JAX function of arrays, whose first result is differentiated.
    *arguments
        After a problem, a mapping of values by name (``given``): numbers or nested lists. After a function,
        its arguments: arrays, or trees of arrays.
    exact : bool
        Calculate with fractions where the operations allow.
    progress : callable, optional
        Told the number of each iteration and its objective.
    **options
        Other keys of a problem file (``rate``, ``minimise``, ``steps`` …); any other name is a given. For a
        function ``rate``, ``rule``, ``rule_settings`` and ``learn`` (default: the arrays of its first
        argument), to work one update out; any other name is an argument of the function.

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
    if callable(problem):
        from byhand.sources.function.source import set_up_function

        if exact:
            raise ProblemError("function_not_exact")
        task = set_up_function(problem, arguments, options)
    else:
        task = set_up(posed(problem, options, *arguments), exact)
    done = run(task.program, task.given, task.plan, progress)
    if not task.problem.then:
        return Work(task, done)
    return Work(task, done, work(following(task, done), exact=exact, progress=progress))


def posed(source: Any, options: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Problem:
    """The problem of a source, with what the caller gave put over it.

    Parameters
    ----------
    source : str, Path, mapping or Problem
    options : mapping
        Keys of a problem file; any other name is a given.
    given : mapping, optional

    Returns
    -------
    Problem

    Raises
    ------
    ProblemError
    """
    if isinstance(source, Path):
        source = read_problem(source)
    if isinstance(source, str):
        source = {"problem": source}
    base = (
        source.model_dump(by_alias=True, exclude_unset=True) if isinstance(source, Problem) else dict(source)
    )
    options = {"given": given or {}} | {_AMERICAN.get(key, key): value for key, value in options.items()}
    given = options.pop("given")
    if not isinstance(given, Mapping):
        raise ProblemError("key_table", key="given", found=str(given)[:60])
    keys = Problem.model_fields.keys()
    base.update({key: value for key, value in options.items() if key in keys})
    more = {key: value for key, value in options.items() if key not in keys}
    values = {name: _listed(value) for name, value in {**given, **more}.items()}
    if values:
        base["given"] = {**base.get("given", {}), **values}
    if isinstance(source, Problem) and (values or options):
        # What was written about the problem as posed need not hold for the changed one.
        base.pop("about", None)
        base.pop("conclusion", None)
    return make_problem(base)


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
