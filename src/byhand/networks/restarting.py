"""Multi-start: the same network from several first weights, and the best one kept."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sklearn.exceptions import ConvergenceWarning

from byhand.errors import CalculationError
from byhand.networks import mlp
from byhand.networks.checkpoint import Checkpoint
from byhand.networks.descending import Parts, divided, prepare
from byhand.networks.faults import DataError
from byhand.networks.fitting import Samples
from byhand.networks.interrupts import Interrupts
from byhand.networks.progress import Callback, Interrupted, Progress, Report

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


def fit(net: Any, samples: Samples, callbacks: Iterable[Callback | Checkpoint]) -> None:
    """Fit a new network from ``net.restarts`` starts side by side and keep the best.

    Each start goes as a fit of its own would go, in the order of the samples that all share. A callback
    sees the network that is ahead.

    Raises
    ------
    DataError
        A `Checkpoint` is among the callbacks.
    CalculationError
        ``diverged``: every start does.
    """
    from byhand.train.restarts import descend_together
    from byhand.train.stopping import Patience

    told = plain(callbacks)
    training, held_out = divided(net, samples)
    descent, columns, weight = prepare(net, *training)
    sizes = (net.n_features_in_, *net._hidden_sizes(), net.n_outputs_)
    first = [mlp.first_weights(net._seed, sizes, net._form, start) for start in range(net.restarts)]
    starts = [Start(Patience(net.n_iter_no_change, net.tol)) for _ in first]
    orders = islice(net._orders(len(weight)), net.max_iter)
    stopped = False
    with Interrupts(False) as interrupts, Progress(bool(net.verbose), net.max_iter) as progress:
        try:
            together = descend_together(descent, first, columns, weight, orders)
            for number, epochs in enumerate(together, 1):
                before = dict(vars(net))
                for start, epoch in zip(starts, epochs, strict=True):
                    if not start.done:
                        start.note(epoch, _score(net, epoch, held_out))
                leader = min(starts, key=_standing)
                if leader.kept is None:
                    vars(net).update(before)
                    raise CalculationError("diverged", epoch=number, rate=net.learning_rate)
                _keep(net, leader)
                score = leader.scores[-1] if leader.scores else None
                progress.show(net.n_iter_, net.loss_, score)
                answers = [callback(Report(net, net.n_iter_, net.loss_, score)) for callback in told]
                stopped = True in answers or all(start.done for start in starts)
                interrupts.check()
                if stopped:
                    break
        except KeyboardInterrupt:
            stopped = True
            warnings.warn(net._say("interrupted_search", epochs=net.n_iter_), Interrupted, stacklevel=4)
    net.restart_losses_ = [_objective(net, start, held_out) for start in starts]
    best = starts[min(range(len(starts)), key=net.restart_losses_.__getitem__)]
    if best.kept is not None:
        _keep(net, best)
    if not (stopped or best.done):
        warnings.warn(net._say("not_converged", epochs=net.max_iter), ConvergenceWarning, stacklevel=4)


def plain(callbacks: Iterable[Callback | Checkpoint]) -> list[Callback]:
    """The callbacks, among which there may be no `Checkpoint`: only one descent can be taken up again."""
    told: list[Callback] = []
    for one in callbacks:
        if isinstance(one, Checkpoint):
            raise DataError("checkpoint_with")
        told.append(one)
    return told


def _score(net: Any, epoch: Epoch, held_out: Parts | None) -> float | None:
    """How well the validation part is predicted after an epoch; NaN where the outputs are no numbers."""
    if held_out is None or not math.isfinite(epoch.loss):
        return None
    net._keep(epoch)
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
    return mean_loss(mlp.objective(net._form), start.kept.params, {"x": X, "y": targets}, weight)


def _keep(net: Any, start: Start) -> None:
    """Give the network what one start has learned."""
    net._keep(start.kept)
    net.n_iter_, net.loss_curve_ = len(start.losses), list(start.losses)
    net.loss_, net.best_loss_ = start.losses[-1], min(start.losses)
    if start.scores:
        net.validation_scores_ = list(start.scores)
        net.best_validation_score_ = max(start.scores)
