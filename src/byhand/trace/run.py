"""Learning step by step: forward, backward, update, as often as asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import CalculationError
from byhand.ops.exact import alike
from byhand.rules import Rule, distinct
from byhand.trace.backward import Backward, run_backward
from byhand.trace.forward import Forward, is_finite, run_forward
from byhand.trace.program import Program, build

KEPT_AT_BOTH_ENDS = 3
LONGEST_UNTIL = 100_000


@dataclass(frozen=True)
class Plan:
    """What is to be done with a program.

    Attributes
    ----------
    objective : str or None
        The value that is differentiated; None for a forward pass alone.
    maximise : bool
    rule : Rule or None
        None where nothing is updated, or the program's own lines say how: a name w is learned by them if
        they calculate ``w_new``.
    settings : dict
        The rate and the rule's settings.
    state : dict
        Starting state by weight, and ``t``, the number of updates already made.
    learn : tuple of str
        The names that are updated.
    steps : int
    until : float or None
        Stop when the objective changes by less than this in one step.
    samples : dict
        For each name that differs from sample to sample, its values.
    online : bool
        One sample an iteration instead of all.
    mean : bool
        The objective of a batch is the mean of its samples' objectives, not their sum.
    numberless : frozenset of str
        The given names that have no number: 1 stands for each, so that a calculation has its shapes, and is
        never shown.
    """

    objective: str | None
    maximise: bool = False
    rule: Rule | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    learn: tuple[str, ...] = ()
    steps: int = 0
    until: float | None = None
    samples: Mapping[str, list[Any]] = field(default_factory=dict)
    online: bool = False
    mean: bool = True
    numberless: frozenset[str] = frozenset()

    @property
    def carried(self) -> dict[str, str]:
        """The line whose value each learned name takes over, where the program's own lines update it."""
        return {name: f"{name}_new" for name in self.learn} if self.rule is None else {}

    @property
    def differentiated(self) -> str:
        """The objective of a plan that has one."""
        assert self.objective is not None
        return self.objective

    @property
    def sample_count(self) -> int:
        """How many samples there are; 1 where the problem has none."""
        return len(next(iter(self.samples.values()))) if self.samples else 1


class Update(NamedTuple):
    """One weight's update.

    Attributes
    ----------
    name : str
    old, new : float, Fraction or ndarray
    gradient : the same
        None where no gradient was taken.
    working : dict
        Every value of the rule's equations: state before under its own name, results as ``name_new``.
    """

    name: str
    old: Any
    new: Any
    gradient: Any
    working: dict[str, Any]


class Pass(NamedTuple):
    """One iteration.

    Attributes
    ----------
    number : int
        From 1.
    samples : tuple of int
        Which samples it used.
    forwards, backwards : tuple
        One a sample.
    objective : float or None
        Of the batch.
    gradients : dict
        Of the batch: the mean or the sum of the samples' shares.
    updates : dict
    """

    number: int
    samples: tuple[int, ...]
    forwards: tuple[Forward, ...]
    backwards: tuple[Backward, ...]
    objective: Any
    gradients: dict[str, Any]
    updates: dict[str, Update]


class Run(NamedTuple):
    """Everything that was worked out.

    Attributes
    ----------
    program : Program
    plan : Plan
    given : dict
        The values at the start.
    passes : dict
        The iterations kept in full, by number: the first and last few. The last is a forward pass
        after the last update.
    objectives : list
        The objective in each iteration.
    starts : list of dict
        The learned values at the start of each iteration.
    stopped : str
        ``steps``, ``until``, ``limit`` or ``interrupted``.
    """

    program: Program
    plan: Plan
    given: dict[str, Any]
    passes: dict[int, Pass]
    objectives: list[Any]
    starts: list[dict[str, Any]]
    stopped: str

    @property
    def symbolic(self) -> bool:
        """Whether some given has no number, so that nothing that is calculated has one."""
        return bool(self.plan.numberless)

    @property
    def first(self) -> Pass:
        """The first iteration."""
        return self.passes[1]

    @property
    def last_update(self) -> Pass | None:
        """The last iteration that updated anything."""
        return max((p for p in self.passes.values() if p.updates), key=lambda p: p.number, default=None)


def run(
    program: Program,
    given: Mapping[str, Any],
    plan: Plan,
    progress: Callable[[int, Any], None] | None = None,
) -> Run:
    """Work a program out, and learn if the plan says so.

    Parameters
    ----------
    program : Program
    given : mapping
    plan : Plan
    progress : callable, optional
        Told the number of each iteration and its objective.

    Returns
    -------
    Run
        Ctrl-C ends it early; what was done is kept.

    Raises
    ------
    CalculationError
    """
    values, state = dict(given), _starting_state(plan, given)
    passes: dict[int, Pass] = {}
    objectives: list[Any] = []
    starts: list[dict[str, Any]] = []
    stopped = "steps"
    limit = LONGEST_UNTIL if plan.until is not None else plan.steps
    try:
        for number in range(1, limit + 1):
            done = work_pass(program, values, plan, number, state)
            starts.append({name: values[name] for name in plan.learn})
            objectives.append(done.objective)
            passes[number] = done
            passes.pop(number - KEPT_AT_BOTH_ENDS if number > 2 * KEPT_AT_BOTH_ENDS else 0, None)
            for name, update in done.updates.items():
                values[name] = update.new
                state[name] = update.working
            if progress:
                progress(number, done.objective)
            if plan.until is not None and number > 1 and abs(objectives[-2] - objectives[-1]) < plan.until:
                stopped = "until"
                break
        else:
            stopped = "limit" if plan.until is not None else "steps"
    except KeyboardInterrupt:
        stopped = "interrupted"
    number = len(objectives) + 1
    starts.append({name: values[name] for name in plan.learn})
    passes[number] = work_pass(program, values, plan, number, None)
    objectives.append(passes[number].objective)
    return Run(program, plan, dict(given), passes, objectives, starts, stopped)


