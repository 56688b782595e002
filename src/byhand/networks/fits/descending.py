"""A network's descent, epoch by epoch, until it is time to stop."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from byhand.errors import CalculationError, DataError
from byhand.networks.fits.fitting import NOTHING, Samples, held
from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Progress, Report
from byhand.networks.fits.stoppable import Stoppable
from byhand.rules import RULES
from byhand.words import say, system_language

Parts = Sequence[np.ndarray]  # inputs, targets, weights
Prepared = tuple[Any, dict[str, np.ndarray], np.ndarray]  # a Descent, the samples' columns, their weights


class Descending(Stoppable):
    """One descent, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train.descent import operations
        from byhand.train.stopping import Patience

        net, fitting = self.net, self.fitting
        training, self.held_out = divided(net, self.samples)
        self.prepared = prepare(net, *training, begins=not fitting.data)
        self.patience = Patience(net.n_iter_no_change, net.tol, fitting.lowest, fitting.without)
        own, ahead = standing(net, fitting.losses), fitting.ahead
        self.last = own
        if ahead:
            self.last = own._replace(params=ahead["params_"], kept=ahead["rule_state_"], turn=ahead["t_"])
        self.best = own if net.early_stopping and np.isfinite(fitting.lowest) else None
        return operations(self.prepared[0], net.params_)

    def _go_on(self, interrupts: Interrupts) -> bool:
        from byhand.train.descent import descend

        if self.patience.exhausted:
            return True
        net, (descent, columns, weight) = self.net, self.prepared
        left = max(0, self.fitting.first + net.max_iter - net.n_iter_)
        orders = islice(net._orders(len(weight)), left)
        with Progress(bool(net.verbose), net.max_iter) as progress:
            for epoch in descend(descent, self.last, columns, weight, orders):
                score = self._scored(epoch)
                self.last = epoch
                stopped = epoch.whole and self._judge(score, progress)
                self._save_where_due(epoch.number, whole=epoch.whole)
                interrupts.check()
                if stopped:
                    return True
        return False

    def _scored(self, epoch: Any) -> float | None:
        """How well the validation part is predicted at the end of an epoch."""
        if not self.held_out or not epoch.whole:
            return None
        keep(self.net, epoch)
        try:
            return _validated(self.net, *self.held_out)
        except CalculationError:  # its outputs are no finite numbers
            rate = self.net._settings()["rate"]
            raise CalculationError("diverged", epoch=epoch.number, rate=rate) from None

    def _judge(self, score: float | None, progress: Progress) -> bool:
        """Take in an epoch; whether it is time to stop."""
        net, epoch = self.net, self.last
        rate = _note(net, epoch)
        if self.callbacks:
            keep(net, epoch)
        if self.patience.note(epoch.loss if score is None else -score) and score is not None:
            self.best = epoch
        progress.show(epoch.number - self.fitting.first, epoch.loss, score, rate)
        report = Report(net, net.n_iter_, epoch.loss, score, rate)
        answers = [callback(report) for callback in self.callbacks]
        return True in answers or self.patience.exhausted

    def _unfinished(self) -> str:
        if not self.net._spans_the_fit():
            return super()._unfinished()
        return say("train.schedule_over", system_language(), epochs=self.net.max_iter)

    def _keep(self) -> None:
        keep(self.net, self.best or self.last)

    def _standing(self) -> dict[str, Any]:
        keeps_last = self.best is None or self.best is self.last
        return {
            "lowest": self.patience.best,
            "without": self.patience.without,
            "losses": self.last.losses,
            "ahead": None if keeps_last else held(self.last, self.net._learns()),
        }

    def _updates(self) -> int:
        return self.last.turn


