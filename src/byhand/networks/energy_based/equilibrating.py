"""A Boltzmann machine's fit, cycle by cycle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from byhand.equations.boltzmann import drawn
from byhand.errors import CalculationError
from byhand.networks.fits.epochwise import Epochwise
from byhand.networks.fits.progress import Progress


class Equilibrating(Epochwise):
    """One fit of a machine, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train.boltzmann import operations

        return operations(self.net._sizes(len(self.samples.X)))

    def _told(self, progress: Progress) -> bool:
        difference = self.net.differences_[-1]
        return self._ended(progress, difference, "epoch_phases", difference=difference)

    def _updates(self) -> int:
        return self.net.n_iter_


def cycles(net: Any, X: np.ndarray, count: int) -> Iterator[bool]:
    """Let a machine learn for so many cycles; it has what it learned after each.

    Parameters
    ----------
    net : BoltzmannMachine
    X : ndarray, shape (n, features)
    count : int

    Yields
    ------
    bool
        That a cycle is over.

    Raises
    ------
    CalculationError
        ``diverged``; the machine has the weights of the last good cycle.
    """
    from byhand.train.boltzmann import Form, learn

    kind, sizes = net._kind(), net._sizes(len(X))
    form, clamped = Form(sizes, kind.gathering, kind.step_size), np.repeat(X, kind.repeats, axis=0)
    settings = {"M": kind.mask(len(net.params_["b"])), "eta": np.float32(kind.learning_rate)}
    settings |= {"T": np.array(kind.temperatures(), np.float32)}
    settings |= dict(zip(("lost", "gained"), np.array(kind.noise, np.float32), strict=True))
    for _ in range(count):
        found = learn(form, net.params_, clamped, settings, drawn(net._seed, net.n_iter_, sizes))
        if not all(np.isfinite(value).all() for value in found.params.values()):
            raise CalculationError("diverged", epoch=net.n_iter_ + 1, rate=kind.learning_rate)
        net.params_ = found.params
        net.differences_.append(found.difference)
        net.n_iter_ += 1
        yield True
