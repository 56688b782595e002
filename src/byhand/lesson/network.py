"""A layered network as data: which names are its inputs, weights, sums and activations."""

from __future__ import annotations

from dataclasses import dataclass

IDENTITY = "copy"


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    form : str
        ``scalar`` (a name for each number), ``column`` (``W @ x``) or ``row`` (``x @ W``).
    inputs : tuple of str
        What comes in: one name for each unit below, or the one array.
    z : tuple of str
        The weighted sums; where the line does not name it, the inner step (``h1.7``).
    a : tuple of str
        The activations; the same as `z` for a layer without activation function.
    activation : str
        The operation's code; ``copy`` for none.
    weights : tuple of tuples
        Row j holds unit j's weights in the order of `inputs` (w_jk as in textbooks), None where two
        units are not connected; for arrays one row with one name.
    biases : tuple of tuples
        For each unit its (name, sign) pairs; a threshold that is subtracted has the sign -1.
    """

    form: str
    inputs: tuple[str, ...]
    z: tuple[str, ...]
    a: tuple[str, ...]
    activation: str
    weights: tuple[tuple[str | None, ...], ...]
    biases: tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True)
class Network:
    """A layered network, its layers from the input to the output."""

    layers: tuple[Layer, ...]
