"""A network that grew, as a panel: who is connected with whom, and what each unit was good for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from byhand.views.latex_math import visible
from byhand.views.pictures import SERIES


class Growth(NamedTuple):
    """A network that grew.

    Attributes
    ----------
    title : str
    U : ndarray, shape (units, 1 + inputs + units)
        Incoming weights; from the bias, the inputs and the units before.
    W : ndarray, shape (outputs, 1 + inputs + units)
    scores : ndarray, shape (units, candidates)
    losses : sequence of float
        With 0, 1, 2 … units.
    x, y : str
    """

    title: str
    U: Any
    W: Any
    scores: Any
    losses: Sequence[float]
    x: str
    y: str


def draw_growth(place: Any, growth: Growth) -> None:
    """Draw the connections of each unit as a row of squares, in the order in which the units came."""
    U, W = growth.U, growth.W
    units, width = U.shape
    inputs = width - units - 1
    hidden = [f"h{k}" for k in range(1, units + 1)]
    sources = ["1", *[f"x{k}" for k in range(1, inputs + 1)], *hidden]
    targets = [*hidden, *[f"ŷ{k}" for k in range(1, len(W) + 1)]]
    weights = np.vstack([U, W])
    largest = np.abs(weights).max(axis=1, keepdims=True)
    rows, columns = np.nonzero(weights)
    sizes = np.abs(weights / np.where(largest > 0, largest, 1))[rows, columns]
    signs = weights[rows, columns] > 0
    side = 230 / max(width, len(weights))  # points from one square's middle to the next
    axes = place.subplots()
    axes.set_title(visible(growth.title), fontsize=11)
    axes.set_xlabel(visible(growth.x))
    axes.set_ylabel(visible(growth.y))
    axes.grid(False)
    for positive, colour in ((True, SERIES[0]), (False, SERIES[1])):
        chosen = signs == positive
        axes.scatter(
            *(columns[chosen], rows[chosen]),
            s=sizes[chosen] * (0.7 * side) ** 2,
            marker="s",
            color=colour,
            label="w > 0" if positive else "w < 0",
        )
    _name_axes(axes, sources, targets)
    for k in range(units):
        before, after = growth.losses[k : k + 2]
        told = f"S = {growth.scores[k].max():.3g},  L = {before:.3g} → {after:.3g}"
        axes.annotate(told, (width - 0.4, k), fontsize=7, va="center", annotation_clip=False)
    place.legend(*axes.get_legend_handles_labels(), loc="outside lower right", ncols=2, fontsize=8)


def _name_axes(axes: Any, sources: Sequence[str], targets: Sequence[str]) -> None:
    fontsize = 8 if max(len(sources), len(targets)) <= 40 else 5
    axes.set_xticks(range(len(sources)), [visible(name) for name in sources], fontsize=fontsize)
    axes.set_yticks(range(len(targets)), [visible(name) for name in targets], fontsize=fontsize)
    axes.set_xlim(-0.7, len(sources) - 0.5)
    axes.set_ylim(len(targets) - 0.4, -0.6)
