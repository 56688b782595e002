"""A fit after each of whose epochs the network has all that it has learned."""

from __future__ import annotations

from typing import Any

from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Progress, Report
from byhand.networks.fits.stoppable import Stoppable


class Epochwise(Stoppable):
    """One fit, begun or taken up again."""

    def _told(self, progress: Progress) -> bool:
        """Tell how an epoch went, by `_ended`; whether a callback asks to stop."""
        raise NotImplementedError

    def _go_on(self, interrupts: Interrupts) -> bool:
        net, last = self.net, self.fitting.first + self.net.max_iter
        with Progress(net.verbose, last) as progress:
            for whole in net._epochs(self.samples.X, last - net.n_iter_):
                stops = whole and self._told(progress)
                interrupts.check()
                if stops:
                    break
        return True

    def _ended(self, progress: Progress, loss: float, code: str, **facts: Any) -> bool:
        """Tell about an epoch and save where that is due; whether a callback asks to stop."""
        net = self.net
        progress.tell(code, epoch=net.n_iter_, **facts)
        report = Report(net, net.n_iter_, loss, None)
        answers = [callback(report) for callback in self.callbacks]
        self._save_where_due(net.n_iter_)
        return True in answers

    def _keep(self) -> None:
        """It has them already."""

    def _standing(self) -> dict[str, Any]:
        return {}
