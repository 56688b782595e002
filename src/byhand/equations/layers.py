r"""Networks of layers.

For layers :math:`k = 1, 2, \ldots` with :math:`a_0 = x`:

.. math:: z_k = W_k a_{k-1} + b_k, \qquad a_k = f_k(z_k)

The last activation is ``yhat`` and the loss of one sample ``L``. Row j of ``Wk`` holds the weights of unit j.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from byhand.equations import dropout as dropping
from byhand.errors import DataError

Activation = Literal["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gaussian"]
ACTIVATIONS: tuple[str, ...] = get_args(Activation)
Size = TypeVar("Size")
ENTROPIES = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}


class Layers(NamedTuple):
    """What the equations depend on.

    Attributes
    ----------
    activations : tuple of str
        One a layer, the output's last.
    loss : str
    dropout : tuple of float
        The share that is left out while learning of what each layer is given: of the inputs, then of each
        hidden layer's values. Empty where nothing is.
    """

    activations: tuple[str, ...]
    loss: str
    dropout: tuple[float, ...] = ()

    @property
    def dropped(self) -> dict[int, float]:
        """The shares above 0, by the number of the layer whose values are left out, 0 for the inputs."""
        return {k: share for k, share in enumerate(self.dropout) if share}


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
    >>> print(equations(Layers(("relu", "identity"), "mse", dropout=(0.0, 0.5))))
    z1 = W1 @ x + b1
    a1 = relu(z1)
    keep1 = u1 >= 0.5
    d1 = a1*keep1/(1 - 0.5)
    z2 = W2 @ d1 + b2
    yhat = z2
    L = mse(y, yhat)
    """
    how: dict[str, Any] = {"weights": mark, "values": mark, "rows": rows, "dropped": layers.dropped}
    lines = stacked(layers.activations, "x", f"yhat{mark}", **how)
    return "\n".join([*lines, f"L{mark} = {layers.loss}(y, yhat{mark})"])


def stacked(
    activations: Sequence[str],
    before: str,
    after: str,
    *,
    weights: str = "",
    values: str = "",
    rows: bool = False,
    dropped: Mapping[int, float] = MappingProxyType({}),
) -> list[str]:
    """The lines of layers on top of one another.

    Parameters
    ----------
    activations : sequence of str
        One a layer.
    before, after : str
        What the first layer sees, and what the last one's activation is called.
    weights, values : str
        What the names of weights and of values end in.
    rows : bool
        Of many samples at once, one a row.
    dropped : mapping
        As of `Layers`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> stacked(("relu", "identity"), "z", "x", weights="_G")
    ['z1 = W1_G @ z + b1_G', 'a1 = relu(z1)', 'z2 = W2_G @ a1 + b2_G', 'x = z2']
    """
    lines = []
    for k, activation in enumerate(activations, 1):
        if k - 1 in dropped:
            lines += dropping.lines(before, k - 1, dropped[k - 1])
            before = f"d{k - 1}"
        own = after if k == len(activations) else f"a{k}{values}"
        W, b, z = f"W{k}{weights}", f"b{k}{weights}", f"z{k}{values}"
        lines.append(f"{z} = {before} @ {W}.T + {b}" if rows else f"{z} = {W} @ {before} + {b}")
        lines.append(f"{own} = {applied(activation, z)}")
        before = own
    return lines


def applied(activation: str, z: str) -> str:
    """An activation of a pre-activation, as a formula."""
    return z if activation == "identity" else f"{activation}({z})"


def weight_names(layers: Layers) -> tuple[str, ...]:
    """``W1``, ``W2``, …"""
    return tuple(f"W{k}" for k in range(1, len(layers.activations) + 1))


def learned_names(layers: Layers) -> tuple[str, ...]:
    """``W1``, ``b1``, ``W2``, ``b2``, …"""
    return tuple(f"{letter}{k}" for k in range(1, len(layers.activations) + 1) for letter in "Wb")


def shapes(sizes: tuple[Size, ...]) -> dict[str, tuple[Size, ...]]:
    """The shape of every weight, by the number of inputs, of each layer's units, and of outputs.

    Examples
    --------
    >>> shapes((2, 3, 1))
    {'W1': (3, 2), 'b1': (3,), 'W2': (1, 3), 'b2': (1,)}
    """
    found: dict[str, tuple[Size, ...]] = {}
    for k, (inputs, units) in enumerate(pairwise(sizes), 1):
        found |= {f"W{k}": (units, inputs), f"b{k}": (units,)}
    return found


def one_a_layer(activation: str | Sequence[str], layers: int) -> tuple[str, ...]:
    """The activations of so many hidden layers: one name for all, or one for each.

    Raises
    ------
    DataError
        ``activations``
    """
    if isinstance(activation, str):
        return (activation,) * layers
    if len(activation) != layers or not set(activation) <= set(ACTIVATIONS):
        known, found = ", ".join(ACTIVATIONS), str(list(activation))[:60]
        raise DataError("activations", found=found, count=layers, known=known)
    return tuple(activation)


def classifying(output: str, loss: str) -> tuple[str, str]:
    """The output's activation and the loss of a classifier, ``auto`` replaced.

    Raises
    ------
    DataError
        ``output_loss``: each entropy belongs to one activation.
    """
    if output == "auto":
        output = "sigmoid" if loss == "binary_cross_entropy" else "softmax"
    if loss in ENTROPIES.values() and loss != ENTROPIES[output]:
        raise DataError("output_loss", output=output, loss=loss)
    return output, ENTROPIES[output] if loss == "auto" else loss


def quantifying(output: str, loss: str) -> tuple[str, str]:
    """The same of a regressor."""
    return "identity" if output == "auto" else output, "mse" if loss == "auto" else loss
