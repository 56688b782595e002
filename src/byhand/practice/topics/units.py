"""One unit: a neuron that learns by gradients, a perceptron that learns by its own rule."""

from __future__ import annotations

from byhand.practice.numbers import Numbers
from byhand.practice.topics.draft import Aim, Draft, weighted

ERRORS = (0.5, 0.4, 0.2, 0.6, 0.8, 0.25)


def half_or_not(numbers: Numbers, output: str = "yhat", target: str = "y") -> str:
    """A squared error, with or without one half, in either order."""
    difference = f"({output} - {target})^2" if numbers.chance(0.5) else f"({target} - {output})^2"
    return f"1/2*{difference}" if numbers.chance(0.5) else difference


def neuron(numbers: Numbers, size: int, level: int) -> Draft:
    """A weighted sum, an activation, a loss, one update: linear, then σ or tanh, then a longer loss."""
    names = [f"{k + 1}" for k in range(size + 1)]
    weights, inputs = [f"w{k}" for k in names], [f"x{k}" for k in names]
    given = {x: numbers.input() if level == 1 else numbers.small() for x in inputs}
    given |= {name: numbers.weight() for name in [*weights, "b"]}
    learn = (*weights, "b")
    total = weighted(weights, inputs, "b")
    if level == 1:
        lines = [f"yhat = {total}", f"L = {half_or_not(numbers)}"]
        aim = Aim("y", "yhat", numbers.of(ERRORS, 0.5))
        return Draft(lines, {**given, "y": 0.0}, "L", learn, exact=True, rate=numbers.rate(), aim=aim)
    activation = numbers.rng.choice(["sigmoid", "tanh"])
    given["y"] = numbers.of((0.1, 0.2, 0.8, 0.9, 0.95, 0.05))
    lines = [f"z = {total}", f"yhat = {activation}(z)"]
    if level == 2:
        lines.append(f"L = {half_or_not(numbers)}")
    elif numbers.chance(0.5):
        squares = " + ".join(f"{w}^2" for w in weights)
        lines += [f"E = {half_or_not(numbers)}", f"R = {squares}"]
        lines.append(f"L = E + {numbers.of((0.05, 0.02, 0.08, 0.04)):g}*R")
    else:
        lines[1] = "yhat = sigmoid(z)"
        lines.append("L = -y*log(yhat) - (1 - y)*log(1 - yhat)")
    return Draft(lines, given, "L", learn, ("z", "yhat"), rate=numbers.rate())


def perceptron(numbers: Numbers, size: int, level: int) -> Draft:
    """As many samples as the level, shown one after the other; the first is misjudged."""
    names = [f"{k + 1}" for k in range(size + 1)]
    given = {f"w{i}_0": numbers.weight(0.5) for i in names} | {"b_0": numbers.weight(0.5)}
    given["eta"] = numbers.rate()
    lines: list[str] = []
    free: set[str] = set()
    kept: set[str] = set()
    for k in range(1, level + 1):
        given |= {f"x{i}_{k}": numbers.of((*_SAMPLE, *_MORE), 0.3) for i in names}
        old = weighted([f"w{i}_{k - 1}" for i in names], [f"x{i}_{k}" for i in names], f"b_{k - 1}")
        lines += [f"z_{k} = {old}", f"o_{k} = step(z_{k})", f"e_{k} = t_{k} - o_{k}"]
        given[f"t_{k}"] = float(numbers.rng.randrange(2))
        lines += [f"w{i}_{k} = w{i}_{k - 1} + eta*e_{k}*x{i}_{k}" for i in names]
        lines.append(f"b_{k} = b_{k - 1} + eta*e_{k}")
        free |= {f"t_{k}", f"o_{k}", f"e_{k}"}
        kept |= {f"b_{k}", *(f"w{i}_{k}" for i in names)}
    results = (*(f"w{i}_{level}" for i in names), f"b_{level}")
    return Draft(lines, given, None, results=results, exact=True, free=frozenset(free), kept=frozenset(kept))


_SAMPLE = (2.0, 3.0, 4.0, 5.0, 1.5, 2.5)
_MORE = (6.0, 7.0, 8.0, 1.4, 1.6, 1.8, 2.2, 2.4, 3.5)
