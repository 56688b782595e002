r"""A multilayer perceptron's equations, and its pure functions.

For layers :math:`k = 1, 2, \ldots` with :math:`a_0 = x`:

.. math:: z_k = W_k a_{k-1} + b_k, \qquad a_k = f_k(z_k)

The last activation is ``yhat`` and the loss of one sample ``L``. Row j of ``Wk`` holds the weights of unit j.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from byhand.ops import OPS
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gaussian")


class Layers(NamedTuple):
    """What the equations depend on.

    Attributes
    ----------
    activations : tuple of str
        One a layer, the output's last.
    loss : str
    """

    activations: tuple[str, ...]
    loss: str


def equations(layers: Layers, *, rows: bool = False, mark: str = "") -> str:
    """The equations of one sample, in the order of the textbook.

    Parameters
    ----------
    layers : Layers
    rows : bool
        Of many samples at once, one a row; the loss is their mean.
    mark : str
        What the names of weights and of values end in; x and y keep theirs.

    Returns
    -------
    str

    Examples
    --------
    >>> print(equations(Layers(("sigmoid", "softmax"), "cross_entropy")))
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    yhat = softmax(z2)
    L = cross_entropy(y, yhat)
    """
    lines, before = [], "x"
    for k, activation in enumerate(layers.activations, 1):
        after = f"yhat{mark}" if k == len(layers.activations) else f"a{k}{mark}"
        W, b, z = (f"{letter}{k}{mark}" for letter in "Wbz")
        lines.append(f"{z} = {before} @ {W}.T + {b}" if rows else f"{z} = {W} @ {before} + {b}")
        lines.append(f"{after} = {z}" if activation == "identity" else f"{after} = {activation}({z})")
        before = after
    return "\n".join([*lines, f"L{mark} = {layers.loss}(y, yhat{mark})"])


def weight_names(layers: Layers) -> tuple[str, ...]:
    """``W1``, ``W2``, …"""
    return tuple(f"W{k}" for k in range(1, len(layers.activations) + 1))


def learned_names(layers: Layers) -> tuple[str, ...]:
    """``W1``, ``b1``, ``W2``, ``b2``, …"""
    return tuple(f"{letter}{k}" for k in range(1, len(layers.activations) + 1) for letter in "Wb")


@lru_cache(maxsize=64)
def program(layers: Layers) -> Program:
    """The equations, ready to be traced or compiled."""
    lines = read_lines(equations(layers))
    return build(lines.expressions, lines.sources)


@lru_cache(maxsize=64)
def objective(layers: Layers) -> Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any]:
    """``objective(params, sample, draws)``: the loss of one sample, for JAX.

    Parameters
    ----------
    layers : Layers

    Returns
    -------
    callable
        `params` holds W1 of shape (units, inputs), b1 of shape (units,) and so on; `sample` holds x and y as
        vectors; `draws` is empty, for nothing in these equations is drawn.
    """
    from byhand.train.reading import read

    def loss(params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        return read(program(layers), {**params, **sample, **draws})["L"]

    return loss


def shapes(sizes: tuple[int, ...], layers: Layers) -> dict[str, tuple[int, ...]]:
    """The shape of every weight, by the number of inputs, of each layer's units, and of outputs.

    Examples
    --------
    >>> shapes((2, 3, 1), Layers(("tanh", "identity"), "mse"))
    {'W1': (3, 2), 'b1': (3,), 'W2': (1, 3), 'b2': (1,)}
    """
    found: dict[str, tuple[int, ...]] = {}
    for k in range(1, len(layers.activations) + 1):
        found |= {f"W{k}": (sizes[k], sizes[k - 1]), f"b{k}": (sizes[k],)}
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
        limit = np.sqrt(6 / (inputs if activation in ("relu", "leaky_relu") else inputs + units))
        params[f"W{k}"] = random.uniform(-limit, limit, (units, inputs)).astype(np.float32)
        params[f"b{k}"] = np.zeros(units, np.float32)
    return params


def order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the samples in an epoch; it depends on nothing but the seed and the epoch's number."""
    return np.random.default_rng((seed, 1, epoch)).permutation(count)


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
            z = a @ params[f"W{k}"].T + params[f"b{k}"]
            a = (_QUICK.get(activation) or OPS[activation].value)(z)
    return a


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
