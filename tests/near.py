"""Numbers that are known to within a radius, and every operation on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


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
