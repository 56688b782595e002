"""Layers learned one after the other without labels, then the whole network with them.

Each layer learns from the codes that the layers below it give.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from byhand.errors import CalculationError
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.descending import Descending, divided
from byhand.networks.fits.fitting import NOTHING, Samples, print_of
from byhand.networks.fits.interrupts import Interrupts, whole_fits
from byhand.networks.fits.progress import Callback, Progress


class Partly(Samples):
    """Samples beside which there may be more without labels: the layers learn from both.

    Attributes
    ----------
    unlabelled : ndarray, shape (m, inputs)
    """

    unlabelled: np.ndarray = NOTHING

    def fingerprint(self) -> dict[str, str]:
        """That of the others too, if there are any."""
        more = {"unlabelled": print_of(self.unlabelled)} if len(self.unlabelled) else {}
        return {**super().fingerprint(), **more}


class Pretraining(Descending):
    """One fit: the layers that have not been learned yet, and then a descent of them all."""

    samples: Partly

    def _prepare(self) -> float:
        self.tuning = not is_pending(self.net)
        return super()._prepare()

    def _go_on(self, interrupts: Interrupts) -> bool:
        if not self.tuning:
            (X, *_), _ = divided(self.net, self.samples)
            more = self.samples.unlabelled
            pretrain(self.net, np.vstack([X, more]) if len(more) else X, [_Through(self, interrupts)])
            self._prepare()
        return super()._go_on(interrupts)

    def _keep(self) -> None:
        if self.tuning:
            super()._keep()

    def _standing(self) -> dict[str, Any]:
        return super()._standing() if self.tuning else {}

    def save_layers(self) -> None:
        """Save the network with the layer that is being learned."""
        self._save(self.checkpoints)
        vars(self.net).pop("_fitting", None)


class _Through(Checkpoint):
    """A layer's checkpoint: it saves the network the layer is of, and hears its Ctrl-C."""

    def __init__(self, fit: Pretraining, interrupts: Interrupts) -> None:
        self.fit, self.interrupts = fit, interrupts
        self.path = fit.checkpoints[0].path if fit.checkpoints else Path()

    def is_due(self, epochs: int, whole: bool) -> bool:
        self.interrupts.check()
        return any(one.is_due(epochs, whole) for one in self.fit.checkpoints)

    def save(self, network: Any) -> None:
        self.fit.save_layers()


def is_pending(net: Any) -> bool:
    """Whether a layer has not been learned to the end."""
    if not net.pretraining_epochs:
        return False
    return len(net.layers_) < len(net._hidden_sizes()) or not _is_learned(net.layers_[-1])


def pretrain(net: Any, X: np.ndarray, callbacks: Iterable[Callback | Checkpoint] = ()) -> None:
    """Learn the layers that have not been learned yet, and give the network their weights.

    Parameters
    ----------
    net : Pretrained
    X : ndarray, shape (n, inputs)
    callbacks : iterable
        Of each layer's fit.

    Raises
    ------
    CalculationError
        ``layer_diverged``
    KeyboardInterrupt
        The layer can go on where it was stopped.
    """
    codes, count = X, len(net._hidden_sizes())
    with Progress(bool(net.verbose), net.pretraining_epochs) as progress:
        for k in range(count):
            codes = net.layers_[k - 1].transform(codes) if k else codes
            if k == len(net.layers_):
                net.layers_.append(net._layer(k))
            layer = net.layers_[k]
            if not _is_learned(layer):
                tell = _telling(progress, k + 1, count)
                try:
                    _learn(layer, codes, [tell, *callbacks])
                except CalculationError as error:
                    epoch, rate = error.facts["epoch"], net.pretraining_learning_rate
                    raise CalculationError("layer_diverged", layer=k + 1, epoch=epoch, rate=rate) from None
                W, b = net._incoming(layer)
                net.params_ = {**net.params_, f"W{k + 1}": W.copy(), f"b{k + 1}": b.copy()}


def _is_learned(layer: Any) -> bool:
    return hasattr(layer, "params_") and not hasattr(layer, "_fitting")


def _learn(layer: Any, codes: np.ndarray, callbacks: list[Any]) -> None:
    """A layer's fit, from its start or from where it was stopped."""
    fit = layer.resume if hasattr(layer, "_fitting") else layer.fit
    with whole_fits():
        fit(codes, callbacks=callbacks)
    vars(layer).pop("_fitting", None)


def _telling(progress: Progress, layer: int, layers: int) -> Callback:
    def tell(report: Any) -> None:
        progress.tell("epoch_layer", layer=layer, layers=layers, epoch=report.epoch, loss=report.loss)

    return tell
