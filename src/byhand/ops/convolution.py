"""Convolution and pooling in the field's sense: a window slides, the kernel is not flipped.

Images are (H, W), (C, H, W) or (N, C, H, W); kernels (kh, kw) for (H, W), else (O, C, kh, kw).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from byhand.ops.expression import Expr, Number
from byhand.ops.functions import apply
from byhand.ops.table import Notation, Op, Shape, bounded, define, total


def _batch(x: Any) -> Any:
    """An image as (N, C, H, W)."""
    return np.reshape(x, (1,) * (4 - np.ndim(x)) + np.shape(x))


def _kernel(w: Any) -> Any:
    """A kernel as (O, C, kh, kw)."""
    return np.reshape(w, (1, 1, *np.shape(w))) if np.ndim(w) == 2 else w


def _patches(x: Any, window: Shape, stride: int, pad: int) -> Any:
    """Every window of an image: (N, C, H', W', kh, kw)."""
    batch = _batch(x)
    bounded(*batch.shape[:2], *[size + 2 * pad for size in batch.shape[2:]])
    padded = np.pad(batch, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return sliding_window_view(padded, window, axis=(2, 3))[:, :, ::stride, ::stride]


def _like(result: Any, x: Any) -> Any:
    """The result with as many leading axes as the image that was given."""
    return result.reshape(result.shape[4 - np.ndim(x) :])


def _conv(x: Any, w: Any, stride: int = 1, pad: int = 0) -> Any:
    kernel = _kernel(w)
    if (np.ndim(x), np.ndim(w)) not in {(2, 2), (3, 4), (4, 4)} or _batch(x).shape[1] != kernel.shape[1]:
        raise ValueError
    return _like(np.einsum("nchwij,ocij->nohw", _patches(x, kernel.shape[2:], stride, pad), kernel), x)


def _conv_to_kernel(g: Any, x: Any, w: Any, stride: int = 1, pad: int = 0) -> Any:
    patches = _patches(x, _kernel(w).shape[2:], stride, pad)
    return np.einsum("nohw,nchwij->ocij", _batch(g), patches).reshape(np.shape(w))


def _conv_to_image(g: Any, x: Any, w: Any, stride: int = 1, pad: int = 0) -> Any:
    kernel, g4 = _kernel(w), _batch(g)
    n, c, height, width = _batch(x).shape
    whole = np.zeros((n, c, height + 2 * pad, width + 2 * pad), dtype=np.result_type(g4, kernel))
    for i, j in np.ndindex(kernel.shape[2:]):
        share = np.einsum("nohw,oc->nchw", g4, kernel[:, :, i, j])
        whole[:, :, i : i + stride * g4.shape[2] : stride, j : j + stride * g4.shape[3] : stride] += share
    return whole[:, :, pad : pad + height, pad : pad + width].reshape(np.shape(x))


def _products(shapes: Any, attrs: Any) -> Iterator[tuple[Shape, Shape, Shape]]:
    """Every product of the convolution: (element of the result, of the image, of the kernel)."""
    image, kernel = shapes
    stride, pad = attrs.get("stride", 1), attrs.get("pad", 0)
    kh, kw = kernel[-2:]
    rows = (image[-2] + 2 * pad - kh) // stride + 1
    columns = (image[-1] + 2 * pad - kw) // stride + 1
    outputs, channels = kernel[:2] if len(kernel) == 4 else (1, 1)
    samples = image[0] if len(image) == 4 else 1
    for n, o, r, s, c, i, j in np.ndindex(samples, outputs, rows, columns, channels, kh, kw):
        y, x = r * stride + i - pad, s * stride + j - pad
        if 0 <= y < image[-2] and 0 <= x < image[-1]:
            lead = 4 - len(image)
            yield (n, o, r, s)[lead:], (n, c, y, x)[lead:], (o, c, i, j)[4 - len(kernel) :]


def _conv_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms = [at(0, image) * at(1, kernel) for out, image, kernel in _products(shapes, attrs) if out == index]
    return total(terms) if terms else Number(0)


def _to_kernel_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms = [
        at(0, out) * at(1, image) for out, image, kernel in _products(shapes[1:], attrs) if kernel == index
    ]
    return total(terms) if terms else Number(0)


def _to_image_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms = [
        at(0, out) * at(2, kernel) for out, image, kernel in _products(shapes[1:], attrs) if image == index
    ]
    return total(terms) if terms else Number(0)


def _conv_pull(i: int, shapes: Any, attrs: Any) -> Any:
    code = ("conv_to_image", "conv_to_kernel")[i]
    return lambda g, x, w, y: apply(code, g, x, w, **attrs)


def _windows(x: Any, size: int, stride: int | None) -> Any:
    """Every pooling window: (..., H', W', size, size)."""
    if np.ndim(x) < 2 or min(np.shape(x)[-2:]) < size:
        raise ValueError
    stride = stride or size
    return sliding_window_view(x, (size, size), axis=(-2, -1))[..., ::stride, ::stride, :, :]


def _pool(x: Any, size: int = 2, stride: int | None = None) -> Any:
    return _windows(x, size, stride).max(axis=(-2, -1))


def _mean_pool(x: Any, size: int = 2, stride: int | None = None) -> Any:
    return _windows(x, size, stride).sum(axis=(-2, -1)) / size**2


def _places(index: Shape, attrs: Any) -> list[Shape]:
    """The elements in the window of one pooled element, row by row."""
    size = attrs.get("size", 2)
    stride = attrs.get("stride") or size
    *lead, row, column = index
    return [(*lead, row * stride + i, column * stride + j) for i in range(size) for j in range(size)]


def _route(g: Any, x: Any, size: int = 2, stride: int | None = None) -> Any:
    """Each window's gradient goes to its largest element, the first where several are."""
    whole = np.zeros(np.shape(x), dtype=np.asarray(g).dtype)
    attrs = {"size": size, "stride": stride}
    for index in np.ndindex(np.shape(g)):
        winner = max(_places(index, attrs), key=lambda place: x[place])
        whole[winner] += g[index]
    return whole


