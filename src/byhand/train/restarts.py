"""Several starts at once: the same epoch for a whole family of networks, in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from byhand.train.backend import jitted, start_backend
from byhand.train.batches import batches
from byhand.train.descent import Descent, Epoch, Step, epoch_of
from byhand.train.rules import nothing_kept


def descend_together(
    descent: Descent,
    starts: Sequence[Epoch],
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray,
    orders: Iterator[np.ndarray],
) -> Iterator[list[Epoch]]:
    """Go through the samples with several networks side by side, all in the same order.

    Each goes as it would alone; one shared order lets a batch be gathered once for all of them, and what is
    drawn for a sample is the same for all.

    Parameters
    ----------
    descent : Descent
    starts : sequence of Epoch
        Where each network stands, after equally many updates.
    samples, weight, orders
        As for `byhand.train.descent.descend`.

    Yields
    ------
    list of Epoch
        One a start. The loss of one that diverges is no finite number from then on.
    """
    start_backend(operations(descent, starts))
    params, kept = jax.tree.map(lambda *values: np.stack(values), *((one.params, one.kept) for one in starts))
    run = _compiled(descent.step(descent.accumulate))
    data, settings = jax.device_put(dict(samples)), dict(descent.settings)
    kept, turn = kept or nothing_kept(descent.rule, params), starts[0].turn
    for order in orders:
        index, share, counts = batches(order, weight, descent.batch_size)
        params, kept, losses = run(
            *(params, kept, np.int32(turn), data, index, share, settings, descent.strength),
            np.uint32(descent.seed),
        )
        turn += len(index)
        means = np.asarray(losses, dtype=np.float64) @ counts / counts.sum()
        reached = jax.tree.map(np.asarray, (params, kept))
        yield [_alone(reached, k, turn, loss) for k, loss in enumerate(means.tolist())]


def operations(descent: Descent, starts: Sequence[Epoch]) -> float:
    """Arithmetic operations in one step of all networks, about."""
    return 6.0 * descent.batch_size * sum(value.size for one in starts for value in one.params.values())


def _alone(reached: Any, k: int, turn: int, loss: float) -> Epoch:
    """Where one of the networks stands; one whose weights are no numbers has no loss."""
    params, kept = jax.tree.map(lambda value: value[k], reached)
    finite = all(np.isfinite(value).all() for value in params.values())
    return Epoch(params, kept, turn, loss if finite else np.nan)


@lru_cache(maxsize=64)
def _compiled(step: Step) -> Callable[..., Any]:
    """The epoch for many networks: weights and what the rule keeps have one more axis, the data have not."""
    return jitted(jax.vmap(epoch_of(step), in_axes=(0, 0, *[None] * 7)))
