"""Networks of several units: layers, softmax, convolution, recurrence, attention."""

from __future__ import annotations

from byhand.practice.numbers import FINER, INPUTS, SHORT, WEIGHTS, WHOLE, Numbers
from byhand.practice.topics.draft import Aim, Draft, weighted
from byhand.practice.topics.units import ERRORS, half_or_not

_SHAPES = {1: (2, 2), 2: (3, 2), 3: (2, 3)}  # inputs, hidden units
_TARGETS = (0.1, 0.05, 0.85, 0.9, 0.95, 0.15)


def mlp(numbers: Numbers, size: int, level: int) -> Draft:
    """One hidden layer, its wiring drawn: linear or leaky, then σ, then mixed with a way past it."""
    inputs, hidden = _SHAPES[size]
    xs = [f"x{i + 1}" for i in range(inputs)]
    given = {x: numbers.input() if level == 1 else numbers.small() for x in xs}
    lines: list[str] = []
    weights: list[str] = []
    biased = level > 1 and numbers.chance(0.7)
    leaky = numbers.chance(0.6)
    for j, wired in enumerate(_wiring(numbers, inputs, hidden), 1):
        own = [f"w{j}{i + 1}" for i in wired]
        bias = f"b{j}" if biased else ""
        total = weighted(own, [xs[i] for i in wired], bias)
        if level == 1 and not leaky:
            lines.append(f"h{j} = {total}")
        else:
            lines += [f"z{j} = {total}", f"h{j} = {_activation(numbers, level).format(f'z{j}')}"]
        weights += [*own, *([bias] if bias else [])]
    last = [f"v{j + 1}" for j in range(hidden)]
    sum_ = weighted(last, [f"h{j + 1}" for j in range(hidden)], "c" if biased else "")
    if level == 3:
        past = numbers.rng.choice(xs)
        last.append("u")
        sum_ += f" + u*{past}"
    weights += [*last, *(["c"] if biased else [])]
    given |= {name: numbers.weight() for name in weights}
    if level == 1:
        lines += [f"yhat = {sum_}", f"L = {half_or_not(numbers)}"]
        aim = Aim("y", "yhat", numbers.of(ERRORS, 0.5))
        given["y"] = 0.0
        return Draft(lines, given, "L", tuple(weights), exact=True, rate=numbers.rate(), aim=aim)
    lines += [f"s = {sum_}", "yhat = sigmoid(s)", f"L = {half_or_not(numbers)}"]
    given["y"] = numbers.of(_TARGETS)
    return Draft(lines, given, "L", tuple(weights), rate=numbers.rate())


def _wiring(numbers: Numbers, inputs: int, hidden: int) -> list[list[int]]:
    """Which inputs each hidden unit sees: every input is seen, some unit sees several."""
    choices = [[i] for i in range(inputs)] + [[i, i + 1] for i in range(inputs - 1)] + [list(range(inputs))]
    while True:
        wired = [numbers.rng.choice(choices) for _ in range(hidden)]
        if len({i for unit in wired for i in unit}) == inputs and max(map(len, wired)) > 1:
            return wired


def _activation(numbers: Numbers, level: int) -> str:
    if level == 1:
        return "leaky_relu({}, 0.1)"
    return "sigmoid({})" if level == 2 else numbers.rng.choice(["sigmoid({})", "tanh({})"])


def softmax(numbers: Numbers, size: int, level: int) -> Draft:
    """Scores to probabilities, cross-entropy; the scores given, then from one input, then from two."""
    classes = [f"{k + 1}" for k in range(size + 1)]
    xs = [f"x{i + 1}" for i in range(level - 1)]
    lines: list[str] = []
    by: list[str] = []
    scores = [f"z{k}" for k in classes]
    if xs:
        given = {x: numbers.small() for x in xs}
        for k in classes:
            own = [f"w{k}{i + 1}" if len(xs) > 1 else f"w{k}" for i in range(len(xs))]
            bias = f"b{k}" if level == 3 else ""
            lines.append(f"z{k} = {weighted(own, xs, bias)}")
            by += [*own, *([bias] if bias else [])]
        given |= {name: numbers.weight() for name in by}
    else:
        given = {z: numbers.of((*SHORT, 2.0, 0.3, 0.2), 0.4) for z in scores}
        by = scores
    lines += [f"e{k} = exp(z{k})" for k in classes]
    lines.append(f"s = {' + '.join(f'e{k}' for k in classes)}")
    lines += [f"p{k} = e{k}/s" for k in classes]
    lines.append(f"L = -log(p{numbers.rng.choice(classes)})")
    through = tuple(scores) if xs else ()
    return Draft(lines, given, "L", tuple(by), through, rate=numbers.rate() if xs else None)


