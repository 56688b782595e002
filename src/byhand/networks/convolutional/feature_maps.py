"""What the layers of a network for images give, for many images at once, in NumPy and float64."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from byhand.equations.convolutional import Form
from byhand.equations.image_layers import Placed
from byhand.equations.norms import EPS
from byhand.errors import CalculationError
from byhand.networks.multilayer.mlp import applied

TOGETHER = 2**22  # numbers in the patches of images that are worked on at once


def outputs(form: Form, params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The outputs for images, shape (n, outputs); nothing is dropped.

    Parameters
    ----------
    form : Form
    params : mapping
    X : ndarray, shape (n, channels, rows, columns)

    Raises
    ------
    CalculationError
        ``output_not_finite``
    """
    widest = max(map(_patch_size, form.placed))
    step = max(1, TOGETHER // widest)
    parts = [_last(form, params, X[k : k + step]) for k in range(0, len(X), step)]
    found = np.concatenate(parts)
    if not np.isfinite(found).all():
        raise CalculationError("output_not_finite")
    return found


def _last(form: Form, params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    *_, z = layer_by_layer(form, params, X)
    with np.errstate(all="ignore"):
        return applied(form.output, z)


def layer_by_layer(form: Form, params: Mapping[str, np.ndarray], X: np.ndarray) -> Iterator[np.ndarray]:
    """What each layer gives, one after the other, the z of the outputs last."""
    a = X.astype(np.float64)
    with np.errstate(all="ignore"):
        for one in form.placed:
            a = _given(one, params, a)
            yield a


def _given(one: Placed, params: Mapping[str, np.ndarray], a: np.ndarray) -> np.ndarray:
    layer, k = one.layer, one.number
    match layer.kind:
        case "conv":
            return _convolved(one, a, params[f"W{k}"]) + params[f"b{k}"]
        case "dense":
            return a.reshape(len(a), -1) @ params[f"W{k}"].T + params[f"b{k}"]
        case "max_pool":
            return _windows(one, a).max(axis=(-2, -1))
        case "mean_pool":
            return _windows(one, a).mean(axis=(-2, -1))
        case "dropout":
            return a
        case "batch_norm":
            return _scaled(one, params, a, *(params[f"{name}{k}"].astype(np.float64) for name in "MV"))
        case "layer_norm":
            axes = tuple(range(1, a.ndim))
            return _scaled(one, params, a, a.mean(axis=axes, keepdims=True), a.var(axis=axes, keepdims=True))
    return applied(layer.kind, a)


def _scaled(one: Placed, params: Mapping[str, np.ndarray], a: np.ndarray, mean: Any, variance: Any) -> Any:
    gamma, beta = (params[f"{name}{one.number}"] for name in ("gamma", "beta"))
    return gamma * (a - mean) / np.sqrt(variance + EPS) + beta


def _windows(one: Placed, a: np.ndarray) -> np.ndarray:
    """Every window of images: (n, channels, rows, columns, window rows, window columns)."""
    how = one.layer.how
    if how.pad:
        a = np.pad(a, ((0, 0), (0, 0), (how.pad, how.pad), (how.pad, how.pad)))
    span = tuple(how.dilation * (side - 1) + 1 for side in one.layer.window)
    windows = sliding_window_view(a, span, axis=(2, 3))
    return windows[:, :, :: how.stride, :: how.stride, :: how.dilation, :: how.dilation]


def _convolved(one: Placed, a: np.ndarray, w: np.ndarray) -> np.ndarray:
    groups = one.layer.how.groups
    windows = np.moveaxis(_windows(one, a), 1, 3)  # n, rows, columns, channels, window
    n, rows, columns = windows.shape[:3]
    patches = windows.reshape(n * rows * columns, groups, -1)
    kernels = w.reshape(groups, len(w) // groups, -1)
    parts = [patches[:, g] @ kernels[g].T for g in range(groups)]
    return np.moveaxis(np.concatenate(parts, axis=1).reshape(n, rows, columns, -1), 3, 1)


def _patch_size(one: Placed) -> int:
    """How many numbers the patches of one image are."""
    return prod(one.after) * prod(one.layer.window) + prod(one.before)
