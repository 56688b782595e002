"""The layers of a network for images as they are written: ``conv 6 5x5 pad 2``, ``tanh``, ``mean_pool 2``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from byhand.equations.layers import ACTIVATIONS
from byhand.errors import DataError
from byhand.ops.convolution import Sliding

Shape = tuple[int, ...]
POOLS = {"max_pool": "pool", "mean_pool": "mean_pool"}
NORMS = ("batch_norm", "layer_norm")
PATTERNS = {
    "conv": "conv 6 5x5 [stride 1] [pad 0] [dilation 1] [groups 1]",
    **{kind: f"{kind} 2 [stride 2]" for kind in POOLS},
    **{"dense": "dense 120", "dropout": "dropout 0.5"},
    **{kind: kind for kind in NORMS},
}
FUNCTIONS = tuple(name for name in ACTIVATIONS if name != "identity")
KNOWN = (*PATTERNS, *FUNCTIONS)

# Those called LeNet are of LeCun, Bottou, Bengio & Haffner 1998, for images of 28 by 28.
NAMED: Mapping[str, tuple[str, ...]] = {
    "small": (
        *("conv 16 3x3 pad 1", "relu", "max_pool 2", "conv 32 3x3 pad 1", "relu", "max_pool 2"),
        *("dense 64", "relu"),
    ),
    "lenet-1": ("conv 4 5x5", "tanh", "mean_pool 2", "conv 12 5x5", "tanh", "mean_pool 2"),
    "lenet-4": (
        *("conv 4 5x5 pad 2", "tanh", "mean_pool 2", "conv 16 5x5", "tanh", "mean_pool 2"),
        *("dense 120", "tanh"),
    ),
    "lenet-5": (
        *("conv 6 5x5 pad 2", "tanh", "mean_pool 2", "conv 16 5x5", "tanh", "mean_pool 2"),
        *("dense 120", "tanh", "dense 84", "tanh"),
    ),
}


class Layer(NamedTuple):
    """One layer as it is written.

    Attributes
    ----------
    text : str
    kind : str
        ``conv``, ``max_pool``, ``mean_pool``, ``dense``, ``dropout``, ``batch_norm``, ``layer_norm``, or an
        activation.
    units : int
        Kernels of a convolution, units of a dense layer.
    window : tuple of int
        Rows and columns.
    how : Sliding
        How the window moves.
    share : float
        The probability that a value is dropped.
    """

    text: str
    kind: str
    units: int = 0
    window: Shape = ()
    how: Sliding = Sliding()
    share: float = 0.0

    @property
    def learns(self) -> bool:
        """Whether it has weights."""
        return self.kind in ("conv", "dense")


class Placed(NamedTuple):
    """A layer where it stands.

    Attributes
    ----------
    layer : Layer
    number : int
        In its names; an activation shares that of the layer it belongs to.
    before, after : tuple of int
        The shape of what it is given and of what it gives: (channels, rows, columns), or (units,).
    """

    layer: Layer
    number: int
    before: Shape
    after: Shape

    @property
    def weights(self) -> dict[str, Shape]:
        """The shapes of its weights and biases, or of its gains and biases, by their names."""
        W, b = f"W{self.number}", f"b{self.number}"
        gains = f"gamma{self.number}", f"beta{self.number}"
        match self.layer.kind:
            case "conv":
                channels = self.before[0] // self.layer.how.groups
                return {W: (self.after[0], channels, *self.layer.window), b: (self.after[0], 1, 1)}
            case "dense":
                return {W: (*self.after, prod(self.before)), b: self.after}
            case "batch_norm":
                return dict.fromkeys(gains, self.each_channel)
            case "layer_norm":
                return dict.fromkeys(gains, self.after)
        return {}

    @property
    def each_channel(self) -> Shape:
        """The shape of one number for each channel, or for each unit."""
        return (self.after[0], *[1] * (len(self.after) - 1))

    @property
    def statistics(self) -> dict[str, Shape]:
        """The shapes of the running mean and variance of a batch norm, by their names."""
        names = (f"M{self.number}", f"V{self.number}") if self.layer.kind == "batch_norm" else ()
        return dict.fromkeys(names, self.each_channel)

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""
        return sum(map(prod, self.weights.values()))

    @property
    def unshared(self) -> int:
        """How many it would learn, had each of its units weights of its own."""
        return self.parameters if self.layer.kind == "layer_norm" else self.parameters * prod(self.after[1:])


def written(layers: str | Sequence[str]) -> tuple[Layer, ...]:
    """Layers by the name of a network, or one by one.

    Raises
    ------
    DataError
        There is no such network or layer, or a layer is not written as it must be.

    Examples
    --------
    >>> [layer.kind for layer in written("lenet-1")]
    ['conv', 'tanh', 'mean_pool', 'conv', 'tanh', 'mean_pool']
    >>> written(["conv 6 5x5 pad 2"])[0].how.pad
    2
    """
    if isinstance(layers, str):
        if layers not in NAMED:
            raise DataError("layers_named", found=layers[:60], known=", ".join(NAMED))
        layers = NAMED[layers]
    return tuple([_read(text, number) for number, text in enumerate(layers, 1)])


def _read(text: str, number: int) -> Layer:
    word, *rest = text.split() or [""]
    if word in FUNCTIONS and not rest:
        return Layer(text, word)
    if word not in PATTERNS:
        code = "layer_alone" if word in FUNCTIONS else "layer_unknown"
        raise DataError(code, number=number, found=text[:60], name=word, known=", ".join(KNOWN))
    layer = _PARSERS[word](text, rest)
    if layer is None:
        raise DataError("layer_form", number=number, found=text[:60], pattern=PATTERNS[word])
    return layer


def _conv(text: str, rest: list[str]) -> Layer | None:
    units, window, how = (
        _whole(rest[:1]),
        re.fullmatch(r"(\d+)x(\d+)", "".join(rest[1:2])),
        _settings(rest[2:]),
    )
    if not units or not window or how is None or not how.keys() <= set(Sliding._fields):
        return None
    sides = int(window[1]), int(window[2])
    least = {**how, "pad": 1}.values()
    return Layer(text, "conv", units, sides, Sliding(**how)) if min(*sides, *least) > 0 else None


def _pool(text: str, rest: list[str]) -> Layer | None:
    size, how = _whole(rest[:1]), _settings(rest[1:])
    if not size or how is None or not how.keys() <= {"stride"} or how.get("stride") == 0:
        return None
    return Layer(text, text.split()[0], 0, (size, size), Sliding(stride=how.get("stride", size)))


def _dense(text: str, rest: list[str]) -> Layer | None:
    units = _whole(rest)
    return Layer(text, "dense", units) if units else None


def _dropout(text: str, rest: list[str]) -> Layer | None:
    number = re.fullmatch(r"0?\.\d+", " ".join(rest))
    return Layer(text, "dropout", share=float(number[0])) if number and float(number[0]) else None


def _alone(text: str, rest: list[str]) -> Layer | None:
    return None if rest else Layer(text, text.split()[0])


def _whole(words: list[str]) -> int:
    """The one whole number that stands there; 0 where none does."""
    return int(words[0]) if len(words) == 1 and re.fullmatch(r"\d{1,6}", words[0]) else 0


def _settings(words: list[str]) -> dict[str, int] | None:
    """Names, each with a whole number after it; None where it is not so."""
    names, numbers = words[::2], words[1::2]
    if len(names) != len(numbers) or len({*names}) < len(names):
        return None
    if not all(re.fullmatch(r"\d{1,4}", number) for number in numbers):
        return None
    return {name: int(number) for name, number in zip(names, numbers, strict=True)}


_PARSERS = {
    **{"conv": _conv, "dense": _dense, "dropout": _dropout},
    **dict.fromkeys(POOLS, _pool),
    **dict.fromkeys(NORMS, _alone),
}


def placed(layers: Sequence[Layer], image: Shape) -> tuple[Placed, ...]:
    """Layers one after the other, from an image of (channels, rows, columns).

    Raises
    ------
    DataError
        A layer cannot work with what it is given.

    Examples
    --------
    >>> [one.after for one in placed(written("lenet-5"), (1, 28, 28)) if one.layer.learns]
    [(6, 28, 28), (16, 10, 10), (120,), (84,)]
    """
    found: list[Placed] = []
    shape, number, activated = image, 0, True
    for place, layer in enumerate(layers, 1):
        is_function = layer.kind in FUNCTIONS
        if is_function and activated:
            raise DataError("layer_activated", number=place, found=layer.text[:60])
        number, activated = number + (not is_function), is_function
        after = _after(layer, shape, place)
        found.append(Placed(layer, number, shape, after))
        shape = after
    return tuple(found)


def _after(layer: Layer, shape: Shape, place: int) -> Shape:
    """The shape of what a layer gives."""
    if layer.kind == "dense":
        return (layer.units,)
    if not layer.window:
        return shape
    told: dict[str, Any] = {"number": place, "found": layer.text[:60]}
    if len(shape) == 1:
        raise DataError("layer_flat", **told)
    channels, *size = shape
    groups = layer.how.groups
    if channels % groups or layer.units % groups:
        raise DataError("layer_groups", **told, channels=channels, units=layer.units, groups=groups)
    sides = zip(size, layer.window, strict=True)
    places = [layer.how.places(side, window) for side, window in sides]
    if min(places) < 1:
        raise DataError("layer_window", **told, size="x".join(map(str, size)))
    return (layer.units or channels, *places)
