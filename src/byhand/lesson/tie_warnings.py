"""Decisions that rounding makes: two numbers compared that differ by less than float32 holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from byhand.lesson.scene import Warning, shown
from byhand.ops import OPS
from byhand.trace.forward import Forward
from byhand.trace.program import Equation, is_inner, lines_of
from byhand.trace.run import Run

NEAR = 1e-6


def near_ties(run: Run) -> Iterator[Warning]:
    """The first decision that exact numbers, or float32, may take the other way."""
    for done in run.passes.values():
        for equation in run.program.equations:
            if OPS[equation.op].is_decision:
                for forward in done.forwards:
                    apart = _apart(run, forward, equation)
                    if apart is not None:
                        line = shown(equation.name)
                        yield Warning("near_tie", {"names": (line,), "step": done.number, "apart": apart}, ())
                        return


def _apart(run: Run, forward: Forward, equation: Equation) -> float | None:
    """How far apart two nearly equal numbers are; None where they are equal, or differ visibly."""
    if OPS[equation.op].kind == "choice":
        sign = -1 if equation.op == "argmax" else 1
        left, right = _best_two(sign * _value(forward, equation.args[0]), **equation.attrs)
    else:
        left, right = (*(_value(forward, arg) for arg in equation.args), np.zeros(1))[:2]
    distance = np.abs(left - right)
    near = (distance > 0) & (distance < NEAR * max(_size(run, forward, arg) for arg in equation.args))
    return float(distance[near].min()) if near.any() else None


def _best_two(values: np.ndarray, axis: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the second smallest; the same twice where there is but one."""
    along = np.moveaxis(np.atleast_1d(values), axis, -1) if axis is not None else values.reshape(1, -1)
    ranked = np.sort(along, axis=-1)
    return ranked[..., 0], ranked[..., min(1, ranked.shape[-1] - 1)]


def _size(run: Run, forward: Forward, arg: object) -> float:
    """The largest number that goes into an operand, itself included."""
    if not isinstance(arg, str) or is_inner(arg):
        return float(np.abs(_value(forward, arg)).max())
    parts = [arg, *(a for eq in lines_of(run.program).get(arg, ()) for a in eq.args)]
    return max(float(np.abs(_value(forward, part)).max()) for part in parts)


def _value(forward: Forward, arg: object) -> np.ndarray:
    return np.atleast_1d(np.asarray(forward.values[arg] if isinstance(arg, str) else arg, dtype=float))
