"""The gradients of somebody's own code checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from byhand.api.lesson import Lesson
from byhand.api.result import Result
from byhand.api.worked import work
from byhand.check.gradients import Compared, compare_gradients
from byhand.check.measured import as_array, measured, whole
from byhand.lesson.gradients import tell_gradients
from byhand.sources.problem import Problem
from byhand.trace.lookup import need_numbers
from byhand.trace.record import jsonable
from byhand.words import system_language

SCHEMA = "byhand.gradients/1"


class CheckedGradients(Result):
    """Gradients of somebody's own code that were checked.

    Attributes
    ----------
    compared : list of Compared
        One a parameter, from the last one to the first.
    """

    def __init__(self, compared: list[Compared]) -> None:
        self.compared = compared

    @property
    def first_wrong(self) -> str | None:
        """The first wrong one, counted from the output back."""
        return next((one.name for one in self.compared if one.verdict != "right"), None)

    @property
    def verdict(self) -> str:
        """``right`` or ``wrong``."""
        return "wrong" if self.first_wrong else "right"

    def record(self) -> dict[str, Any]:
        """Each parameter's verdict, its largest difference and where, and the likely mistake."""
        gradients = [jsonable(one._asdict()) for one in self.compared]
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "first_wrong": self.first_wrong,
            "gradients": gradients,
        }

    def lesson(self, language: str | None = None, digits: int = 6) -> Lesson:
        """The comparison told."""
        return Lesson(tell_gradients(self.compared, language or system_language(), digits))


def check_gradients(
    own_gradients: Mapping[str, Any],
    loss: Callable[..., Any] | str | Path | Mapping[str, Any] | Problem,
    params: Mapping[str, Any] | None = None,
    *args: Any,
) -> CheckedGradients:
    """Check the gradients of somebody's own backpropagation, parameter by parameter.

    Parameters
    ----------
    own_gradients : mapping
        Arrays by the names of the parameters: NumPy, PyTorch, JAX or nested lists.
    loss : callable or problem
        ``loss(params, *args)``, a single number; or a problem (formulas, a mapping, a path), whose objective
        is differentiated.
    params : mapping, optional
        The parameters by name, in the order of the forward pass; with a problem its learned names.
    *args
        What else the loss takes: inputs and targets, with samples along the first axis.

    Returns
    -------
    CheckedGradients

    Raises
    ------
    ProblemError, FormulaError, CalculationError
        The problem cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    >>> params = {"w": np.array(0.5), "b": np.array(0.1)}
    >>> def loss(p, x, y):
    ...     return np.mean((p["w"] * x + p["b"] - y) ** 2)
    >>> error = 0.5 * x + 0.1 - y
    >>> checked = check_gradients({"w": np.mean(2 * error * x), "b": np.sum(2 * error)}, loss, params, x, y)
    >>> checked.first_wrong, checked.compared[0].cause
    ('b', 'count_left_out')
    """
    if not callable(loss):
        worked = work(loss)
        need_numbers(worked.run)
        names = worked.run.plan.learn or tuple(worked.run.given)
        true = {name: whole(as_array(worked.gradients[name])) for name in names}
        counts = tuple({worked.run.plan.sample_count} - {1})
        return CheckedGradients(compare_gradients(own_gradients, true, counts, {}))
    known = dict(params or {})
    lengths = {len(arg) for arg in args if getattr(arg, "ndim", 0)}
    counts = tuple(sorted(lengths - {1}))
    true = measured(loss, known, args)
    last = {}
    if len(counts) == 1 and all(getattr(arg, "ndim", 0) for arg in args):
        last = measured(loss, known, tuple(arg[-1:] for arg in args))
    return CheckedGradients(compare_gradients(own_gradients, true, counts, last))
