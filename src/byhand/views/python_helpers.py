"""The small functions a NumPy script may need; each script carries a copy of those it uses, without notes."""

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def show(values: Any) -> None:
    """Print every value in full."""
    for name, value in values.items():
        print(name, "=", np.asarray(value, dtype=float).tolist())


def sigmoid(z: Any) -> Any:
    """1/(1 + exp(-z)), without overflow for very negative z."""
    e = np.exp(-np.abs(z))
    return np.where(np.less(z, 0), e, 1.0) / (1 + e)


def leaky_relu(z: Any, slope: Any = 0.01) -> Any:
    """The value itself where z > 0, else slope times z."""
    return np.where(np.greater(z, 0), z, slope * z)


def erf(z: Any) -> Any:
    """The error function of each element."""
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(z), float)


def gelu(z: Any) -> Any:
    """The value itself times the share of a standard normal distribution below it."""
    return z * (1 + erf(z / np.sqrt(2))) / 2


def gelu_tanh(z: Any) -> Any:
    """Nearly the same, by tanh."""
    return z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2


def layer_norm(z: Any, eps: Any = 1e-5) -> Any:
    """Mean 0 and variance 1 along the last axis."""
    apart = z - np.mean(z, axis=-1, keepdims=True)
    return apart / np.sqrt(np.mean(apart**2, axis=-1, keepdims=True) + eps)


