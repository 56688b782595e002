"""Convolution and pooling in the field's sense: a window slides, the kernel is not flipped.

Images are (H, W), (C, H, W) or (N, C, H, W); kernels (kh, kw) for (H, W), else (O, C, kh, kw), in groups
(O, C/groups, kh, kw).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

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
    return np.reshape(w, (1, 1, *np.shape(w))) if np.ndim(w) == 2 else np.asarray(w)


class Sliding(NamedTuple):
    """How the window of a convolution moves, by the names of its settings.

    Attributes
    ----------
    stride : int
        From one place of the window to the next.
    pad : int
        Rows and columns of zeros around the image.
    dilation : int
        From one element of the window to the next.
    groups : int
        Into how many groups the channels are cut; each result sees those of its own.
    """

    stride: int = 1
    pad: int = 0
    dilation: int = 1
    groups: int = 1

    def places(self, size: int, window: int) -> int:
        """At how many places along one side a window stands."""
        return (size + 2 * self.pad - self.dilation * (window - 1) - 1) // self.stride + 1


def _patches(x: Any, window: Shape, how: Sliding) -> Any:
    """Every window of an image, group by group: (N, G, C/G, H', W', kh, kw)."""
    batch, pad, stride, dilation = _batch(x), how.pad, how.stride, how.dilation
    bounded(*batch.shape[:2], *[size + 2 * pad for size in batch.shape[2:]])
    padded = np.pad(batch, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    span = tuple(dilation * (size - 1) + 1 for size in window)
    patches = sliding_window_view(padded, span, axis=(2, 3))
    patches = patches[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return patches.reshape(len(batch), how.groups, -1, *patches.shape[2:])


def _grouped(array: Any, groups: int, axis: int) -> Any:
    """An axis cut in two: the group, and the place within it."""
    return array.reshape(*array.shape[:axis], groups, -1, *array.shape[axis + 1 :])


def _like(result: Any, x: Any) -> Any:
    """The result with as many leading axes as the image that was given."""
    return result.reshape(result.shape[4 - np.ndim(x) :])


def _conv(x: Any, w: Any, **attrs: int) -> Any:
    kernel, how = _kernel(w), Sliding(**attrs)
    fits = (np.ndim(x), np.ndim(w)) in {(2, 2), (3, 4), (4, 4)}
    if not fits or len(kernel) % how.groups or _batch(x).shape[1] != kernel.shape[1] * how.groups:
        raise ValueError
    patches = _patches(x, kernel.shape[2:], how)
    found = np.einsum("ngchwij,gocij->ngohw", patches, _grouped(kernel, how.groups, 0))
    return _like(found.reshape(len(found), -1, *found.shape[3:]), x)


def _conv_to_kernel(g: Any, x: Any, w: Any, **attrs: int) -> Any:
    how = Sliding(**attrs)
    patches = _patches(x, _kernel(w).shape[2:], how)
    return np.einsum("ngohw,ngchwij->gocij", _grouped(_batch(g), how.groups, 1), patches).reshape(np.shape(w))


def _conv_to_image(g: Any, x: Any, w: Any, **attrs: int) -> Any:
    how, g4 = Sliding(**attrs), _batch(g)
    kernel, sent = _grouped(_kernel(w), how.groups, 0), _grouped(g4, how.groups, 1)
    n, c, height, width = _batch(x).shape
    pad, stride = how.pad, how.stride
    whole = np.zeros((n, c, height + 2 * pad, width + 2 * pad), dtype=np.result_type(g4, kernel))
    for i, j in np.ndindex(kernel.shape[3:]):
        share = np.einsum("ngohw,goc->ngchw", sent, kernel[:, :, :, i, j]).reshape(n, c, *g4.shape[2:])
        rows, columns = (slice(k * how.dilation, None, stride) for k in (i, j))
        whole[:, :, rows, columns][:, :, : g4.shape[2], : g4.shape[3]] += share
    return whole[:, :, pad : pad + height, pad : pad + width].reshape(np.shape(x))


class _Products:
    """The products of a convolution: an element of the image times one of the kernel, in one of the result.

    Indices are those of (N, C, H, W) and (O, C/G, kh, kw).
    """

    def __init__(self, shapes: Any, attrs: Any) -> None:
        self._given = shapes
        image, kernel = ((1,) * (4 - len(shape)) + shape for shape in shapes)
        self.how, self.samples, self.size, self.window = Sliding(**attrs), image[0], image[2:], kernel[2:]
        self.channels, self.outputs = kernel[1], kernel[0] // Sliding(**attrs).groups
        sides = zip(self.size, self.window, strict=True)
        self.result = tuple([self.how.places(size, window) for size, window in sides])

    def of_result(self, index: Shape) -> Iterator[tuple[Shape, Shape]]:
        """Which elements of the image and of the kernel make one of the result."""
        n, o, r, s = self._four(index)
        group = o // self.outputs
        for c, i, j in np.ndindex(self.channels, *self.window):
            if self._is_inside(y := self._met(r, i), 0) and self._is_inside(x := self._met(s, j), 1):
                yield self._image(n, group * self.channels + c, y, x), self._kernel(o, c, i, j)

    def of_kernel(self, index: Shape) -> Iterator[tuple[Shape, Shape]]:
        """Where one of the kernel is used: elements of the result, and of the image that it meets."""
        o, c, i, j = self._four(index)
        channel = o // self.outputs * self.channels + c
        for n, r, s in np.ndindex(self.samples, *self.result):
            if self._is_inside(y := self._met(r, i), 0) and self._is_inside(x := self._met(s, j), 1):
                yield self._image(n, o, r, s), self._image(n, channel, y, x)

    def of_image(self, index: Shape) -> Iterator[tuple[Shape, Shape]]:
        """In which elements of the result one of the image is used, and by which of the kernel."""
        n, channel, y, x = self._four(index)
        group, c = divmod(channel, self.channels)
        for k, i, j in np.ndindex(self.outputs, *self.window):
            places = self._stood(y, i, 0), self._stood(x, j, 1)
            if None not in places:
                o = group * self.outputs + k
                yield self._image(n, o, *places), self._kernel(o, c, i, j)

    def _met(self, place: int, k: int) -> int:
        """Which row or column of the image the k-th of a window meets."""
        return place * self.how.stride + k * self.how.dilation - self.how.pad

    def _is_inside(self, k: int, side: int) -> bool:
        return 0 <= k < self.size[side]

    def _stood(self, at: int, k: int, side: int) -> int | None:
        """Where a window stands whose k-th row or column meets that of the image; None for nowhere."""
        place, rest = divmod(at + self.how.pad - k * self.how.dilation, self.how.stride)
        return None if rest or not 0 <= place < self.result[side] else place

    def _four(self, index: Shape) -> Shape:
        return (0,) * (4 - len(index)) + index

    def _image(self, *index: Any) -> Shape:
        return index[4 - len(self._given[0]) :]

    def _kernel(self, *index: Any) -> Shape:
        return index[4 - len(self._given[1]) :]


def _sum(terms: list[Expr]) -> Expr:
    return total(terms) if terms else Number(0)


def _conv_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return _sum([at(0, image) * at(1, kernel) for image, kernel in _Products(shapes, attrs).of_result(index)])


def _to_kernel_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return _sum([at(0, out) * at(1, image) for out, image in _Products(shapes[1:], attrs).of_kernel(index)])


def _to_image_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    return _sum([at(0, out) * at(2, kernel) for out, kernel in _Products(shapes[1:], attrs).of_image(index)])


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
    return _sum(terms)


def _share_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms = [at(0, window) / len(places) for window, places, _ in _windows_with(index, shapes[0], attrs)]
    return _sum(terms)


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
