"""A growing network as far as it has grown, in arrays with room for all the units it may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class Grown(NamedTuple):
    """A network as far as it has grown, and the history of its units.

    Attributes
    ----------
    U : ndarray, shape (units, inputs + units)
        The inputs with the bias.
    W : ndarray, shape (outputs, inputs + units)
    losses : sequence of float
        With 0, 1, 2 … units.
    epochs : ndarray of int, shape (units + 1, 2)
        Of the candidates and of the outputs.
    scores : ndarray, shape (units, candidates)
    """

    U: Any
    W: Any
    losses: Any
    epochs: Any
    scores: Any


class State(NamedTuple):
    """Where a growth stands; its arrays have room for all units, and zeros where there is none yet.

    Attributes
    ----------
    units : int
    begun : bool
        Whether the outputs have been trained with the units there are.
    stopped, enough, finite : bool
        Whether growth has ended; all outputs are near enough to their targets; nothing has diverged.
    U, W, losses, epochs, scores
        As of `Grown`.
    held_out : ndarray
        The losses of the held-out part.
    best : int
        With how many units it was ``lowest``; the output weights were ``best_W`` then.
    best_W : ndarray, shape (outputs, inputs + room)
    lowest : float
    """

    units: Any
    begun: Any
    stopped: Any
    enough: Any
    finite: Any
    U: Any
    W: Any
    losses: Any
    epochs: Any
    scores: Any
    held_out: Any
    best: Any
    best_W: Any
    lowest: Any

    def grown(self, *, best: bool = False) -> Grown:
        """The network as far as it has grown, or as it was when the held-out loss was lowest."""
        units, W = (int(self.best), self.best_W) if best else (int(self.units), self.W)
        room, columns = self.U.shape
        width = columns - room + units
        return Grown(
            *(self.U[:units, :width], W[:, :width]),
            *(self.losses[: units + 1], self.epochs[: units + 1], self.scores[:units]),
        )

    def taken_up(self, grown: Grown, *, begun: bool) -> State:
        """A seedling with what was grown before; `begun` where its outputs need no training of their own."""
        units, width = grown.U.shape
        self.U[:units, :width] = grown.U
        self.W[:, :width] = grown.W
        self.losses[: units + 1] = grown.losses
        self.epochs[: units + 1] = grown.epochs
        self.scores[:units] = grown.scores
        stopped = begun and units >= len(self.U)
        return self._replace(units=units, best=units, begun=begun, stopped=stopped)

    def with_best(self, W: np.ndarray, held_out: Sequence[float]) -> State:
        """The same with the best network so far: its output weights; and all losses of the held-out part."""
        width = W.shape[1]
        best = width - (self.U.shape[1] - len(self.U))
        self.best_W[:, :width] = W
        self.held_out[: len(held_out)] = held_out
        return self._replace(best=best, lowest=self.held_out[best])


def seedling(inputs: int, outputs: int, units: int, candidates: int, dtype: Any = np.float32) -> State:
    """A network without hidden units, with room for so many.

    Parameters
    ----------
    inputs : int
        With the bias.
    outputs, units, candidates : int

    Returns
    -------
    State
    """
    width, room = inputs + units, units + 1
    return State(
        units=0,
        begun=False,
        stopped=False,
        enough=False,
        finite=True,
        U=np.zeros((units, width), dtype),
        W=np.zeros((outputs, width), dtype),
        losses=np.zeros(room, dtype),
        epochs=np.zeros((room, 2), np.int32),
        scores=np.zeros((units, candidates), dtype),
        held_out=np.zeros(room, dtype),
        best=0,
        best_W=np.zeros((outputs, width), dtype),
        lowest=np.asarray(np.inf, dtype),
    )
