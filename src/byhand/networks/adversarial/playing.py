"""An adversarial network's fit, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from byhand.networks.fits.epochwise import Epochwise
from byhand.networks.fits.progress import Progress


class Playing(Epochwise):
    """One fit, begun or taken up again; after Ctrl-C an epoch that was begun is begun anew."""

    def _prepare(self) -> float:
        from byhand.train.adversarial import operations

        net, count = self.net, len(self.samples.X)
        if not self.fitting.data and net._spans_the_fit():
            net.updates_ = net.t_ + net.max_iter * -(-count // net.batch_size)
        return operations(net.params_, min(net.batch_size, count))

    def _told(self, progress: Progress) -> bool:
        losses = {"discriminator": self.net.discriminator_losses_[-1]}
        losses["generator"] = self.net.generator_losses_[-1]
        return self._ended(progress, losses["discriminator"], "epoch_game", **losses)

    def _updates(self) -> int:
        return self.net.t_


def settings_of(net: Any) -> dict[str, dict[str, float]]:
    """The settings of the rule and of the pace of each player."""
    return {
        player: {**net._settings(), **net._pace_settings(every)} for player, every in net._turns().items()
    }


def epochs(net: Any, X: np.ndarray, count: int) -> Iterator[bool]:
    """Let both players play for so many epochs; the network has what they learned after each.

    Parameters
    ----------
    net : GAN
    X : ndarray, shape (n, features)
    count : int

    Yields
    ------
    bool
        Whether an epoch is over.

    Raises
    ------
    CalculationError
        ``diverged``; the network has the weights of the last good epoch.
    """
    from byhand.train.adversarial import Reached, play

    orders = islice(net._orders(len(X)), max(0, count))
    start = Reached(net.params_, net.rule_state_, net.t_)
    rates, settings = net._rates(), settings_of(net)
    played = play(
        *(net._players(), start, X, (rates["D"], rates["G"]), (settings["D"], settings["G"])),
        *(net.batch_size, orders, net._seed, net.n_iter_),
    )
    for reached in played:
        if reached.whole:
            _take(net, reached)
        yield reached.whole


def _take(net: Any, reached: Any) -> None:
    """Have what an epoch gave; after epoch 1, 2, 4, 8 … keep what the generator makes of the same noise."""
    names = list(net.params_)
    net.params_ = {name: np.asarray(reached.params[name]) for name in names}
    net.rule_state_ = {
        key: {name: np.asarray(tree[name]) for name in names} for key, tree in reached.kept.items()
    }
    net.t_ = reached.turn
    net.n_iter_ += 1
    for curve, loss in zip((net.discriminator_losses_, net.generator_losses_), reached.losses, strict=True):
        curve.append(loss)
    if net.n_iter_ & (net.n_iter_ - 1) == 0:
        net._remember()
