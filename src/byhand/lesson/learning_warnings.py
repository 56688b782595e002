"""Warnings about learning: steps that overshoot, gradients that vanish or do not exist, an early end."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.errors import ByhandError
from byhand.lesson.curvature import largest_curvature
from byhand.lesson.scene import Scene, Warning, shown
from byhand.ops import OPS
from byhand.trace.forward import is_finite, run_forward
from byhand.trace.program import givens_of

VANISHED = 1e-9
ALIVE = 1e-6
WORSE = 1e-9
STILL_FALLING = 0.01
FEW_STEPS = 5
DONE = 1e-6


def overshoots(scene: Scene) -> Iterator[Warning]:
    """An update after which the objective is worse; with the bound of the rate where there is one."""
    run, plan = scene.run, scene.run.plan
    if plan.rule is None or len(run.objectives) < 2:
        return
    sign = -1.0 if plan.maximise else 1.0
    heights = [sign * float(value) for value in _comparable(scene)]
    least = WORSE * max(abs(heights[0]), 1e-12)
    worse = [k for k in range(1, len(heights)) if heights[k] > heights[k - 1] + least]
    if not worse or (plan.rule.state and heights[-1] <= heights[0] + least):
        return
    k = worse[0]
    rate = float(plan.settings["rate"])
    facts = {
        "objective": (scene.objective,),
        "step": k,
        "before": sign * heights[k - 1],
        "after": sign * heights[k],
        "rate": rate,
    }
    curvature = None
    if not plan.rule.state and not plan.online and not plan.maximise:
        curvature = largest_curvature(run, run.starts[k - 1])
    if curvature is not None and rate >= 2 / curvature:
        yield Warning(
            "overshoots_bound", {**facts, "curvature": curvature, "bound": 2 / curvature}, plan.learn
        )
    else:
        yield Warning("overshoots_up" if plan.maximise else "overshoots", facts, plan.learn)


def _comparable(scene: Scene) -> list[Any]:
    """The objective over the steps; learning online, the first sample's before and after its update."""
    run, plan = scene.run, scene.run.plan
    if not plan.online or plan.sample_count == 1:
        return run.objectives
    sample = {name: column[0] for name, column in plan.samples.items()}
    try:
        after = run_forward(run.program, {**run.given, **run.starts[1], **sample}).values[scene.objective]
    except ByhandError:
        return run.objectives[:1]
    return [run.objectives[0], after]


def undefined(scene: Scene) -> Iterator[Warning]:
    """Gradients that are infinite or no number."""
    gradients = scene.run.first.gradients
    names = tuple(
        name for name in givens_of(scene.program) if name in gradients and not is_finite(gradients[name])
    )
    if names:
        yield Warning("undefined_gradient", {"objective": (scene.objective,), "names": names}, names)


def unreached(scene: Scene) -> Iterator[Warning]:
    """Learned values to which no gradient comes: behind a step or a comparison, or not used at all."""
    anywhere = {scene.objective}
    for equation in reversed(scene.program.equations):
        if equation.name in anywhere:
            anywhere.update(arg for arg in equation.args if isinstance(arg, str))
    silent = [name for name in scene.run.plan.learn if name not in scene.reaching]
    blocked = tuple(name for name in silent if name in anywhere)
    if blocked:
        names = {
            shown(eq.name) for eq in scene.program.equations if OPS[eq.op].discrete and eq.name in anywhere
        }
        lines = tuple(name for name in scene.program.lines if name in names) or tuple(sorted(names))
        yield Warning("blocked", {"names": blocked, "lines": lines, "objective": (scene.objective,)}, blocked)
    if independent := tuple(name for name in silent if name not in anywhere):
        yield Warning("independent", {"names": independent, "objective": (scene.objective,)}, independent)


def vanished(scene: Scene) -> Iterator[Warning]:
    """Weights whose update changes next to nothing while others still learn."""
    plan, first = scene.run.plan, scene.run.first
    if plan.rule is None or not plan.rule.linear:
        return
    rate = abs(float(plan.settings["rate"]))
    shares: dict[str, float] = {}
    for name in first.updates:
        gradient = np.max(np.abs(np.asarray(first.gradients[name], dtype=float)))
        size = np.max(np.abs(np.asarray(first.updates[name].old, dtype=float)))
        if gradient > 0 and size > 0 and name in scene.reaching:
            shares[name] = float(rate * gradient / size)
    shares.update(dict.fromkeys(_rounded_away(scene), 0.0))
    names = tuple(name for name in plan.learn if shares.get(name, 1.0) < VANISHED)
    if names and max(shares.values()) > ALIVE:
        weight = min(names, key=lambda name: (shares[name] == 0, shares[name]))
        facts = {"names": names, "weight": (weight,), "share": shares[weight], "bound": VANISHED}
        yield Warning("vanished", facts, names)


def _rounded_away(scene: Scene) -> list[str]:
    """Learned names whose gradient is 0 only because a sigmoid or tanh is rounded to its limit."""
    alive = {scene.objective}
    first = scene.run.first.forwards[0]
    for equation, step in zip(reversed(scene.program.equations), reversed(first.steps), strict=True):
        op = OPS[equation.op]
        flat = equation.op in ("sigmoid", "tanh") and not np.any(op.partials[0](*step.operands, step.value))
        if equation.name in alive and not flat:
            alive.update(arg for arg in equation.args if isinstance(arg, str))
    return [name for name in scene.run.plan.learn if name in scene.reaching and name not in alive]


def unfinished(scene: Scene) -> Iterator[Warning]:
    """Learning that was stopped while the objective still fell by more than one percent a step."""
    run, plan = scene.run, scene.run.plan
    if run.stopped == "limit":
        yield Warning("limit", {"steps": len(run.starts) - 1, "until": plan.until}, ())
        return
    stride = plan.sample_count if plan.online else 1
    steps = len(run.starts) - 1
    if plan.maximise or plan.until is not None or steps < FEW_STEPS * stride or run.stopped != "steps":
        return
    before, last, start = (float(run.objectives[k]) for k in (-1 - stride, -1, 0))
    if before > 0 and last > DONE * abs(start) and STILL_FALLING < (before - last) / before < 1:
        share = 100 * (before - last) / before
        code = "unfinished_epoch" if stride > 1 else "unfinished"
        yield Warning(code, {"objective": (scene.objective,), "steps": steps, "percent": share}, ())


def inexact(scene: Scene) -> Iterator[Warning]:
    """The line at which a calculation with fractions had to leave them."""
    forward = scene.run.first.forwards[0]
    for equation in scene.program.equations:
        op = OPS[equation.op]
        operands = [forward.values[arg] for arg in equation.args if isinstance(arg, str)]
        if any(map(_is_fraction, operands)) and not _is_fraction(forward.values[equation.name]):
            line = (shown(equation.name),)
            code = "inexact" if not op.exact or equation.op == "pow" else "fraction_too_long"
            yield Warning(code, {"line": line, "operation": op.notation.text or op.code}, line)
            return


def _is_fraction(value: Any) -> bool:
    return isinstance(value, Fraction) or (isinstance(value, np.ndarray) and value.dtype == object)
