"""The conventions a calculation really used, so that its numbers can be compared with another book's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from byhand.lesson.scene import shown
from byhand.ops import OPS
from byhand.sources.names import known_name
from byhand.sources.task import Task
from byhand.trace.backward import run_backward
from byhand.trace.comparisons import comparisons
from byhand.trace.program import Equation, depends_on
from byhand.trace.run import Run

_FORWARD_TOO = ("corner_step",)
_SAME = 1e-9


@dataclass(frozen=True)
class Convention:
    """A convention that was used.

    Attributes
    ----------
    code : str
        Its sentence is ``convention.<code>``.
    facts : mapping
        Numbers as numbers, names as tuples of names.
    """

    code: str
    facts: Mapping[str, Any]


def conventions(task: Task, run: Run) -> list[Convention]:
    """The conventions of a calculation: those of its loss, its derivatives, its batch, its rule, its penalty.

    Parameters
    ----------
    task : Task
    run : Run

    Returns
    -------
    list of Convention
        Each once, and only what this calculation met.
    """
    found = [*_of_operations(run), *_of_corners(task, run)]
    if run.plan.objective is not None:
        found = [*_of_loss(task, run), *_of_batch(run), *found, *_of_rule(run), *_of_penalty(task, run)]
    return found


def _of_loss(task: Task, run: Run) -> Iterator[Convention]:
    """The factor with which the loss takes its squares, measured: the derivative of the loss by a square."""
    reaching = depends_on(run.program, run.plan.differentiated)
    for code in dict.fromkeys(
        eq.op for eq in run.program.equations if OPS[eq.op].is_loss and eq.name in reaching
    ):
        yield Convention(code, {})
    squares = {pair.step for pair in comparisons(run.program) if pair.kind == "square"} & reaching
    if not squares or (task.symbolic and any(np.ndim(value) for value in run.given.values())):
        return
    forward = run.first.forwards[0]
    loss = (
        known_name(task.problem.minimise, forward.values, "minimise")
        if task.problem.minimise
        else run.plan.differentiated
    )
    gradients = run_backward(run.program, forward, loss).gradients
    factors = np.concatenate([np.ravel(np.asarray(gradients[step], dtype=float)) for step in sorted(squares)])
    count = sum(np.size(forward.values[step]) for step in squares)
    forms = {
        "square_half": 1 / 2,
        "square_plain": 1.0,
        "square_mean": 1 / count,
        "square_half_mean": 1 / (2 * count),
    }
    for code, factor in forms.items():
        if np.all(np.abs(factors - factor) < _SAME * factor):
            yield Convention(code, {"number": count})
            return


def _of_batch(run: Run) -> Iterator[Convention]:
    count = len(run.first.samples)
    if count > 1:
        yield Convention("batch_mean" if run.plan.mean else "batch_sum", {"number": count})


def _of_operations(run: Run) -> Iterator[Convention]:
    """Those that go with an operation wherever it stands."""
    ops = {equation.op for equation in run.program.equations}
    if run.plan.objective is not None:
        reaching = depends_on(run.program, run.plan.objective)
        passed = {equation.op for equation in run.program.equations if equation.name in reaching}
        for op in ("sigmoid", "tanh"):
            if op in passed:
                yield Convention(f"{op}_slope", {})
    if any(OPS[op].takes_logarithm for op in ops):
        yield Convention("natural_logarithm", {})
    if "conv" in ops:
        yield Convention("kernel_not_flipped", {})
    if any(OPS[op].kind == "choice" for op in ops):
        yield Convention("first_place", {})
    yield from _of_functions(run)
    if any(_has_zero_log(run, eq) for eq in run.program.equations if OPS[eq.op].takes_logarithm):
        yield Convention("zero_log_zero", {})


def _of_functions(run: Run) -> Iterator[Convention]:
    """What a JAX function left to JAX, and what was decided by its numbers."""
    opaque = [equation for equation in run.program.equations if equation.op in ("opaque", "opaque_choice")]
    if opaque:
        functions = dict.fromkeys(str(equation.attrs["function"]) for equation in opaque)
        lines = dict.fromkeys(shown(equation.name) for equation in opaque)
        yield Convention("opaque", {"functions": ", ".join(functions), "names": tuple(lines)})
    kinds = {section.kind for path in run.program.sections.values() for section in path}
    if kinds & {"turn", "branch"}:
        yield Convention("branches_taken", {})


def _has_zero_log(run: Run, equation: Equation) -> bool:
    """Whether ``0 · log 0`` was met."""
    if equation.op == "log":
        return False
    for forward in run.first.forwards:
        y, p = (
            np.asarray(forward.values[a] if isinstance(a, str) else a, dtype=float) for a in equation.args
        )
        if np.any((y == 0) & (p == 0)) or (
            equation.op == "binary_cross_entropy" and np.any((y == 1) & (p == 1))
        ):
            return True
    return False


def _of_corners(task: Task, run: Run) -> Iterator[Convention]:
    """Ties and corners met in the first pass, by the operations' own account, and in which lines."""
    if task.symbolic:
        return
    objective = run.plan.objective
    reaching = depends_on(run.program, objective) if objective is not None else set()
    met: dict[str, dict[str, None]] = {}
    for forward in run.first.forwards:
        for equation, step in zip(run.program.equations, forward.steps, strict=True):
            corner = OPS[equation.op].corner
            code = corner(*step.operands, **equation.attrs) if corner else None
            if code and (equation.name in reaching or code in _FORWARD_TOO):
                met.setdefault(code, {})[shown(equation.name)] = None
    for code, lines in met.items():
        yield Convention(code, {"names": tuple(lines)})


def _of_rule(run: Run) -> Iterator[Convention]:
    if run.plan.rule is not None:
        yield from (Convention(code, {}) for code in run.plan.rule.conventions)


def _of_penalty(task: Task, run: Run) -> Iterator[Convention]:
    penalty = task.problem.penalty
    if penalty is not None:
        names = tuple(
            known_name(name, run.first.forwards[0].values, "penalty.names") for name in penalty.names
        )
        facts = {
            "strength": penalty.strength,
            "names": names or run.plan.learn,
            "objective": (run.plan.differentiated,),
        }
        yield Convention(f"penalty_{penalty.form}", facts)
