"""Curves and points as SVG drawn by matplotlib, with real text and the colours of the page around it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from byhand.lesson.document import Curve, Points
from byhand.views.latex_math import visible

_INK = "#010101"  # stands for the colour of the text around
SERIES = ("#2f7fd6", "#d9622b", "#2e9e6b", "#b04fc0", "#c79a1e", "#7a7f87")
_MARKERS = "os^Dv*"
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "byhand",
    "text.parse_math": False,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _INK,
    "grid.alpha": 0.15,
    "grid.linewidth": 0.8,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "font.size": 11,
}


def can_draw() -> bool:
    """Whether matplotlib is there."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def svg(picture: Curve | Points, number: int = 1) -> str:
    """A picture as an ``<svg>`` element without styles or scripts; the same picture gives the same text.

    Parameters
    ----------
    picture : Curve or Points
    number : int
        Which picture of its page it is; keeps the names inside apart.

    Raises
    ------
    ImportError
        matplotlib is missing.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # the reader's machine has the letters
        figure = Figure(figsize=(5, 3.2), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axisbelow(True)
        _draw_curve(axes, picture) if isinstance(picture, Curve) else _draw_points(axes, picture)
        axes.set_xlabel(visible(picture.x_label))
        axes.set_ylabel(visible(picture.y_label))
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return for_the_page(drawn.getvalue(), picture.title, f"picture-{number}-")


def _draw_curve(axes: Any, curve: Curve) -> None:
    marker = "o" if len(curve.x) <= 30 else ""
    axes.plot(curve.x, curve.y, color=SERIES[0], linewidth=1.8, marker=marker, markersize=4)
    if all(x == round(x) for x in curve.x):
        axes.xaxis.get_major_locator().set_params(integer=True)


def _draw_points(axes: Any, points: Points) -> None:
    for k, (_, xs, ys) in enumerate(points.groups):
        colour, marker = SERIES[k % len(SERIES)], _MARKERS[k % len(_MARKERS)]
        axes.plot(xs, ys, linestyle="", color=colour, marker=marker, markersize=8, alpha=0.85)
    axes.margins(0.1)
    labels = [visible(label) for label, _, _ in points.groups]
    if any(labels):
        figure = axes.get_figure()
        figure.legend(axes.get_lines(), labels, loc="outside upper right", ncols=min(len(labels), 4))


def for_the_page(drawn: bytes, title: str, prefix: str) -> str:
    """The drawing with attributes in place of styles (which a page may forbid), and the page's ink."""
    root = ET.fromstring(drawn)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    wanted = set(re.findall(r"#([\w.]+)", drawn.decode()))
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.tail = None
        if element.tag != "text":
            element.text = None
        element.attrib = dict(_attributes(element, wanted, prefix))
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib |= {
        "xmlns": _SVG.strip("{}"),
        "role": "img",
        "font-family": _FONTS,
        "stroke-linejoin": "round",
    }
    name = ET.Element("title")
    name.text = visible(title)
    root.insert(0, name)
    return ET.tostring(root, encoding="unicode")


def _attributes(element: ET.Element, wanted: set[str], prefix: str) -> Iterator[tuple[str, str]]:
    """An element's attributes and styles; of its names only those that something points to."""
    styles = [style.split(":", 1) for style in element.get("style", "").split(";") if style]
    for key, value in [*element.items(), *styles]:
        key, value = key.strip().removeprefix(_XLINK), " ".join(value.split())
        if key in ("style", "font-family") or (key == "id" and value not in wanted):
            continue
        if key == "id":
            value = prefix + value
        elif key in ("href", "clip-path"):
            value = value.replace("#", f"#{prefix}")
        yield key, "currentColor" if value == _INK else value
