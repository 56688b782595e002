"""A problem as a learner works it: named steps in order, each with the mistakes that can be made in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Formula = Callable[["Values"], Any]


class Values(dict):
    """Numbers by name, as items and as attributes; what was looked at is noted."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    __getattr__ = __getitem__


class Step(NamedTuple):
    """One number to be worked out: right, right in another way, or by a wrong formula of some kind."""

    name: str
    right: Formula
    wrong: Mapping[str, tuple[Formula, ...]] = {}
    other_way: Formula | None = None

    @property
    def is_derivative(self) -> bool:
        return self.name.startswith("d") and "/d" in self.name


@dataclass
class Problem:
    """What byhand is given, and the steps in the order a learner takes them."""

    title: str
    text: str
    given: dict[str, Any]
    numbers: dict[str, float]
    steps: list[Step] = field(default_factory=list)
    extras: dict[str, Any] = field(default_factory=dict)

    def sheet(self, claims: Mapping[str, str]) -> dict[str, Any]:
        return {"problem": self.text, "given": self.given, "claims": dict(claims), **self.extras}


def step(name: str, right: Formula, other_way: Formula | None = None, **wrong: Any) -> Step:
    """A step with its wrong formulas by kind, one or several of each."""
    kinds = {kind: made if isinstance(made, tuple) else (made,) for kind, made in wrong.items()}
    return Step(name, right, kinds, other_way)


def product(values: Values, names: Any) -> Any:
    made: Any = 1.0
    for name in names:
        made = values[name] * made
    return made


def total(terms: Any) -> Any:
    made: Any = 0.0
    for term in terms:
        made = term + made
    return made


def slipped_copies(value: float) -> list[float]:
    """A given number copied wrong: two digits exchanged, the point moved, the sign lost."""
    text = f"{abs(value):g}"
    digits = text.replace(".", "")
    found = [-value, value * 10, value / 10]
    for k in range(len(text) - 1):
        a, b = text[k], text[k + 1]
        if a != b and "." not in (a, b) and len(digits.strip("0")) > 1:
            found.append(math.copysign(float(text[:k] + b + a + text[k + 2 :]), value))
    return [copy for copy in found if copy != value]


def weighted_sum(
    name: str,
    pairs: list[tuple[str, str]],
    bias: str | None,
    numbers: Mapping[str, float],
    turned: list[str] | None = None,
    others: list[str] | None = None,
) -> Step:
    """z = Σ w·x + b.

    `turned` are the weights of the exchanged row and column, `others` the weights that are easily confused.
    """

    def z(v: Values, pairs: Any = pairs, biases: int = 1) -> Any:
        whole = total(v[w] * v[x] for w, x in pairs)
        return whole + total([v[bias]] * biases) if bias else whole

    def without(k: int) -> Formula:
        return lambda v: z(v, [*pairs[:k], *pairs[k + 1 :]])

    def turned_round(k: int) -> Formula:
        return lambda v: z(v) - 2 * v[pairs[k][0]] * v[pairs[k][1]]

    def added(k: int) -> Formula:
        return lambda v: z(v, [*pairs[:k], *pairs[k + 1 :]]) + v[pairs[k][0]] + v[pairs[k][1]]

    def with_pair(k: int, pair: tuple[str, str]) -> Formula:
        return lambda v: z(v, [*pairs[:k], pair, *pairs[k + 1 :]])

    def copied(k: int, side: int, value: float) -> Formula:
        w, x = pairs[k]
        return lambda v: z(v) + (value - v[(w, x)[side]]) * v[(x, w)[side]]

    several = range(len(pairs))
    wrong: dict[str, Any] = {
        "sign_of_term": tuple(turned_round(k) for k in several),
        "times_for_plus": tuple(added(k) for k in several),
        "copied_wrong": tuple(
            copied(k, side, value)
            for k in several
            for side in (0, 1)
            if pairs[k][side] in numbers
            for value in slipped_copies(numbers[pairs[k][side]])
        ),
        "wrong_index": tuple(
            [with_pair(k, (w, pairs[k][1])) for k in several for w in others or () if w != pairs[k][0]]
            + [with_pair(k, (pairs[k][0], x)) for k in several for _, x in pairs if x != pairs[k][1]]
        ),
        "read_wrong": tuple(
            copied(k, 0, numbers[other])
            for k in several
            if pairs[k][0] in numbers
            for other in (x for _, x in pairs)
            if other in numbers
        ),
    }
    if len(pairs) > 1:
        wrong["term_left_out"] = tuple(without(k) for k in several)
    if bias:
        wrong["bias_left_out"] = (lambda v: z(v, biases=0),)
        wrong["bias_doubled"] = (lambda v: z(v, biases=2),)
    if turned and turned != [w for w, _ in pairs]:
        wrong["transpose"] = (lambda v: z(v, list(zip(turned, [x for _, x in pairs], strict=True))),)
    return Step(name, z, {kind: made for kind, made in wrong.items() if made})
