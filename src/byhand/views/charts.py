"""Charts in a file of their own: curves side by side, and an error surface; drawn by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from byhand.errors import ProblemError
from byhand.views.latex_math import visible
from byhand.views.pictures import SERIES, SETTINGS, can_draw

SUFFIXES = (".svg", ".png", ".pdf")
_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
)
_WAYS = ("white", "#b04fc0", "black", "#d9622b", "#2f7fd6")
_MARKS = {"minimum": "*", "saddle": "X", "maximum": "^"}


class Line(NamedTuple):
    """A curve of a chart; those of one colour belong together."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    colour: int
    dashed: bool = False


class Mark(NamedTuple):
    """A point on a surface, of the kind minimum, saddle or maximum, with its label."""

    kind: str
    label: str
    x: float
    y: float


class Labels(NamedTuple):
    """The words of a chart: its title, and what its axes mean."""

    title: str
    x: str
    y: str
    height: str = ""


def check_drawable(path: Path, known: Sequence[str] = SUFFIXES) -> None:
    """Whether a chart can be drawn into this file.

    Raises
    ------
    ProblemError
        Its ending is unknown, or matplotlib is missing.
    """
    if path.suffix.lower() not in known:
        raise ProblemError("chart_suffix", path=str(path), known=", ".join(known))
    if not can_draw():
        raise ProblemError("no_matplotlib")


def legible(path: Path, language: str) -> str:
    """The language a chart can be labelled in: a picture without real text needs a font with Chinese."""
    return (
        language if language == "en" or path.suffix.lower() in (".svg", ".html") or families()[:-1] else "en"
    )


def draw_lines(path: Path, lines: Sequence[Line], labels: Labels) -> None:
    """Draw curves over the epochs, the losses on a logarithmic axis."""
    with chart(path, labels) as axes:
        for line in lines:
            colour = SERIES[line.colour % len(SERIES)]
            style = "--" if line.dashed else "-"
            axes.plot(line.x, line.y, style, color=colour, linewidth=1.6, label=visible(line.label))
        axes.xaxis.get_major_locator().set_params(integer=True)
        logarithmic(axes)
        axes.legend(fontsize=8)


def logarithmic(axes: Any) -> None:
    """Heights on a logarithmic axis with several numbers on it, also within one power of ten."""
    from matplotlib.ticker import AutoLocator

    axes.set_yscale("log", subs=())
    low, high = axes.get_ylim()
    if high < 10 * low:
        axes.yaxis.set_major_locator(AutoLocator())
    else:
        axes.yaxis.get_major_locator().set_params(subs=(1, 2, 5))
    axes.yaxis.set_major_formatter("{x:.3g}")


def draw_surface(
    path: Path,
    first: Any,
    second: Any,
    heights: Any,
    ways: Mapping[str, Any],
    marks: Sequence[Mark],
    labels: Labels,
) -> None:
    """Draw filled contours with ways over them and marked points."""
    import numpy as np

    with chart(path, labels) as axes:
        levels = np.unique(np.quantile(heights, np.linspace(0, 1, 22)))
        filled = axes.contourf(first, second, heights, levels if len(levels) > 1 else 10, cmap="viridis_r")
        axes.get_figure().colorbar(filled, label=visible(labels.height), format="%.3g")
        axes.grid(False)
        for k, (name, way) in enumerate(ways.items()):
            colour = _WAYS[k % len(_WAYS)]
            axes.plot(*way.T, color=colour, linewidth=1.6, marker=".", markersize=3, label=visible(name))
            axes.plot(*way[-1], "o", color=colour, markeredgecolor="black")
        for mark in marks:
            axes.plot(
                mark.x, mark.y, _MARKS[mark.kind], color=SERIES[1], markersize=11, label=visible(mark.label)
            )
        known = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        if known:
            axes.legend(known.values(), known.keys(), fontsize=8, facecolor="#bbbbbb", frameon=True)


@contextmanager
def chart(path: Path, labels: Labels) -> Iterator[Any]:
    """Axes to draw on; the file is written when all is drawn."""
    import matplotlib
    from matplotlib.figure import Figure

    settings = {**SETTINGS, "font.family": families(), "axes.unicode_minus": False}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # an SVG's reader has the letters
        figure = Figure(figsize=(7, 4.6), layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(visible(labels.title), fontsize=11)
        axes.set_xlabel(visible(labels.x))
        axes.set_ylabel(visible(labels.y))
        yield axes
        figure.savefig(path, dpi=150)


def families() -> list[str]:
    """The fonts with Chinese letters that are here, then the one that is always here."""
    from matplotlib.font_manager import fontManager

    here = {font.name for font in fontManager.ttflist}
    return [*[name for name in _CHINESE if name in here], "DejaVu Sans"]
