"""How true a map is to its samples: each one's nearest units, and the errors that are measured by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.equations.lattice import Lattice
from byhand.networks.base.network import Network


class Fidelity(Network):
    """The part of a map that measures it."""

    def _lattice(self) -> Lattice:
        """Where its units lie."""
        raise NotImplementedError

    def quantisation_error(self, X: Any, *, squared: bool = False) -> float:
        """The mean distance of a sample to its winner; of some authors the mean squared distance.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        squared : bool
            The mean of the squared distances, as SOMbrero and aweSOM have it; else that of the distances, as
            Kohonen and MiniSom have it.

        Returns
        -------
        float
        """
        distances = self._nearest(X)[1][:, 0]
        return float((distances**2 if squared else distances).mean())

    def topographic_error(self, X: Any, *, diagonal: bool = True) -> float:
        """The share of the samples whose two nearest units are no neighbours on the map.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        diagonal : bool
            On a rectangular lattice diagonal units are neighbours, 8 in all, as MiniSom has it; else 4. A
            hexagonal lattice has 6 in either case.

        Returns
        -------
        float
            0 on a map of one unit.

        References
        ----------
        Kiviluoto 1996, Topology preservation in self-organizing maps.
        """
        units = self._nearest(X)[0]
        if units.shape[1] < 2:
            return 0.0
        lattice = self._lattice()
        apart = np.array([lattice.squares(first)[second] for first, second in units])
        return float((apart > lattice.reach(diagonal=diagonal)).mean())

    def errors(self, X: Any) -> dict[str, float]:
        """The quantisation error and the topographic error by name; see these methods.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        """
        return {
            "quantisation_error": self.quantisation_error(X),
            "topographic_error": self.topographic_error(X),
        }

    def score(self, X: Any, y: Any = None) -> float:
        """Minus the quantisation error, so that a search finds its least.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        """
        return -self.quantisation_error(X)

    def _nearest(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """The two nearest units of each sample, if there are two, the nearest first; and their distances."""
        X, W = self._inputs(X).astype(np.float64), self.params_["W"].astype(np.float64)
        X, W = X - W.mean(axis=0), W - W.mean(axis=0)
        parts = np.array_split(X, -(-len(X) * len(W) // 2**22))
        found = [_two_nearest(part, W) for part in parts]
        units, squares = (np.concatenate(column) for column in zip(*found, strict=True))
        return units, np.sqrt(squares)


def _two_nearest(X: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    squares = (X * X).sum(axis=1)[:, None] - 2 * X @ W.T + (W * W).sum(axis=1)
    first = squares.argmin(axis=1)
    rows = np.arange(len(X))
    units = first[:, None]
    if len(W) > 1:
        squares[rows, first] = np.inf
        units = np.stack([first, squares.argmin(axis=1)], axis=1)
    # Taken again as differences: near 0 the other form has no digits left.
    return units, ((X[:, None] - W[units]) ** 2).sum(axis=2)