def work_pass(
    program: Program, values: Mapping[str, Any], plan: Plan, number: int, state: Mapping[str, Any] | None
) -> Pass:
    """One iteration; without `state` it updates nothing.

    Raises
    ------
    CalculationError
    """
    count = plan.sample_count
    used = ((number - 1) % count,) if plan.online else tuple(range(count))
    forwards = tuple([run_forward(program, {**values, **_sample(plan, k)}) for k in used])
    if plan.objective is None:
        updates = {} if state is None else dict(_carried(plan, values, forwards[0]))
        return Pass(number, used, forwards, (), None, {}, updates)
    reports = [forward.values[plan.objective] for forward in forwards]
    if np.ndim(reports[0]):
        raise _objective_not_scalar(program, plan.objective, np.shape(reports[0]))
    backwards = tuple([run_backward(program, forward, plan.objective) for forward in forwards])
    parts = len(used) if plan.mean else 1
    gradients = {
        name: _combined([backward.gradients[name] for backward in backwards], parts)
        for name in (backwards[0].gradients if len(used) == 1 else values)
        if name not in plan.samples or len(used) == 1
    }
    updates = (
        {} if state is None or plan.rule is None else dict(_updates(plan, values, gradients, number, state))
    )
    return Pass(number, used, forwards, backwards, _combined(reports, parts), gradients, updates)


def _objective_not_scalar(program: Program, name: str, shape: tuple[int, ...]) -> CalculationError:
    line = program.lines.get(name)
    place: dict[str, Any] = {"source": line.text, "line": line.number} if line else {}
    return CalculationError("objective_not_scalar", **place, name=name, shapes="×".join(map(str, shape)))


def _sample(plan: Plan, k: int) -> dict[str, Any]:
    return {name: column[k] for name, column in plan.samples.items()}


def _combined(shares: list[Any], parts: int) -> Any:
    """The sum of the samples' shares, over their number where the batch takes the mean."""
    whole = sum(shares[1:], shares[0])
    return whole / parts if parts > 1 else whole


def _starting_state(plan: Plan, given: Mapping[str, Any]) -> dict[str, Any]:
    if plan.rule is None:
        return {}
    zeros = {name: dict.fromkeys(plan.rule.state, 0 * given[name]) for name in plan.learn}
    return {name: {**zero, **plan.state.get(name, {})} for name, zero in zeros.items()}


@lru_cache(maxsize=16)
def rule_program(rule: Rule) -> Program:
    """A rule's equations as a program."""
    return build(distinct(rule))


def _carried(plan: Plan, values: Mapping[str, Any], forward: Forward) -> Iterator[tuple[str, Update]]:
    """The updates that the program's own lines have calculated."""
    for name, line in plan.carried.items():
        yield name, Update(name, values[name], forward.values[line], None, {})


def _updates(
    plan: Plan, values: Mapping[str, Any], gradients: Mapping[str, Any], number: int, state: Mapping[str, Any]
) -> Iterator[tuple[str, Update]]:
    """Every learned name's update, all from the old values."""
    assert plan.rule is not None
    norm = norm_of(plan, gradients)
    for name in plan.learn:
        known = {key: state[name].get(f"{key}_new", state[name].get(key)) for key in plan.rule.state}
        yield name, updated(plan, name, values[name], gradients[name], number, {**known, **norm})


def norm_of(plan: Plan, gradients: Mapping[str, Any]) -> dict[str, float]:
    """The ``norm`` of the gradients by all weights together, where the plan's rule looks at it."""
    if plan.rule is None or not plan.rule.clips:
        return {}
    return {"norm": sqrt(sum(float(np.sum(np.square(gradients[name]))) for name in plan.learn))}


def updated(plan: Plan, name: str, old: Any, gradient: Any, number: int, known: Mapping[str, Any]) -> Update:
    """One update by the plan's rule.

    Parameters
    ----------
    plan : Plan
    name : str
        Of the weight, or of one element of it.
    old, gradient : float, Fraction or ndarray
    number : int
        Of the iteration, from 1.
    known : mapping
        What the rule has kept, and the ``norm`` it looks at.

    Raises
    ------
    CalculationError
    """
    assert plan.rule is not None
    if not is_finite(gradient):
        raise CalculationError("no_derivative", name=name, objective=plan.objective)
    turn = alike(float(number + plan.state.get("t", 0)), plan.settings["rate"])
    start = {"w": old, "g": gradient, "t": turn, **plan.settings, **known}
    working = run_forward(rule_program(plan.rule), start).values
    return Update(name, old, working["w_new"], gradient, working)
