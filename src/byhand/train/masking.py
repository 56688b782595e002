"""Which tokens of a sample BERT is asked for, and what it sees in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp

# What stands in an asked place: the mask, any token, or the token itself; Devlin et al. 2019.
MASKED, RANDOM = 0.8, 0.1


class Masking(NamedTuple):
    """How tokens are masked.

    Attributes
    ----------
    share : float
        Of the tokens that may be asked for.
    token : int
        The mask.
    vocabulary : int
        How many tokens there are.
    """

    share: float
    token: int
    vocabulary: int

    def count(self, tokens: int) -> int:
        """How many of so many are asked for; at least one.

        Examples
        --------
        >>> Masking(0.15, 3, 9).count(2), Masking(0.15, 3, 9).count(128)
        (1, 19)
        """
        return max(1, int(self.share * tokens + 0.5))


def drawn(positions: int) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the uniform numbers of a sample: for the places, what stands there, any token."""
    return {name: (positions,) for name in ("u", "v", "r")}


def masked(how: Masking, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """What is seen of a sample, and what it is asked for.

    Parameters
    ----------
    how : Masking
    sample : mapping
        ``x`` of shape (steps,), the tokens; ``free`` of the same shape, 1 where one may be asked for;
        ``asked``, how many are.
    draws : mapping
        Uniform numbers, as `drawn` has them.

    Returns
    -------
    seen : array of int, shape (steps,)
    places : array of int, shape (most,)
        Those with the lowest u of the free ones, in order; behind them places that do not count.
    share : array, shape (most,)
        What each place counts: one part of the asked ones, or 0.
    """
    x, free = jnp.asarray(sample["x"]), sample["free"]
    steps = len(x)
    most = min(how.count(steps), steps)
    u, v, r = (jnp.asarray(draws[name])[:steps] for name in ("u", "v", "r"))
    ranked = jnp.argsort(jnp.where(free > 0, u, 2.0))[:most]
    counts = jnp.arange(most) < sample["asked"]
    order = jnp.argsort(jnp.where(counts, ranked, steps))
    places, counts = ranked[order], counts[order]
    own = x[places]
    other = jnp.floor(r[places] * how.vocabulary).astype(x.dtype)
    kind = v[places]
    instead = jnp.where(kind < MASKED, how.token, jnp.where(kind < MASKED + RANDOM, other, own))
    seen = x.at[places].set(jnp.where(counts, instead, own).astype(x.dtype))
    return seen, places, counts / sample["asked"]
