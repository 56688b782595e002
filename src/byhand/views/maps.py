"""Panels of a map of units: coloured tiles, and the lattice over the data; drawn by matplotlib."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

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


class Layer(NamedTuple):
    """One colouring: its title, and a number for each tile; with `groups` its group, or -1."""

    title: str
    values: Sequence[float]
    unit: str = ""
    groups: Sequence[str] = ()


class Map(NamedTuple):
    """The same tiles in one or several colourings."""

    title: str
    tiles: Tiles
    layers: Sequence[Layer]


class Net(NamedTuple):
    """A lattice over the data: points of several groups, nodes, and which nodes are joined."""

    title: str
    points: Sequence[tuple[str, Any]]
    nodes: Any
    links: Sequence[tuple[int, int]]
    x: str
    y: str


def draw_map(place: Any, panel: Map) -> None:
    """Draw the colourings beside each other, the first row of tiles at the top."""
    place.suptitle(visible(panel.title), fontsize=11)
    columns = math.ceil(math.sqrt(len(panel.layers)))
    grid = place.subplots(math.ceil(len(panel.layers) / columns), columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, layer in zip(grid.flat, panel.layers, strict=False):
        _draw_layer(axes, panel.tiles, layer)


def _draw_layer(axes: Any, tiles: Tiles, layer: Layer) -> None:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import Patch

    low, high = min(layer.values), max(layer.values)
    span = Normalize(low, high if high > low else low + 1)
    for (down, right), value in zip(tiles.places, layer.values, strict=True):
        if layer.groups:
            colour: Any = SERIES[int(value) % len(SERIES)] if value >= 0 else _EMPTY
        else:
            colour = colormaps["viridis"](float(span(value)))
        axes.add_patch(_tile(right, down, tiles.hexagonal, colour))
    if layer.groups:
        shown = [
            Patch(color=SERIES[k % len(SERIES)], label=visible(name)) for k, name in enumerate(layer.groups)
        ]
        axes.legend(handles=shown, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    else:
        scale = ScalarMappable(span, colormaps["viridis"])
        axes.get_figure().colorbar(scale, ax=axes, label=visible(layer.unit), shrink=0.8)
    axes.set_title(visible(layer.title), fontsize=9)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.invert_yaxis()


def _tile(x: float, y: float, hexagonal: bool, colour: Any) -> Any:
    from matplotlib.patches import Rectangle, RegularPolygon

    line = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.5}
    if hexagonal:
        return RegularPolygon((x, y), 6, radius=1 / math.sqrt(3), **line)
    return Rectangle((x - 0.5, y - 0.5), 1, 1, **line)


def draw_net(place: Any, net: Net) -> None:
    """Draw the lattice over the data."""
    axes = place.subplots()
    axes.set_title(visible(net.title), fontsize=11)
    axes.set_xlabel(visible(net.x))
    axes.set_ylabel(visible(net.y))
    for k, (name, places) in enumerate(net.points):
        axes.plot(*places.T, ".", color=SERIES[k % len(SERIES)], alpha=0.5, label=visible(name))
    for first, second in net.links:
        axes.plot(*net.nodes[[first, second]].T, color="#444444", linewidth=0.8)
    axes.plot(*net.nodes.T, "o", color="#444444", markersize=3)
    if any(name for name, _ in net.points):
        place.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=9)
