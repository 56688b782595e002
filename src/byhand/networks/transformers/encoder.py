"""The Transformer encoder's pure functions: its first weights, and its vectors for many samples in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf, softmax

from byhand.equations.transformer import UNSEEN, Form
from byhand.networks.recurrence.sequences import present

TOGETHER = 2**24  # scores that are calculated at once


class Vectors(NamedTuple):
    """What the encoder gives for some samples.

    Attributes
    ----------
    states : list of ndarray, shape (n, steps, units)
        After the embedding, and after each layer.
    attention : list of ndarray, shape (n, heads, steps, steps)
        Of each layer; a row holds the shares of one query.
    """

    states: list[np.ndarray]
    attention: list[np.ndarray]


def first_weights(seed: int, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    r"""Weights drawn at random, in float32; biases 0 and gains 1.

    Embeddings are normal with a standard deviation of 0.02 [1]_, other weights uniform in
    :math:`\pm\sqrt{6/(n + m)}`, with n inputs and m units [2]_.

    References
    ----------
    .. [1] Devlin, Chang, Lee & Toutanova 2019, BERT.
    .. [2] Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks.
    """
    random = np.random.default_rng((seed, 0, 0))
    params: dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        if name in ("E", "P", "T"):
            drawn = random.normal(0, 0.02, shape)
        elif len(shape) > 1:
            limit = np.sqrt(6 / sum(shape))
            drawn = random.uniform(-limit, limit, shape)
        else:
            drawn = np.full(shape, float(name.startswith("gamma")))
        params[name] = drawn.astype(np.float32)
    return params


def vectors(form: Form, params: Mapping[str, Any], X: np.ndarray, dtype: Any = np.float64) -> Vectors:
    """The encoder's vectors: the equations of `byhand.equations.transformer` for many samples at once.

    Parameters
    ----------
    form : Form
    params : mapping
    X : ndarray, shape (n, steps, features)
        Tokens stand in the only feature; filled up with NaN.
    dtype : dtype
        In which is calculated.
    """
    own = {name: np.asarray(value, dtype) for name, value in params.items()}
    there, x = present(X), np.nan_to_num(X)
    positions = own["P"][: X.shape[1]]
    if not form.tokens:
        start = x.astype(dtype) @ own["E"].T + positions
    else:
        start = own["E"][x[:, :, 0].astype(np.int64)] + positions
        if form.normed:
            start = normed(form, start + own["T"][0], own["gamma0"], own["beta0"])
    states = [start]
    mask = np.where(there, 0, UNSEEN).astype(dtype)[:, None, None]
    if form.causal:
        mask = mask + np.where(np.tri(X.shape[1]) > 0, 0, UNSEEN).astype(dtype)
    attention = []
    with np.errstate(all="ignore"):
        for k in range(1, form.layers + 1):
            state, shares = _layer(form, own, str(k), states[-1], mask)
            states.append(state)
            attention.append(shares)
    return Vectors(states, attention)


def in_parts(form: Form, X: np.ndarray) -> Iterator[np.ndarray]:
    """Samples, so many at a time that their scores find room."""
    count = max(1, TOGETHER // (form.heads * X.shape[1] ** 2))
    return (X[k : k + count] for k in range(0, len(X), count))


def activated(name: str, z: Any) -> Any:
    """An activation in NumPy, of float32 in float32."""
    half, root = z.dtype.type(0.5), z.dtype.type(np.sqrt(0.5))
    match name:
        case "gelu":
            return half * z * (1 + erf(z * root))
        case "gelu_tanh":
            inner = z.dtype.type(np.sqrt(2 / np.pi)) * (z + z.dtype.type(0.044715) * z**3)
            return half * z * (1 + np.tanh(inner))
    return np.maximum(z, 0)


def times(X: Any, W: Any) -> Any:
    """X Wᵀ for the rows of all samples in one product, where NumPy would make one for each sample."""
    return (X.reshape(-1, X.shape[-1]) @ W.T).reshape(*X.shape[:-1], len(W))


def _layer(form: Form, own: Mapping[str, Any], n: str, X: Any, mask: Any) -> tuple[Any, Any]:
    def heads(letter: str) -> Any:
        found = times(X, own[f"W{letter}{n}"]) + own[f"b{letter}{n}"]
        return found.reshape(*X.shape[:2], form.heads, form.width).swapaxes(1, 2)

    scores = heads("Q") @ heads("K").swapaxes(2, 3) / X.dtype.type(np.sqrt(form.width))
    shares = softmax(scores + mask, axis=-1)
    mixed = (shares @ heads("V")).swapaxes(1, 2).reshape(X.shape)
    H = X + times(mixed, own[f"WO{n}"]) + own[f"bO{n}"]
    H = normed(form, H, own[f"gamma{n}_1"], own[f"beta{n}_1"])
    a = activated(form.activation, times(H, own[f"W{n}_1"]) + own[f"b{n}_1"])
    F = H + times(a, own[f"W{n}_2"]) + own[f"b{n}_2"]
    return normed(form, F, own[f"gamma{n}_2"], own[f"beta{n}_2"]), shares


def normed(form: Form, X: Any, gamma: Any, beta: Any) -> Any:
    """A norm along the last axis, with its gain and bias."""
    apart = X - X.mean(axis=-1, keepdims=True)
    variance = (apart * apart).mean(axis=-1, keepdims=True)
    return apart / np.sqrt(variance + X.dtype.type(form.eps)) * gamma + beta
