"""How many modes of a mixture a generator has found, and how well it meets them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Coverage(NamedTuple):
    """What generated samples cover.

    Attributes
    ----------
    modes : int
        Centres that are nearest to at least one good sample.
    share : float
        Of the samples that are good: within three standard deviations of the nearest centre.
    counts : tuple of int
        Good samples of each centre.
    """

    modes: int
    share: float
    counts: tuple[int, ...]


def coverage(samples: Any, centres: Any, std: float) -> Coverage:
    r"""Which of the known centres samples cover.

    .. math:: \text{good: } \min_k \lVert x - c_k \rVert \le 3 \sigma

    Parameters
    ----------
    samples : array-like, shape (n, features)
        The published figures have 2,500.
    centres : array-like, shape (modes, features)
    std : float
        :math:`\sigma` of the Gaussians about them.

    Returns
    -------
    Coverage

    References
    ----------
    Srivastava, Valkov, Russell, Gutmann & Sutton 2017, VEEGAN: Reducing mode collapse in GANs using implicit
    variational learning, section 4.1.

    Examples
    --------
    >>> coverage([[0.0, 0.1], [0.1, 0.0], [1.0, 0.9], [0.5, 0.5]], [[0, 0], [1, 1], [2, 2]], std=0.05)
    Coverage(modes=2, share=0.75, counts=(2, 1, 0))
    """
    samples, centres = np.asarray(samples, np.float64), np.asarray(centres, np.float64)
    distances = np.linalg.norm(samples[:, None] - centres, axis=2)
    nearest, good = distances.argmin(axis=1), distances.min(axis=1) <= 3 * std
    counts = np.bincount(nearest[good], minlength=len(centres))
    return Coverage(int((counts > 0).sum()), float(good.mean()), tuple(counts.tolist()))
