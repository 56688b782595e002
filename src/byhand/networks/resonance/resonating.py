"""An ART network's fit: the samples are presented until an epoch changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Progress, Report
from byhand.networks.fits.stoppable import Stoppable
from byhand.words import say, system_language

if TYPE_CHECKING:
    from byhand.train.resonance import Epoch


class Resonating(Stoppable):
    """One fit of an ART network, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train.resonance import operations

        ahead = self.fitting.ahead
        self.before = ahead["params_"] if ahead else self.net.params_
        self.seen: int = ahead["seen"] if ahead else 0
        self.settled = self.fitting.without > 0
        return operations(self.net.params_)

    def _go_on(self, interrupts: Interrupts) -> bool:
        if self.settled:
            return True
        net = self.net
        with Progress(net.verbose, net.max_iter) as progress:
            for epoch in presentations(net, self.samples, net.max_iter - net.n_iter_, self.seen):
                answers = self._judge(progress) if epoch.whole else []
                self.seen = 0 if epoch.whole else epoch.seen
                self._save_where_due(net.n_iter_, whole=epoch.whole)
                interrupts.check()
                if self.settled or True in answers:
                    return True
        return False

    def _judge(self, progress: Progress) -> list[Any]:
        """Take in an epoch; what the callbacks answer."""
        net = self.net
        self.settled = all(np.array_equal(self.before[name], value) for name, value in net.params_.items())
        self.before = net.params_
        progress.tell("epoch_categories", epoch=net.n_iter_, categories=net.n_categories_)
        report = Report(net, net.n_iter_, np.nan, None)
        return [callback(report) for callback in self.callbacks]

    def _keep(self) -> None:
        """It has them already."""

    def _has_learned(self) -> bool:
        return bool(self.net.n_categories_)

    def _standing(self) -> dict[str, Any]:
        ahead = {"params_": self.before, "seen": self.seen} if self.seen else None
        return {"without": int(self.settled), "ahead": ahead}

    def _updates(self) -> int:
        return self.net.t_

    def _unfinished(self) -> str:
        return say("resonance.unstable", system_language(), epochs=self.net.max_iter)


def presentations(net: Any, samples: Samples, count: int, seen: int = 0) -> Iterator[Epoch]:
    """Present the samples to a network so often; it has what it learned after each part of an epoch.

    Parameters
    ----------
    net : Resonant
    samples : Samples
    count : int
        Epochs.
    seen : int
        How many samples of the first of them have been presented before.

    Yields
    ------
    Epoch
    """
    from byhand.train.resonance import present

    rows = np.flatnonzero(net._excites(samples.X))
    columns = {name: value for name, value in (("x", samples.X), ("y", samples.targets)) if len(value)}
    for order in islice(net._orders(len(rows)), max(0, count)):
        fixed = net.kind.form, net.params_, net._first(), net._settings(), columns
        for epoch in present(*fixed, rows[order], seen):
            net._take(epoch)
            net.t_ += epoch.seen - seen
            net.n_iter_ += epoch.whole
            seen = epoch.seen
            yield epoch
        seen = 0
