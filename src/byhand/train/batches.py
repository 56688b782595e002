"""The order of an epoch cut into batches, and what each sample counts in its batch."""

from __future__ import annotations

import numpy as np


def batches(
    order: np.ndarray, weight: np.ndarray, size: int, parts: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An order cut into batches of one size; the last is filled up with samples that count nothing.

    Parameters
    ----------
    order : ndarray of int, shape (n,)
    weight : ndarray, shape (n,)
    size : int
    parts : int
        Into which each can be divided: others are filled up too.

    Returns
    -------
    index : ndarray of int, shape (batches, size)
    share : ndarray, shape (batches, size)
        What each sample's loss is multiplied by: its weight over the mean weight and the number of samples
        in its batch, so that a batch's loss is the mean where all weights are equal.
    counts : ndarray, shape (batches,)
        The number of samples in each.

    Examples
    --------
    >>> index, share, counts = batches(np.array([2, 0, 1]), np.ones(3), 2)
    >>> index.tolist(), share.tolist(), counts.tolist()
    ([[2, 0], [1, 0]], [[0.5, 0.5], [1.0, 0.0]], [2, 1])
    """
    n = len(order)
    number = -(-n // size)
    index = np.zeros(number * size, np.int32)
    index[:n] = order
    counts = np.full(number, size)
    counts[-1] = n - (number - 1) * size
    share = np.zeros(number * size, weight.dtype)
    share[:n] = weight[order] / weight.mean(dtype=np.float64) / np.repeat(counts, counts)
    more = (0, 0), (0, -size % parts)
    return np.pad(index.reshape(number, size), more), np.pad(share.reshape(number, size), more), counts
