"""A cascade-correlation network's growth, unit by unit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from byhand.equations.cascade import with_bias
from byhand.errors import CalculationError
from byhand.networks.constructive import cascade
from byhand.networks.fits.descending import divided
from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Report
from byhand.networks.fits.stoppable import Stoppable
from byhand.words import say, system_language

if TYPE_CHECKING:
    from byhand.train.grown import Grown, State

GOES_ON = "units", "interrupted"  # why a growth ended that can go on where it stands


class Growing(Stoppable):
    """One growth, begun or taken up again."""

    def _prepare(self) -> float:
        from byhand.train import growing
        from byhand.train.grown import Grown, seedling
        from byhand.train.phases import Growth

        net, ahead = self.net, self.fitting.ahead
        (X, targets, _), held_out = divided(net, self.samples)
        self.data = {"X": with_bias(X), "Y": targets.T}
        if held_out:
            self.data |= {"X_held": with_bias(held_out[0]), "Y_held": held_out[1].T}
        own = {"losses": net.losses_, "epochs": net.epochs_, "scores": net.scores_}
        history = {name: ahead[name] for name in own} if ahead else own
        before = Grown(**(ahead["params_"] if ahead else net.params_), **history)
        inputs, most = net.n_features_in_ + 1, max(net.max_units, len(before.U))
        self.draws = np.zeros((most, net.candidates, inputs + most), np.float32)
        for unit in range(most):
            width = inputs + unit
            self.draws[unit, :, :width] = cascade.draws(net._seed, unit, net.candidates, width)
        self.settings = {
            **net._settings(),
            "epochs": net.max_iter,
            "patience": net.n_iter_no_change,
            "tol": float(net.tol),
            "limit": net._limit(targets)[:, None].astype(np.float32),
            "units_patience": net.n_units_no_change,
        }
        self.growth = Growth(*cascade.programs(net._form()), net.rule)
        self.state: State = seedling(inputs, net.n_outputs_, most, net.candidates)
        if net.losses_:
            self._take_up(before)
        return growing.operations(self.draws, len(X))

    def _take_up(self, before: Grown) -> None:
        """Stand where the network, or its fit, stood."""
        net = self.net
        # Whether the outputs are good enough is asked again: the samples of another fit may be others.
        self.state = self.state.taken_up(before, begun=net.stopped_ in GOES_ON)
        if net.n_iter_ > self.fitting.first:
            if net.early_stopping:
                self.state = self.state.with_best(net.params_["W"], net.validation_losses_)
            if net.stopped_ not in GOES_ON:
                self.state = self.state._replace(stopped=True)

    def _go_on(self, interrupts: Interrupts) -> bool:
        from byhand.train.growing import grow

        net = self.net
        made = self.growth, self.state, self.data, self.draws, self.settings
        watched = bool(net.verbose or self.callbacks or self.checkpoints)
        for state in grow(*made, one_by_one=watched):
            epochs = int(np.sum(state.epochs) - np.sum(self.state.epochs))
            if not state.finite:
                raise CalculationError("diverged", epoch=net.n_iter_ + epochs, rate=net.learning_rate)
            self.state = state
            net.n_iter_ += epochs
            net.stopped_ = self._reason() if state.stopped else "interrupted"
            self._keep()
            loss = float(state.losses[state.units])
            if net.verbose:
                words = say("cascade.unit", system_language(), units=int(state.units), loss=loss)
                print(words, file=sys.stderr)
            report = Report(net, net.n_iter_, loss, None)
            answers = [callback(report) for callback in self.callbacks]
            self._save_where_due(int(state.units))
            interrupts.check()
            if True in answers:
                break
        return net.stopped_ != "units" or net.early_stopping

    def _reason(self) -> str:
        net, state = self.net, self.state
        if state.enough:
            return "error_limit"
        if net.early_stopping and state.units - state.best >= net.n_units_no_change:
            return "validation"
        return "units" if state.units >= len(state.U) else "alike"

    def _keep(self) -> None:
        net, state = self.net, self.state
        if not state.begun:
            return
        if net.early_stopping:
            net.validation_losses_ = state.held_out[: int(state.units) + 1].tolist()
        kept = state.grown(best=net.early_stopping)
        net.params_ = {"U": kept.U, "W": kept.W}
        net.n_units_ = len(kept.U)
        net.losses_, net.epochs_, net.scores_ = kept.losses.tolist(), kept.epochs, kept.scores

    def _has_learned(self) -> bool:
        return bool(self.net.losses_)

    def _standing(self) -> dict[str, Any]:
        if self.state.units == self.net.n_units_:
            return {}
        whole = self.state.grown()._asdict()
        return {"ahead": {"params_": {name: whole.pop(name) for name in ("U", "W")}, **whole}}

    def _far(self) -> tuple[str, dict[str, Any]]:
        return "cascade.interrupted", {"units": self.net.n_units_}

    def _unfinished(self) -> str:
        return say("cascade.not_converged", system_language(), units=self.net.n_units_)
