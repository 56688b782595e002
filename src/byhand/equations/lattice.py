"""The lattice on which the units of a map stand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Lattice(NamedTuple):
    """Units in rows and columns; a hexagonal lattice has every other row half a column to the right.

    Squared distances are ``stretch * dr**2 + dc**2``, exact for neighbours in any precision: the rows of a
    hexagonal lattice lie the height of an equilateral triangle apart, whose square is 3/4.

    Attributes
    ----------
    rows, columns : int
    hexagonal : bool
    torus : bool
        The last row borders on the first one, the last column on the first.

    Examples
    --------
    >>> Lattice(2, 3, hexagonal=True, torus=False).squares(0).tolist()
    [0.0, 1.0, 4.0, 1.0, 3.0, 7.0]
    """

    rows: int
    columns: int
    hexagonal: bool
    torus: bool

    @property
    def units(self) -> int:
        """How many there are; they are numbered row by row, from 0."""
        return self.rows * self.columns

    @property
    def stretch(self) -> float:
        """The squared distance of two rows."""
        return 0.75 if self.hexagonal else 1.0

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """The row r and the column c of each unit, each of shape (units, 1)."""
        r, c = np.divmod(np.arange(self.units, dtype=np.float32)[:, None], np.float32(self.columns))
        return r, c + 0.5 * (r % 2) if self.hexagonal else c

    def positions(self) -> np.ndarray:
        """Where the units lie in the plane, shape (units, 2): down, and to the right."""
        r, c = self.places()
        return np.hstack([np.sqrt(self.stretch) * r, c])

    def squares(self, units: np.ndarray | int) -> np.ndarray:
        """The squared distances on the map from some units to all, shape (…, units)."""
        whole = 0.0
        sizes, weights = (self.rows, self.columns), (self.stretch, 1.0)
        for place, size, weight in zip(self.places(), sizes, weights, strict=True):
            apart = np.abs(place[:, 0] - place[units].astype(np.float64))
            whole = whole + weight * (np.minimum(apart, size - apart) if self.torus else apart) ** 2
        return np.asarray(whole)

    def adjacent(self, units: np.ndarray | int, *, diagonal: bool) -> np.ndarray:
        """Whether each unit is a neighbour of some units, shape (…, units).

        A unit has up to 6 neighbours on a hexagonal lattice; on a rectangular one 4, or 8 with those on the
        `diagonal`.
        """
        squares = self.squares(units)
        return (squares > 0) & (squares < self.reach(diagonal=diagonal))

    def reach(self, *, diagonal: bool) -> float:
        """A squared distance above that of all neighbours and below that of all others."""
        return 2.5 if diagonal and not self.hexagonal else 1.5
