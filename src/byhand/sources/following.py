"""The problem that is worked out next, with the values that a step leaves."""

from __future__ import annotations

from byhand.sources.formula import read_lines
from byhand.sources.problem import Problem, make_problem
from byhand.sources.task import Task
from byhand.trace.program import build, givens_of
from byhand.trace.run import Run

# What it has in common with the problem before it, where it says nothing else.
SHARED = (
    *("rate", "rule", "rule_settings", "schedule", "schedule_settings", "clip_norm"),
    *("order", "reduce"),
)


def following(task: Task, done: Run) -> Problem:
    """The problem under `then`; what its lines use and it does not give has the value that was left.

    Parameters
    ----------
    task : Task
        Of a problem that says what follows.
    done : Run

    Returns
    -------
    Problem

    Raises
    ------
    ProblemError, FormulaError

    Examples
    --------
    >>> from byhand.sources.task import set_up
    >>> from byhand.trace.run import run
    >>> first = {"problem": "L = w^2", "given": {"w": 3}, "rate": 0.5, "then": {"problem": "M = 2*w"}}
    >>> task = set_up(make_problem(first))
    >>> then = following(task, run(task.program, task.given, task.plan))
    >>> then.given, then.rate
    ({'w': 0.0}, 0.5)
    """
    before, left = task.problem, {**task.given, **done.starts[-1]}
    shared = {key: getattr(before, key) for key in SHARED if key in before.model_fields_set}
    then = make_problem({**shared, **before.then})
    own = {*then.given, *then.samples}
    used = givens_of(build(read_lines(then.problem).expressions))
    carried = {name: left[name] for name in used if name in left and name not in own}
    return then.model_copy(update={"given": {**then.given, **carried}})
