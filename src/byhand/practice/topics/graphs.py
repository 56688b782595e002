"""Formulas without a network: a computational graph, the chain rule, losses."""

from __future__ import annotations

from byhand.practice.numbers import Numbers
from byhand.practice.topics.draft import Draft

_LEAVES, _LINES = "abcde", "pqrstuv"
_PROBABILITIES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)


def computational_graph(numbers: Numbers, size: int, level: int) -> Draft:
    """A random graph of sums and products; from level 2 a value is used twice, on level 3 a square."""
    rng = numbers.rng
    leaves = list(_LEAVES[: size + 2])
    given = {name: numbers.of((2.0, 3.0, 4.0, 5.0, 6.0, 0.5, 1.5, 2.5), 0.3) for name in leaves}
    waiting = rng.sample(leaves, len(leaves))
    if level > 1:
        waiting.append(rng.choice(waiting[:-1]))
    lines: list[str] = []
    while len(waiting) > 1:
        name, left = _LINES[len(lines)], waiting.pop(0)
        if level > 2 and len(lines) == 1:
            waiting.insert(0, left)
            left = lines[0][0]
            if left in waiting:
                waiting.remove(left)
            lines.append(f"{name} = {left}^2")
            waiting.append(name)
            continue
        k = next((k for k, other in enumerate(waiting) if other != left), 0)
        right = waiting.pop(k)
        sign = "*" if not waiting else rng.choice("+-*")
        lines.append(f"{name} = {left} {sign} {right}")
        waiting.append(name)
    return Draft(lines, given, objective=waiting[0], by=tuple(leaves), exact=True)


def chain_rule(numbers: Numbers, size: int, level: int) -> Draft:
    """Functions inside each other; from level 2 in two branches that meet, on level 3 curved ones."""
    rng = numbers.rng
    given = {"x": numbers.small() if level == 3 else numbers.of((2.0, 3.0, 4.0, 0.5, 1.5), 0.3)}
    steps = size + 1
    names = [*_LINES[-3:], *_LINES[:3]][:steps]
    lines: list[str] = []
    local: list[tuple[str, str]] = []
    before, curved = "x", rng.randrange(steps)
    for k, name in enumerate(names):
        lines.append(f"{name} = {_function(numbers, before, level, k == curved)}")
        local.append((name, before))
        before = name
    last = f"{names[-1]}"
    if level == 1:
        lines.append(f"y = {_linear(numbers, last)}")
        local.append(("y", last))
    else:
        other = "k"
        lines.append(f"{other} = {_linear(numbers, 'x')}")
        lines.append(
            f"y = {last}*{other}" if numbers.chance(0.7) else f"y = {last}*{other} + {numbers.whole():g}*x"
        )
        local += [(other, "x"), ("y", last), ("y", other)]
    return Draft(lines, given, "y", by=("x",), through=(), local=tuple(local), exact=level < 3)


def _linear(numbers: Numbers, name: str) -> str:
    added = numbers.whole(0.4)
    return f"{numbers.of((2.0, 3.0, 4.0, 5.0, 0.5), 0.3):g}*{name} {'-' if added < 0 else '+'} {abs(added):g}"


def _function(numbers: Numbers, name: str, level: int, curved: bool) -> str:
    if not curved:
        return (
            _linear(numbers, name)
            if level < 3
            else f"{numbers.weight(0.3):g}*{name} + {numbers.weight(0.0):g}"
        )
    if level < 3:
        return f"{name}^{numbers.rng.choice('23' if level == 2 else '2')}"
    return numbers.rng.choice(["exp({})", "tanh({})", "sigmoid({})", "sin({})", "sqrt(1 + {}^2)"]).format(
        name
    )


def loss(numbers: Numbers, size: int, level: int) -> Draft:
    """Errors of several outputs: squares, then binary cross-entropy, then cross-entropy with soft targets."""
    count = size + 1
    names = [f"{k + 1}" for k in range(count)]
    by = tuple(f"yhat{k}" for k in names)
    if level == 1:
        return _squares(numbers, names, by)
    if level == 2:
        given = {name: numbers.of(_PROBABILITIES) for name in by}
        labels = [True, False, *(numbers.chance(0.5) for _ in names[2:])]
        numbers.rng.shuffle(labels)
        lines = [
            f"l{k} = -log(yhat{k})" if is_one else f"l{k} = -log(1 - yhat{k})"
            for k, is_one in zip(names, labels, strict=True)
        ]
        lines.append(f"L = ({' + '.join(f'l{k}' for k in names)})/{count}")
        return Draft(lines, given, "L", by=by, through=())
    given = dict(zip(by, _shares(numbers, count), strict=True))
    given |= dict(zip([f"y{k}" for k in names], _shares(numbers, count), strict=True))
    lines = [f"l{k} = -y{k}*log(yhat{k})" for k in names]
    lines.append(f"L = {' + '.join(f'l{k}' for k in names)}")
    return Draft(lines, given, "L", by=by, through=())


def _squares(numbers: Numbers, names: list[str], by: tuple[str, ...]) -> Draft:
    given: dict[str, float] = {}
    for k in names:
        given[f"yhat{k}"], given[f"y{k}"] = numbers.input(), numbers.of((*numbers_between(), 2.0, 3.0), 0.2)
    lines = [f"e{k} = yhat{k} - y{k}" for k in names]
    squares = " + ".join(f"e{k}^2" for k in names)
    form = numbers.rng.choice(["1/2*({})", "{}", "({})/{}"])
    if len(names) == 3 and form == "({})/{}":
        form = "1/2*({})"  # thirds do not come out short
    lines.append(f"L = {form.format(squares, len(names))}")
    return Draft(lines, given, "L", by=by, through=tuple(f"e{k}" for k in names), exact=True)


def numbers_between() -> tuple[float, ...]:
    """Targets that are no inputs."""
    return (0.3, 0.7, 0.9, 1.1, 1.3, 1.4, 1.6, 1.8)


def _shares(numbers: Numbers, count: int) -> list[float]:
    """Different shares of 1, in hundredths, unequal to each other and to those drawn before."""
    drawn = [
        numbers.of([k / 100 for k in range(8, 60) if k not in (10, 20, 30, 40, 50)]) for _ in range(count - 1)
    ]
    return [*drawn, round(1 - sum(drawn), 2)]
