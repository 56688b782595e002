"""Pictures of a map of units: coloured tiles, and the lattice over the data; drawn by matplotlib."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from byhand.views.charts import figure_in
from byhand.views.latex_math import visible
from byhand.views.pictures import SERIES

_EMPTY = "#d9d9d9"


class Tiles(NamedTuple):
    """The units of a map, a tile each.

    Attributes
    ----------
    places : sequence of (float, float)
        Their centres: down, and to the right.
    hexagonal : bool
    """

    places: Sequence[tuple[float, float]]
    hexagonal: bool


class Panel(NamedTuple):
    """One map: its title, and a number for each tile or, with `groups`, which group it belongs to, or -1."""

    title: str
    values: Sequence[float]
    unit: str = ""
    groups: Sequence[str] = ()


class Net(NamedTuple):
    """A lattice over the data: points of several groups, nodes, and which nodes are joined."""

    points: Sequence[tuple[str, Any]]
    nodes: Any
    links: Sequence[tuple[int, int]]


def draw_tiles(path: Path, tiles: Tiles, panels: Sequence[Panel], title: str) -> None:
    """Draw one or several maps beside each other, the first row at the top."""
    with figure_in(path) as figure:
        figure.suptitle(visible(title), fontsize=11)
        columns = math.ceil(math.sqrt(len(panels)))
        grid = figure.subplots(math.ceil(len(panels) / columns), columns, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, panel in zip(grid.flat, panels, strict=False):
            _draw_panel(axes, tiles, panel)


def _draw_panel(axes: Any, tiles: Tiles, panel: Panel) -> None:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import Patch

    low, high = min(panel.values), max(panel.values)
    span = Normalize(low, high if high > low else low + 1)
    for (down, right), value in zip(tiles.places, panel.values, strict=True):
        if panel.groups:
            colour: Any = SERIES[int(value) % len(SERIES)] if value >= 0 else _EMPTY
        else:
            colour = colormaps["viridis"](float(span(value)))
        axes.add_patch(_tile(right, down, tiles.hexagonal, colour))
    if panel.groups:
        shown = [
            Patch(color=SERIES[k % len(SERIES)], label=visible(name)) for k, name in enumerate(panel.groups)
        ]
        axes.legend(handles=shown, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    else:
        scale = ScalarMappable(span, colormaps["viridis"])
        axes.get_figure().colorbar(scale, ax=axes, label=visible(panel.unit), shrink=0.8)
    axes.set_title(visible(panel.title), fontsize=9)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.invert_yaxis()


def _tile(x: float, y: float, hexagonal: bool, colour: Any) -> Any:
    from matplotlib.patches import Rectangle, RegularPolygon

    line = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.5}
    if hexagonal:
        return RegularPolygon((x, y), 6, radius=1 / math.sqrt(3), **line)
    return Rectangle((x - 0.5, y - 0.5), 1, 1, **line)


def draw_net(path: Path, net: Net, labels: tuple[str, str, str]) -> None:
    """Draw the lattice over the data; the labels are those of the whole and of both axes."""
    with figure_in(path) as figure:
        axes = figure.add_subplot()
        for k, (name, places) in enumerate(net.points):
            axes.plot(*places.T, ".", color=SERIES[k % len(SERIES)], alpha=0.5, label=visible(name))
        for first, second in net.links:
            axes.plot(*net.nodes[[first, second]].T, color="#444444", linewidth=0.8)
        axes.plot(*net.nodes.T, "o", color="#444444", markersize=3)
        for put, text in zip((axes.set_title, axes.set_xlabel, axes.set_ylabel), labels, strict=True):
            put(visible(text))
        if any(name for name, _ in net.points):
            axes.legend(fontsize=8)
