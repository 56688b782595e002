"""Every formula of every example, read again from Markdown and from LaTeX: its numbers are the engine's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from byhand.api import Work, example, examples, work
from byhand.lesson.document import Document, Formula
from byhand.lesson.telling import Telling, tell
from byhand.views import latex, markdown
from tests.told import iterations

DIGITS = 6

# -- a reader of its own ------------------------------------------------------------------------


class InSymbols(Exception):
    """The formula holds a name."""


@dataclass
class Near:
    """Numbers known to within a radius: what a printed number stands for."""

    mid: Any
    radius: Any

    def __add__(self, other: Near) -> Near:
        return Near(self.mid + other.mid, self.radius + other.radius)

    def __sub__(self, other: Near) -> Near:
        one = self.beside(other)
        return Near(one.mid - other.mid, one.radius + other.radius)

    def beside(self, other: Near) -> Near:
        """A vector, which is printed upright, as a row beside a matrix with rows of its length."""
        shape, wide = np.shape(self.mid), np.shape(other.mid)
        if len(wide) == 2 and shape == (wide[1], 1) and shape[0] not in (1, wide[0]):
            return Near(self.mid.T, self.radius.T)
        return self

    def times(self, other: Near, product: Callable[[Any, Any], Any]) -> Near:
        one = self.beside(other) if product is np.multiply else self
        r = product(abs(one.mid), other.radius) + product(one.radius, abs(other.mid))
        return Near(product(one.mid, other.mid), r + product(one.radius, other.radius))

    def through(self, *bounds: Any) -> Near:
        low, high = np.minimum.reduce(bounds), np.maximum.reduce(bounds)
        return Near((low + high) / 2, (high - low) / 2)

    def mapped(self, function: Callable[[Any], Any]) -> Near:
        return self.through(function(self.mid - self.radius), function(self.mid + self.radius))

    def shaped(self, *shape: int) -> Near:
        return Near(self.mid.reshape(shape), self.radius.reshape(shape))

    def over(self, other: Near) -> Near:
        inverse = other.mapped(lambda x: 1 / x)
        return self.times(inverse, np.multiply)

    def power(self, exponent: Near) -> Near:
        n = exponent.mid
        low, high = self.mid - self.radius, self.mid + self.radius
        if n == int(n) and n > 0 and np.any(low * high < 0):
            return self.through(low**n, high**n, 0.0 * self.mid)
        return self.through(low**n, high**n)


MONOTONE: dict[str, Callable[[Any], Any]] = {
    r"\sigma": lambda z: 1 / (1 + np.exp(-z)),
    r"\tanh": np.tanh,
    r"\exp": np.exp,
    r"\ln": np.log,
    r"\operatorname{ReLU}": lambda z: np.maximum(z, 0),
    r"\operatorname{softplus}": lambda z: np.logaddexp(0, z),
    r"\operatorname{step}": lambda z: (z > 0) * 1.0,
}
ONE = Near(1.0, 0.0)
OF_TWO: dict[str, Callable[[Near, Near], Near]] = {
    r"\min": lambda a, b: a.through(
        np.minimum(a.mid - a.radius, b.mid - b.radius), np.minimum(a.mid + a.radius, b.mid + b.radius)
    ),
    r"\operatorname{outer}": lambda a, b: a.times(Near(b.mid.T, b.radius.T), np.matmul),
    r"\operatorname{quadratic}": lambda y, a: (
        (y - a).power(Near(2.0, 0.0)).mapped(np.sum).over(Near(2.0, 0.0))
    ),
    r"\operatorname{MSE}": lambda y, a: (y - a).power(Near(2.0, 0.0)).mapped(np.mean),
    r"\operatorname{CE}": lambda y, p: Near(0.0, 0.0) - y.times(p.mapped(np.log), np.multiply).mapped(np.sum),
    r"\operatorname{BCE}": lambda y, p: (
        Near(0.0, 0.0)
        - (y.times(p.mapped(np.log), np.multiply) + (ONE - y).times((ONE - p).mapped(np.log), np.multiply))
    ),
}


def largest(sign: float) -> Callable[[list[Near], int | None], Near]:
    """The place of the largest, or of the smallest, of several numbers or of an array's."""
    return lambda args, axis: Near(
        float(np.argmax(sign * np.concatenate([np.ravel(a.mid) for a in args]))), 0.0
    )


