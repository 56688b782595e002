"""Panels of units over the plane of two inputs, and of units over one input; drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from byhand.views.latex_math import visible
from byhand.views.pictures import SERIES

_GREY = "#444444"


class Outline(NamedTuple):
    """A box or an ellipse: its middle, its size, and the group it belongs to, if to any."""

    x: float
    y: float
    width: float
    height: float
    group: int | None = None


class Field(NamedTuple):
    """What is said of each place of a plane: rows upwards and columns over left, right, bottom, top.

    A class by its number, or an amount in a `unit`.
    """

    places: Any
    extent: tuple[float, float, float, float]
    unit: str = ""


class Outlines(NamedTuple):
    """Points of several groups, and what a network's units take for their own.

    Attributes
    ----------
    title : str
    points : sequence of (str, ndarray of shape (n, 2))
        The name of each group and where its points lie.
    outlines : sequence of Outline
    is_round : bool
        Ellipses about a marked middle; else boxes.
    x, y : str
    """

    title: str
    points: Sequence[tuple[str, Any]]
    outlines: Sequence[Outline]
    is_round: bool
    x: str
    y: str
    field: Field | None = None


class Bumps(NamedTuple):
    """A curve over one input that is made of bumps: the points, the curve, and each bump."""

    title: str
    points: tuple[Any, Any]
    grid: Any
    curve: Any
    bumps: Sequence[Any]
    x: str
    y: str


def draw_outlines(place: Any, panel: Outlines) -> None:
    """Draw the points, and the outlines over them in the colours of their groups."""
    from matplotlib.patches import Ellipse, Rectangle

    axes = _axes(place, panel)
    if panel.field:
        draw_field(axes, panel.field, len(panel.points))
    for k, (name, places) in enumerate(panel.points):
        axes.plot(*places.T, ".", color=SERIES[k % len(SERIES)], alpha=0.6, label=visible(name))
    for one in panel.outlines:
        colour = _GREY if one.group is None else SERIES[one.group % len(SERIES)]
        look: dict[str, Any] = {"facecolor": (*_rgb(colour), 0.08), "edgecolor": colour, "linewidth": 1.2}
        if panel.is_round:
            axes.add_patch(Ellipse((one.x, one.y), one.width, one.height, **look))
            axes.plot(one.x, one.y, "+", color=colour, markersize=7)
        else:
            corner = one.x - one.width / 2, one.y - one.height / 2
            axes.add_patch(Rectangle(corner, one.width, one.height, **look))
            if not one.width or not one.height:  # a box without area is a line or a point
                axes.plot(one.x, one.y, "s", color=colour, markersize=9, markerfacecolor="none")
    axes.autoscale_view()
    if panel.field:
        axes.axis(panel.field.extent)
    if any(name for name, _ in panel.points):
        place.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=9)


def draw_field(axes: Any, field: Field, classes: int) -> None:
    """Draw what is said of each place behind everything else."""
    from matplotlib.colors import ListedColormap

    how = {"origin": "lower", "extent": field.extent, "aspect": "auto", "interpolation": "nearest"}
    axes.grid(False)
    if field.unit:
        drawn = axes.imshow(field.places, "viridis", alpha=0.6, **how)
        axes.get_figure().colorbar(drawn, ax=axes, label=visible(field.unit))
        return
    colours = ListedColormap([SERIES[k % len(SERIES)] for k in range(classes)])
    axes.imshow(field.places, colours, vmin=0, vmax=max(classes - 1, 1), alpha=0.25, **how)


def draw_bumps(place: Any, panel: Bumps) -> None:
    """Draw the points, the curve, and below it the bumps it is the sum of."""
    axes = _axes(place, panel)
    axes.plot(*panel.points, ".", color=SERIES[0], alpha=0.6)
    for bump in panel.bumps:
        axes.plot(panel.grid, bump, color=SERIES[5], linewidth=0.8, alpha=0.7)
    axes.plot(panel.grid, panel.curve, color=SERIES[1], linewidth=1.8)


def _axes(place: Any, panel: Outlines | Bumps) -> Any:
    axes = place.subplots()
    axes.set_title(visible(panel.title), fontsize=11)
    axes.set_xlabel(visible(panel.x))
    axes.set_ylabel(visible(panel.y))
    axes.set_axisbelow(True)
    return axes


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
