"""Sets made by a formula: the classics of what a single layer cannot learn."""

from __future__ import annotations

from itertools import product

import numpy as np

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset


def xor() -> Dataset:
    """The four points of exclusive or.

    References
    ----------
    M. Minsky, S. Papert, *Perceptrons*, MIT Press, 1969.

    Examples
    --------
    >>> xor().X.tolist(), xor().y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    return from_arrays(
        X, [0, 1, 1, 0], name="xor", task="classification", source="Minsky & Papert 1969", scaling="none"
    )


def spirals() -> Dataset:
    r"""Two spirals of 97 points each, three times round one another; one class is the other turned by half.

    .. math:: r_i = 6.5\,\frac{104 - i}{104}, \quad \varphi_i = \frac{i\pi}{16}, \quad
       (r_i \sin\varphi_i,\ r_i \cos\varphi_i)

    References
    ----------
    K. Lang, M. Witbrock, "Learning to Tell Two Spirals Apart", Proceedings of the 1988 Connectionist
    Models Summer School, 52–59. The program is A. Wieland's.

    Examples
    --------
    >>> spirals().X[2:4].round(5).tolist(), spirals().y[2:4].tolist()
    ([[1.25589, 6.31381], [-1.25589, -6.31381]], [1, 0])
    """
    i = np.arange(97)
    radius, angle = 6.5 * (104 - i) / 104, i * np.pi / 16
    one = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    X = np.stack([one, -one], axis=1).reshape(-1, 2)
    return from_arrays(
        X, np.tile([1, 0], 97), name="spirals", task="classification", source="Lang & Witbrock 1988"
    )


def circles(samples: int = 1000, seed: int = 0) -> Dataset:
    r"""Circle in the square: which points of the unit square lie in a circle of half its area.

    .. math:: (x_1 - \tfrac12)^2 + (x_2 - \tfrac12)^2 < \frac{1}{2\pi}

    Parameters
    ----------
    samples : int
        Points, drawn evenly over the square.
    seed : int

    References
    ----------
    G. Carpenter, S. Grossberg, N. Markuzon, J. Reynolds, D. Rosen, "Fuzzy ARTMAP", IEEE Transactions on
    Neural Networks 3(5), 698–713, 1992.

    Examples
    --------
    >>> data = circles(4000, seed=1)
    >>> data.X.shape, round(float(data.y.mean()), 2)
    ((4000, 2), 0.49)
    """
    X = np.random.default_rng(seed).random((samples, 2))
    y = (((X - 0.5) ** 2).sum(axis=1) < 1 / (2 * np.pi)).astype(np.int64)
    return from_arrays(
        X, y, name="circles", task="classification", source="Carpenter et al. 1992", scaling="none"
    )


def ring(samples: int = 4096, std: float = 0.05, modes: int = 8, seed: int = 0) -> Dataset:
    r"""Gaussians on a circle of radius 1: does a generator find all of them, and does it meet them?

    .. math:: x = (\cos\varphi_k, \sin\varphi_k) + \sigma n, \qquad \varphi_k = \frac{2\pi k}{K}

    Parameters
    ----------
    samples : int
        Points; the Gaussian of each is drawn evenly.
    std : float
        :math:`\sigma`; the published figures have 0.01 [1]_, and 0.02 at a radius of 2 [2]_.
    modes : int
        K Gaussians.
    seed : int

    References
    ----------
    .. [1] Srivastava, Valkov, Russell, Gutmann & Sutton 2017, VEEGAN: Reducing mode collapse in GANs using
       implicit variational learning.
    .. [2] Metz, Poole, Pfau & Sohl-Dickstein 2017, Unrolled generative adversarial networks.

    Examples
    --------
    >>> data = ring(2000, seed=1)
    >>> data.X.shape, len(set(data.y.tolist())), round(float(np.linalg.norm(data.X, axis=1).mean()), 2)
    ((2000, 2), 8, 1.0)
    """
    random = np.random.default_rng(seed)
    y = random.integers(modes, size=samples)
    X = ring_centres(modes)[y] + random.normal(0, std, (samples, 2))
    source = "Srivastava et al. 2017"
    return from_arrays(
        X, y, name="ring", target_name="mode", task="classification", source=source, scaling="none"
    )


def ring_centres(modes: int = 8) -> np.ndarray:
    """The centres of so many Gaussians on a circle of radius 1, shape (modes, 2).

    Examples
    --------
    >>> (ring_centres(4).round() + 0).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
    """
    angle = 2 * np.pi * np.arange(modes) / modes
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def bars_and_stripes(side: int = 3) -> Dataset:
    """Every picture of a square whose columns are each all 0 or all 1 (bars), or whose rows are (stripes).

    Parameters
    ----------
    side : int
        Pixels along a side.

    References
    ----------
    D. MacKay, *Information Theory, Inference, and Learning Algorithms*, Cambridge University Press, 2003,
    section 43.1.

    Examples
    --------
    >>> data = bars_and_stripes()
    >>> data.X.shape, data.X[1].reshape(3, 3).tolist(), data.y[:2].tolist()
    ((14, 9), [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]], ['both', 'bars'])
    """
    lines = np.array(list(product((0, 1), repeat=side)))
    bars = np.repeat(lines[:, None], side, axis=1)
    pictures = np.concatenate([bars.reshape(-1, side**2), bars.swapaxes(1, 2).reshape(-1, side**2)])
    X = np.array(list(dict.fromkeys(map(tuple, pictures.tolist()))))
    pixels = X.reshape(-1, side, side)
    is_bars, is_stripes = ((pixels == pixels.take([0], axis)).all(axis=(1, 2)) for axis in (1, 2))
    kind = np.where(is_bars & is_stripes, "both", np.where(is_bars, "bars", "stripes"))
    return from_arrays(
        pixels,
        kind,
        name="bars-and-stripes",
        target_name="kind",
        task="classification",
        source="MacKay 2003",
        scaling="none",
    )
