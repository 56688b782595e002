"""In what manner somebody writes and carries on: rounding or cutting, the number written or the full one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from byhand.check.compare import Judged
from byhand.check.literal import Written

# How often a number does not fit the manner of its sheet.
_STRAY = 0.1


class Manner(NamedTuple):
    """How probable each manner is.

    Attributes
    ----------
    written_rounded, written_cut : float
        They carry on with the numbers written, and round or cut.
    full_rounded, full_cut : float
        They carry on with all digits.
    """

    written_rounded: float = 0.4
    written_cut: float = 0.1
    full_rounded: float = 0.4
    full_cut: float = 0.1

    def probability(self, number: Written, carried: float, full: float) -> float:
        """How probable a number is: `carried` from the written numbers, or in `full`."""
        hits = _hits(number, carried, full)
        return sum(weight for weight, hit in zip(self, hits, strict=True) if hit)


def manner_of(judged: Iterable[Judged], given: Mapping[str, object]) -> Manner:
    """The manner that the sound numbers of a sheet show."""
    weights = list(Manner())
    for one in judged:
        if one.verdict in ("right", "rounded") and one.quantity.of not in given:
            hits = _hits(one.written, one.from_own, one.expected)
            weights = [w * (1 - _STRAY if hit else _STRAY) for w, hit in zip(weights, hits, strict=True)]
            whole = sum(weights)
            weights = [w / whole for w in weights]
    return Manner(*weights)


def _hits(number: Written, carried: float, full: float) -> tuple[bool, bool, bool, bool]:
    rounded, cut = number.rounded, number.cut
    return (
        rounded.low <= carried <= rounded.high,
        cut.low <= carried <= cut.high,
        rounded.low <= full <= rounded.high,
        cut.low <= full <= cut.high,
    )
