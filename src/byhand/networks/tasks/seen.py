"""The rows that a picture of a network shows, and the plane of their inputs."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from byhand.data.preparation import Preparation
from byhand.views.outlines import Field

GRID = 300  # places along each side of a plane
MARGIN = 0.08
_MOST_POINTS = 1000


class Seen(NamedTuple):
    """Rows that a picture shows.

    Attributes
    ----------
    X : ndarray, shape (n, inputs)
        As the network gets them.
    y : ndarray or None
        Labels or amounts, in the unit of the data.
    preparation : Preparation
        What became of the columns; the axes are in the unit of the data.
    """

    X: np.ndarray
    y: np.ndarray | None
    preparation: Preparation

    @property
    def labels(self) -> np.ndarray | None:
        """The targets where they are classes."""
        return None if self.y is None or self.y.dtype.kind == "f" else self.y

    def few(self) -> Self:
        """Not more rows than can be told apart."""
        some = slice(None, None, 1 + (len(self.X) - 1) // _MOST_POINTS)
        return self._replace(X=self.X[some], y=None if self.y is None else self.y[some])

    def scale(self) -> tuple[np.ndarray, np.ndarray]:
        """What stands for 0 at each input, and what for a step of 1."""
        scales = [
            (column.scale.centre, column.scale.spread) if column.levels is None else (0.0, 1.0)
            for column in self.preparation.columns
            for _ in column.inputs
        ]
        centre, spread = np.array(scales).T
        return centre, spread

    def name(self, k: int | None) -> str:
        """What an input is called."""
        return "" if k is None else self.preparation.input_names[k]


def plane(net: Any, seen: Seen, unit: str = "") -> Field:
    """What a network says of each place of the plane of its two inputs; a class by its number.

    Parameters
    ----------
    net : estimator
    seen : Seen
    unit : str
        Of an amount.
    """
    low, high = seen.X.min(axis=0), seen.X.max(axis=0)
    margin = MARGIN * np.where(high > low, high - low, 1)
    low, high = low - margin, high + margin
    across, up = np.meshgrid(*np.linspace(low, high, GRID).T)
    found = net.predict(np.stack([across.ravel(), up.ravel()], axis=1)).reshape(across.shape)
    centre, spread = seen.scale()
    left, right, bottom, top = np.stack([low, high], axis=1).ravel() * spread.repeat(2) + centre.repeat(2)
    if hasattr(net, "classes_"):
        return Field(np.searchsorted(net.classes_, found), (left, right, bottom, top))
    amounts = seen.preparation.restored(found) if net.needs_target else found
    return Field(amounts, (left, right, bottom, top), unit)


def most_apart(middles: np.ndarray, seen: Seen) -> tuple[int, int | None]:
    """The two inputs in which the middles differ most, by the spread of the rows; numbers go first."""
    if seen.X.shape[1] == 1:
        return 0, None
    is_level = np.array([c.levels is not None for c in seen.preparation.columns for _ in c.inputs])
    spread = np.maximum(seen.X.std(axis=0), np.finfo(np.float32).tiny)
    order = np.lexsort((-middles.std(axis=0) / spread, is_level))
    first, second = sorted(order[:2].tolist())
    return first, second