def convolution(numbers: Numbers, size: int, level: int) -> Draft:
    """One kernel that slides over a row of inputs: linear, then leaky, then tanh."""
    places, width = (3, 2) if size < 3 else (3, 3)
    if size == 1:
        places = 2
    xs = [f"x{i + 1}" for i in range(places + width - 1)]
    kernel = [f"w{i + 1}" for i in range(width)]
    given = {x: numbers.of((*SHORT, 2.0) if level == 3 else INPUTS, 0.35) for x in xs}
    given |= {name: numbers.weight() for name in [*kernel, "b"]}
    out = [f"v{k + 1}" for k in range(places)]
    given |= {name: numbers.weight() for name in out}
    lines: list[str] = []
    units: list[str] = []
    activation = {1: "", 2: "leaky_relu({}, 0.1)", 3: "tanh({})"}[level]
    for k in range(places):
        lines.append(f"z{k + 1} = {weighted(kernel, xs[k : k + width], 'b')}")
        if activation:
            lines.append(f"h{k + 1} = {activation.format(f'z{k + 1}')}")
        units.append(f"{'h' if activation else 'z'}{k + 1}")
    lines += [f"yhat = {weighted(out, units)}", f"L = {half_or_not(numbers)}"]
    aim = Aim("y", "yhat", numbers.of(ERRORS, 0.5)) if level < 3 else None
    given["y"] = 0.0 if aim else numbers.of((*_TARGETS, *FINER), 0.3)
    learn = (*kernel, "b")
    return Draft(lines, given, "L", learn, exact=level < 3, rate=numbers.of((0.1, 0.2, 0.05)), aim=aim)


def recurrent(numbers: Numbers, size: int, level: int) -> Draft:
    """A unit that sees its own last value: linear, then tanh, then with an error at every time."""
    times = [f"{t + 1}" for t in range(size + 1)]
    given = {f"x{t}": numbers.of(SHORT if level > 1 else (*INPUTS,), 0.25) for t in times}
    names = ["u", "w"] + (["b"] if level > 1 else []) + (["v"] if level < 3 else [])
    given["h0"] = numbers.of((0.5, 0.4, 0.6, 0.2, 0.8))
    given |= {
        name: numbers.of((0.5, 0.2, 0.4, 0.3) if level == 1 else (*WEIGHTS, *FINER), 0.3) for name in names
    }
    lines: list[str] = []
    before = "h0"
    for t in times:
        total = f"u*x{t} + w*{before}" + (" + b" if level > 1 else "")
        lines += [f"h{t} = {total}"] if level == 1 else [f"z{t} = {total}", f"h{t} = tanh(z{t})"]
        before = f"h{t}"
    if level == 3:
        given |= {f"y{t}": numbers.of((*WEIGHTS, *FINER), 0.3) for t in times}
        lines += [f"L{t} = {half}" for t, half in zip(times, _errors(numbers, times), strict=True)]
        lines.append(f"L = {' + '.join(f'L{t}' for t in times)}")
        through = tuple(f"h{t}" for t in times) + tuple(f"z{t}" for t in times)
        return Draft(lines, given, "L", tuple(names), through, rate=numbers.rate())
    lines += [f"yhat = v*{before}", f"L = {half_or_not(numbers)}"]
    aim = Aim("y", "yhat", numbers.of((0.5, 0.4, 0.2, 0.8), 0.5)) if level == 1 else None
    given["y"] = 0.0 if aim else numbers.of((*_TARGETS, *FINER), 0.3)
    return Draft(lines, given, "L", tuple(names), exact=level == 1 and size < 3, rate=numbers.rate(), aim=aim)


def _errors(numbers: Numbers, times: list[str]) -> list[str]:
    """The same form of error at every time."""
    half = "1/2*" if numbers.chance(0.5) else ""
    return [f"{half}(h{t} - y{t})^2" for t in times]


def attention(numbers: Numbers, size: int, level: int) -> Draft:
    """A query, keys, values: forwards, then with a loss, then with weights for the query."""
    keys = [f"{j + 1}" for j in range(size + 1)]
    given: dict[str, float] = {}
    lines: list[str] = []
    if level == 3:
        given |= {"x1": numbers.small(), "x2": numbers.small()}
        given |= {name: numbers.weight() for name in ("a1", "a2", "b1", "b2")}
        lines += ["q1 = a1*x1 + a2*x2", "q2 = b1*x1 + b2*x2"]
    else:
        given |= {"q1": numbers.small(), "q2": numbers.small()}
    for j in keys:
        given |= {
            f"k{j}1": numbers.of((*SHORT, *WEIGHTS), 0.3),
            f"k{j}2": numbers.of((*SHORT, *WEIGHTS), 0.3),
        }
    given |= {f"v{j}": numbers.of((*WHOLE, *FINER), 0.2) for j in keys}
    lines += [f"s{j} = (q1*k{j}1 + q2*k{j}2)/sqrt(2)" for j in keys]
    lines += [f"e{j} = exp(s{j})" for j in keys]
    lines.append(f"t = {' + '.join(f'e{j}' for j in keys)}")
    lines += [f"p{j} = e{j}/t" for j in keys]
    lines.append(f"o = {weighted([f'p{j}' for j in keys], [f'v{j}' for j in keys])}")
    if level == 1:
        return Draft(lines, given, None, results=("o",))
    given["y"] = numbers.of((*WHOLE, *FINER, 1.7, 2.3), 0.2)
    lines.append(f"L = {half_or_not(numbers, 'o')}")
    through = ("o", *(f"p{j}" for j in keys), *(f"s{j}" for j in keys))
    if level == 2:
        return Draft(lines, given, "L", tuple(f"v{j}" for j in keys), through)
    return Draft(
        lines, given, "L", ("a1", "a2", "b1", "b2"), (*through, "q1", "q2"), rate=numbers.of((0.1, 0.05, 0.2))
    )
