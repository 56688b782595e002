"""Convolution and pooling of many images at once, by written derivatives.

Many images lie as (channels, rows, columns, images), so that what is done to all of them is done to
neighbours in memory; between wide convolutions channels lie last. A convolution is a product of matrices: its
windows are laid side by side as shifted pieces of the image, or, where it is wide, multiplied as
`byhand.train.winograd` says. XLA's own convolution, slow inside a loop, is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from byhand.ops.convolution import Sliding
from byhand.train.winograd import SIDE, filtered

# Kernels: up to so many, neighbours in a row are calculated by fours, and by twos. More channels are wide.
FEW, MANY = 8, 32


def convolved(how: Sliding, x: Any, w: Any) -> Any:
    """A convolution of many images.

    Parameters
    ----------
    how : Sliding
    x : array, shape (channels, rows, columns, images)
    w : array, shape (kernels, channels / groups, rows, columns)

    Returns
    -------
    array, shape (kernels, rows, columns, images)

    Examples
    --------
    >>> image, kernel = jnp.arange(9.0).reshape(1, 3, 3, 1), jnp.ones((1, 1, 2, 2))
    >>> convolved(Sliding(), image, kernel)[0, :, :, 0].tolist()
    [[8.0, 12.0], [20.0, 24.0]]
    """
    is_wide = min(len(x), len(w)) > MANY
    if is_wide and how == Sliding(pad=how.pad) and how.pad < w.shape[2] == w.shape[3]:
        return (filtered if w.shape[2] == SIDE else _by_rows)(how.pad, x, w)
    rows, columns = (how.places(size, side) for size, side in zip(x.shape[1:3], w.shape[2:], strict=True))
    down, right = _neighbours(how, len(w), rows, columns)
    if (down, right) == (1, 1):
        return _product((how, how), x, w)
    steps = [(i, j) for i in range(down) for j in range(right)]
    pads = [((0, 0), (0, 0), (i, down - 1 - i), (j, right - 1 - j)) for i, j in steps]
    many = jnp.stack([jnp.pad(w, pad) for pad in pads], axis=1)
    moves = how._replace(stride=down), how._replace(stride=right)
    z = _product(moves, x, many.reshape(-1, *many.shape[2:]))
    apart = z.reshape(len(w), down, right, rows // down, columns // right, -1)
    return apart.transpose(0, 3, 1, 4, 2, 5).reshape(len(w), rows, columns, -1)


def _neighbours(how: Sliding, kernels: int, rows: int, columns: int) -> tuple[int, int]:
    """How many neighbours are calculated at once, down and to the right.

    Their windows overlap, so that there are fewer patches; and the product of matrices is less narrow, which
    more than makes up for the zeros that each kernel is then surrounded by.
    """
    if how != Sliding(pad=how.pad) or rows % 2 or columns % 2 or kernels > MANY:
        return 1, 1
    return 2, 4 if columns % 4 == 0 and kernels <= FEW else 2


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _by_rows(pad: int, x: Any, w: Any) -> Any:
    """A wide convolution, a row of the result after the other: the patches of one stay near the processor."""
    return _row_by_row(pad, x, w)


def _row_by_row(pad: int, x: Any, w: Any) -> Any:
    padded, rows = _padded(pad, x), x.shape[1] + 2 * pad - w.shape[2] + 1
    matrix = w.transpose(0, 3, 1, 2).reshape(len(w), -1)
    z = jax.lax.map(lambda r: matrix @ _band(padded, r, w.shape[2]), jnp.arange(rows))
    return jnp.moveaxis(z.reshape(rows, len(w), -1, x.shape[-1]), 0, 1)


def _band(padded: Any, row: Any, side: int) -> Any:
    """The patches of one row, one below the other: (window columns x channels x window rows, places)."""
    band = jax.lax.dynamic_slice_in_dim(padded, row, side, 1)
    columns = padded.shape[2] - side + 1
    seen = jnp.stack([band[:, :, j : j + columns] for j in range(side)])
    return seen.reshape(-1, columns * padded.shape[-1])


def _padded(pad: int, x: Any) -> Any:
    return jnp.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0))) if pad else x


def _save_rows(pad: int, x: Any, w: Any) -> tuple[Any, Any]:
    return _row_by_row(pad, x, w), (x, w)


def _rows_back(pad: int, saved: Any, g: Any) -> tuple[Any, Any]:
    """That by the image is a convolution with the kernels turned round."""
    x, w = saved
    side, padded = w.shape[2], _padded(pad, x)

    def add(dw: Any, r: Any) -> tuple[Any, None]:
        sent = jax.lax.dynamic_index_in_dim(g, r, 1, keepdims=False).reshape(len(w), -1)
        return dw + sent @ _band(padded, r, side).T, None

    first = jnp.zeros((len(w), w[0].size), w.dtype)
    dw, _ = jax.lax.scan(add, first, jnp.arange(g.shape[1]))
    dw = dw.reshape(len(w), side, w.shape[1], side).transpose(0, 2, 3, 1)
    return _row_by_row(side - 1 - pad, g, w[:, :, ::-1, ::-1].swapaxes(0, 1)), dw


_by_rows.defvjp(_save_rows, _rows_back)

Moves = tuple[Sliding, Sliding]  # down and to the right


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _product(moves: Moves, x: Any, w: Any) -> Any:
    """A convolution as a product of matrices."""
    return _convolve(moves, x, w)[0]


def _convolve(moves: Moves, x: Any, w: Any) -> tuple[Any, Any]:
    patches = _patches(moves, x, w.shape[2:])
    places = patches.shape[-3:]
    rows = patches.reshape(len(patches), -1, places[0] * places[1] * places[2])
    z = _times(_matrices(moves, w), rows)
    return z.reshape(len(w), *places), (rows, w, x.shape)


def _convolve_back(moves: Moves, saved: Any, g: Any) -> tuple[Any, Any]:
    rows, w, shape = saved
    groups, places, (kh, kw) = len(rows), g.shape[1:], w.shape[2:]
    sent = g.reshape(groups, len(w) // groups, -1)
    by_patch = _times(jnp.swapaxes(_matrices(moves, w), 1, 2), sent)
    by_patch = by_patch.reshape(groups, kh, kw, w.shape[1], *places)
    dw = _times(sent, jnp.swapaxes(rows, 1, 2)).reshape(groups, -1, kh, kw, w.shape[1])
    return _laid_back(moves, by_patch, shape), jnp.moveaxis(dw, 4, 2).reshape(w.shape)


_product.defvjp(_convolve, _convolve_back)


def _times(one: Any, other: Any) -> Any:
    """Products of matrices, a group each: XLA's product of many is slower."""
    return jnp.stack([a @ b for a, b in zip(one, other, strict=True)])


