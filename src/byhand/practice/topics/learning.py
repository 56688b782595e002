"""Learning itself: one update by a rule, several steps down a slope."""

from __future__ import annotations

from byhand.practice.numbers import Numbers
from byhand.practice.topics.draft import Draft

_TARGETS = (3.0, 4.0, 5.0, 0.5, 1.5, 2.5)
_RULES = {1: ("sgd", 1), 2: ("momentum", 2), 3: ("adam", 2)}


def update(numbers: Numbers, size: int, level: int) -> Draft:
    """A bowl in one to three weights: one step of gradient descent, two with momentum, two of Adam."""
    names = [f"{k + 1}" for k in range(size)]
    given = {f"w{k}": numbers.of((2.0, 6.0, 0.4, 1.2, 1.4, 0.8, 1.6), 0.3) for k in names}
    lines = [f"e{k} = w{k} - {numbers.of(_TARGETS):g}" for k in names]
    factors = [numbers.of((0.5, 0.25, 2.0, 1.5, 3.0)) for _ in names]
    squares = " + ".join(f"{factor:g}*e{k}^2" for factor, k in zip(factors, names, strict=True))
    cross = f" + {numbers.of((0.2, 0.3, 0.6)):g}*w1*w2" if size > 1 else ""
    lines.append(f"L = {squares}{cross}")
    rule, steps = _RULES[level]
    settings = {"momentum": numbers.of((0.5, 0.9, 0.8))} if rule == "momentum" else {}
    learn = tuple(f"w{k}" for k in names)
    rate = numbers.of((0.1, 0.2, 0.25, 0.05))
    return Draft(
        lines,
        given,
        "L",
        learn,
        (),
        exact=level == 1 or (level == 2 and size == 1),
        rate=rate,
        rule=rule,
        settings=settings,
        steps=steps,
    )


def descent(numbers: Numbers, size: int, level: int) -> Draft:
    """Steps down a slope, one more for each size: one weight, then weight and bias, then a curved valley."""
    steps = size + 1
    if level == 3:
        lines = [f"u = w^2 - {numbers.of((2.0, 3.0, 1.5, 2.5)):g}", "L = 1/2*u^2"]
        given = {"w": numbers.of((0.8, 1.2, 0.6, 2.2, 0.7), 0.3)}
        return Draft(lines, given, "L", ("w",), rate=numbers.of((0.1, 0.05, 0.04, 0.15)), steps=steps)
    half = "1/2*" if numbers.chance(0.5) else ""
    given = {"x": numbers.of((2.0, 3.0, 1.5, 0.5)), "w": numbers.weight()}
    by = ["w"]
    if level == 2:
        given["b"] = numbers.weight()
        by.append("b")
    given["y"] = numbers.of((4.0, 5.0, 2.5, 3.5, 0.8, 1.2), 0.3)
    lines = [f"yhat = w*x{' + b' if level == 2 else ''}", f"L = {half}(yhat - y)^2"]
    rate = numbers.of((0.1, 0.2, 0.05, 0.25, 0.4))
    return Draft(lines, given, "L", tuple(by), exact=True, rate=rate, steps=steps)
