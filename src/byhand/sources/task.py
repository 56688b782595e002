"""A problem made ready to work out: its program, its numbers, and the plan of what to do with them."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.penalty import penalised, squares
from byhand.errors import CalculationError, ProblemError
from byhand.rules import RULES, Rule, ascending, clipped, schedule_settings, scheduled
from byhand.sources.formula import Lines, read_lines
from byhand.sources.names import check_known, known_name, with_powers_of_e
from byhand.sources.networks import with_equations
from byhand.sources.problem import Problem, number_or_array, read_given, read_samples
from byhand.trace.forward import run_forward
from byhand.trace.program import Program, build, ordered
from byhand.trace.run import Plan

MAX_ROOM, _BYTES = 10**9, 64
MAX_PENALISED = 100


class Task(NamedTuple):
    """A problem ready to run.

    Attributes
    ----------
    problem : Problem
    program : Program
    given : dict
        Numbers and arrays by name.
    plan : Plan
    """

    problem: Problem
    program: Program
    given: dict[str, Any]
    plan: Plan

    @property
    def symbolic(self) -> bool:
        """Whether some given has no number: the derivation is told in symbols alone."""
        return bool(self.plan.numberless)


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
    problem = with_equations(problem)
    _check_update_keys(problem)
    lines = read_lines(f"{problem.problem}\n{problem.update}" if problem.update else problem.problem)
    given, numberless = read_given(problem)
    samples = read_samples(problem)
    known = {**given, **samples}
    _check_names(lines, given, samples)
    lines = with_powers_of_e(lines, known)
    program = program_of(lines)
    check_known(program, known)
    if problem.update:
        learn = _carried(given, lines)
    else:
        learn = learned_names(problem, given, {*known, *lines.sources})
    objective = _objective(problem, lines)
    arrays = {name for name, value in known.items() if np.ndim(value) and name not in samples}
    if problem.penalty is not None and objective is not None:
        lines, objective = _with_penalty(lines, problem, objective, learn, arrays, known)
        program = program_of(lines)
    _check_mentions(problem, known, [*known, *lines.sources])
    if exact:
        given = {name: as_fractions(value) for name, value in given.items()}
        samples = {name: [as_fractions(value) for value in column] for name, column in samples.items()}
        program = _with_fractions(program)
    plan = planned(problem, program, given, samples, objective, learn, exact)
    return Task(problem, program, given, replace(plan, numberless=frozenset(numberless)))


def planned(
    problem: Problem,
    program: Program,
    given: dict[str, Any],
    samples: dict[str, list[Any]],
    objective: str | None,
    learn: tuple[str, ...],
    exact: bool = False,
) -> Plan:
    """The plan of what a problem wants done with a program.

    Parameters
    ----------
    problem : Problem
    program : Program
    given : dict
    samples : dict
    objective : str or None
        What is differentiated, if it turns out to be a number; an array is only calculated where the problem
        asks for no more.
    learn : tuple of str
    exact : bool

    Raises
    ------
    ProblemError
    """
    if _only_shown(problem) and objective is not None and _is_array(program, objective, given, samples):
        objective = None
    _check_room(problem, given, learn)
    rule = _rule(problem) if learn and not problem.update else None
    return Plan(
        objective=objective,
        maximise=problem.maximise is not None,
        rule=rule,
        settings=_settings(problem, rule, exact),
        state=_state(problem, rule, learn, given),
        learn=learn,
        steps=(problem.steps or 1) if learn else 0,
        until=problem.until if learn else None,
        samples=samples,
        online=problem.order == "online" or bool(problem.update),
        mean=problem.reduce == "mean",
    )


def as_fractions(value: Any) -> Any:
    """A number or an array with every decimal as the fraction it is written as."""
    if isinstance(value, np.ndarray):
        return np.array([as_fractions(float(x)) for x in value.ravel()], dtype=object).reshape(value.shape)
    return value if isinstance(value, Fraction) else Fraction(repr(value))


def program_of(lines: Lines) -> Program:
    """The program of lines in whatever order they were written."""
    return build(ordered(lines.expressions, lines.sources), lines.sources)


def _check_names(lines: Lines, given: dict[str, Any], samples: dict[str, Any]) -> None:
    for name in given.keys() & samples.keys():
        raise ProblemError("given_twice", name=name)
    for name, line in lines.sources.items():
        if name in given or name in samples:
            raise ProblemError("given_and_defined", source=line.text, line=line.number, column=0, name=name)


def _check_mentions(problem: Problem, known: dict[str, Any], names: list[str]) -> None:
    """The names that the table, the labels, the pictures and the prediction speak of."""
    for name in problem.table:
        known_name(name, names, "table")
    for name in problem.labels:
        known_name(name, names, "labels")
    for name in problem.roles:
        known_name(name, known, "roles")
    for name in problem.headings:
        known_name(name, names[len(known) :], "headings")
    for plot in problem.plot:
        asked = {"x": plot.x, "y": plot.y} if plot.kind == "points" else {}
        asked |= {key: name for key, name in (("of", plot.of), ("group", plot.group)) if name}
        for key, name in asked.items():
            known_name(name, names, f"plot.{key}")
    inputs = dict(problem.predict)
    if inputs:
        known_name(str(inputs.pop("result", "")), names, "predict.result")
    for name, value in inputs.items():
        number_or_array(known_name(name, known, "predict"), value)


def learned_names(problem: Problem, given: dict[str, Any], used: set[str]) -> tuple[str, ...]:
    if problem.rate is None:
        return ()
    if not math.isfinite(problem.rate):
        raise ProblemError("not_finite", name="rate")
    wanted = given if problem.learn is None else [known_name(name, given, "learn") for name in problem.learn]
    for name in wanted:
        if f"{name}_new" in used:
            raise ProblemError("reserved_new", name=f"{name}_new", old=name)
    return tuple(dict.fromkeys(wanted))


_OF_GRADIENTS = (
    *("rate", "rule", "rule_settings", "rule_state", "schedule", "schedule_settings", "clip_norm"),
    *("learn", "minimise", "maximise", "until", "reduce", "penalty"),
)


def _check_update_keys(problem: Problem) -> None:
    """Lines that say themselves how values change leave nothing for the keys of gradient learning to say."""
    typed = problem.model_fields_set
    wrong = [key for key in _OF_GRADIENTS if key in typed]
    if "order" in typed and problem.order == "batch":
        wrong.append("order")
    if problem.update and wrong:
        raise ProblemError("update_keys", keys=", ".join(wrong))
    if problem.update and any(plot.kind == "curve" for plot in problem.plot):
        raise ProblemError("update_curve")


def _carried(given: dict[str, Any], lines: Lines) -> tuple[str, ...]:
    """The given names for which the update calculates a new value."""
    names = tuple(name for name in given if f"{name}_new" in lines.sources)
    if not names:
        raise ProblemError("update_nothing", known=", ".join(given) or "-")
    return names


def _check_room(problem: Problem, given: dict[str, Any], learn: tuple[str, ...]) -> None:
    """Every step keeps the learned values, so many steps of large arrays need more memory than there is."""
    room = (problem.steps or 1) * sum(_BYTES + 8 * np.size(given[name]) for name in learn)
    if room > MAX_ROOM:
        raise ProblemError(
            "too_many_steps", steps=problem.steps, limit=MAX_ROOM * (problem.steps or 1) // room
        )


def _only_shown(problem: Problem) -> bool:
    """Whether nothing is asked but the values: no objective is named and nothing is learned."""
    return problem.minimise is None and problem.maximise is None and problem.rate is None


def _is_array(program: Program, name: str, given: dict[str, Any], samples: dict[str, list[Any]]) -> bool:
    """Whether a value is an array, as far as the calculation can be carried out."""
    try:
        first = {key: column[0] for key, column in samples.items()}
        return np.ndim(run_forward(program, {**given, **first}).values[name]) > 0
    except CalculationError:
        return False


def _objective(problem: Problem, lines: Lines) -> str | None:
    if problem.minimise is not None and problem.maximise is not None:
        raise ProblemError("two_objectives")
    wanted = problem.minimise or problem.maximise
    if wanted is not None:
        return known_name(wanted, lines.sources, "minimise" if problem.minimise else "maximise")
    if problem.update or (problem.table and problem.rate is None):
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
    if not (0 <= penalty.strength <= largest and math.isfinite(penalty.strength)):
        raise ProblemError("bad_penalty", strength=penalty.strength)
    if not 1 <= len(names) <= MAX_PENALISED:
        raise ProblemError("penalised_names", count=len(names), limit=MAX_PENALISED)
    used = {*lines.sources, *known}
    total, whole = _free("R", used), _free("J", used)
    joined = penalised(objective, total, penalty.form, repr(penalty.strength))
    added = read_lines(f"{total} = {squares(names, arrays)}\n{whole} = {joined}")
    return Lines(lines.expressions + added.expressions, {**lines.sources, **added.sources}), whole


def _free(letter: str, used: set[str]) -> str:
    return (
        letter
        if letter not in used
        else next(f"{letter}{k}" for k in range(1, len(used) + 2) if f"{letter}{k}" not in used)
    )


def _rule(problem: Problem) -> Rule:
    rule = RULES.get(problem.rule.lower())
    if rule is None:
        raise ProblemError("unknown_rule", name=problem.rule[:60], known=", ".join(RULES))
    unknown = problem.rule_settings.keys() - rule.settings.keys()
    if unknown:
        known = ", ".join(rule.settings) or "-"
        raise ProblemError("unknown_setting", name=min(unknown)[:60], rule=rule.name, known=known)
    return _paced(ascending(rule) if problem.maximise is not None else rule, problem)


def _paced(rule: Rule, problem: Problem) -> Rule:
    """The rule with the problem's schedule, and with gradients clipped where it says so."""
    rule = rule if problem.clip_norm is None else clipped(rule)
    return scheduled(rule, problem.schedule.lower(), warms="warmup" in _pace(problem))


