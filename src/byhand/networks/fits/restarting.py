"""Multi-start: the same network from several first weights, and the best one kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from byhand.errors import CalculationError
from byhand.networks.fits.descending import Parts, divided, keep, prepare
from byhand.networks.fits.fitting import held
from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Progress, Report
from byhand.networks.fits.stoppable import Stoppable

if TYPE_CHECKING:
    from byhand.train.descent import Epoch
    from byhand.train.stopping import Patience


@dataclass
class Start:
    """One of the networks on its way.

    Attributes
    ----------
    patience : Patience
    kept : Epoch or None
        What it would keep: its last epoch, with `early_stopping` its best; None where it diverged.
    losses, scores : list of float
        One an epoch.
    done : bool
        It has stopped, or diverged.
    """

    patience: Patience
    kept: Epoch | None = None
    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    done: bool = False

    def note(self, epoch: Epoch, score: float | None) -> None:
        """Take in an epoch."""
        if not math.isfinite(epoch.loss if score is None else score):
            self.done, self.kept = True, None
            return
        self.losses.append(epoch.loss)
        self.scores += [] if score is None else [score]
        lowest = self.patience.note(epoch.loss if score is None else -score)
        if lowest or score is None:
            self.kept = epoch
        self.done = self.patience.exhausted

    def state(self, names: Iterable[str]) -> dict[str, Any]:
        """All of it as tables, lists and numbers, to be saved."""
        return {
            "kept": None if self.kept is None else held(self.kept, names),
            "losses": list(self.losses),
            "scores": list(self.scores),
            "lowest": self.patience.best,
            "without": self.patience.without,
            "done": self.done,
        }


class Restarting(Stoppable):
    """A new network from ``net.restarts`` starts side by side, of which the best is kept.

    Each start goes as a fit of its own would go, in the order of the samples that all share. A callback
    sees the network that is ahead.
    """

    def _prepare(self) -> float:
        from byhand.train.descent import Epoch
        from byhand.train.restarts import operations
        from byhand.train.stopping import Patience

        net, ahead = self.net, self.fitting.ahead
        training, self.held_out = divided(net, self.samples)
        self.prepared = prepare(net, *training, begins=not self.fitting.data)
        saved = ahead["starts"] if ahead else [{}] * net.restarts
        self.starts = []
        for one in saved:
            lowest, without = one.get("lowest", math.inf), one.get("without", 0)
            start = Start(Patience(net.n_iter_no_change, net.tol, lowest, without))
            if one:
                start.losses, start.scores, start.done = list(one["losses"]), list(one["scores"]), one["done"]
                start.kept = one["kept"] and _epoch(one["kept"])
            self.starts.append(start)
        if ahead:
            self.number, self.epochs = ahead["number"], [_epoch(one) for one in ahead["epochs"]]
        else:
            first = [net._first_weights(start) for start in range(net.restarts)]
            self.number, self.epochs = 0, [Epoch(params, {}, 0, math.nan) for params in first]
        return operations(self.prepared[0], self.epochs)

    def _go_on(self, interrupts: Interrupts) -> bool:
        from byhand.train.restarts import descend_together

        net, (descent, columns, weight) = self.net, self.prepared
        orders = islice(net._orders(len(weight)), self.number - net.n_iter_, net.max_iter - net.n_iter_)
        self._check_lost()
        if all(start.done for start in self.starts):
            return True
        with Progress(bool(net.verbose), net.max_iter) as progress:
            for epochs in descend_together(descent, self.epochs, columns, weight, orders):
                self._judge(epochs)
                self.epochs, self.number = epochs, self.number + 1
                score = net.validation_scores_[-1] if self.held_out else None
                progress.show(net.n_iter_, net.loss_, score)
                report = Report(net, net.n_iter_, net.loss_, score)
                answers = [callback(report) for callback in self.callbacks]
                self._save_where_due(self.number)
                interrupts.check()
                if True in answers or all(start.done for start in self.starts):
                    return True
        return self._chosen().done

    def _judge(self, epochs: list[Epoch]) -> None:
        """Take in an epoch of each start."""
        net, before = self.net, dict(vars(self.net))
        for start, epoch in zip(self.starts, epochs, strict=True):
            if not start.done:
                start.note(epoch, _score(net, epoch, self.held_out))
        vars(net).update(before)  # what a score was taken with
        self._check_lost()
        self._keep()

    def _check_lost(self) -> None:
        """That not every start has diverged."""
        if all(start.done and start.kept is None for start in self.starts):
            raise CalculationError("diverged", epoch=self.number + 1, rate=self.net.learning_rate)

    def _keep(self) -> None:
        _keep(self.net, min(self.starts, key=_standing))

    def _chosen(self) -> Start:
        """The best at the end, by its objective on what decides."""
        losses = [_objective(self.net, start, self.held_out) for start in self.starts]
        self.net.restart_losses_ = losses
        return self.starts[losses.index(min(losses))]

    def _finish(self) -> None:
        _keep(self.net, self._chosen())

    def _standing(self) -> dict[str, Any]:
        names = self.net._learns()
        starts = [start.state(names) for start in self.starts]
        epochs = [held(epoch, names) for epoch in self.epochs]
        return {"ahead": {"starts": starts, "epochs": epochs, "number": self.number}}

    def _updates(self) -> int:
        return self.epochs[0].turn


def _epoch(saved: dict[str, Any]) -> Epoch:
    """Where one of the networks stood, as `held` gave it."""
    from byhand.train.descent import Epoch

    return Epoch(saved["params_"], saved["rule_state_"], saved["t_"], math.nan)


def _score(net: Any, epoch: Epoch, held_out: Parts | None) -> float | None:
    """How well the validation part is predicted after an epoch; NaN where the outputs are no numbers."""
    if held_out is None or not math.isfinite(epoch.loss):
        return None
    keep(net, epoch)
    try:
        return net._validation_score(*held_out)
    except CalculationError:
        return math.nan


def _standing(start: Start) -> float:
    """Lower is better: the score so far where there is one, else the loss."""
    if start.kept is None:
        return math.inf
    return -max(start.scores) if start.scores else start.losses[-1]


def _objective(net: Any, start: Start, held_out: Parts | None) -> float:
    """What a start is chosen by: its last objective, or the mean loss over the validation part."""
    from byhand.train.measuring import mean_loss

    if start.kept is None:
        return math.inf
    if held_out is None:
        return start.losses[-1]
    X, targets, weight = held_out
    return mean_loss(net._measured(), start.kept.params, net._columns_seen(X, targets), weight)


def _keep(net: Any, start: Start) -> None:
    """Give the network what one start has learned, if anything."""
    if start.kept is None:
        return
    keep(net, start.kept)
    net.n_iter_, net.loss_curve_ = len(start.losses), list(start.losses)
    net.loss_, net.best_loss_ = start.losses[-1], min(start.losses)
    if start.scores:
        net.validation_scores_ = list(start.scores)
        net.best_validation_score_ = max(start.scores)
