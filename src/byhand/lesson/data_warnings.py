"""Warnings about the data: targets out of reach, inputs on very different scales, data that are updated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from byhand.errors import ByhandError
from byhand.lesson.scene import Scene, Warning, shown
from byhand.ops import OPS
from byhand.ops.table import Bounds
from byhand.trace.comparisons import Comparison
from byhand.trace.forward import run_forward
from byhand.trace.program import Program, depends_on, lines_of

LARGE = 50.0
_DISTANCES = ("square", "distance")


def updated_data(scene: Scene) -> Iterator[Warning]:
    """Targets and inputs that are updated because nobody said what is learned."""
    if scene.task.problem.learn is not None or not scene.run.plan.learn:
        return
    targets = [pair.target for pair in scene.compared]
    inputs = scene.network.layers[0].inputs if scene.network else ()
    names = tuple(dict.fromkeys(name for name in (*inputs, *targets) if name in scene.run.plan.learn))
    if names:
        yield Warning("updated_data", {"names": names}, names)


def no_rate(scene: Scene) -> Iterator[Warning]:
    """Settings of learning without a learning rate: nothing is updated."""
    problem = scene.task.problem
    asked = {
        "steps": problem.steps,
        "until": problem.until,
        "learn": problem.learn,
        "rule": problem.rule != "sgd" and problem.rule,
    }
    keys = [key for key, value in asked.items() if value]
    if problem.rate is None and keys:
        yield Warning("no_rate", {"keys": ", ".join(keys)}, ())


def out_of_reach(scene: Scene) -> Iterator[Warning]:
    """Targets that the output unit can never give; the least the loss can be, where that can be said."""
    outside: list[tuple[Comparison, float]] = []
    for pair in scene.compared:
        if pair.kind not in _DISTANCES or pair.output not in scene.reaching:
            continue
        low, high, _ = _range(scene, pair.output)
        values = np.ravel([np.asarray(value, dtype=float) for value in scene.every(pair.target)])
        beyond = values[(values < low) | (values > high)]
        if beyond.size:
            outside.append((pair, float(beyond[np.argmax(np.abs(beyond))])))
    if not outside:
        return
    pair, value = outside[0]
    names = tuple(dict.fromkeys(beyond.target for beyond, _ in outside))
    facts = {
        "targets": names,
        "target": (pair.target,),
        "value": value,
        "output": (pair.output,),
        "range": _range(scene, pair.output).text,
        "objective": (_loss(scene),),
    }
    least = _least(scene)
    if least is None:
        yield Warning("out_of_reach", facts, names)
    else:
        yield Warning("out_of_reach_bound", {**facts, "least": least}, names)


def no_probability(scene: Scene) -> Iterator[Warning]:
    """Targets of a cross-entropy that are no probabilities."""
    for pair in scene.compared:
        for value in scene.every(pair.target) if pair.kind == "entropy" else ():
            wrong = [float(v) for v in np.ravel(np.asarray(value, dtype=float)) if not 0 <= v <= 1]
            if wrong:
                yield Warning("no_probability", {"target": (pair.target,), "value": wrong[0]}, (pair.target,))
                return


def unscaled(scene: Scene) -> Iterator[Warning]:
    """Inputs of a network that are very large, or very large beside another input."""
    if scene.network is None or not scene.run.plan.learn:
        return
    first = scene.network.layers[0]
    if not {name for row in first.weights for name in row} & set(scene.learned):
        return
    sizes = {
        name: max(float(np.max(np.abs(np.asarray(v, dtype=float)))) for v in scene.every(name))
        for name in first.inputs
    }
    largest = max(sizes, key=lambda name: sizes[name])
    smallest = min((name for name in sizes if sizes[name] > 0), key=lambda name: sizes[name], default=largest)
    wide = len(scene.forwards) > 1 and sizes[largest] >= LARGE * sizes[smallest]
    if sizes[largest] >= LARGE:
        names = tuple(name for name, size in sizes.items() if size >= LARGE)
        yield Warning("unscaled", {"names": names, "name": (largest,), "size": sizes[largest]}, names)
    elif wide:
        facts = {
            "large": (largest,),
            "largest": sizes[largest],
            "small": (smallest,),
            "smallest": sizes[smallest],
        }
        yield Warning("scales_differ", facts, (largest, smallest))


def _range(scene: Scene, name: str) -> Bounds:
    """Between which numbers a named value lies, by the operation that gives it."""
    return OPS[lines_of(scene.program)[name][-1].op].range


def _loss(scene: Scene) -> str:
    """The loss without a penalty."""
    return scene.task.problem.minimise if scene.task.problem.minimise in scene.reaching else scene.objective


def _least(scene: Scene) -> float | None:
    """The loss with every output as near its target as it can get; None where weights act on it besides."""
    plan, loss = scene.run.plan, _loss(scene)
    pairs = [pair for pair in scene.compared if pair.output in scene.reaching]
    outputs = {pair.output for pair in pairs}
    ends = depends_on(scene.program, loss)
    beyond = set(outputs)
    for equation in scene.program.equations:
        if not beyond.isdisjoint(equation.args) and shown(equation.name) not in outputs:
            beyond.add(equation.name)
    lines = beyond - outputs
    after = [
        eq
        for eq in scene.program.equations
        if eq.name in ends and not lines.isdisjoint((eq.name, shown(eq.name)))
    ]
    used = {arg for eq in after for arg in eq.args if isinstance(arg, str)}
    single = len(pairs) == len(outputs) and all(pair.kind in _DISTANCES for pair in pairs)
    if plan.maximise or not single or used & set(plan.learn):
        return None
    known = {*used, *outputs} - {eq.name for eq in after}
    program = Program(tuple(after))
    losses = []
    try:
        for forward in scene.forwards:
            best = {}
            for pair in pairs:
                low, high, _ = _range(scene, pair.output)
                nearest = np.clip(np.asarray(forward.values[pair.target], dtype=float), low, high)
                best[pair.output] = nearest if nearest.ndim else float(nearest)
            losses.append(
                run_forward(program, {**{name: forward.values[name] for name in known}, **best}).values[loss]
            )
    except (ByhandError, KeyError):
        return None
    whole = float(sum(losses))
    return whole / len(losses) if plan.mean else whole
