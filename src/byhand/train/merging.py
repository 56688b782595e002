"""Equal samples as one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def merged(samples: Mapping[str, np.ndarray], weight: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Equal samples as one that counts as much as all of them, in an order that only the samples decide.

    In a full batch this leaves the mean as it is, so that a sample of weight 2 is to the last bit the same
    sample given twice.

    Parameters
    ----------
    samples : mapping
        For each name the values of all samples along the first axis.
    weight : ndarray, shape (n,)

    Returns
    -------
    samples : dict
    weight : ndarray

    Examples
    --------
    >>> found, weight = merged({"x": np.array([[2.0], [1.0], [2.0]])}, np.array([1.0, 0.5, 3.0]))
    >>> sorted(zip(found["x"][:, 0].tolist(), weight.tolist()))
    [(1.0, 0.5), (2.0, 4.0)]
    """
    counts: dict[bytes, float] = {}
    place: dict[bytes, int] = {}
    for k, row in enumerate(np.hstack([column.reshape(len(column), -1) for column in samples.values()])):
        key = row.tobytes()
        counts[key] = counts.get(key, 0.0) + float(weight[k])
        place[key] = k
    keys = sorted(counts)
    index = [place[key] for key in keys]
    total = np.array([counts[key] for key in keys], weight.dtype)
    return {name: column[index] for name, column in samples.items()}, total
