"""Pictures of several panels in a file of their own or as a part of a page; drawn by matplotlib."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from byhand.views.charts import families, logarithmic
from byhand.views.growth import Growth, draw_growth
from byhand.views.hinton import Hinton, draw_hinton
from byhand.views.latex_math import visible
from byhand.views.maps import Map, Net, draw_map, draw_net
from byhand.views.outlines import Bumps, Field, Outlines, draw_bumps, draw_field, draw_outlines
from byhand.views.pictures import SERIES, SETTINGS, for_the_page

_WIDTH, _HEIGHT = 5.4, 4.6  # inches of a panel
_MOST_BESIDE = 3
_MOST_NUMBERS = 20  # classes whose counts can still be read
_MARKERS = "os^Dv*"


class Matrix(NamedTuple):
    """Counts in a square: a row for each true class, a column for each predicted one."""

    title: str
    labels: Sequence[str]
    counts: Sequence[Sequence[int]]
    x: str
    y: str


class Photographs(NamedTuple):
    """Small pictures, each with its caption: grey or red-green-blue numbers, least is black."""

    title: str
    pictures: Sequence[tuple[str, Any]]


class Group(NamedTuple):
    """Points of one kind."""

    label: str
    x: Sequence[float]
    y: Sequence[float]


class Regions(NamedTuple):
    """Which class each place of a plane is taken for, with points over it.

    Group k is of class k; `marked` points get a ring.
    """

    title: str
    field: Field
    groups: Sequence[Group]
    marked: Group
    x: str
    y: str


class Cloud(NamedTuple):
    """Points about a level line at 0."""

    title: str
    points: Group
    x: str
    y: str


class Lines(NamedTuple):
    """Curves over the epochs, on a logarithmic axis where `logarithmic`."""

    title: str
    lines: Sequence[Group]
    x: str
    y: str
    logarithmic: bool = False


Panel = Matrix | Photographs | Regions | Cloud | Lines | Map | Net | Growth | Hinton | Outlines | Bumps


def draw(path: Path, panels: Sequence[Panel]) -> None:
    """Draw panels side by side into a file; of more than three, in rows.

    Raises
    ------
    OSError
    """
    with _figure(panels) as figure:
        figure.savefig(path, dpi=150)


def svg(panel: Panel, number: int) -> str:
    """A panel as an ``<svg>`` element with real text, in the colours of the page around it.

    Parameters
    ----------
    panel : Panel
    number : int
        Which panel of its page it is; keeps the names inside apart.
    """
    drawn = io.BytesIO()
    with _figure([panel]) as figure:
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return for_the_page(drawn.getvalue(), panel.title, f"panel-{number}-")


@contextmanager
def _figure(panels: Sequence[Panel]) -> Iterator[Any]:
    """The panels drawn, to be saved."""
    import matplotlib
    from matplotlib.figure import Figure

    settings = {**SETTINGS, "font.family": families(), "axes.unicode_minus": False, "font.size": 10}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # an SVG's reader has the letters
        columns = len(panels) if len(panels) <= _MOST_BESIDE else math.ceil(math.sqrt(len(panels)))
        rows = -(-len(panels) // columns)
        figure = Figure(figsize=(_WIDTH * columns, _HEIGHT * rows), layout="constrained")
        places = figure.subfigures(rows, columns, squeeze=False).ravel()
        for place, panel in zip(places, panels, strict=False):
            _DRAWN[type(panel)](place, panel)
        yield figure


def _axes(place: Any, panel: Any) -> Any:
    axes = place.subplots()
    axes.set_title(visible(panel.title), fontsize=11)
    axes.set_xlabel(visible(panel.x))
    axes.set_ylabel(visible(panel.y))
    axes.set_axisbelow(True)
    return axes


def _matrix(place: Any, matrix: Matrix) -> None:
    import numpy as np

    axes, counts = _axes(place, matrix), np.asarray(matrix.counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(False)
    names = [visible(label) for label in matrix.labels]
    step = 1 + (len(names) - 1) // _MOST_NUMBERS
    turned = 45 if max(map(len, names)) > 3 else 0
    at = range(0, len(names), step)
    axes.set_xticks(at, names[::step], rotation=turned, ha="right" if turned else "center")
    axes.set_yticks(at, names[::step])
    if len(names) > _MOST_NUMBERS:
        return
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ink = "white" if shares[row, column] > 0.5 else "black"
            size = 10 if len(names) <= 12 else 7
            axes.text(column, row, f"{count}", ha="center", va="center", color=ink, fontsize=size)


def _photographs(place: Any, photographs: Photographs) -> None:
    count = len(photographs.pictures)
    columns = min(count, 4)
    place.suptitle(visible(photographs.title), fontsize=11)
    grid = place.subplots(-(-count // columns), columns, squeeze=False).ravel()
    for axes in grid:
        axes.set_axis_off()
    for axes, (caption, picture) in zip(grid, photographs.pictures, strict=False):
        axes.imshow(picture, cmap="gray")
        axes.set_title(visible(caption), fontsize=9)


def _regions(place: Any, regions: Regions) -> None:
    axes = _axes(place, regions)
    draw_field(axes, regions.field, len(regions.groups))
    for k, group in enumerate(regions.groups):
        look = {"color": SERIES[k % len(SERIES)], "marker": _MARKERS[k % len(_MARKERS)]}
        look["markeredgecolor"] = "white"
        axes.plot(group.x, group.y, linestyle="", markersize=5, label=visible(group.label), **look)
    if len(regions.marked.x):
        ring = {"marker": "o", "markersize": 10, "markerfacecolor": "none", "markeredgecolor": "black"}
        axes.plot(
            regions.marked.x, regions.marked.y, linestyle="", label=visible(regions.marked.label), **ring
        )
    place.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=9)


def _cloud(place: Any, cloud: Cloud) -> None:
    axes = _axes(place, cloud)
    size, alpha = (3, 0.5) if len(cloud.points.x) > 200 else (5, 0.8)
    axes.plot(
        cloud.points.x, cloud.points.y, "o", color=SERIES[0], markersize=size, alpha=alpha, markeredgewidth=0
    )
    axes.axhline(0, color=SERIES[1], linewidth=1.2)


def _lines(place: Any, panel: Lines) -> None:
    axes = _axes(place, panel)
    for k, line in enumerate(panel.lines):
        marker = "o" if len(line.x) <= 30 else ""
        axes.plot(line.x, line.y, color=SERIES[k], marker=marker, markersize=4, label=visible(line.label))
    axes.xaxis.get_major_locator().set_params(integer=True)
    if panel.logarithmic:
        logarithmic(axes)
    if len(panel.lines) > 1:
        axes.legend(fontsize=9)


_DRAWN: dict[type, Callable[[Any, Any], None]] = {
    Matrix: _matrix,
    Photographs: _photographs,
    Regions: _regions,
    Cloud: _cloud,
    Lines: _lines,
    Map: draw_map,
    Net: draw_net,
    Growth: draw_growth,
    Hinton: draw_hinton,
    Outlines: draw_outlines,
    Bumps: draw_bumps,
}
