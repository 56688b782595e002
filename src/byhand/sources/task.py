"""A problem made ready to work out: its program, its numbers, and the plan of what to do with them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import ProblemError
from byhand.rules import RULES, Rule, ascending
from byhand.sources.characters import composed, plain, spelled
from byhand.sources.formula import Lines, read_lines
from byhand.sources.problem import Problem, number_or_array, read_given, read_samples
from byhand.trace.program import Program, build, givens_of, ordered
from byhand.trace.run import Plan


class Task(NamedTuple):
    """A problem ready to run.

    Attributes
    ----------
    problem : Problem
    program : Program
    given : dict
        Numbers and arrays by name.
    plan : Plan
    symbolic : bool
        Some given has no number: the derivation is told in symbols alone.
    """

    problem: Problem
    program: Program
    given: dict[str, Any]
    plan: Plan
    symbolic: bool


def set_up(problem: Problem, exact: bool = False) -> Task:
    """Check that the parts of a problem fit together and make it ready.

    Parameters
    ----------
    problem : Problem
    exact : bool
        Numbers as fractions.

    Raises
    ------
    FormulaError, ProblemError
    """
    lines = read_lines(problem.problem)
    given, open_names = read_given(problem)
    samples = read_samples(problem)
    known = {**given, **samples}
    _check_names(lines, given, samples)
    learn = _learned(problem, given)
    objective = _objective(problem, lines)
    arrays = {name for name, value in known.items() if np.ndim(value) and name not in samples}
    if problem.penalty is not None and objective is not None:
        lines, objective = _with_penalty(lines, problem, objective, learn, arrays, known)
    program = build(ordered(lines.expressions, lines.sources), lines.sources)
    _check_known(program, known)
    if exact:
        given = {name: as_fractions(value) for name, value in given.items()}
        samples = {name: [as_fractions(value) for value in column] for name, column in samples.items()}
        program = _with_fractions(program)
    rule = _rule(problem) if learn else None
    plan = Plan(
        objective=objective,
        maximise=problem.maximise is not None,
        rule=rule,
        settings=_settings(problem, rule, exact),
        state=_state(problem),
        learn=learn,
        steps=(problem.steps or 1) if learn else 0,
        until=problem.until if learn else None,
        samples=samples,
        online=problem.order == "online",
        mean=problem.reduce == "mean",
    )
    return Task(problem, program, given, plan, bool(open_names))


def as_fractions(value: Any) -> Any:
    """A number or an array with every decimal as the fraction it is written as."""
    if isinstance(value, np.ndarray):
        return np.array([as_fractions(float(x)) for x in value.ravel()], dtype=object).reshape(value.shape)
    return Fraction(repr(value))


def known_name(name: str, known: Iterable[str], key: str) -> str:
    """A name in one of the problem's keys, as formulas spell it.

    Raises
    ------
    ProblemError
        It is not one of the problem's names; the nearest is offered.
    """
    wanted, names = spelled(plain(composed(name))), list(known)
    if wanted not in names:
        near = difflib.get_close_matches(wanted, names, 1)
        code = "unknown_in_key_near" if near else "unknown_in_key"
        raise ProblemError(code, name=name[:60], key=key, near="".join(near))
    return wanted


def _check_names(lines: Lines, given: dict[str, Any], samples: dict[str, Any]) -> None:
    for name in given.keys() & samples.keys():
        raise ProblemError("given_twice", name=name)
    for name, line in lines.sources.items():
        if name in given or name in samples:
            raise ProblemError("given_and_defined", source=line.text, line=line.number, column=0, name=name)


def _check_known(program: Program, known: dict[str, Any]) -> None:
    """Every name a formula uses must be given or defined; names the first that is not, in its line."""
    for name in givens_of(program):
        if name in known:
            continue
        line, column = _place(program, name)
        near = difflib.get_close_matches(name, [*known, *program.lines], 1)
        code = "unknown_name_near" if near else "unknown_name"
        raise ProblemError(
            code, source=line.text, line=line.number, column=column, name=name, near="".join(near)
        )


def _place(program: Program, name: str) -> Any:
    for line in program.lines.values():
        column = line.text.find(name, plain(line.text).find("=") + 1)
        if column >= 0:
            return line, column
    line = next(iter(program.lines.values()))
    return line, 0


def _learned(problem: Problem, given: dict[str, Any]) -> tuple[str, ...]:
    if problem.rate is None:
        return ()
    if not math.isfinite(problem.rate):
        raise ProblemError("not_finite", name="rate")
    if problem.learn is None:
        return tuple(given)
    return tuple([known_name(name, given, "learn") for name in problem.learn])


def _objective(problem: Problem, lines: Lines) -> str | None:
    if problem.minimise is not None and problem.maximise is not None:
        raise ProblemError("two_objectives")
    wanted = problem.minimise or problem.maximise
    if wanted is not None:
        return known_name(wanted, lines.sources, "minimise" if problem.minimise else "maximise")
    if problem.table and problem.rate is None:
        return None
    return lines.expressions[-1][0]


def _with_penalty(
    lines: Lines,
    problem: Problem,
    objective: str,
    learn: tuple[str, ...],
    arrays: set[str],
    known: dict[str, Any],
) -> tuple[Lines, str]:
    """The lines with the penalty as two more lines, and the objective that includes it."""
    penalty = problem.penalty
    assert penalty is not None
    names = [known_name(name, known, "penalty.names") for name in penalty.names] or list(learn)
    largest = 1.0 if penalty.form == "textbook" else math.inf
    if not (0 <= penalty.strength <= largest) or not names:
        raise ProblemError("bad_penalty", strength=penalty.strength)
    used = {*lines.sources, *known}
    squares, whole, strength = _free("R", used), _free("J", used), f"{penalty.strength!r}"
    terms = " + ".join(f"sum({name}^2)" if name in arrays else f"{name}^2" for name in names)
    joined = (
        f"{objective} + {strength}/2*{squares}"
        if penalty.form == "half"
        else f"{strength}*{objective} + (1 - {strength})*{squares}"
    )
    added = read_lines(f"{squares} = {terms}\n{whole} = {joined}")
    return Lines(lines.expressions + added.expressions, {**lines.sources, **added.sources}), whole


def _free(letter: str, used: set[str]) -> str:
    return letter if letter not in used else next(f"{letter}{k}" for k in range(1, len(used) + 2) if f"{letter}{k}" not in used)


def _rule(problem: Problem) -> Rule:
    rule = RULES.get(problem.rule)
    if rule is None:
        raise ProblemError("unknown_rule", name=problem.rule[:60], known=", ".join(RULES))
    unknown = problem.rule_settings.keys() - rule.settings.keys()
    if unknown:
        known = ", ".join(rule.settings) or "-"
        raise ProblemError("unknown_setting", name=min(unknown)[:60], rule=rule.name, known=known)
    return ascending(rule) if problem.maximise is not None else rule


def _settings(problem: Problem, rule: Rule | None, exact: bool) -> dict[str, Any]:
    if rule is None:
        return {}
    settings = {"rate": problem.rate, **rule.settings, **problem.rule_settings}
    return {name: as_fractions(float(value or 0)) if exact else float(value or 0) for name, value in settings.items()}


def _state(problem: Problem) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for name, value in problem.rule_state.items():
        if isinstance(value, dict):
            state[name] = {key: number_or_array(f"{name}.{key}", inner) for key, inner in value.items()}
        else:
            state[name] = number_or_array(name, value)
    return state


def _with_fractions(program: Program) -> Program:
    """The program with its decimal constants as fractions."""
    equations = [
        eq._replace(args=tuple([arg if isinstance(arg, str) else as_fractions(float(arg)) for arg in eq.args]))
        for eq in program.equations
    ]
    return Program(tuple(equations), program.lines)
