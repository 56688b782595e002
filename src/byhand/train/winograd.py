"""A convolution 3 by 3 with fewer multiplications: Winograd's minimal filtering F(2×2, 3×3).

Two by two neighbours of the result see four by four of the image. Written out they take 36 multiplications
for each channel and kernel, here 16, for sums of neighbours are multiplied by sums of weights:

    Y = A [(G w Gᵀ) ⊙ (B d Bᵀ)] Aᵀ

with d what the neighbours see and w the kernel. Of all channels, kernels and neighbours each of the 16 is a
product of matrices. Its derivatives are written: that by the image is a convolution with the kernels turned
round, that by the kernel Gᵀ [(B d Bᵀ) ⊙ (Aᵀ g A)] G. Inside, channels lie last, as these products like them.

Source: Lavin & Gray 2016, Fast algorithms for convolutional neural networks, CVPR, section 4.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

A = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])
B = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
SIDE = 3


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def filtered(pad: int, x: Any, w: Any) -> Any:
    """A convolution of many images with kernels 3 by 3.

    Parameters
    ----------
    pad : int
        Rows and columns of zeros around each image, at most 2.
    x : array, shape (channels, rows, columns, images)
    w : array, shape (kernels, channels, 3, 3)

    Returns
    -------
    array, shape (kernels, rows, columns, images)

    Examples
    --------
    >>> image, kernel = jnp.arange(16.0).reshape(1, 4, 4, 1), jnp.ones((1, 1, 3, 3))
    >>> filtered(0, image, kernel)[0, :, :, 0].tolist()
    [[45.0, 54.0], [81.0, 90.0]]
    """
    rows, columns = (size + 2 * pad - SIDE + 1 for size in x.shape[1:3])
    weights = _both(G, w.transpose(2, 3, 1, 0))
    seen = _seen(pad, x)
    products = [[v @ u for v, u in zip(*pair, strict=True)] for pair in zip(seen, weights, strict=True)]
    places = -(-rows // 2), -(-columns // 2), x.shape[3], len(w)
    tiles = [[one.reshape(places) for one in row] for row in _both(A, products)]
    whole = jnp.stack([jnp.stack(row, axis=2) for row in tiles], axis=1)
    whole = whole.reshape(*_even(rows, columns), x.shape[3], len(w))
    return whole[:rows, :columns].transpose(3, 0, 1, 2)


def _save(pad: int, x: Any, w: Any) -> tuple[Any, Any]:
    return filtered(pad, x, w), (x, w)


def _back(pad: int, saved: Any, g: Any) -> tuple[Any, Any]:
    x, w = saved
    sent = _both(A.T, _cut(_filled(g, 0, *_even(*g.shape[1:3])), 2))
    pairs = zip(_seen(pad, x), sent, strict=True)
    dw = _both(G.T, [[v.T @ s for v, s in zip(*pair, strict=True)] for pair in pairs])
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    return filtered(SIDE - 1 - pad, g, turned), jnp.array(dw).transpose(3, 2, 0, 1)


filtered.defvjp(_save, _back)


def _seen(pad: int, x: Any) -> list[list[Any]]:
    """What the neighbours see, as it is multiplied: 4 by 4 matrices, (places, channels)."""
    rows, columns = _even(*(size + 2 * pad - SIDE + 1 for size in x.shape[1:3]))
    return _both(B, _cut(_filled(x, pad, rows + SIDE - 1, columns + SIDE - 1), 4))


def _even(*sizes: int) -> list[int]:
    return [size + size % 2 for size in sizes]


def _filled(x: Any, before: int, rows: int, columns: int) -> Any:
    """Images with zeros around them, so many rows and columns in all, channels last."""
    after = rows - before - x.shape[1], columns - before - x.shape[2]
    return jnp.pad(x.transpose(1, 2, 3, 0), ((before, after[0]), (before, after[1]), (0, 0), (0, 0)))


def _cut(x: Any, side: int) -> list[list[Any]]:
    """Of every window, two rows and two columns apart, each number: side by side matrices."""
    last = [size - side for size in x.shape[:2]]
    return [
        [x[i : i + last[0] + 1 : 2, j : j + last[1] + 1 : 2].reshape(-1, x.shape[3]) for j in range(side)]
        for i in range(side)
    ]


def _both(matrix: np.ndarray, grid: Any) -> list[list[Any]]:
    """M X Mᵀ, of numbers that are arrays."""
    rows = [[_sum(row, column) for column in zip(*grid, strict=True)] for row in matrix]
    return [[_sum(column, row) for column in matrix] for row in rows]


def _sum(factors: np.ndarray, values: Any) -> Any:
    terms = [one if f == 1 else f.item() * one for f, one in zip(factors, values, strict=True) if f]
    return sum(terms[1:], terms[0])