def _matrices(moves: Moves, w: Any) -> Any:
    """The kernels as one matrix for each group: a row a kernel, its channels innermost."""
    groups = moves[0].groups
    grouped = w.reshape(groups, -1, *w.shape[1:])
    return jnp.moveaxis(grouped, 2, 4).reshape(groups, grouped.shape[1], -1)


def _patches(moves: Moves, x: Any, window: tuple[int, ...]) -> Any:
    """What each place of the window sees: (groups, kh, kw, C / groups, rows, columns, n)."""
    groups, n = moves[0].groups, x.shape[-1]
    padded = _padded(moves[0].pad, x)
    padded = padded.reshape(groups, -1, *padded.shape[1:])
    sides = zip(moves, x.shape[1:3], window, strict=True)
    seen = [[_seen(how, k, how.places(size, side)) for k in range(side)] for how, size, side in sides]
    shifted = jnp.stack([padded[:, :, down, right] for down in seen[0] for right in seen[1]], axis=1)
    return shifted.reshape(groups, *window, *shifted.shape[2:-1], n)


def _seen(how: Sliding, k: int, places: int) -> slice:
    """The rows or columns that the k-th of a window sees from each of so many places."""
    start = k * how.dilation
    return slice(start, start + (places - 1) * how.stride + 1, how.stride)


