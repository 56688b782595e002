"""How far a fit is: told to callbacks, and on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from byhand.words import say, system_language

Callback = Callable[["Report"], Any]


class Report(NamedTuple):
    """What a callback is told after an epoch.

    Attributes
    ----------
    network : estimator
        The network being fitted; `predict` works and uses the weights of this epoch.
    epoch : int
        Epochs so far, of earlier fits that are continued too.
    loss : float
        The epoch's mean objective.
    score : float or None
        On the validation part, with `early_stopping`.
    rate : float or None
        That of the epoch's last update, where a schedule changes it.
    """

    network: Any
    epoch: int
    loss: float
    score: float | None
    rate: float | None = None


class Progress:
    """One line that is written over in a terminal; elsewhere a line an epoch.

    Parameters
    ----------
    shown : bool
    epochs : int
        The most there will be.
    """

    def __init__(self, shown: bool, epochs: int) -> None:
        self.shown, self.epochs, self.language = shown, epochs, system_language()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.shown and sys.stderr.isatty():
            print(file=sys.stderr)

    def show(self, epoch: int, loss: float, score: float | None, rate: float | None = None) -> None:
        """Tell about an epoch of a descent."""
        code = "epoch" + ("" if score is None else "_score") + ("" if rate is None else "_rate")
        self.tell(code, epoch=epoch, loss=loss, score=score, rate=rate)

    def tell(self, code: str, **facts: Any) -> None:
        """Tell about an epoch in a sentence of its own."""
        if not self.shown:
            return
        line = say(f"train.{code}", self.language, epochs=self.epochs, **facts)
        ends = ("\r\x1b[K", "") if sys.stderr.isatty() else ("", "\n")
        print(ends[0] + line, end=ends[1], file=sys.stderr, flush=True)