def softmax(z: Any, axis: Any = -1) -> Any:
    """exp(z) over its sum along one axis; the largest is subtracted first."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(z: Any, axis: Any = -1) -> Any:
    """The logarithm of softmax."""
    return z - logsumexp(z, axis, True)


def logsumexp(z: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """log of the sum of exp(z); the largest is taken out first."""
    largest = np.max(z, axis=axis, keepdims=True)
    whole = largest + np.log(np.sum(np.exp(z - largest), axis=axis, keepdims=True))
    return whole if keepdims else np.squeeze(whole, axis)


def times_log(a: Any, b: Any) -> Any:
    """The product a log b, and 0 where a is 0."""
    return np.where(np.equal(a, 0), 0.0, a * np.log(np.where(np.equal(a, 0), 1.0, b)))


def ratio(a: Any, b: Any) -> Any:
    """a/b, and 0 where a is 0."""
    return np.where(np.equal(a, 0), 0.0, a / np.where(np.equal(a, 0), 1.0, b))


def rows(y: Any) -> Any:
    """The number of samples: the rows of a matrix, else 1."""
    return len(y) if np.ndim(y) == 2 else 1


def quadratic(y: Any, a: Any) -> Any:
    """1/(2n) times the sum of squares."""
    return np.sum((y - a) ** 2) / (2 * rows(y))


def cross_entropy(y: Any, p: Any) -> Any:
    """Minus the sum of y log p over the number of samples."""
    return -np.sum(times_log(y, p)) / rows(y)


def binary_cross_entropy(y: Any, p: Any) -> Any:
    """Minus the mean of y log p + (1 - y) log(1 - p)."""
    return -np.mean(times_log(y, p) + times_log(1 - y, 1 - p))


def fill(g: Any, shape: Any, axis: Any = None) -> Any:
    """The gradient of a sum, the same for each of its terms."""
    return np.broadcast_to(g if axis is None else np.expand_dims(g, axis), shape)


def sum_to(g: Any, shape: Any) -> Any:
    """The gradient of a value that was repeated to fit: summed over the repetitions."""
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    repeated = tuple([k for k, size in enumerate(shape) if size == 1])
    return np.sum(g, axis=repeated, keepdims=True)


def place(g: Any, shape: Any, index: Any) -> Any:
    """The gradient of an indexed part, in an array of zeros."""
    whole = np.zeros(shape)
    np.add.at(whole, index, g)
    return whole


def put(g: Any, k: Any, shape: Any) -> Any:
    """The gradient of rows that were taken, added up where they belong."""
    whole = np.zeros(shape)
    np.add.at(whole, np.asarray(k, int), g)
    return whole


def replace(a: Any, k: Any, part: Any) -> Any:
    """An array with one row replaced."""
    changed = np.array(a, dtype=float)
    changed[int(k)] = part
    return changed


def four(x: Any) -> Any:
    """An image as (N, C, H, W), a kernel as (O, C, kh, kw)."""
    return np.reshape(x, (1,) * (4 - np.ndim(x)) + np.shape(x))


def patches(x: Any, w: Any, stride: Any, pad: Any, dilation: Any, groups: Any) -> Any:
    """Every window of an image, group by group: (N, G, C/G, H', W', kh, kw)."""
    padded = np.pad(four(x), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    span = [dilation * (size - 1) + 1 for size in np.shape(w)[-2:]]
    every = sliding_window_view(padded, span, axis=(2, 3))[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return every.reshape(len(every), groups, -1, *every.shape[2:])


def in_groups(x: Any, groups: Any, axis: Any) -> Any:
    """An axis cut in two: the group, and the place within it."""
    return x.reshape(*x.shape[:axis], groups, -1, *x.shape[axis + 1 :])


def conv(x: Any, w: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, groups: Any = 1) -> Any:
    """Each window times the kernel, summed."""
    windows = patches(x, w, stride, pad, dilation, groups)
    y = np.einsum("ngchwij,gocij->ngohw", windows, in_groups(four(w), groups, 0))
    y = y.reshape(len(y), -1, *y.shape[3:])
    return y.reshape(y.shape[4 - np.ndim(x) :])


def conv_to_kernel(
    g: Any, x: Any, w: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, groups: Any = 1
) -> Any:
    """The gradient of the kernel: each window times what its result received."""
    windows, received = patches(x, w, stride, pad, dilation, groups), in_groups(four(g), groups, 1)
    return np.einsum("ngohw,ngchwij->gocij", received, windows).reshape(np.shape(w))


def conv_to_image(
    g: Any, x: Any, w: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, groups: Any = 1
) -> Any:
    """The gradient of the image: every result sends what it received back through the kernel."""
    whole = np.pad(np.zeros(four(x).shape), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    span = [dilation * (size - 1) + 1 for size in np.shape(w)[-2:]]
    windows = sliding_window_view(whole, span, axis=(2, 3), writeable=True)
    received, kernel = in_groups(four(g), groups, 1), in_groups(four(w), groups, 0)
    for r, c in np.ndindex(np.shape(g)[-2:]):
        sent = np.einsum("ngo,gocij->ngcij", received[:, :, :, r, c], kernel)
        windows[:, :, r * stride, c * stride, ::dilation, ::dilation] += sent.reshape(
            len(sent), -1, *sent.shape[3:]
        )
    return whole[:, :, pad : whole.shape[2] - pad, pad : whole.shape[3] - pad].reshape(np.shape(x))


def windows_of(x: Any, size: Any, stride: Any, writeable: Any = False) -> Any:
    """Every pooling window: (..., H', W', size, size)."""
    every = sliding_window_view(x, (size, size), axis=(-2, -1), writeable=writeable)
    return every[..., :: stride or size, :: stride or size, :, :]


def pool(x: Any, size: Any = 2, stride: Any = None) -> Any:
    """The largest of each window."""
    return np.max(windows_of(x, size, stride), axis=(-2, -1))


def pool_route(g: Any, x: Any, size: Any = 2, stride: Any = None) -> Any:
    """The gradient of each window goes to its largest element, the first where several are."""
    whole = np.zeros(np.shape(x))
    windows, targets = windows_of(x, size, stride), windows_of(whole, size, stride, True)
    for place in np.ndindex(np.shape(g)):
        targets[place][np.unravel_index(np.argmax(windows[place]), (size, size))] += g[place]
    return whole


def mean_pool(x: Any, size: Any = 2, stride: Any = None) -> Any:
    """The mean of each window."""
    return np.mean(windows_of(x, size, stride), axis=(-2, -1))


def mean_pool_share(g: Any, x: Any, size: Any = 2, stride: Any = None) -> Any:
    """The gradient of each window is shared equally by its elements."""
    whole = np.zeros(np.shape(x))
    targets = windows_of(whole, size, stride, True)
    for place in np.ndindex(np.shape(g)):
        targets[place] += g[place] / size**2
    return whole
