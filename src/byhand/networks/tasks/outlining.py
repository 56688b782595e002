"""Categories and units as outlines over the two inputs in which they differ most."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.networks.radial_basis.gaussian import RBFNetwork
from byhand.networks.resonance.art import ART
from byhand.networks.resonance.fuzzy_art import FuzzyART
from byhand.networks.resonance.fuzzy_artmap import FuzzyARTMAP
from byhand.networks.tasks.seen import Seen, most_apart, plane
from byhand.views.outlines import Outline, Outlines
from byhand.words import say

_MOST_NAMED = 8  # categories that are told apart by a legend


def prototypes(net: ART, seen: Seen, language: str) -> Outlines:
    """The prototype of each category over the two inputs in which they differ most, and its reach."""
    W, radius = net.params_["W"].astype(np.float64), net.radius()
    sides = np.full(W.shape, 2 * radius if np.isfinite(radius) else 0.0)
    found = net.predict(seen.X) if seen.labels is None else seen.labels
    groups = list(range(len(W))) if seen.labels is None else None
    return _outlined(net, seen, language, "prototypes", W, sides, groups, found)


def boxes(net: FuzzyART | FuzzyARTMAP, seen: Seen, language: str) -> Outlines:
    """The box of each category over the two inputs in which the boxes differ most."""
    corners = net.boxes().astype(np.float64)
    if net.limits_ is not None:
        low, high = net.limits_
        corners = low + corners * (high - low)
    groups = net.params_["V"].argmax(axis=1).tolist() if isinstance(net, FuzzyARTMAP) else None
    points = seen.labels
    if points is None:
        points, groups = net.predict(seen.X), list(range(len(corners)))
    sides = corners[:, 1] - corners[:, 0]
    return _outlined(net, seen, language, "boxes", corners.mean(axis=1), sides, groups, points)


def units(net: RBFNetwork, seen: Seen, language: str) -> Outlines:
    """The centre and the width of each unit over the two inputs in which the centres differ most."""
    C = net.params_["C"].astype(np.float64)
    widths = 1 / np.sqrt(2 * net.params_["beta"].astype(np.float64))
    groups = None
    if hasattr(net, "classes_"):  # what the network says of the centre
        groups = np.searchsorted(net.classes_, net.predict(net.params_["C"])).tolist()
    sides = np.repeat(2 * widths[:, None], C.shape[1], axis=1)
    return _outlined(net, seen, language, "units", C, sides, groups, seen.labels)


def _outlined(
    net: Any,
    seen: Seen,
    language: str,
    kind: str,
    middles: np.ndarray,
    sides: np.ndarray,
    groups: list[int] | None,
    points: np.ndarray | None,
) -> Outlines:
    """Boxes or circles of so long sides about their middles, in the unit of the data."""
    centre, spread = seen.scale()
    across, up = most_apart(middles, seen)

    def placed(values: np.ndarray, k: int | None) -> np.ndarray:
        return np.zeros(len(values)) if k is None else values[:, k] * spread[k] + centre[k]

    def long(k: int | None) -> np.ndarray:
        return np.zeros(len(sides)) if k is None else sides[:, k] * spread[k]

    rows = zip(placed(middles, across), placed(middles, up), long(across), long(up), strict=True)
    outlines = [Outline(*row, groups[k] if groups else None) for k, row in enumerate(rows)]
    places = np.stack([placed(seen.X, across), placed(seen.X, up)], axis=1)
    shown = [("", places)]
    if points is not None:
        kinds = net.classes_ if hasattr(net, "classes_") else np.unique(points)
        if seen.labels is None:
            kinds = np.arange(len(middles))
        named = seen.labels is not None or len(kinds) <= _MOST_NAMED
        shown = [(str(one)[:40] if named else "", places[points == one]) for one in kinds]
    is_plane = seen.X.shape[1] == 2 and (hasattr(net, "classes_") or not groups) and net.needs_target
    target = seen.preparation.target_name
    field = plane(net, seen, target) if is_plane else None
    title = say(f"picture.{kind}", language)
    return Outlines(title, shown, outlines, kind != "boxes", seen.name(across), seen.name(up), field)
