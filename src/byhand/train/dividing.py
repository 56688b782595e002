"""A step's samples divided among devices: each has its share, and the gradients are added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

_AXIS = "shares"
_WHOLE, _PART = PartitionSpec(), PartitionSpec(None, _AXIS)


def among(epoch: Callable[..., Any], parts: int) -> Callable[..., Any]:
    """An epoch whose batches are divided; as it is where there is but one part.

    Parameters
    ----------
    epoch : callable
        ``epoch(params, kept, turn, data, index, share, settings, strength, seed)``; it adds up what its part
        gives to what the others give (`added`).
    parts : int
        The devices; each batch has a multiple of them.
    """
    if parts == 1:
        return epoch
    each = (*[_WHOLE] * 4, _PART, _PART, *[_WHOLE] * 3)
    return jax.shard_map(epoch, mesh=_mesh(parts), in_specs=each, out_specs=_WHOLE, check_vma=False)


def added(values: Any, parts: int) -> Any:
    """The sums over all parts."""
    return values if parts == 1 else jax.lax.psum(values, _AXIS)


def own(rows: Mapping[str, Any], parts: int) -> Any:
    """Of what was drawn for a whole batch, the rows of this part's samples."""
    if parts == 1:
        return rows

    def of(column: Any) -> Any:
        count = len(column) // parts
        return jax.lax.dynamic_slice_in_dim(column, jax.lax.axis_index(_AXIS) * count, count)

    return {name: of(column) for name, column in rows.items()}


def everywhere(data: Mapping[str, Any], parts: int) -> Any:
    """Arrays on each of the devices."""
    return jax.device_put(data, None if parts == 1 else NamedSharding(_mesh(parts), _WHOLE))


@cache
def _mesh(parts: int) -> Mesh:
    return Mesh(np.array(jax.devices()[:parts]), (_AXIS,))
