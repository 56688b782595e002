"""A cascade-correlation network's growth: begun or taken up again, kept, ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from byhand.equations.cascade import with_bias
from byhand.errors import CalculationError
from byhand.networks import cascade
from byhand.networks.interrupts import Interrupts, tell_interrupted
from byhand.words import say, system_language

if TYPE_CHECKING:
    from byhand.train.growing import State


def grow(net: Any, X: np.ndarray, targets: np.ndarray, *held: np.ndarray) -> None:
    """Grow a network, from where it stands.

    Parameters
    ----------
    net : CascadeCorrelation
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    *held : ndarray
        Inputs and targets of the held-out part, where there is one.

    Raises
    ------
    CalculationError
        ``diverged``
    """
    from byhand.train import growing

    most = max(net.max_units, net.n_units_)
    inputs = net.n_features_in_ + 1
    data = {"X": with_bias(X), "Y": targets.T}
    if held:
        data |= {"X_held": with_bias(held[0]), "Y_held": held[1].T}
    draws = np.zeros((most, net.candidates, inputs + most), np.float32)
    for unit in range(most):
        draws[unit, :, : inputs + unit] = cascade.draws(net._seed, unit, net.candidates, inputs + unit)
    settings = {
        **net._settings(),
        "epochs": net.max_iter,
        "patience": net.n_iter_no_change,
        "tol": float(net.tol),
        "limit": net._limit(targets)[:, None].astype(np.float32),
        "units_patience": net.n_units_no_change,
    }
    growth = growing.Growth(*cascade.programs(net._form()), net.rule)
    start = growing.seedling(inputs, net.n_outputs_, most, net.candidates)
    if net.losses_:
        before = growing.Grown(**net.params_, losses=net.losses_, epochs=net.epochs_, scores=net.scores_)
        # Whether the outputs are good enough is asked again: the samples may be others.
        start = start.taken_up(before, begun=net.stopped_ in ("units", "interrupted"))
    net.stopped_ = "interrupted"
    with Interrupts() as interrupts:
        try:
            for state in growing.grow(growth, start, data, draws, settings):
                _keep(net, state)
                if state.stopped:
                    net.stopped_ = _reason(net, state, most)
                interrupts.check()
        except KeyboardInterrupt:
            if not net.losses_:
                raise
            tell_interrupted("cascade.interrupted", 5, units=net.n_units_)
            return
    if not state.finite:
        raise CalculationError("diverged", epoch=net.n_iter_, rate=net.learning_rate)


def _keep(net: Any, state: State) -> None:
    """Have the weights and the history of a growth, as far as its best moment."""
    whole = state.grown()
    if net.verbose:
        for unit in range(len(net.losses_), len(whole.losses)):
            words = say("cascade.unit", system_language(), units=unit, loss=float(whole.losses[unit]))
            print(words, file=sys.stderr)
    if net.early_stopping:
        net.validation_losses_ = state.held_out[: len(whole.losses)].tolist()
    kept = state.grown(best=True) if net.early_stopping else whole
    net.params_ = {"U": kept.U, "W": kept.W}
    net.n_units_ = len(kept.U)
    net.losses_, net.epochs_, net.scores_ = kept.losses.tolist(), kept.epochs, kept.scores
    net.n_iter_ = int(state.epochs.sum())


def _reason(net: Any, state: State, most: int) -> str:
    if state.enough:
        return "error_limit"
    if net.early_stopping and state.units - state.best >= net.n_units_no_change:
        return "validation"
    return "units" if state.units >= most else "alike"
