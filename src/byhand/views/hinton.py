"""A panel of weights as a Hinton diagram: a square for each, white above 0, black below 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from byhand.views.latex_math import visible

MOST_SQUARES = 40  # units along a side; of more each weight is a dot, blue above 0 and red below
_MOST_NAMED = 20
_WIDEST = 0.94  # of a cell


class Hinton(NamedTuple):
    """Weights, of which the area of a square tells the size.

    Attributes
    ----------
    title : str
    weights : ndarray, shape (rows, columns)
    names : sequence of str
        Of the rows, which are the columns too.
    """

    title: str
    weights: Any
    names: Sequence[str]


def draw_hinton(place: Any, panel: Hinton) -> None:
    """Draw the squares, the largest a little smaller than its cell, so that equal ones stay apart."""
    import numpy as np
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    axes, weights = place.subplots(), np.asarray(panel.weights, float)
    axes.set_title(visible(panel.title), fontsize=11)
    axes.grid(False)
    largest = np.abs(weights).max() or 1.0
    if len(weights) > MOST_SQUARES:
        axes.imshow(weights, cmap="RdBu", vmin=-largest, vmax=largest)
        return
    axes.set_facecolor("#9a9a9a")
    for colour, sign in (("white", 1), ("black", -1)):
        found = np.argwhere(sign * weights > 0)
        sides = _WIDEST * np.sqrt(np.abs(weights[tuple(found.T)]) / largest)
        squares = [
            Rectangle((column - side / 2, row - side / 2), side, side)
            for (row, column), side in zip(found.tolist(), sides.tolist(), strict=True)
        ]
        axes.add_collection(PatchCollection(squares, facecolor=colour, edgecolor="none"))
    rows, columns = weights.shape
    axes.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6), aspect="equal")
    step = 1 + (rows - 1) // _MOST_NAMED
    names = [visible(name) for name in panel.names]
    axes.set_xticks(range(0, columns, step), names[::step], rotation=90)
    axes.set_yticks(range(0, rows, step), names[::step])
