"""A multilayer perceptron's pure functions: its first weights, its outputs for many samples in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from byhand.equations.layers import Layers
from byhand.errors import CalculationError, DataError
from byhand.ops import OPS


def sizes_of(name: str, sizes: Any) -> tuple[int, ...]:
    """How many units each hidden layer is to have.

    Parameters
    ----------
    name : str
        The hyper-parameter that says so.
    sizes : int or array-like of int

    Raises
    ------
    DataError
        ``hidden_sizes``

    Examples
    --------
    >>> sizes_of("hidden_layer_sizes", 8), sizes_of("hidden_layer_sizes", [8, 4])
    ((8,), (8, 4))
    """
    found = tuple(np.atleast_1d(sizes).tolist())
    if not all(isinstance(size, int) and size > 0 for size in found):
        raise DataError("hidden_sizes", name=name, found=str(sizes)[:60])
    return found


def first_weights(seed: int, sizes: tuple[int, ...], layers: Layers, start: int = 0) -> dict[str, np.ndarray]:
    r"""Weights drawn at random, in float32, and biases 0; others for each start.

    Uniform in :math:`\pm\sqrt{6/n}`, with n the number of a layer's inputs before one of the ReLU family
    [1]_, and of its inputs and units together otherwise [2]_.

    References
    ----------
    .. [1] He, Zhang, Ren & Sun 2015, Delving deep into rectifiers.
    .. [2] Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks.
    """
    random = np.random.default_rng((seed, 0, start))
    params: dict[str, np.ndarray] = {}
    for k, activation in enumerate(layers.activations, 1):
        inputs, units = sizes[k - 1], sizes[k]
        bound = limit(inputs, units, activation)
        params[f"W{k}"] = random.uniform(-bound, bound, (units, inputs)).astype(np.float32)
        params[f"b{k}"] = np.zeros(units, np.float32)
    return params


def limit(inputs: int, units: int, activation: str) -> float:
    """Between minus and plus which number the first weights are drawn: `first_weights` says why."""
    return float(np.sqrt(6 / (inputs if activation in ("relu", "leaky_relu") else inputs + units)))


def forward(layers: Layers, params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The outputs of many samples at once, in NumPy: the same equations with a sample a row.

    Parameters
    ----------
    layers : Layers
    params : mapping
    X : ndarray, shape (n, inputs)

    Returns
    -------
    ndarray, shape (n, outputs)
    """
    a = X
    with np.errstate(all="ignore"):
        for k, activation in enumerate(layers.activations, 1):
            a = applied(activation, a @ params[f"W{k}"].T + params[f"b{k}"])
    return a


def applied(activation: str, z: np.ndarray) -> np.ndarray:
    """An activation of many samples at once, in NumPy, shape (n, units)."""
    found: np.ndarray = (_QUICK.get(activation) or OPS[activation].value)(z)
    return found


def outputs(layers: Layers, params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The same, if they are numbers.

    Raises
    ------
    CalculationError
        ``output_not_finite``
    """
    found = forward(layers, params, X)
    if not np.isfinite(found).all():
        raise CalculationError("output_not_finite")
    return found


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# The same functions with fewer steps.
_QUICK: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "softmax": _softmax,
}
