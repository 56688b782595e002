"""Curves and points drawn in the characters of a terminal."""

from __future__ import annotations

import math
from typing import NamedTuple

import plotext
from rich.cells import cell_len

from byhand.lesson.document import Curve, Points
from byhand.lesson.numbers import printed
from byhand.views.text_lines import wrapped
from byhand.views.text_math import math_text

_WIDEST, _LEAST_ROWS = 72, 8
_COLUMNS_A_TICK, _TICKS_UPWARD, _TICK_DIGITS = 12, 5, 12
_LARGEST = 1e300
_MARGIN = 0.06
_MARKERS = "ox+*#%@&"

_Points = list[tuple[float, float]]


def picture_lines(picture: Curve | Points, width: int) -> list[str]:
    """A picture in lines of at most `width` columns, its names around it.

    Titles and names are written here: plotext counts a Chinese character as one column.

    Parameters
    ----------
    picture : Curve or Points
    width : int

    Returns
    -------
    list of str
    """
    width = min(width, _WIDEST)
    if isinstance(picture, Curve):
        groups, key = [_drawable(picture.x, picture.y)], ""
    else:
        groups = [_drawable(xs, ys) for _, xs, ys in picture.groups]
        labels = [label for label, _, _ in picture.groups if label]
        key = "   ".join(
            f"{marker} {label}" for marker, label in zip(_markers(len(labels)), labels, strict=True)
        )
    drawn = _drawn(groups, isinstance(picture, Curve), width)
    x_label = " " * (width - cell_len(picture.x_label)) + picture.x_label
    above = [*wrapped(picture.title, width), *(wrapped(key, width) if key else []), picture.y_label]
    return [*above, *drawn, x_label]


def _drawable(xs: tuple[float, ...], ys: tuple[float, ...]) -> _Points:
    """The points whose numbers are neither infinite nor too large to be measured."""
    return [(x, y) for x, y in zip(xs, ys, strict=True) if abs(x) < _LARGEST and abs(y) < _LARGEST]


def _markers(count: int) -> list[str]:
    return [_MARKERS[k % len(_MARKERS)] for k in range(count)]


class _Axis(NamedTuple):
    """A range that is drawn as 0 to 1, so that plotext never meets extreme numbers."""

    low: float
    high: float

    def at(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def _axis(values: list[float]) -> _Axis:
    low, high = min(values), max(values)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        half = abs(low) / 2 or 0.5
        return _Axis(low - half, high + half)
    return _Axis(low, high)


def _ticks(axis: _Axis, most: int, whole: bool) -> list[float]:
    """About that many round numbers on an axis, 1, 2 or 5 times a power of ten apart."""
    span = axis.high - axis.low
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= span / most)
    step, margin = (max(step, 1.0), 0.0) if whole else (step, _MARGIN * span)
    first, last = math.ceil((axis.low - margin) / step), math.floor((axis.high + margin) / step)
    return [k * step for k in range(first, last + 1)]


def _drawn(groups: list[_Points], joined: bool, width: int) -> list[str]:
    """The plotting area with its axes; a curve is joined, points have a marker a group."""
    points = [point for group in groups for point in group]
    if not points:
        return []
    axes = [_axis([point[k] for point in points]) for k in (0, 1)]
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, max(_LEAST_ROWS, width // 4))
    for group, marker in zip(groups, ["braille"] if joined else _markers(len(groups)), strict=True):
        if group:
            places = [[axes[k].at(point[k]) for point in group] for k in (0, 1)]
            signal = figure.signal(*places, marker=marker)
            figure.draw(signal.lines() if joined else signal)
    for k, most in enumerate((max(2, width // _COLUMNS_A_TICK), _TICKS_UPWARD)):
        ticks = _ticks(axes[k], most, all(point[k] == round(point[k]) for point in points))
        labels = [math_text(printed(tick, _TICK_DIGITS)[0]) for tick in ticks]
        figure.ruler(k).lim(-_MARGIN, 1 + _MARGIN).ticks([axes[k].at(tick) for tick in ticks], labels)
    lines: list[str] = figure.build().string(colorless=True).splitlines()
    figure.clear()
    return [line.rstrip() for line in lines]
