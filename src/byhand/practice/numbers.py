"""Numbers for an exercise: short, none of them 0 or 1, no size twice, so that every mistake shows."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

WHOLE = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
INPUTS = (0.5, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 0.4, 0.6, 0.8, 1.2)
SHORT = (0.5, 1.5, 0.4, 0.6, 0.8, 1.2, 1.4, 0.7, 0.9, 1.6)
WEIGHTS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5)
FINER = (0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
RATES = (0.1, 0.2, 0.25, 0.5)


class Exhausted(Exception):
    """A pool has no size left that this exercise has not used."""


class Numbers:
    """Draws for one exercise.

    Parameters
    ----------
    rng : Random

    Attributes
    ----------
    rng : Random
        For choices that are no numbers.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._used: set[float] = set()

    def of(self, pool: Sequence[float], negative: float = 0.0) -> float:
        """A number of the pool, its size unused so far, negative with that probability.

        Raises
        ------
        Exhausted
        """
        left = [size for size in pool if size not in self._used]
        if not left:
            raise Exhausted
        size = self.rng.choice(left)
        self._used.add(size)
        return -size if self.rng.random() < negative else size

    def whole(self, negative: float = 0.3) -> float:
        """A whole number from 2 to 9."""
        return self.of(WHOLE, negative)

    def input(self, negative: float = 0.2) -> float:
        """A value that comes into a network."""
        return self.of(INPUTS, negative)

    def small(self, negative: float = 0.2) -> float:
        """An input near 1, for units that saturate."""
        return self.of(SHORT, negative)

    def weight(self, negative: float = 0.35) -> float:
        """A weight or a bias; a longer decimal where the short ones are used up."""
        try:
            return self.of(WEIGHTS, negative)
        except Exhausted:
            return self.of(FINER, negative)

    def rate(self) -> float:
        """A learning rate."""
        return self.of(RATES)

    def chance(self, probability: float) -> bool:
        """A throw of a coin."""
        return self.rng.random() < probability
