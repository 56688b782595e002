"""Ctrl-C while a network is fitted."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from sklearn.exceptions import ConvergenceWarning

from byhand.words import say, system_language


class Interrupted(UserWarning):
    """A fit that Ctrl-C ended; the network has what it had learned, and `resume` goes on."""


def tell_interrupted(code: str, stacklevel: int, **facts: Any) -> None:
    """Say that Ctrl-C ended a fit; the level is that of a warning given where this is called."""
    warnings.warn(say(code, system_language(), **facts), Interrupted, stacklevel=stacklevel + 1)


@contextmanager
def whole_fits() -> Iterator[None]:
    """Where half a fit is of no use: Ctrl-C ends more than the fit. That one does not converge goes unsaid.

    Raises
    ------
    KeyboardInterrupt
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("error", Interrupted)
        try:
            yield
        except Interrupted:
            raise KeyboardInterrupt from None


class Interrupts:
    """Holds Ctrl-C back until the fit is at a place where it can stop; a second one breaks off at once.

    Only in the main thread, and only where Ctrl-C means what it means in Python.

    Parameters
    ----------
    termination : bool
        Hold SIGTERM back too: whoever handled it before gets it at the end.
    """

    def __init__(self, termination: bool = False) -> None:
        self.termination = termination
        self.asked = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                self._hold(signal.SIGINT)
            if self.termination and signal.getsignal(signal.SIGTERM) is not None:
                self._hold(signal.SIGTERM)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.asked == signal.SIGTERM:
            signal.raise_signal(signal.SIGTERM)

    def check(self) -> None:
        """Stop here, if it was asked for.

        Raises
        ------
        KeyboardInterrupt
        """
        if self.asked:
            raise KeyboardInterrupt

    def _hold(self, number: int) -> None:
        self._before[number] = signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = number
