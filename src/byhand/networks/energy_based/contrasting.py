"""A restricted Boltzmann machine's fit, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from byhand.networks.energy_based.likelihood import pseudo_likelihood
from byhand.networks.fits.epochwise import Epochwise
from byhand.networks.fits.progress import Progress

MOST_MEASURED = 500  # samples by which an epoch is judged


class Contrasting(Epochwise):
    """One fit of a machine, begun or taken up again; after Ctrl-C an epoch that was begun is begun anew."""

    def _prepare(self) -> float:
        from byhand.train.contrastive import operations

        return operations(self.net._kind(), self.net.params_["W"].size, self.net.batch_size)

    def _told(self, progress: Progress) -> bool:
        name, values = self.net.measured()
        return self._ended(progress, self.net.reconstruction_errors_[-1], f"epoch_{name}", value=values[-1])

    def _updates(self) -> int:
        return self.net.t_


def epochs(net: Any, X: np.ndarray, count: int) -> Iterator[bool]:
    """Let a machine learn for so many epochs; it has what it learned after each.

    Parameters
    ----------
    net : RBM
    X : ndarray, shape (n, visible)
    count : int

    Yields
    ------
    bool
        Whether an epoch is over.

    Raises
    ------
    CalculationError
        ``diverged``; the machine has the weights of the last good epoch.
    """
    from byhand.train.contrastive import go_through

    orders = islice(net._orders(len(X)), max(0, count))
    rates = net._way().letters()
    start = net._kind(), net._all_params(), X, rates
    fit = go_through(*start, net.batch_size, orders, net._seed, net.n_iter_)
    for reached in fit:
        if reached.whole:
            net._take({name: np.asarray(value) for name, value in reached.params.items()})
            net.n_iter_ += 1
            net.t_ += -(-len(X) // net.batch_size)
            _measure(net, X)
        yield reached.whole


def _measure(net: Any, X: np.ndarray) -> None:
    """Note how an epoch went, by some of the samples."""
    seen = X[:: -(-len(X) // MOST_MEASURED)].astype(np.float64)
    net.reconstruction_errors_.append(float(np.square(seen - net._down(net._up(seen))).mean()))
    if not net._gaussian:
        random = np.random.default_rng((net._seed, 3, net.n_iter_))
        bits = random.integers(seen.shape[1], size=len(seen))
        net.pseudo_likelihoods_.append(float(pseudo_likelihood(net._wide(), seen.round(), bits).mean()))
