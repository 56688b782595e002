"""A JAX function and its arguments as a task that is ready to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax

from byhand.errors import ProblemError
from byhand.sources.function.arguments import Argument, read_arguments
from byhand.sources.function.lines import program_of
from byhand.sources.function.recording import Recorder, record
from byhand.sources.problem import make_problem
from byhand.sources.task import Task, learned_names, planned
from byhand.trace.program import givens_of, lines_of

KEYS = ("rate", "rule", "rule_settings", "learn")


def set_up_function(function: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]) -> Task:
    """Run a function once and make a task of what it calculated.

    Parameters
    ----------
    function : callable
        Any JAX function of arrays; its first result is differentiated.
    args : tuple
        Arrays, or trees of arrays.
    options : mapping
        ``rate``, ``rule``, ``rule_settings``, ``learn`` as in a problem; all else are arguments.

    Returns
    -------
    Task

    Raises
    ------
    ProblemError, CalculationError
    """
    arguments = read_arguments(function, args, {k: v for k, v in options.items() if k not in KEYS})

    def made(recorder: Recorder) -> Any:
        return jax.tree.unflatten(arguments.structure, [_passed(recorder, leaf) for leaf in arguments.leaves])

    recorder, results = record(function, made)
    if not results or results[0] is None:
        raise ProblemError("constant_result")
    names = recorder.names
    title = _title(function)
    program, constants = program_of(
        names.nodes(), [node for node in results if node is not None], names, title or "f"
    )
    used = givens_of(program)
    leaves = sorted(filter(lambda leaf: leaf.counts, arguments.leaves), key=lambda leaf: _turn(leaf, used))
    given = {leaf.name: leaf.value for leaf in leaves}
    first = (
        {} if options.get("rate") is None else {"learn": [leaf.name for leaf in leaves if leaf.place == 0]}
    )
    asked = {key: value for key, value in options.items() if key in KEYS}
    problem = make_problem({"title": title, "problem": "", **first, **asked})
    learn = learned_names(problem, given, {*given, *constants, *lines_of(program)})
    given |= constants
    plan = planned(problem, program, given, {}, names.of(results[0]), learn)
    return Task(problem, program, given, plan)


def _turn(leaf: Argument, used: list[str]) -> tuple[int, int]:
    """Arguments in their order, arrays of one argument in the order in which they are first used."""
    return leaf.place, used.index(leaf.name) if leaf.name in used else len(used)


def _passed(recorder: Recorder, leaf: Argument) -> Any:
    """An argument as the function gets it."""
    return recorder.given(leaf.name, leaf.value) if leaf.counts else leaf.value


def _title(function: Callable[..., Any]) -> str:
    """What a function is called; nothing for a lambda."""
    name = str(getattr(function, "__name__", ""))
    return "" if name.startswith("<") else name
