"""Curves and points drawn by pgfplots."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Group = tuple[str, Sequence[float], Sequence[float]]
MOST_POINTS, MARKED = 200, 30


def plot(title: str, groups: Iterable[Group], labels: tuple[str, str], joined: bool) -> str:
    """A picture.

    Parameters
    ----------
    title, labels : str
        Escaped text; the labels of the axes.
    groups : iterable of (str, sequence, sequence)
        The escaped label, xs and ys of each group; what is not finite is left out.
    joined : bool
        Whether a line joins the points.
    """
    options = rf"title={{{title}}},xlabel={{{labels[0]}}},ylabel={{{labels[1]}}}"
    lines = [
        r"\begin{center}\begin{tikzpicture}",
        rf"\begin{{axis}}[width=11cm,height=6.5cm,legend pos=outer north east,{options}]",
    ]
    for label, xs, ys in groups:
        shown = _thinned(
            [(x, y) for x, y in zip(xs, ys, strict=True) if math.isfinite(x) and math.isfinite(y)]
        )
        style = ("no marks" if len(shown) > MARKED else "mark size=1.5pt") if joined else "only marks"
        lines.append(
            rf"\addplot+[{style}] coordinates {{{' '.join([f'({x:.10g},{y:.10g})' for x, y in shown])}}};"
        )
        lines += [rf"\addlegendentry{{{label}}}"] if label else []
    return "\n".join([*lines, r"\end{axis}", r"\end{tikzpicture}\end{center}"])


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points at even distances, the first and the last among them."""
    last = len(points) - 1
    if last < MOST_POINTS:
        return points
    return [points[round(k * last / (MOST_POINTS - 1))] for k in range(MOST_POINTS)]
