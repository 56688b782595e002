"""One number of a network's next training step, without working the whole step out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from byhand.api.lesson import Lesson
from byhand.api.result import Result
from byhand.errors import ProblemError
from byhand.lesson.document import Inlines
from byhand.lesson.telling import Telling
from byhand.lesson.why import explained
from byhand.rules import Rule
from byhand.sources.characters import canonical
from byhand.sources.following import following
from byhand.sources.problem import make_problem
from byhand.sources.task import set_up
from byhand.trace.accounting import AMONG_ARRAYS
from byhand.trace.moment import Account, Moment, account, title
from byhand.trace.run import run
from byhand.trace.widened import Widened
from byhand.words import system_language


class Why(Result):
    """The derivation of one number.

    Attributes
    ----------
    value : float, Fraction, ndarray or None
    account : Account
    """

    def __init__(
        self,
        found: Account,
        rule: Rule | None,
        labels: Callable[[str], Mapping[str, Inlines]],
        how: Telling,
    ) -> None:
        self.account = found
        self.value = found.value.item() if isinstance(found.value, np.generic) else found.value
        self._rule, self._labels, self._how = rule, labels, how

    def lesson(self, **how: Any) -> Lesson:
        """The derivation told, as was asked for or otherwise: see `byhand.lesson.telling.Telling`."""
        telling = replace(self._how, **how)
        return Lesson(explained(self.account, self._rule, self._labels(telling.language), telling))

    def record(self) -> dict[str, Any]:
        """As numbers, texts, lists and mappings: see `byhand.views.why_json.record`."""
        from byhand.views import why_json

        return why_json.record(self.account, self._how.terms)

    def __repr__(self) -> str:
        return f"<Why: {title(self.account.what)} = {self.value}>"


def why(problem: Mapping[str, Any], name: str, **how: Any) -> Why:
    """Why one number of a training step is what it is; only what it rests on is worked out.

    Parameters
    ----------
    problem : mapping
        By the keys of a problem file, with one sample; matrices of float32 are not copied. A target may be
        ``"?"``: then the values of the forward pass can be asked for.
    name : str
        ``a1[3]``, ``L``, ``dL/dW1[3,17]``, ``da1[3]/dx[5]``, ``W1[3,17]_new``; what the step does not
        have is looked for in what follows it.
    **how
        ``language``, ``digits``, ``terms``, ``depth``: see `byhand.lesson.telling.Telling`.

    Returns
    -------
    Why

    Raises
    ------
    ProblemError
        There is no such number, or it needs a target that is missing.
    CalculationError

    Examples
    --------
    >>> w = np.array([[0.5, -1.0]], np.float32)
    >>> step = {"problem": "z = w @ x", "given": {"w": w, "x": [3.0, 2.0]}}
    >>> why(step, "z[0]").value
    -0.5
    """
    telling = Telling(**{"language": system_language(), **how})
    moment = moment_of(problem)
    depth = AMONG_ARRAYS if telling.depth is None else telling.depth
    try:
        found = account(moment, canonical(name), telling.terms, depth)
    except ProblemError:
        if not problem.get("then"):
            raise
        return why(_next(problem), name, **how)
    return Why(found, moment.plan.rule, lambda language: {}, telling)


def _next(problem: Mapping[str, Any]) -> dict[str, Any]:
    """What follows a training step; that is worked out for it."""
    task = set_up(make_problem(problem))
    then = following(task, run(task.program, task.given, task.plan))
    return then.model_dump(by_alias=True, exclude_unset=True)


def moment_of(problem: Mapping[str, Any]) -> Moment:
    """The one sample of a training step, its large arrays as they are."""
    given, kept = problem["given"], problem.get("rule_state", {})
    small = {name: np.zeros((1,) * np.ndim(value)).tolist() for name, value in given.items()}
    posed = {key: value for key, value in problem.items() if key != "rule_state"}
    task = set_up(make_problem({**posed, "given": small}))
    plan = replace(task.plan, state={"t": kept.get("t", 0)}, numberless=frozenset())
    known = {name: _wide(value) for name, value in given.items() if not isinstance(value, str)}
    return Moment(task.program, known, plan, 1, kept)


def _wide(value: Any) -> Any:
    """A number or an array as float64; a matrix of float32 as it is, to be widened where it is used."""
    array = np.asarray(value)
    if array.ndim > 1 and array.dtype == np.float32:
        return Widened(array)
    return array.astype(np.float64) if array.ndim else float(array)
