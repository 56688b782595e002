r"""Networks for images.

A convolution slides each of its kernels over all channels of an image; its weights are the same wherever the
kernel stands, which is called weight sharing:

.. math:: z_o = \sum_c w_{oc} * x_c + b_o

The names of a layer end in its number; an activation belongs to the layer before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from byhand.equations import dropout
from byhand.equations.image_layers import FUNCTIONS, POOLS, Layer, Placed, Shape, placed, written
from byhand.equations.layers import classifying
from byhand.equations.step import Settings, Shapes, Step
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
    def drawn(self) -> dict[str, Shape]:
        """The shapes of the numbers that decide what is dropped."""
        return {f"u{one.number}": one.after for one in self.placed if one.layer.kind == "dropout"}


def equations(form: Form) -> str:
    """The equations of one image, in the order of its layers.

    Examples
    --------
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
        lines += _lines(one, name)
        name = lines[-1].split(" = ")[0]
    last = name if form.output == "identity" else f"{form.output}({name})"
    return "\n".join([*lines, f"yhat = {last}", f"L = {form.loss}(y, yhat)"])


def _lines(one: Placed, before: str) -> list[str]:
    """The equations of one layer."""
    layer, k = one.layer, one.number
    match layer.kind:
        case "conv":
            settings = "".join(
                f", {name}={value}"
                for name, value in layer.how._asdict().items()
                if value != Sliding._field_defaults[name]
            )
            return [f"z{k} = conv({before}, W{k}{settings}) + b{k}"]
        case "dense":
            row = before if len(one.before) == 1 else f"flatten({before})"
            return [f"z{k} = W{k} @ {row} + b{k}"]
        case "dropout":
            return dropout.lines(before, k, layer.share)
        case kind if kind in POOLS:
            return [f"p{k} = {POOLS[kind]}({before}, size={layer.window[0]}, stride={layer.how.stride})"]
    return [f"a{k} = {layer.kind}({before})"]


def told(form: Form) -> dict[str, Any]:
    """What a problem says besides its equations: a heading for each layer, what names are there for."""
    headings, labels = {}, {"x": in_all_languages("convolutional.image")}
    for one in form.placed:
        layer, k = one.layer, one.number
        if layer.kind not in FUNCTIONS:
            first = _lines(one, "x")[0].split(" = ")[0]
            headings[first] = in_all_languages("convolutional.layer", number=k, layer=layer.text)
        for name in one.weights:
            code = {"W": "kernels" if layer.kind == "conv" else "weights", "b": "biases"}[name[0]]
            labels[name] = in_all_languages(f"convolutional.{code}", number=k)
    drawn = dropout.told(one.number for one in form.placed if one.layer.kind == "dropout")
    biases = [name for name in form.shapes if name.startswith("b")]
    roles = {
        "x": "input",
        "y": "target",
        **dict.fromkeys(biases, "bias"),
        **drawn["roles"],
    }
    return {"headings": headings, "labels": {**labels, **drawn["labels"]}, "roles": roles}


class CNNClassifier(Settings):
    """One step of a network for images; x is (channels, rows, columns), y is 1 for an image's own class."""

    layers: str | tuple[str, ...] = "small"
    output: Literal["auto", "softmax", "sigmoid"] = "auto"
    loss: Literal["auto", "cross_entropy", "binary_cross_entropy", "quadratic", "mse"] = "auto"

    @property
    def sample(self) -> tuple[str, ...]:  # type: ignore[override]
        """Of an image x, y, and what decides on dropped values."""
        layers = enumerate([one for one in written(self.layers) if one.kind not in FUNCTIONS], 1)
        return ("x", "y", *(f"u{k}" for k, one in layers if one.kind == "dropout"))

    def form(self, image: Shape, outputs: int) -> Form:
        """What the equations depend on, for images of a shape and so many outputs."""
        return Form(written(self.layers), image, outputs, *classifying(self.output, self.loss))

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y, what is drawn, and the weights."""
        image, target = (np.shape(given[name][0]) if name in given else () for name in ("x", "y"))
        if len(image) != 3:
            return {"x": ("channels", "rows", "columns"), "y": ("outputs",)}
        form = self.form(image, *(target or (1,)))
        return {"x": image, "y": (form.outputs,), **form.drawn, **form.shapes}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form = self.form(np.shape(samples["x"][0]), len(samples["y"][0]))
        aim = {"minimise": "L", "learn": list(form.shapes)}
        return Step(equations(form), aim=aim, penalised=form.weights, **told(form))
