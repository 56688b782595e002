"""The error surface over two weights of a network, all the others as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.errors import DataError
from byhand.networks.fits.progress import Report

NEWTON_STEPS = 30


class Critical(NamedTuple):
    """A point of the surface where both slopes are 0.

    Attributes
    ----------
    kind : str
        ``minimum``, ``saddle`` or ``maximum``, by the signs of the curvatures.
    place : (float, float)
    loss : float
    """

    kind: str
    place: tuple[float, float]
    loss: float


class Surface(NamedTuple):
    """The objective over a grid of two weights.

    Attributes
    ----------
    names : (str, str)
        Such as ``W1[0,0]``, counted from 0.
    first, second : ndarray, shape (n,)
        The values of each.
    losses : ndarray, shape (n, n)
        ``losses[k, j]`` is the objective at ``first[j]``, ``second[k]``.
    critical : tuple of Critical
        Those within the grid, the lowest first.
    paths : dict
        How the two weights went in each training while the others moved too: arrays of shape (epochs, 2),
        the descents, projected.
    """

    names: tuple[str, str]
    first: np.ndarray
    second: np.ndarray
    losses: np.ndarray
    critical: tuple[Critical, ...]
    paths: dict[str, np.ndarray]


class Path:
    """A callback of `fit` that keeps two weights after every epoch."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.places = names, list[tuple[float, ...]]()

    def __call__(self, report: Report) -> None:
        params = report.network.params_
        self.places.append(tuple([float(params[name][at]) for name, at in _found(self.names, params)]))


def surface(
    net: Any,
    X: Any,
    y: Any,
    names: Sequence[str],
    *,
    span: float | None = None,
    points: int = 61,
    paths: Mapping[str, Sequence[tuple[float, ...]]] | None = None,
) -> Surface:
    """The objective over two weights of a fitted network.

    Parameters
    ----------
    net : estimator
    X : array-like, shape (n_samples, n_features)
    y : array-like, shape (n_samples,)
    names : two of str
        Weights or biases, counted from 0: ``W1[0,2]``, ``b2[1]``.
    span : float, optional
        How far the grid reaches to each side of where the weights are; by default so far that the paths
        have room.
    points : int
        Values of each weight.
    paths : mapping, optional
        By name the places of a `Path`.

    Returns
    -------
    Surface

    Raises
    ------
    DataError
        A name is none of this network's weights.
    """
    import jax

    check_is_fitted(net)
    X, y = net._checked(X, y, first=False)
    seen = net._columns_seen(X, net._targets(y))
    samples = {name: column.astype(np.float64) for name, column in seen.items()}
    params = {name: value.astype(np.float64) for name, value in net.params_.items()}
    wanted = _found(names, {name: params[name] for name in net._learns()})
    centre = np.array([params[name][at] for name, at in wanted])
    went = {key: np.array(places, float).reshape(-1, 2) for key, places in (paths or {}).items()}
    farthest = max([np.abs(way - centre).max(initial=0.0) for way in went.values()], default=0.0)
    reach = span or max(1.5, 1.2 * farthest)
    axes = [place + np.linspace(-reach, reach, points) for place in centre]
    with jax.enable_x64(True):
        height = _height(net, params, samples, wanted)
        losses, slopes = _on_grid(height, *axes)
        critical = _critical(height, axes, slopes)
    return Surface((names[0], names[1]), axes[0], axes[1], losses, critical, went)


def _found(names: Sequence[str], params: Any) -> list[tuple[str, tuple[int, ...]]]:
    """The array and the index of each name."""
    found = []
    for text in names:
        match = re.fullmatch(r"(\w+)\[(\d+(?:,\d+)?)\]", text.replace(" ", ""))
        array = params.get(match[1]) if match else None
        at = tuple(int(part) for part in match[2].split(",")) if match else ()
        if match is None or array is None or len(at) != array.ndim or not np.all(np.array(at) < array.shape):
            shapes = [(name, value.shape) for name, value in params.items()]
            raise DataError("no_such_weight", name=text[:60], shapes=shapes)
        found.append((match[1], at))
    if len(found) != 2 or found[0] == found[1]:
        raise DataError("two_weights", found=", ".join(names)[:60])
    return found


def _height(net: Any, params: Any, samples: Any, wanted: Any) -> Callable[[Any], Any]:
    """The objective as a function of the two weights."""
    import jax
    import jax.numpy as jnp

    from byhand.train.penalty import penalised

    objective, (form, strength) = net._measured(), net._penalty()
    names = net._penalised() if strength else ()

    def height(pair: Any) -> Any:
        moved = {name: jnp.asarray(value) for name, value in params.items()}
        for (name, at), value in zip(wanted, pair, strict=True):
            moved[name] = moved[name].at[at].set(value)
        loss = jnp.mean(jax.vmap(lambda sample: objective(moved, sample, {}))(samples))
        return penalised(loss, moved, names, form, strength)

    return height


def _on_grid(
    height: Callable[[Any], Any], first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The heights, and the two slopes, at every point of the grid, a row at a time."""
    import jax

    rows = np.stack(np.meshgrid(first, second), axis=-1)
    of_row = jax.vmap(jax.value_and_grad(height))
    heights, slopes = jax.jit(lambda rows: jax.lax.map(of_row, rows))(rows)
    return np.asarray(heights), np.asarray(slopes)


def _critical(
    height: Callable[[Any], Any], axes: Sequence[np.ndarray], slopes: np.ndarray
) -> tuple[Critical, ...]:
    """Where both slopes change their sign within a cell of the grid, refined by Newton's method."""
    import jax

    corners = np.stack([slopes[:-1, :-1], slopes[:-1, 1:], slopes[1:, :-1], slopes[1:, 1:]])
    cells = np.argwhere(((corners.min(axis=0) < 0) & (corners.max(axis=0) > 0)).all(axis=-1))
    if not len(cells):
        return ()
    sides = np.array([axis[1] - axis[0] for axis in axes])
    starts = np.array([[axes[0][j], axes[1][k]] for k, j in cells]) + sides / 2
    near = jax.jit(
        jax.vmap(lambda place: (height(place), jax.grad(height)(place), jax.hessian(height)(place)))
    )
    places = starts
    for _ in range(NEWTON_STEPS):
        _, slope, curvature = map(np.asarray, near(places))
        moved = places - (np.linalg.pinv(curvature) @ slope[..., None])[..., 0]
        stays = (np.abs(moved - starts) <= 2 * sides).all(axis=1, keepdims=True)
        places = np.where(stays, moved, starts)
    found: list[Critical] = []
    for place, loss, slope, curvature in zip(places, *map(np.asarray, near(places)), strict=True):
        curvatures = np.linalg.eigvalsh(curvature)
        flat = np.abs(slope).max() < 1e-9 < np.abs(curvatures).min()
        known = any((np.abs(place - one.place) < sides / 10).all() for one in found)
        if flat and not known:
            kind = ("minimum", "saddle", "maximum")[int((curvatures < 0).sum())]
            found.append(Critical(kind, (float(place[0]), float(place[1])), float(loss)))
    return tuple(sorted(found, key=lambda one: one.loss))
