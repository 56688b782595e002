"""A self-organising map's fit, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from byhand.networks.fits.epochwise import Epochwise
from byhand.networks.fits.progress import Progress
from byhand.networks.self_organising.kohonen import form


class Unfolding(Epochwise):
    """One fit of a map, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train.competitive import operations

        return operations(self.net.params_["W"], len(self.samples.X), batch=self.net.batch)

    def _told(self, progress: Progress) -> bool:
        distance = self.net.distances_[-1]
        return self._ended(progress, distance, "epoch_map", distance=distance)

    def _updates(self) -> int:
        return self.net.t_


def epochs(net: Any, X: np.ndarray, count: int) -> Iterator[bool]:
    """Let a map learn for so many epochs; it has what it learned after each.

    Parameters
    ----------
    net : SOM
    X : ndarray, shape (n, features)
    count : int

    Yields
    ------
    bool
        That an epoch is over.

    Raises
    ------
    CalculationError
        ``diverged``; the map has the weights of the last good epoch.
    """
    from byhand.train.competitive import go_through

    lattice = net._lattice()
    made = form(net._kind(), (lattice.rows, lattice.columns))
    settings = {name: np.asarray(value, np.float32) for name, value in net._settings().items()}
    orders = islice(net._orders(len(X)), max(0, count))
    for epoch in go_through(made, net.params_["W"], X, settings, net.t_, orders, batch=net.batch):
        net.params_ = {"W": epoch.W}
        net.distances_.append(float(epoch.distances.mean(dtype=np.float64)))
        net.n_iter_ += 1
        net.t_ += len(X)
        yield True
