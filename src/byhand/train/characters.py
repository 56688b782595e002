"""Texts compiled: passages side by side, learned stretch by stretch, each character by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from byhand.train.objective import NOTHING
from byhand.train.recurrent import Stream


class Characters(Stream):
    """A stream of characters by their numbers; only a stretch at a time is spread out into vectors."""

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """As of a `Stream`."""
        return super().__call__(params, _spread(params, sample), draws)

    def together(
        self, params: Any, samples: Mapping[str, Any], draws: Mapping[str, Any] = NOTHING
    ) -> tuple[Any, Any]:
        """As of a `Stream`."""
        return super().together(params, _spread(params, samples), draws)


def _spread(params: Any, samples: Mapping[str, Any]) -> dict[str, Any]:
    """The vectors that numbers of characters stand for."""
    known, dtype = params["b_y"].shape[0], params["b_y"].dtype
    vectors = {name: jax.nn.one_hot(samples[name], known, dtype=dtype) for name in ("x", "y")}
    return {**samples, **vectors, "present": jnp.ones(samples["x"].shape, dtype)}
