"""What a fitted map shows: distances, component planes, hits, classes, the lattice over the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.errors import DataError
from byhand.networks.self_organising.som import SOM
from byhand.views import charts, maps, panels
from byhand.words import say, system_language


def unified_distances(net: SOM) -> np.ndarray:
    """The U-matrix: for each unit the mean distance of its weights from those of its neighbours.

    Parameters
    ----------
    net : SOM

    Returns
    -------
    ndarray, shape (units,)
        0 on a map of one unit.

    References
    ----------
    Ultsch & Siemon 1990, Kohonen's self organizing feature maps for exploratory data analysis.
    """
    check_is_fitted(net)
    lattice, W = net._lattice(), net.params_["W"].astype(np.float64)
    near = (np.flatnonzero(lattice.adjacent(unit, diagonal=False)) for unit in range(lattice.units))
    distances = (np.linalg.norm(W[others] - W[unit], axis=1) for unit, others in enumerate(near))
    return np.array([one.mean() if len(one) else 0.0 for one in distances])


def hits(net: SOM, X: Any) -> np.ndarray:
    """How many samples each unit wins.

    Parameters
    ----------
    net : SOM
    X : array-like, shape (n_samples, n_features)

    Returns
    -------
    ndarray of int, shape (units,)
    """
    return np.bincount(net.predict(X), minlength=net._lattice().units)


def majorities(net: SOM, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Of which class most of the samples are that a unit wins; of equally many the first class.

    Parameters
    ----------
    net : SOM
    X : array-like, shape (n_samples, n_features)
    y : array-like, shape (n_samples,)

    Returns
    -------
    ndarray of int, shape (units,)
        The number of the class, -1 where a unit wins none.
    ndarray
        The classes.
    """
    classes, numbers = np.unique(np.asarray(y), return_inverse=True)
    units = net.predict(X)
    if numbers.shape != units.shape:
        raise DataError("one_label_each", labels=numbers.size, samples=len(units))
    counts = np.zeros((net._lattice().units, len(classes)), int)
    np.add.at(counts, (units, numbers), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1), classes


def draw(
    net: SOM, path: str | Path, kind: str, X: Any = None, y: Any = None, *, language: str | None = None
) -> None:
    """Draw a fitted map into a file: SVG, PNG or PDF.

    Parameters
    ----------
    net : SOM
    path : str or Path
    kind : str
        ``distances``, the U-matrix; ``planes``, one map a feature; ``hits``; ``classes``, the majorities; or
        ``net``, the lattice over the first two principal components of the data.
    X : array-like, shape (n_samples, n_features), optional
        The samples, for ``hits``, ``classes`` and ``net``.
    y : array-like, shape (n_samples,), optional
        Their classes, for ``classes``; the colours of ``net``.
    language : str, optional
        ``en`` or ``zh``; default the locale's.

    Raises
    ------
    ProblemError
        No such picture, or what it needs is missing.
    """
    path = Path(path)
    check_is_fitted(net)
    needed = PICTURES.get(kind)
    if needed is None or any(given is None for given in (X, y)[:needed]):
        wanted = {0: kind, 1: f"{kind}: X", 2: f"{kind}: X, y"}.get(needed or 0, kind)
        raise DataError("map_picture", found=wanted[:60], known=", ".join(PICTURES))
    charts.check_drawable(path)
    spoken = charts.legible(path, language or system_language())
    panels.draw(path, [panel(net, kind, X, y, spoken)])


def panel(
    net: SOM, kind: str, X: Any, y: Any, language: str, names: Sequence[str] = ()
) -> maps.Map | maps.Net:
    """One picture of a map, as of `draw`; `names` are those of the features."""

    def words(code: str, **facts: Any) -> str:
        return say(f"map.{code}", language, **facts)

    if kind == "net":
        return _net(net, net._inputs(X), y, words)
    tiles = maps.Tiles([(float(down), float(right)) for down, right in net.positions_], net.hexagonal)
    return maps.Map(words(f"picture_{kind}"), tiles, _layers(net, kind, X, y, names, words))


# How many of X and y each picture needs.
PICTURES: Mapping[str, int] = {"distances": 0, "planes": 0, "hits": 1, "classes": 2, "net": 1}
MOST_PLANES = 16


def _layers(
    net: SOM, kind: str, X: Any, y: Any, names: Sequence[str], words: Callable[..., str]
) -> list[maps.Layer]:
    if kind == "distances":
        return [maps.Layer("", unified_distances(net).tolist(), words("mean_distance"))]
    if kind == "hits":
        return [maps.Layer("", hits(net, X).tolist(), words("samples"))]
    if kind == "classes":
        numbers, classes = majorities(net, X, y)
        return [maps.Layer("", numbers.tolist(), groups=[str(name)[:40] for name in classes])]
    names = names or list(map(str, getattr(net, "feature_names_in_", ())))
    return [
        maps.Layer(names[k] if names else f"x[{k}]", column.tolist())
        for k, column in enumerate(net.params_["W"].T[:MOST_PLANES])
    ]


def _net(net: SOM, X: np.ndarray, y: Any, words: Callable[..., str]) -> maps.Net:
    """Data and lattice, projected to the first two principal components of the data."""
    middle = X.mean(axis=0, dtype=np.float64)
    components = np.linalg.svd(X - middle, full_matrices=False)[2][:2]
    axes = np.vstack([components, np.zeros((2, X.shape[1]))])[:2].T
    groups = np.unique(np.asarray(y)) if y is not None else [None]
    points = [
        (
            "" if name is None else str(name)[:40],
            (X[slice(None) if name is None else np.asarray(y) == name] - middle) @ axes,
        )
        for name in groups
    ]
    lattice = net._lattice()
    flat = lattice._replace(torus=False)  # a line across the whole picture would hide it
    links = [
        (first, int(second))
        for first in range(lattice.units)
        for second in np.flatnonzero(flat.adjacent(first, diagonal=False))
        if second > first
    ]
    nodes = (net.params_["W"] - middle) @ axes
    x, y_label = (words("component", number=number) for number in (1, 2))
    return maps.Net(words("picture_net"), points, nodes, links, x, y_label)