def _share(g: Any, x: Any, size: int = 2, stride: int | None = None) -> Any:
    """Each window's gradient is shared equally by its elements."""
    whole = np.zeros(np.shape(x), dtype=np.asarray(g).dtype)
    for index in np.ndindex(np.shape(g)):
        for place in _places(index, {"size": size, "stride": stride}):
            whole[place] += g[index] / size**2
    return whole


def _windows_with(place: Shape, pooled: Shape, attrs: Any) -> Iterator[tuple[Shape, list[Shape], int]]:
    """The windows in which an element stands: (pooled element, its places, which of them it is)."""
    for index in np.ndindex(pooled):
        if index[:-2] == place[:-2] and place in (places := _places(index, attrs)):
            yield index, places, places.index(place)


def _route_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    """The gradients of the windows it wins: larger than those before it, not smaller than those after."""
    terms = []
    for window, places, k in _windows_with(index, shapes[0], attrs):
        won, own = at(0, window), at(1, index)
        before, after = [at(1, place) for place in places[:k]], [at(1, place) for place in places[k + 1 :]]
        won = won * apply("gt", own, apply("largest", *before)) if before else won
        won = won * apply("ge", own, apply("largest", *after)) if after else won
        terms.append(won)
    return total(terms) if terms else Number(0)


def _share_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms = [at(0, window) / len(places) for window, places, _ in _windows_with(index, shapes[0], attrs)]
    return total(terms) if terms else Number(0)


def _pool_tied(x: Any, size: int = 2, stride: int | None = None) -> str | None:
    windows = _windows(x, size, stride)
    hits = (windows == windows.max(axis=(-2, -1), keepdims=True)).sum(axis=(-2, -1))
    return "tie_first" if bool(np.any(hits > 1)) else None


define(
    Op(
        "conv",
        _conv,
        pull=_conv_pull,
        element=_conv_element,
        notation=Notation("call", "conv", r"\operatorname{conv}"),
        python="conv({0}, {1}{settings})",
    ),
    Op(
        "conv_to_kernel",
        _conv_to_kernel,
        element=_to_kernel_element,
        notation=Notation("call", "conv_to_kernel", r"\operatorname{conv\_to\_kernel}"),
        python="conv_to_kernel({0}, {1}, {2}{settings})",
    ),
    Op(
        "conv_to_image",
        _conv_to_image,
        element=_to_image_element,
        notation=Notation("call", "conv_to_image", r"\operatorname{conv\_to\_image}"),
        python="conv_to_image({0}, {1}, {2}{settings})",
    ),
    Op(
        "pool",
        _pool,
        pull=lambda i, shapes, attrs: lambda g, x, y: apply("pool_route", g, x, **attrs),
        element=lambda index, at, shapes, attrs: apply(
            "largest", *(at(0, place) for place in _places(index, attrs))
        ),
        corner=_pool_tied,
        notation=Notation("call", "pool", r"\operatorname{pool}"),
        python="pool({0}{settings})",
    ),
    Op(
        "pool_route",
        _route,
        element=_route_element,
        notation=Notation("call", "pool_route", r"\operatorname{pool\_route}"),
        python="pool_route({0}, {1}{settings})",
    ),
    Op(
        "mean_pool",
        _mean_pool,
        pull=lambda i, shapes, attrs: lambda g, x, y: apply("mean_pool_share", g, x, **attrs),
        element=lambda index, at, shapes, attrs: (
            total(at(0, place) for place in _places(index, attrs)) / attrs.get("size", 2) ** 2
        ),
        notation=Notation("call", "mean_pool", r"\operatorname{mean\_pool}"),
        python="mean_pool({0}{settings})",
    ),
    Op(
        "mean_pool_share",
        _share,
        element=_share_element,
        notation=Notation("call", "mean_pool_share", r"\operatorname{mean\_pool\_share}"),
        python="mean_pool_share({0}, {1}{settings})",
    ),
)
