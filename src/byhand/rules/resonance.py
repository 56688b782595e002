"""Learning by resonance: a search for a category that matches, as lines of a program."""

from __future__ import annotations

from typing import NamedTuple


class Resonance(NamedTuple):
    """The search of an ART network, round by round, and what the category found learns.

    In the lines ``{k}`` is the number of a round and ``{next}`` that of the round after it.

    Attributes
    ----------
    entry : str
        What an input gives before the first round.
    round : str
        The category ``J{k}`` that wins a round, and its tests.
    tests : tuple of str
        The values of a round that are 1 where a test is passed; where all are, the search ends.
    screen : str
        ``fit{k}``: 1 for each category that would pass the first test. Those that would not only delay the
        search, so the compiled one leaves them out at once.
    reset : str
        What a lost round changes for the next one.
    carried : tuple of str
        The names that `reset` calculates, the choice values first.
    learn : str
        For each learned name its new value, from the category of round ``{k}``.
    learned : tuple of str
        One row a category; a row that is not committed yet has its first value everywhere.
    """

    entry: str
    round: str
    tests: tuple[str, ...]
    screen: str
    reset: str
    carried: tuple[str, ...]
    learn: str
    learned: tuple[str, ...]
