"""When to stop: no improvement for so many epochs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Patience:
    """Counts the epochs without improvement.

    Attributes
    ----------
    epochs : int
        How many in a row are borne.
    tolerance : float
        What counts as an improvement.
    best : float
        The lowest value so far.
    without : int
        Epochs without improvement, up to now.
    """

    epochs: int
    tolerance: float
    best: float = float("inf")
    without: int = 0

    def note(self, value: float) -> bool:
        """Take in an epoch's value (lower is better) and say whether it is the lowest yet."""
        self.without = self.without + 1 if value > self.best - self.tolerance else 0
        lowest = value < self.best
        self.best = min(self.best, value)
        return lowest

    @property
    def exhausted(self) -> bool:
        """Whether it is time to stop."""
        return self.without > self.epochs
