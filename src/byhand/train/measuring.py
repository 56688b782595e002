"""The mean loss over samples, without a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from byhand.train.backend import jitted
from byhand.train.objective import Objective


def mean_loss(
    objective: Objective,
    params: Mapping[str, Any],
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray | None = None,
) -> float:
    """The mean of the samples' losses, without a penalty.

    Parameters
    ----------
    objective : Objective
    params : mapping
    samples : mapping
        For each name the values of all samples along the first axis.
    weight : ndarray, shape (n,), optional
        What each sample counts.

    Returns
    -------
    float
    """
    count = len(next(iter(samples.values())))
    weights = np.ones(count, np.float32) if weight is None else weight
    return float(_compiled(objective)(dict(params), dict(samples), weights))


@lru_cache(maxsize=64)
def _compiled(objective: Objective) -> Callable[..., Any]:
    def mean(params: Any, samples: Any, weight: Any) -> Any:
        losses, _ = objective.together(params, samples)
        return jnp.sum(weight * losses) / jnp.sum(weight)

    return jitted(mean)
