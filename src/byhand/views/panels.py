"""Pictures of several panels in a file of their own or as a part of a page; drawn by matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from byhand.views.charts import families
from byhand.views.latex_math import visible
from byhand.views.pictures import SERIES, SETTINGS, for_the_page

_WIDTH, _HEIGHT = 5.4, 4.6  # inches of a panel
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

    `places` holds a class for each of some rows (upwards) and columns over `extent`, which is left, right,
    bottom, top. Group k is of class k; `marked` points get a ring.
    """

    title: str
    places: Any
    extent: tuple[float, float, float, float]
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


Panel = Matrix | Photographs | Regions | Cloud | Lines


def draw(path: Path, panels: Sequence[Panel]) -> None:
    """Draw panels side by side into a file.

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
        figure = Figure(figsize=(_WIDTH * len(panels), _HEIGHT), layout="constrained")
        for place, panel in zip(figure.subfigures(1, len(panels), squeeze=False)[0], panels, strict=True):
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
    from matplotlib.colors import ListedColormap

    axes = _axes(place, regions)
    colours = [SERIES[k % len(SERIES)] for k in range(len(regions.groups))]
    how = {"vmin": 0, "vmax": max(len(colours) - 1, 1), "alpha": 0.25, "interpolation": "nearest"}
    axes.imshow(
        regions.places, ListedColormap(colours), origin="lower", extent=regions.extent, aspect="auto", **how
    )
    axes.grid(False)
    for k, group in enumerate(regions.groups):
        look = {"color": colours[k], "marker": _MARKERS[k % len(_MARKERS)], "markeredgecolor": "white"}
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
        axes.set_yscale("log", subs=())
        axes.yaxis.get_major_locator().set_params(subs=(1, 2, 5))
        axes.yaxis.set_major_formatter("{x:.3g}")
    if len(panel.lines) > 1:
        axes.legend(fontsize=9)


_DRAWN: dict[type, Callable[[Any, Any], None]] = {
    Matrix: _matrix,
    Photographs: _photographs,
    Regions: _regions,
    Cloud: _cloud,
    Lines: _lines,
}
