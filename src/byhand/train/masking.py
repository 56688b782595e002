"""Which tokens of a sample BERT is asked for, and what it sees in their places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from byhand.train.drawing import uniforms

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


def drawn(steps: int) -> dict[str, tuple[int, ...]]:
    """The shape of a sample's uniform numbers: rows for the places, for what stands there, for any token."""
    return {"u": (3, steps)}


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
    u, v, r = jnp.asarray(draws["u"])
    place = jnp.arange(steps)
    u = jnp.where(free > 0, u, 2.0)  # behind all that may be asked for
    lower = (u[None] < u[:, None]) | ((u[None] == u[:, None]) & (place[None] < place[:, None]))
    asked = jnp.sum(lower, axis=1) < sample["asked"]
    other = jnp.floor(r * how.vocabulary).astype(x.dtype)
    instead = jnp.where(v < MASKED, how.token, jnp.where(v < MASKED + RANDOM, other, x)).astype(x.dtype)
    number = jnp.sum(asked[None] & (place[None] <= place[:, None]), axis=1)
    most = 1 + jnp.arange(min(how.count(steps), steps))
    found = asked[None] & (number[None] == most[:, None])
    places = jnp.sum(jnp.where(found, place[None], 0), axis=1)
    return jnp.where(asked, instead, x), places, jnp.any(found, axis=1) / sample["asked"]


@partial(jax.jit, static_argnums=0)
def masked_together(how: Masking, samples: Mapping[str, Any], seed: Any, turn: Any) -> tuple[Any, Any, Any]:
    """What `masked` gives for all samples of a batch, with the numbers that are drawn for a step."""
    count, steps = samples["x"].shape
    draws = uniforms(seed, turn, count, drawn(steps))
    return jax.vmap(partial(masked, how))(samples, draws)
