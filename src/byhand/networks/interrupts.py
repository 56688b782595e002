"""Ctrl-C while a network is fitted."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Self


class Interrupts:
    """Holds Ctrl-C back until the fit is at a place where it can stop; a second one breaks off at once.

    Only in the main thread, and only where Ctrl-C means what it means in Python.

    Parameters
    ----------
    termination : bool
        Hold SIGTERM back too: whoever handled it before gets it at the end.
    """

    def __init__(self, termination: bool) -> None:
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