def solved(args: list[Near], axis: int | None) -> Near:
    """The unknowns of a system whose numbers may be a little off."""
    G, r = args
    inverse, w = np.abs(np.linalg.inv(G.mid)), np.linalg.solve(G.mid, r.mid)
    return Near(w, 2 * inverse @ (G.radius @ np.abs(w) + r.radius))


def windows(x: Any, size: int) -> Any:
    """What a window that moves by 1 sees: (channels, rows, columns, window)."""
    seen = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return seen.reshape(*seen.shape[:3], size * size)


def convolved(x: Any, w: Any) -> Any:
    """One kernel that looks at one channel and moves by 1."""
    return windows(x, w.shape[2]) @ w.ravel()


def routed(g: Any, a: Any) -> Any:
    """Each number goes to the largest of its window, of 2 by 2, that moves by 1."""
    sent = np.zeros_like(a)
    for place, most in np.ndenumerate(windows(a, 2).argmax(axis=-1)):
        channel, row, column = place
        sent[channel, row + most // 2, column + most % 2] += g[place]
    return sent


def to_kernel(args: list[Near], axis: int | None) -> Near:
    """Each weight's gradient: the image it met at each place, times what came back there."""
    g, x, w = args
    shape = w.mid.shape
    return g.times(x, lambda g, x: np.tensordot(g, windows(x, shape[2]), 3).reshape(shape))


def taken(args: list[Near], axis: int | None) -> Near:
    """A row, upright as vectors are printed."""
    whole, place = args
    return Near(*(part[int(place.mid)].reshape(-1, 1) for part in (whole.mid, whole.radius)))


def replaced(args: list[Near], axis: int | None) -> Near:
    """A matrix with another row."""
    whole, place, row = args
    mid, radius = whole.mid.copy(), whole.radius.copy()
    mid[int(place.mid)], radius[int(place.mid)] = np.ravel(row.mid), np.ravel(row.radius)
    return Near(mid, radius)


def joined(args: list[Near], axis: int | None) -> Near:
    """Arrays put together."""
    return Near(
        *(np.concatenate([getattr(one, part) for one in args], axis or 0) for part in ("mid", "radius"))
    )


def added(args: list[Near], axis: int | None) -> Near:
    """The sums along an axis."""
    if axis == 2:
        raise InSymbols  # a printed matrix does not say how an array of three dimensions lay
    axis = upright(args[0], axis)
    return args[0].mapped(lambda x: np.sum(x, axis=axis))


def upright(one: Near, axis: int | None) -> int | None:
    """The axis of a vector, which is printed upright."""
    return 0 if axis == -1 and np.shape(one.mid)[1:] == (1,) else axis


def shares(args: list[Near], axis: int | None) -> Near:
    """A softmax: the least share of each where all the others are as large as they can be."""
    axis = upright(args[0], -1 if axis is None else axis)
    low, high = (np.exp(args[0].mid + sign * args[0].radius) for sign in (-1, 1))
    others = high.sum(axis, keepdims=True) - high, low.sum(axis, keepdims=True) - low
    return args[0].through(low / (low + others[0]), high / (high + others[1]))


OF_ARRAYS: dict[str, Callable[[list[Near], int | None], Near]] = {
    r"\operatorname{argmin}": largest(-1),
    r"\operatorname{argmax}": largest(1),
    r"\operatorname{take}": taken,
    r"\operatorname{replace}": replaced,
    r"\operatorname{where}": lambda args, axis: args[1] if args[0].mid else args[2],
    r"\operatorname{concat}": joined,
    r"\operatorname{solve}": solved,
    r"\max": lambda args, axis: args[0].through(
        *(max(one.mid + sign * one.radius for one in args) for sign in (-1, 1))
    ),
    r"\operatorname{conv}": lambda args, axis: args[0].times(args[1], convolved),
    r"\operatorname{pool}": lambda args, axis: args[0].mapped(lambda x: windows(x, 2).max(axis=-1)),
    r"\operatorname{pool\_route}": lambda args, axis: args[0].mapped(lambda g: routed(g, args[1].mid)),
    r"\operatorname{conv\_to\_kernel}": to_kernel,
    r"\operatorname{flatten}": lambda args, axis: args[0].shaped(-1, 1),
    r"\operatorname{reshape}": lambda args, axis: args[0].shaped(1, 2, 2),
    r"\operatorname{sum\_to}": lambda args, axis: args[0].mapped(lambda x: x.sum(keepdims=True)),
    r"\operatorname{sum}": added,
    r"\operatorname{softmax}": shares,
    r"\operatorname{norm}": lambda args, axis: (
        args[0].power(Near(2.0, 0.0)).mapped(lambda x: np.sqrt(np.sum(x, axis=axis)))
    ),
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    r"\gt": np.greater,
    r"\lt": np.less,
    r"\ge": np.greater_equal,
    "=": np.equal,
}
TOKEN = re.compile(
    r"\\begin\{bmatrix\}|\\end\{bmatrix\}|\\operatorname\{[^}]*\}|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S"
)


class Reader:
    """A member of a chain, by recursive descent."""

    def __init__(self, source: str) -> None:
        self.tokens = [
            t
            for t in TOKEN.findall(source.replace("{}", ""))
            if t not in (r"\left", r"\right", r"\!", r"\quad")
        ]
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.next
        assert expected in (None, token), (expected, self.tokens[self.at :])
        self.at += 1
        return token

    def whole(self) -> Near:
        value = self.sum()
        assert not self.next, self.tokens[self.at :]
        return value

    def sum(self) -> Near:
        value = self.product()
        while self.next in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        if self.next in COMPARISONS:
            compare = COMPARISONS[self.take()]
            return Near(compare(value.mid, self.sum().mid) * 1.0, 0.0)
        return value

    def product(self) -> Near:
        if self.next == "-":
            self.take()
            return Near(0.0, 0.0) - self.product()
        value = self.factor()
        while self.next in (r"\cdot", r"\times", r"\odot", r"\,"):
            product = np.matmul if self.take() == r"\," else np.multiply
            signed = self.next == "-"
            value = value.times(self.product() if signed else self.factor(), product)
        return value

    def factor(self) -> Near:
        value = self.base()
        if self.next == "_":  # an element of something that stands in brackets
            raise InSymbols
        while self.next == "^":
            self.take()
            self.take("{")
            if self.next == r"\top":
                self.take()
                value = Near(value.mid.T, value.radius.T)
            else:
                value = value.power(self.sum())
            self.take("}")
        return value

    def base(self) -> Near:
        token = self.take()
        if token[0].isdigit():
            return printed(token)
        if token in ("(", "{"):
            value = self.sum()
            self.take({"(": ")", "{": "}"}[token])
            return value
        if token == r"\frac":
            top = self.braced()
            return top.over(self.braced())
        if token == r"\sqrt":
            return self.braced().mapped(np.sqrt)
        if token == r"\begin{bmatrix}":
            return self.matrix()
        if token == r"\lVert":
            value = self.sum()
            self.take(r"\rVert")
            return value.power(Near(2.0, 0.0)).mapped(np.sum).mapped(np.sqrt)
        if token == r"\sum":
            return self.factor().mapped(np.sum)
        if token in OF_ARRAYS:
            args, axis = self.arguments()
            return OF_ARRAYS[token](args, axis)
        if token in MONOTONE:
            if self.next != "(":  # σ as a name: a width
                raise InSymbols
            self.take("(")
            value = self.sum()
            self.take(")")
            return value.mapped(MONOTONE[token])
        if token in OF_TWO:
            self.take("(")
            left = self.sum()
            self.take(",")
            right = self.sum()
            self.take(")")
            return OF_TWO[token](left, right)
        if re.fullmatch(
            r"[A-Za-z]|\\(hat|mathrm|text|Phi|alpha|beta|delta|eta|theta|lambda|varepsilon|Delta|partial)",
            token,
        ):
            raise InSymbols
        raise AssertionError(f"cannot read {token}")

    def arguments(self) -> tuple[list[Near], int | None]:
        """What stands between brackets, and the axis named there; other settings are passed over."""
        args: list[Near] = []
        axis = None
        self.take("(")
        while True:
            closed = self.tokens.index("}", self.at) if self.next == r"\mathrm" else -2
            if self.tokens[closed + 1] == "=":
                name = "".join(self.tokens[self.at + 2 : closed])
                self.at = closed + 2
                value = self.sum()
                axis = int(value.mid) if name == "axis" else axis
            else:
                args.append(self.sum())
            if self.take() == ")":
                return args, axis

    def braced(self) -> Near:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def matrix(self) -> Near:
        rows: list[list[Near]] = [[self.sum()]]
        while (token := self.take()) != r"\end{bmatrix}":
            if token == r"\\":
                rows.append([self.sum()])
            else:
                assert token == "&"
                rows[-1].append(self.sum())
        found = Near(
            np.array([[cell.mid for cell in row] for row in rows]),
            np.array([[cell.radius for cell in row] for row in rows]),
        )
        # Of more than two axes: matrices side by side.
        return Near(found.mid[0], found.radius[0]) if found.mid.ndim > 2 else found


def printed(digits: str) -> Near:
    """A printed number; one with as many digits as a lesson shows at least may be rounded."""
    whole, _, decimals = digits.partition(".")
    shown = len((whole + decimals).lstrip("0"))
    return Near(float(digits), 0.5 * 10.0 ** -len(decimals) if shown >= DIGITS else 0.0)


def members(display: str) -> list[str]:
    """The members of a displayed chain."""
    inside = re.sub(r"\\(begin|end)\{aligned\}", " ", display)
    lines = re.sub(r"\\\\\n&", " ", inside).replace("&", " & ") if r"\begin{aligned}" in display else inside
    depth, parts = 0, [""]
    tokens = re.split(r"(\\begin\{bmatrix\}|\\end\{bmatrix\}|\\approx|[{}()=])", lines)
    for token in tokens:
        depth += (token in ("{", "(") or token.startswith(r"\begin")) - (
            token in ("}", ")") or token.startswith(r"\end")
        )
        if depth == 0 and token in ("=", r"\approx"):
            parts.append("")
        else:
            parts[-1] += token
    return [re.sub(r"^\s*&|&\s*$", "", part.strip()).strip() for part in parts]


def plain(left: str) -> str:
    """The left side as a name without marks: ``\\mathrm{net}_{h1}`` is ``neth1``."""
    derivative = re.fullmatch(r"\\frac\{\\partial (.*)\}\{\\partial (.*)\}", left)
    if derivative:
        return f"d{plain(derivative[1])}/d{plain(derivative[2])}"
    left = re.sub(r"\\(Phi|eta|sigma)$", r"\1", left)
    left = re.sub(r"\\hat\{(\w)\}", r"\1hat", left).replace(r"^{\text{new}}", "new")
    return re.sub(r"\\(mathrm|text)|[{}_ ]", "", left)


# -- the engine -------------------------------------------------------------------------------


def engine(worked: Work, number: int = 1) -> dict[str, Any]:
    """An iteration's first sample's values and gradients, and its update, by the name without marks."""
    first = worked.run.passes[number]
    known: dict[str, Any] = {
        name: value for name, value in first.forwards[0].values.items() if "." not in name
    }
    if first.backwards:
        objective = worked.run.plan.objective
        known |= {f"d{objective}/d{name}": value for name, value in first.backwards[0].gradients.items()}
    known |= {f"{name}_new": update.new for name, update in first.updates.items()}
    return {name.replace("_", ""): value for name, value in known.items()}


WAYS = [
    Telling("en", DIGITS),
    Telling("en", DIGITS, by="paths"),
    Telling("zh", DIGITS, scalar=True, by="delta"),
    Telling("zh", 8, verify=True),
]


def displays(view: str, document: Document) -> list[str]:
    if view == "markdown":
        return re.findall(r"^\$\$\n(.*?)\n\$\$$", markdown.render(document), re.M | re.S)
    found = re.findall(r"^\\\[\n(.*?)\n\\\]$", latex.render(document), re.M | re.S)
    return [re.sub(r"^\\fit\{\$\\displaystyle (.*)\$\}$", r"\1", display, flags=re.S) for display in found]


def read(source: str) -> Near | None:
    try:
        return Reader(source).whole()
    except InSymbols:
        return None


def assert_agrees(value: Near, result: Near) -> None:
    apart = np.abs(np.reshape(value.mid, -1) - np.reshape(result.mid, -1))
    allowed = np.reshape(value.radius, -1) + np.reshape(result.radius, -1)
    assert np.all(apart <= allowed + 1e-14 * np.abs(np.reshape(result.mid, -1)))


def assert_formula(formula: Formula, display: str, known: dict[str, Any]) -> int:
    """How many of the numbers printed for it were compared."""
    left, *others = members(display)
    assert len(others) == len(formula.signs)
    values = [read(member) for member in others]
    result = values[-1] if values else None
    if result is None:
        assert all(value is None for value in values)
        return 0
    for value in values[:-1]:
        if value is not None:
            assert_agrees(value, result)
    name = plain(left)
    # The matrix form of a network of scalars has vectors of its own, a1 and b1 among them.
    if name in known and formula.code != "prediction" and np.size(known[name]) == np.size(result.mid):
        assert_agrees(Near(np.asarray(known[name], float), 0.0), result)
        return len(values)
    return len(values) - 1


@pytest.mark.parametrize("view", ["markdown", "latex"])
@pytest.mark.parametrize("name", examples())
def test_every_printed_number_is_the_engines(name: str, view: str) -> None:
    worked = work(example(name))
    for how in WAYS:
        document = tell(worked.task, worked.run, how)
        formulas = [block for block in document.blocks if isinstance(block, Formula)]
        shown = displays(view, document)
        assert len(formulas) == len(shown)
        compared = sum(
            assert_formula(formula, display, engine(worked, number))
            for formula, display, number in zip(formulas, shown, iterations(document), strict=True)
        )
        assert (compared == 0) == worked.task.symbolic
        assert worked.task.symbolic or compared >= len(formulas)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r"2 \times (300000 - 0.645656) \times (-1)", -599998.708688),
        (r"4 - \frac{0.5 \times 4}{\sqrt{16} + 1 \times 10^{-8}}", 3.50000000125),
        (r"\sigma\!\left( \begin{bmatrix} 0 & 0 \\ 0 & 0 \end{bmatrix} \right)", [[0.5, 0.5], [0.5, 0.5]]),
        (
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{\top} \, \begin{bmatrix} 1 \\ 1 \end{bmatrix}",
            [[4], [6]],
        ),
        (r"(0.5 \gt 0)", 1.0),
    ],
)
def test_reader(source: str, value: Any) -> None:
    np.testing.assert_allclose(Reader(source).whole().mid, value, rtol=1e-14)


def test_reader_finds_a_wrong_number() -> None:
    result = printed("0.645657")
    with pytest.raises(AssertionError):
        assert_agrees(Near(1 / (1 + math.exp(-0.6)), 0.0), result)