def one_epoch(net: Any, samples: Samples) -> None:
    """Train one epoch and be done."""
    from byhand.train.descent import descend

    descent, columns, weight = prepare(net, *samples[:3])
    orders = islice(net._orders(len(weight)), 1)
    with Progress(bool(net.verbose), 1) as progress:
        *_, epoch = descend(descent, standing(net), columns, weight, orders)
        keep(net, epoch)
        progress.show(1, epoch.loss, None, _note(net, epoch))
    vars(net).pop("_fitting", None)


def divided(net: Any, samples: Samples) -> tuple[Parts, Parts | None]:
    """What is trained on, and what early stopping judges by."""
    X, targets, weight, strata = samples
    if not net.early_stopping:
        return (X, targets, weight), None
    from sklearn.model_selection import train_test_split

    parts = train_test_split(
        *(X, targets, weight),
        test_size=net.validation_fraction,
        random_state=net._seed,
        stratify=strata,
    )
    return parts[::2], parts[1::2]


def prepare(
    net: Any, X: np.ndarray, targets: np.ndarray, weight: np.ndarray, *, begins: bool = False
) -> Prepared:
    """How the network descends, and the samples and their weights as the descent takes them.

    Where a fit begins, the network keeps how many updates there will be if its schedule asks for that.
    """
    from byhand.train.descent import Descent
    from byhand.train.merging import merged

    check_fits(net, targets)
    net._adopt()
    samples, size, drawn = net._columns_seen(X, targets), net._batch(len(X)), tuple(net._drawn(X).items())
    objective = net._objective()
    if net.accumulate > 1 and objective.coupled:
        raise DataError("accumulate_coupled")
    if size == len(X) and not drawn and not objective.coupled:
        samples, weight = merged(samples, weight)
        size = len(weight)
    penalty, strength = net._penalty()
    penalised = net._penalised() if strength else ()
    if begins and net._spans_the_fit():
        batches = -(-len(weight) // size) * objective.updates(samples)
        net.updates_ = net.t_ + net.max_iter * batches
    settings = {**net._settings(), **net._pace_settings()}
    how = objective, net.rule, settings, penalised, strength, size, penalty, drawn, net._seed, net._steps(X)
    return Descent(*how, net.schedule, net.accumulate), samples, weight


def check_fits(net: Any, targets: np.ndarray) -> None:
    """That targets, and a rule changed since the network was made, fit it.

    Raises
    ------
    DataError
    """
    if (found := net._output_count(targets)) != net.n_outputs_:
        raise DataError("output_count", found=found, wanted=net.n_outputs_)
    if net.rule_state_ and net.rule_state_.keys() != set(RULES[net.rule].state):
        raise DataError("rule_changed", name=net.rule)


def standing(net: Any, losses: np.ndarray = NOTHING) -> Any:
    """Where the network stands, as its descent sees it."""
    from byhand.train.descent import Epoch

    params = {name: net.params_[name] for name in net._learns()}
    return Epoch(params, net.rule_state_, net.t_, np.nan, net.n_iter_, losses)


def keep(net: Any, epoch: Any) -> None:
    """Have the weights and the rule's state of an epoch."""
    kept = held(epoch, net._learns())
    vars(net).update({**kept, "params_": {**net.params_, **kept["params_"]}})


def _note(net: Any, epoch: Any) -> float | None:
    """Count an epoch; the rate of its last update, where that changes."""
    net.n_iter_ += 1
    net.loss_ = epoch.loss
    net.loss_curve_.append(epoch.loss)
    net.best_loss_ = min(net.best_loss_, epoch.loss)
    if "schedule" not in net._pace():
        return None
    rate = net._rate_at(epoch.turn, net._settings()["rate"])
    net.rate_curve_ = [*getattr(net, "rate_curve_", []), rate]
    return rate


def _validated(net: Any, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
    """The score of the validation part, which joins those before it."""
    score = float(net._validation_score(X, targets, weight))
    net.validation_scores_ = [*getattr(net, "validation_scores_", []), score]
    net.best_validation_score_ = max(net.validation_scores_)
    return score
