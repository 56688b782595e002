r"""Networks for images.

A convolution slides each of its kernels over all channels of an image; its weights are the same wherever the
kernel stands, which is called weight sharing:

.. math:: z_o = \sum_c w_{oc} * x_c + b_o

The names of a layer end in its number; an activation belongs to the layer before it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from byhand.equations import dropout
from byhand.equations.image_layers import FUNCTIONS, POOLS, Layer, Placed, Shape, placed
from byhand.equations.norms import layer_norm_lines, scaled_lines
from byhand.ops.convolution import Sliding
from byhand.words import in_all_languages


class Form(NamedTuple):
    """What the equations depend on.

    Attributes
    ----------
    layers : tuple of Layer
        Without the outputs.
    image : tuple of int
        Channels, rows, columns.
    outputs : int
    output : str
        The outputs' activation.
    loss : str
    """

    layers: tuple[Layer, ...]
    image: Shape
    outputs: int
    output: str
    loss: str

    @property
    def placed(self) -> tuple[Placed, ...]:
        """All layers where they stand, the outputs last."""
        return placed((*self.layers, Layer(f"dense {self.outputs}", "dense", self.outputs)), self.image)

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every weight and bias."""
        return {name: shape for one in self.placed for name, shape in one.weights.items()}

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights among them."""
        return tuple(name for name in self.shapes if name.startswith("W"))

    @property
    def statistics(self) -> dict[str, Shape]:
        """The shapes of the running means and variances, which no gradient changes."""
        return {name: shape for one in self.placed for name, shape in one.statistics.items()}

    @property
    def drawn(self) -> dict[str, Shape]:
        """The shapes of the numbers that decide what is dropped."""
        return {f"u{one.number}": one.after for one in self.placed if one.layer.kind == "dropout"}


def equations(form: Form) -> str:
    """The equations of one image, in the order of its layers; a batch norm has its running mean and variance.

    Examples
    --------
    >>> from byhand.equations.image_layers import written
    >>> layers = ("conv 6 5x5 pad 2", "tanh", "max_pool 2", "dropout 0.25", "dense 20", "relu")
    >>> print(equations(Form(written(layers), (1, 8, 8), 10, "softmax", "cross_entropy")))
    z1 = conv(x, W1, pad=2) + b1
    a1 = tanh(z1)
    p2 = pool(a1, size=2, stride=2)
    keep3 = u3 >= 0.25
    d3 = p2*keep3/(1 - 0.25)
    z4 = W4 @ flatten(d3) + b4
    a4 = relu(z4)
    z5 = W5 @ a4 + b5
    yhat = softmax(z5)
    L = cross_entropy(y, yhat)
    """
    lines, name = [], "x"
    for one in form.placed:
        lines += layer_lines(one, name)
        name = lines[-1].split(" = ")[0]
    return "\n".join([*lines, *output_lines(form, name)])


def output_lines(form: Form, last: str, image: str = "") -> list[str]:
    """From the last layer to the loss."""
    answer = last if form.output == "identity" else f"{form.output}({last})"
    return [f"yhat{image} = {answer}", f"L{image} = {form.loss}(y{image}, yhat{image})"]


def layer_lines(one: Placed, before: str, image: str = "") -> list[str]:
    """The equations of one layer, for an image whose names end so."""
    layer, k = one.layer, f"{one.number}{image}"
    W, b = f"W{one.number}", f"b{one.number}"
    match layer.kind:
        case "conv":
            settings = "".join(
                f", {name}={value}"
                for name, value in layer.how._asdict().items()
                if value != Sliding._field_defaults[name]
            )
            return [f"z{k} = conv({before}, {W}{settings}) + {b}"]
        case "dense":
            row = before if len(one.before) == 1 else f"flatten({before})"
            return [f"z{k} = {W} @ {row} + {b}"]
        case "batch_norm":
            return scaled_lines(one, before, (f"M{one.number}", f"V{one.number}"), image)
        case "layer_norm":
            return layer_norm_lines(one, before, image)
        case "dropout":
            return dropout.lines(before, k, layer.share)
        case kind if kind in POOLS:
            return [f"p{k} = {POOLS[kind]}({before}, size={layer.window[0]}, stride={layer.how.stride})"]
    return [f"a{k} = {layer.kind}({before})"]


CODES = {"W": "weights", "b": "biases", "gamma": "gains", "beta": "norm_biases"}
CODES |= {"M": "running_mean", "V": "running_variance"}


def told(form: Form, image: str = "") -> dict[str, Any]:
    """What a problem says besides its equations: a heading for each layer, what names are there for."""
    headings, labels = {}, {f"x{image}": in_all_languages("convolutional.image")}
    for one in form.placed:
        layer, k = one.layer, one.number
        if layer.kind not in FUNCTIONS:
            first = layer_lines(one, "x", image)[0].split(" = ")[0]
            headings[first] = in_all_languages("convolutional.layer", number=k, layer=layer.text)
        for name in (*one.weights, *one.statistics):
            code = "kernels" if layer.kind == "conv" and name[0] == "W" else CODES[name.rstrip("0123456789")]
            labels[name] = in_all_languages(f"convolutional.{code}", number=k)
    drawn = dropout.told((one.number for one in form.placed if one.layer.kind == "dropout"), image)
    biases = [name for name in form.shapes if name.startswith("b")]
    roles = {
        f"x{image}": "input",
        f"y{image}": "target",
        **dict.fromkeys(biases, "bias"),
        **drawn["roles"],
        **dict.fromkeys(form.statistics, "other"),
    }
    return {"headings": headings, "labels": {**labels, **drawn["labels"]}, "roles": roles}
