"""Warnings about units: saturated, thrown into saturation, rounded to 1, without gradient, alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from byhand.lesson.network import Layer
from byhand.lesson.scene import Scene, Warning, shown
from byhand.ops import OPS
from byhand.trace.program import Equation, is_inner

FLAT = 1e-3
FAR_FROM_FLAT = 1e-2
NEAR_TARGET = 0.05
LAST_DIGIT = 1e-15
LISTED = 6


def saturated(scene: Scene) -> Iterator[Warning]:
    """Sigmoid and tanh units whose derivative is below `FLAT` for every sample (for an array: half of it)."""
    found = []
    for equation in _squashing(scene):
        slopes = np.array([slope(equation.op, z) for z in scene.every(str(equation.args[0]))], dtype=float)
        if np.mean(np.all(slopes < FLAT, axis=0)) >= 0.5:
            found.append((shown(equation.name), *_flattest(scene, equation)))
    if found:
        units = tuple(dict.fromkeys(name for name, _, _ in found))
        unit, z, flat = found[0]
        yield Warning(
            "saturated", {"units": units, "unit": (unit,), "z": z, "slope": flat, "bound": FLAT}, units
        )


def thrown(scene: Scene) -> Iterator[Warning]:
    """Units that the first update throws from their slope into saturation."""
    after = scene.run.passes.get(2)
    if after is None or not scene.run.first.updates:
        return
    for equation in _squashing(scene):
        name = str(equation.args[0])
        before, now = scene.run.first.forwards[0].values[name], after.forwards[0].values[name]
        if scene.run.first.samples[0] != after.samples[0] or np.ndim(now):
            continue
        steep, flat = slope(equation.op, before), slope(equation.op, now)
        if steep > FAR_FROM_FLAT and flat < FLAT:
            unit = (shown(equation.name),)
            yield Warning(
                "thrown", {"unit": unit, "before": before, "after": now, "slope": float(flat)}, unit
            )
            return


def out_of_digits(scene: Scene) -> Iterator[Warning]:
    """Outputs so close to 1 that float64 cannot hold the distance."""
    found: list[tuple[str, str, float, float, float]] = []
    for equation in _squashing(scene, to_target=False):
        z = max(
            (float(np.max(_distance(equation.op, z))) for z in scene.every(str(equation.args[0]))),
            default=0.0,
        )
        truly = _remainder(equation.op, z)
        if truly <= LAST_DIGIT:
            held = 1 - float(np.tanh(z) if equation.op == "tanh" else 1 / (1 + np.exp(-z)))
            found.append((equation.op, shown(equation.name), z, held, truly))
    if found:
        units = tuple(dict.fromkeys(name for _, name, *_ in found))
        # the example: one that is rounded away altogether and whose true rest a float can still hold
        op, unit, z, held, truly = min(found, key=lambda one: one[3] != 0 or one[4] == 0)
        facts = {"units": units, "unit": (unit,), "z": z, "held": held, "truly": truly}
        yield Warning(f"out_of_digits_{op}" if truly > 0 else "out_of_range", facts, units)


def inactive(scene: Scene) -> Iterator[Warning]:
    """ReLU units that pass no gradient for any sample."""
    units = []
    for equation in scene.program.equations:
        line = shown(equation.name)
        if equation.op != "relu" or equation.name not in scene.reaching or line == scene.objective:
            continue
        z = str(equation.args[0])
        if z in scene.learning and all(np.all(np.less_equal(value, 0)) for value in scene.every(z)):
            units.append(line)
    if units:
        names = tuple(dict.fromkeys(units))
        count = len(scene.forwards)
        yield Warning("dead" if count > 1 else "inactive", {"units": names, "number": count}, names)


def alike(scene: Scene) -> Iterator[Warning]:
    """Hidden units with equal weights in and out: they get equal gradients and stay equal."""
    if scene.network is None or not scene.run.plan.learn:
        return
    values = scene.forwards[0].values
    for layer, above in zip(scene.network.layers, scene.network.layers[1:], strict=False):
        names = {name for row in layer.weights for name in row if name}
        if layer.form != above.form or names.isdisjoint(scene.learned):
            continue
        starts = _starts(layer, above, values) if layer.form == "scalar" else _rows(layer, above, values)
        groups: dict[str, list[str]] = {}
        for unit, start in starts:
            groups.setdefault(start, []).append(unit)
        longest: list[str] = max(groups.values(), key=len, default=[])
        largest = tuple(longest)
        if len(largest) > 1:
            facts = {"units": largest[:LISTED], "number": len(largest)}
            yield Warning("alike" if len(largest) <= LISTED else "alike_many", facts, largest)
            return


def _starts(layer: Layer, above: Layer, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each unit with all it starts from, as text to compare: its weights in, its bias, its weights out."""
    for j, unit in enumerate(layer.a):
        into = [None if name is None else values[name] for name in layer.weights[j]]
        out = [None if row[j] is None else values[str(row[j])] for row in above.weights]
        yield unit, repr((into, sum(sign * values[name] for name, sign in layer.biases[j]), out))


