"""A self-organising map's fit, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from byhand.networks.epochwise import Epochwise
from byhand.networks.interrupts import Interrupts
from byhand.networks.kohonen import form
from byhand.networks.progress import Progress


class Unfolding(Epochwise):
    """One fit of a map, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train.competitive import operations

        return operations(self.net.params_["W"], len(self.samples.X), batch=self.net.batch)

    def _go_on(self, interrupts: Interrupts) -> bool:
        net, last = self.net, self.fitting.first + self.net.max_iter
        with Progress(net.verbose, last) as progress:
            for loss in epochs(net, self.samples.X, last - net.n_iter_):
                over = self._ended(progress, loss, "epoch_map", distance=loss)
                interrupts.check()
                if over:
                    break
        return True

    def _updates(self) -> int:
        return self.net.t_


def epochs(net: Any, X: np.ndarray, count: int) -> Iterator[float]:
    """Let a map learn for so many epochs; it has what it learned after each.

    Parameters
    ----------
    net : SOM
    X : ndarray, shape (n, features)
    count : int

    Yields
    ------
    float
        The mean distance of a sample to its winner when it was seen.

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
        yield net.distances_[-1]
