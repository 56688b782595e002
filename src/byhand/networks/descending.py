"""A network's descent, epoch by epoch, until it is time to stop."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.errors import CalculationError
from byhand.networks.checkpoint import Checkpoint
from byhand.networks.fitting import NO_LOSSES, Fitting, Samples, held
from byhand.networks.interrupts import Interrupts
from byhand.networks.progress import Callback, Interrupted, Progress, Report
from byhand.words import say, system_language

Parts = Sequence[np.ndarray]  # inputs, targets, weights
Prepared = tuple[Any, dict[str, np.ndarray], np.ndarray]  # a Descent, the samples' columns, their weights


class Descending:
    """One fit, begun or taken up again.

    Parameters
    ----------
    net : GradientNetwork
    samples : Samples
    fitting : Fitting
        Where the fit stands.
    callbacks : iterable
    """

    def __init__(
        self, net: Any, samples: Samples, fitting: Fitting, callbacks: Iterable[Callback | Checkpoint]
    ) -> None:
        from byhand.train.stopping import Patience

        self.net, self.samples, self.fitting = net, samples, fitting
        callbacks = list(callbacks)
        self.callbacks = [one for one in callbacks if not isinstance(one, Checkpoint)]
        self.checkpoints = [one for one in callbacks if isinstance(one, Checkpoint)]
        self.patience = Patience(net.n_iter_no_change, net.tol, fitting.lowest, fitting.without)
        own, ahead = standing(net, fitting.losses), fitting.ahead
        self.last = own
        if ahead:
            self.last = own._replace(params=ahead["params_"], kept=ahead["rule_state_"], turn=ahead["t_"])
        self.best = own if net.early_stopping and np.isfinite(fitting.lowest) else None

    def run(self) -> None:
        """Descend until it is time to stop."""
        training, held_out = divided(self.net, self.samples)
        prepared = prepare(self.net, *training)
        self._check_environment(prepared[0].batch_size)
        vars(self.net).pop("_fitting", None)
        with Interrupts(bool(self.checkpoints)) as interrupts:
            try:
                stopped = self.patience.exhausted or self._descend(prepared, held_out, interrupts)
                if self.checkpoints:
                    self._save(self.checkpoints)
                else:
                    self.net._keep(self.best or self.last)
            except KeyboardInterrupt:
                stopped = True
                self._save(self.checkpoints)
                self._tell_interrupted()
            except CalculationError:
                self._save(self.checkpoints)
                raise
            except BaseException:
                self._pause()
                raise
        if not stopped:
            words = say("train.not_converged", system_language(), epochs=self.net.max_iter)
            warnings.warn(words, ConvergenceWarning, stacklevel=4)

    def _descend(self, prepared: Prepared, held_out: Parts | None, interrupts: Interrupts) -> bool:
        """Go on epoch by epoch; whether something stopped it before the last one."""
        from byhand.train.descent import descend

        net, (descent, columns, weight) = self.net, prepared
        left = max(0, self.fitting.first + net.max_iter - net.n_iter_)
        orders = islice(net._orders(len(weight)), left)
        with Progress(bool(net.verbose), net.max_iter) as progress:
            for epoch in descend(descent, self.last, columns, weight, orders):
                score = self._scored(epoch, held_out)
                self.last = epoch
                stopped = epoch.whole and self._judge(score, progress)
                due = [one for one in self.checkpoints if one.is_due(epoch.number, epoch.whole)]
                if due:
                    self._save(due)
                    del net._fitting  # what a callback saves later is a network, not this moment of the fit
                interrupts.check()
                if stopped:
                    return True
        return False

    def _check_environment(self, batch_size: int) -> None:
        """Say where the bits may differ from those of a fit that was begun elsewhere."""
        from byhand.train.backend import start_backend
        from byhand.train.descent import operations
        from byhand.train.environment import differences, environment

        start_backend(operations(batch_size, self.net.params_))
        changed = differences(self.fitting.environment, environment()) if self.fitting.environment else []
        if changed:
            words = say("train.other_environment", system_language(), changes=", ".join(changed))
            warnings.warn(words, stacklevel=5)

    def _scored(self, epoch: Any, held_out: Parts | None) -> float | None:
        """How well the validation part is predicted at the end of an epoch."""
        if not held_out or not epoch.whole:
            return None
        self.net._keep(epoch)
        try:
            return self.net._validated(*held_out)
        except CalculationError:  # its outputs are no finite numbers
            raise CalculationError(
                "diverged", epoch=epoch.number, rate=self.net._settings()["rate"]
            ) from None

    def _judge(self, score: float | None, progress: Progress) -> bool:
        """Take in an epoch; whether it is time to stop."""
        net, epoch = self.net, self.last
        net._note(epoch.loss)
        if self.callbacks:
            net._keep(epoch)
        if self.patience.note(epoch.loss if score is None else -score) and score is not None:
            self.best = epoch
        progress.show(epoch.number - self.fitting.first, epoch.loss, score)
        report = Report(net, net.n_iter_, epoch.loss, score)
        answers = [callback(report) for callback in self.callbacks]
        return True in answers or self.patience.exhausted

    def _pause(self) -> None:
        """Give the network the weights it is to use, and what going on needs besides."""
        from byhand.train.environment import environment

        net, kept = self.net, self.best or self.last
        net._keep(kept)
        net._fitting = Fitting(
            first=self.fitting.first,
            lowest=self.patience.best,
            without=self.patience.without,
            losses=self.last.losses,
            ahead=None if kept is self.last else held(self.last, net._learns()),
            data=self.fitting.data or self.samples.fingerprint(),
            environment=environment(),
            settings=self.fitting.settings or net.get_params(deep=False),
        )
        self.fitting = net._fitting

    def _save(self, checkpoints: list[Checkpoint]) -> None:
        self._pause()
        for checkpoint in checkpoints:
            checkpoint.save(self.net)

    def _tell_interrupted(self) -> None:
        facts = {"epochs": self.net.n_iter_, "updates": self.last.turn}
        code = "train.interrupted"
        if self.checkpoints:
            code, facts["path"] = "train.interrupted_saved", self.checkpoints[0].path.as_posix()
        warnings.warn(say(code, system_language(), **facts), Interrupted, stacklevel=5)


def one_epoch(net: Any, samples: Samples) -> None:
    """Train one epoch and be done."""
    from byhand.train.descent import descend

    descent, columns, weight = prepare(net, *samples[:3])
    orders = islice(net._orders(len(weight)), 1)
    with Progress(bool(net.verbose), 1) as progress:
        *_, epoch = descend(descent, standing(net), columns, weight, orders)
        net._keep(epoch)
        net._note(epoch.loss)
        progress.show(1, epoch.loss, None)
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


def prepare(net: Any, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> Prepared:
    """How the network descends, and the samples and their weights as the descent takes them."""
    from byhand.train.descent import Descent
    from byhand.train.merging import merged

    net._check_fits(targets)
    samples, size = net._columns_seen(X, targets), net._batch(len(X))
    if size == len(X):
        samples, weight = merged(samples, weight)
        size = len(weight)
    net._form = net._layers()
    penalty, strength = net._penalty()
    penalised = net._penalised() if strength else ()
    descent = Descent(net._objective(), net.rule, net._settings(), penalised, strength, size, penalty)
    return descent, samples, weight


def standing(net: Any, losses: np.ndarray = NO_LOSSES) -> Any:
    """Where the network stands, as its descent sees it."""
    from byhand.train.descent import Epoch

    params = {name: net.params_[name] for name in net._learns()}
    return Epoch(params, net.rule_state_, net.t_, np.nan, net.n_iter_, losses)
