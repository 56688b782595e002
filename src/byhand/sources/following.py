"""The problem that is worked out next, with the values that a step leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byhand.sources.formula import read_lines
from byhand.sources.problem import Problem, make_problem
from byhand.trace.program import build, givens_of

# What it has in common with the problem before it, where it says nothing else.
SHARED = ("rate", "rule", "rule_settings", "order", "reduce")


def following(problem: Problem, left: Mapping[str, Any]) -> Problem:
    """The problem under `then`; what its lines use and it does not give has the value that was left.

    Parameters
    ----------
    problem : Problem
        One that says what follows.
    left : mapping
        Numbers and arrays by name.

    Returns
    -------
    Problem

    Raises
    ------
    ProblemError, FormulaError

    Examples
    --------
    >>> first = make_problem({"problem": "L = w^2", "rate": 0.5, "then": {"problem": "M = 3*w"}})
    >>> then = following(first, {"w": 2.0, "u": 1.0})
    >>> then.given, then.rate
    ({'w': 2.0}, 0.5)
    """
    shared = {key: getattr(problem, key) for key in SHARED if key in problem.model_fields_set}
    then = make_problem({**shared, **problem.then})
    own = {*then.given, *then.samples}
    used = givens_of(build(read_lines(then.problem).expressions))
    carried = {name: left[name] for name in used if name in left and name not in own}
    return then.model_copy(update={"given": {**then.given, **carried}})