def _settings(problem: Problem, rule: Rule | None, exact: bool) -> dict[str, Any]:
    if rule is None:
        return {}
    settings = {"rate": problem.rate, **rule.settings, **problem.rule_settings, **_pace(problem)}
    for name, value in problem.rule_settings.items():
        if not math.isfinite(value):
            raise ProblemError("not_finite", name=f"rule_settings.{name}")
    return {
        name: as_fractions(float(value or 0)) if exact else float(value or 0)
        for name, value in settings.items()
    }


def _pace(problem: Problem) -> dict[str, float]:
    """The settings of the schedule, and of clipping."""
    paced = schedule_settings(problem.schedule.lower(), problem.schedule_settings)
    return {**paced, **({} if problem.clip_norm is None else {"clip_norm": problem.clip_norm})}


def _state(
    problem: Problem, rule: Rule | None, learn: tuple[str, ...], given: dict[str, Any]
) -> dict[str, Any]:
    """What a rule starts with: for each weight its state, and ``t``, the number of updates made before."""
    state: dict[str, Any] = {}
    for typed, value in problem.rule_state.items():
        if typed == "t":
            state["t"] = number_or_array("rule_state.t", value)
            if np.ndim(state["t"]) or state["t"] < 0:
                raise ProblemError("bad_turn", found=str(value)[:60])
            continue
        name = known_name(typed, learn, "rule_state")
        if not isinstance(value, dict):
            raise ProblemError("key_table", key=f"rule_state.{name}", found=str(value)[:60])
        for key in value.keys() - set(rule.state if rule else ()):
            raise ProblemError("unknown_state", name=str(key)[:60], rule=problem.rule)
        state[name] = {
            key: number_or_array(f"rule_state.{name}.{key}", inner) for key, inner in value.items()
        }
        for key, inner in state[name].items():
            if np.shape(inner) != np.shape(given[name]):
                raise ProblemError("state_shape", key=f"rule_state.{name}.{key}", name=name)
    return state


def _with_fractions(program: Program) -> Program:
    """The program with its decimal constants as fractions."""
    equations = [
        eq._replace(
            args=tuple([arg if isinstance(arg, str) else as_fractions(float(arg)) for arg in eq.args])
        )
        for eq in program.equations
    ]
    return Program(tuple(equations), program.lines)