def _rows(layer: Layer, above: Layer, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for a layer whose weights are a matrix."""
    into, out = (np.array(values[str(own.weights[0][0])]) for own in (layer, above))
    if into.ndim != 2:
        return
    rows, ends = (into, out.T) if layer.form == "column" else (into.T, out)
    bias = sum((sign * np.ravel(values[name]) for name, sign in layer.biases[0]), np.zeros(1))
    biases = np.broadcast_to(bias, len(rows)) if np.size(bias) in (1, len(rows)) else np.arange(len(rows))
    for j, row in enumerate(rows):
        yield f"{layer.a[0]}[{j}]", repr((row.tolist(), float(biases[j]), ends[j].tolist()))


def slope(op: str, z: Any) -> Any:
    """The derivative of sigmoid or tanh at z, to full precision however large z is."""
    e = np.exp(-np.abs(np.asarray(z, dtype=float)) * (2 if op == "tanh" else 1))
    return (4 if op == "tanh" else 1) * e / (1 + e) ** 2


def _squashing(scene: Scene, to_target: bool = True) -> Iterator[Equation]:
    """The sigmoid and tanh steps with something to learn before them.

    With `to_target`, not those whose loss takes their logarithm (the flat slope cancels) and not those that
    are flat because they have reached their target.
    """
    under_logarithm = _under_logarithm(scene)
    for equation in scene.program.equations:
        if equation.op not in ("sigmoid", "tanh") or equation.name not in scene.reaching:
            continue
        if equation.name not in scene.learning:
            continue
        if to_target and (equation.name in under_logarithm or _reached(scene, equation.name)):
            continue
        yield equation


def _under_logarithm(scene: Scene) -> set[str]:
    """Every step of which a logarithm or a cross-entropy is taken, straight or as ``1 - p``."""
    found: set[str] = set()
    by_name = {equation.name: equation for equation in scene.program.equations}
    waiting = [
        arg
        for eq in scene.program.equations
        if OPS[eq.op].takes_logarithm
        for arg in eq.args
        if isinstance(arg, str)
    ]
    while waiting:
        name = waiting.pop()
        found.add(name)
        if is_inner(name) and by_name[name].op in ("sub", "add"):
            waiting.extend(arg for arg in by_name[name].args if isinstance(arg, str))
    return found


def _reached(scene: Scene, name: str) -> bool:
    targets = [pair.target for pair in scene.compared if pair.output == name]
    return bool(targets) and all(
        bool(np.all(np.abs(forward.values[target] - forward.values[name]) < NEAR_TARGET))
        for forward in scene.forwards
        for target in targets
    )


def _flattest(scene: Scene, equation: Equation) -> tuple[float, float]:
    """The weighted sum of the first sample (of its flattest element) and the derivative there."""
    z = np.ravel(np.asarray(scene.forwards[0].values[str(equation.args[0])], dtype=float))
    worst = float(z[np.argmax(np.abs(z))])
    return worst, float(slope(equation.op, worst))


def _distance(op: str, z: Any) -> Any:
    """How far towards the end at 1 (for tanh either end) a weighted sum lies."""
    value = np.asarray(z, dtype=float)
    return np.abs(value) if op == "tanh" else value


def _remainder(op: str, z: float) -> float:
    """1 - y by the complementary formula, which keeps its digits."""
    e = float(np.exp(-z * (2 if op == "tanh" else 1)))
    return (2 if op == "tanh" else 1) * e / (1 + e)