def _laid_back(moves: Moves, patches: Any, shape: tuple[int, ...]) -> Any:
    """What each place of the window sends back, added up where it came from: by columns, then by rows."""
    pad, (_, height, width, _) = moves[0].pad, shape
    columns = _added(moves[1], patches, 2, 5, width + 2 * pad)
    whole = _added(moves[0], columns, 1, 3, height + 2 * pad)
    return whole[:, :, pad : pad + height, pad : pad + width].reshape(shape)


def _added(how: Sliding, patches: Any, axis: int, along: int, size: int) -> Any:
    """The sum over one axis of the window, each piece shifted along that of the image."""
    count, places = -(-size // how.stride), patches.shape[along]
    rows: list[Any] = [0.0] * how.stride  # of every how.stride-th, from the first, the second, …
    for k in range(patches.shape[axis]):
        piece = jax.lax.index_in_dim(patches, k, axis, keepdims=False)
        low, first = divmod(k * how.dilation, how.stride)
        spread = [(0, 0)] * piece.ndim
        spread[along - 1] = (low, count - low - places)
        rows[first] = rows[first] + jnp.pad(piece, spread)
    shape = rows[0].shape
    joined = jnp.stack([jnp.broadcast_to(row, shape) for row in rows], axis=along)
    joined = joined.reshape(*shape[: along - 1], -1, *shape[along:])
    return jax.lax.slice_in_dim(joined, 0, size, axis=along - 1)


def _tiles(size: int, x: Any) -> Any:
    """Windows that lie side by side: (channels, rows, size, columns, size, images)."""
    h, w = (side // size for side in x.shape[1:3])
    return x[:, : h * size, : w * size].reshape(len(x), h, size, w, size, x.shape[-1])


def mean_pooled(size: int, stride: int, x: Any) -> Any:
    """The mean of each window of many images, (channels, rows, columns, images)."""
    return channel_by_channel(partial(_means, size, stride), x)


def pooled(size: int, stride: int, x: Any) -> Any:
    """The largest of each window of many images; its gradient goes to the first that is as large."""
    return channel_by_channel(partial(_largest, size, stride), x)


def channel_by_channel(function: Callable[[Any], Any], x: Any) -> Any:
    """What is made of many images, (channels, rows, columns, images), by what treats each channel alone.

    Many channels lie last meanwhile, as a wide convolution takes and leaves them.
    """
    if x.ndim != 4 or len(x) <= MANY:
        return function(x)
    found = function(x.transpose(1, 2, 3, 0).reshape(1, *x.shape[1:3], -1))
    return found.reshape(*found.shape[1:3], x.shape[3], len(x)).transpose(3, 0, 1, 2)


def _means(size: int, stride: int, x: Any) -> Any:
    if size == stride:
        return jnp.sum(_tiles(size, x), axis=(2, 4)) / size**2
    return sum(_windows(size, stride, x)) / size**2


def _windows(size: int, stride: int, x: Any) -> list[Any]:
    """What each place of the windows sees."""
    how = Sliding(stride=stride)
    h, w = (how.places(side, size) for side in x.shape[1:3])
    return [x[:, _seen(how, i, h), _seen(how, j, w)] for i in range(size) for j in range(size)]


@partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _largest(size: int, stride: int, x: Any) -> Any:
    return _pool(size, stride, x)[0]


def _pool(size: int, stride: int, x: Any) -> tuple[Any, Any]:
    windows = _windows(size, stride, x)
    best = windows[0]
    for one in windows[1:]:
        best = jnp.maximum(best, one)
    return best, (x, best)


def _pool_back(size: int, stride: int, saved: Any, g: Any) -> tuple[Any]:
    x, best = saved
    sent, free = [], True
    for one in _windows(size, stride, x):
        hit = (one == best) & free
        free = free & ~hit
        sent.append(jnp.where(hit, g, 0))
    how = Sliding(stride=stride)
    patches = jnp.stack(sent).reshape(1, size, size, *g.shape)
    return (_laid_back((how, how), patches, x.shape),)


_largest.defvjp(_pool, _pool_back)
