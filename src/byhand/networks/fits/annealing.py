"""Simulated annealing of a network: one fit, and the next proposal worked out."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from byhand.equations.layers import Layers, learned_names, weight_names
from byhand.equations.layers import equations as layer_equations
from byhand.equations.penalty import penalised, squares
from byhand.errors import DataError
from byhand.networks.fits.descending import prepare
from byhand.networks.fits.interrupts import Interrupts
from byhand.networks.fits.progress import Progress, Report
from byhand.networks.fits.stoppable import Stoppable

if TYPE_CHECKING:
    from byhand.train.annealing import Chain, Draws, Stretch

SETTINGS = {"scale": 0.02, "temperature": 0.01, "final_temperature": 1e-4}


def settings(net: Any) -> dict[str, float]:
    """The scale of the proposals, and the first and last temperature.

    Raises
    ------
    DataError
        An unknown one, one that is no positive number, or annealing with what belongs to descent.
    """
    own = net.strategy_settings or {}
    for name in own.keys() - SETTINGS.keys():
        raise DataError("unknown_setting", name=str(name), rule="annealing", known=", ".join(SETTINGS))
    for name, value in own.items():
        if not (0 < value < math.inf):
            raise DataError("annealing_setting", name=name, found=value)
    of_descent = net.restarts > 1 or net._layers().dropped or net.schedule != "constant"
    if net.early_stopping or of_descent or net.clip_norm or net.accumulate > 1:
        raise DataError("annealing_with")
    return {**SETTINGS, **{name: float(value) for name, value in own.items()}}


class Annealed(Stoppable):
    """One chain of ``net.max_iter`` proposals, of which the best weights met are kept."""

    def _prepare(self) -> float:
        from byhand.train.annealing import Annealing, Chain, operations

        net, own, ahead = self.net, settings(self.net), self.fitting.ahead
        descent, self.columns, self.weight = prepare(net, *self.samples[:3])
        self.annealing = Annealing(
            descent.objective,
            descent.penalised,
            descent.form,
            descent.strength,
            **own,
            proposals=net.max_iter,
        )
        self.chain: Chain | None = None
        if ahead:
            made = net.n_iter_ - self.fitting.first
            self.chain = Chain(ahead["params_"], ahead["here"], net.params_, ahead["lowest"], made)
        net.rule_state_, net.t_ = {}, 0  # a descent that follows starts its rule anew
        net.accepted_ = getattr(net, "accepted_", 0)
        return operations(net.params_, self.weight)

    def _go_on(self, interrupts: Interrupts) -> bool:
        from byhand.train.annealing import STRETCH, anneal, beginning, draws

        net, run = self.net, (self.annealing, self.columns, self.weight)
        if self.chain is None:
            self.chain = beginning(*run, net.params_)
        size = sum(value.size for value in net.params_.values())
        numbers = draws(net._seed, self.fitting.first, size, net.max_iter)
        left = islice(numbers, -(-self.chain.made // STRETCH), None)
        with Progress(bool(net.verbose), net.max_iter) as progress:
            for chain, stretch in anneal(*run, self.chain, left):
                self.chain = chain
                self._keep()
                self._note(stretch, chain.lowest)
                progress.show(net.n_iter_, net.loss_, None)
                report = Report(net, net.n_iter_, net.loss_, None)
                answers = [callback(report) for callback in self.callbacks]
                self._save_where_due(net.n_iter_)
                interrupts.check()
                if True in answers:
                    break
        return True

    def _note(self, stretch: Stretch, lowest: float) -> None:
        net = self.net
        net.n_iter_ += len(stretch.losses)
        net.accepted_ += int(stretch.accepted.sum())
        net.loss_curve_ += stretch.losses.tolist()
        net.loss_, net.best_loss_ = net.loss_curve_[-1], min(net.best_loss_, lowest)

    def _keep(self) -> None:
        if self.chain is not None:
            self.net.params_ = {name: np.asarray(self.chain.best[name]) for name in self.net.params_}

    def _standing(self) -> dict[str, Any]:
        if self.chain is None:
            return {}
        params = {name: np.asarray(value) for name, value in self.chain.params.items()}
        return {"ahead": {"params_": params, "here": self.chain.here, "lowest": self.chain.lowest}}

    def _updates(self) -> int:
        return self.net.accepted_


def problem(net: Any, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> dict[str, Any]:
    """The first proposal of the next fit as a problem, with these samples as all there are.

    Raises
    ------
    DataError
        The samples do not count the same.
    """
    from byhand.train.annealing import draws

    if (weight != weight[0]).any():
        raise DataError("weighted_proposal")
    form, penalty, own = net._layers(), net._penalty(), settings(net)
    size = sum(value.size for value in net.params_.values())
    drawn = next(draws(net._seed, net.n_iter_, size, 1))
    return {
        "problem": equations(form, penalty),
        "table": ["E", "E_try", "dE", "T", "p", "u", "accepted"],
        "given": {
            "x": X,
            "y": targets,
            **net.params_,
            **_noise(net.params_, drawn),
            "scale": own["scale"],
            "T": own["temperature"],
            "u": float(drawn.uniform[0]),
        },
    }


def _noise(params: dict[str, np.ndarray], drawn: Draws) -> dict[str, np.ndarray]:
    """The normal numbers of the first proposal, each weight's as ``N_W1`` and so on."""
    shapes = {name: params[name].shape for name in sorted(params)}
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes.values()])
    pieces = np.split(drawn.normal[0], ends[:-1])
    return {
        f"N_{name}": piece.reshape(shape) for (name, shape), piece in zip(shapes.items(), pieces, strict=True)
    }


def equations(layers: Layers, penalty: tuple[str, float]) -> str:
    """The equations of a proposal: the network before and after it, and whether it is accepted.

    Examples
    --------
    >>> print(equations(Layers(("identity",), "mse"), ("half", 0.1)))
    z1 = x @ W1.T + b1
    yhat = z1
    L = mse(y, yhat)
    E = L + 0.1/2*(sum(W1^2))
    W1_try = W1 + scale*N_W1
    b1_try = b1 + scale*N_b1
    z1_try = x @ W1_try.T + b1_try
    yhat_try = z1_try
    L_try = mse(y, yhat_try)
    E_try = L_try + 0.1/2*(sum(W1_try^2))
    dE = E_try - E
    p = exp(min(0, -dE/T))
    accepted = u < p
    W1_new = where(accepted, W1_try, W1)
    b1_new = where(accepted, b1_try, b1)
    """
    names = learned_names(layers)
    return "\n".join(
        [
            layer_equations(layers, rows=True),
            _objective(layers, penalty, ""),
            *[f"{name}_try = {name} + scale*N_{name}" for name in names],
            layer_equations(layers, rows=True, mark="_try"),
            _objective(layers, penalty, "_try"),
            "dE = E_try - E",
            "p = exp(min(0, -dE/T))",
            "accepted = u < p",
            *[f"{name}_new = where(accepted, {name}_try, {name})" for name in names],
        ]
    )


def _objective(layers: Layers, penalty: tuple[str, float], mark: str) -> str:
    form, strength = penalty
    if not strength:
        return f"E{mark} = L{mark}"
    weights = [f"{name}{mark}" for name in weight_names(layers)]
    return f"E{mark} = {penalised(f'L{mark}', f'({squares(weights, weights)})', form, repr(strength))}"
