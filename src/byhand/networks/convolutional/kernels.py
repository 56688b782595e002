"""What the kernels of a network for images look for, and what its layers make of one image, as pictures."""

from __future__ import annotations

import numpy as np

from byhand.equations.image_layers import POOLS
from byhand.networks.convolutional.cnn import CNNClassifier, name_of
from byhand.networks.energy_based.filters import MOST
from byhand.views import panels
from byhand.words import say


def kernels(net: CNNClassifier, language: str) -> list[panels.Panel]:
    """The kernels of each convolution, a picture for each channel that it looks at."""
    found: list[panels.Panel] = []
    for one in net._form.placed:
        if one.layer.kind == "conv":
            W = net.params_[f"W{one.number}"]
            shown = [(f"{o}, {c}", W[o, c]) for o, c in np.ndindex(W.shape[:2])][:MOST]
            facts = {"layer": one.layer.text, "shown": len(shown), "count": W.shape[0] * W.shape[1]}
            found.append(panels.Photographs(say("picture.kernels", language, **facts), shown))
    return found


def feature_maps(net: CNNClassifier, x: np.ndarray, language: str) -> list[panels.Panel]:
    """What each convolution and each pooling gives of one image.

    Parameters
    ----------
    net : CNNClassifier
    x : ndarray, shape (inputs,)
    language : str
    """
    maps = net.feature_maps(x[None])
    found: list[panels.Panel] = []
    for one in net._form.placed:
        if one.layer.kind in ("conv", *POOLS):
            values = maps[name_of(one)][0]
            shown = [(str(channel), values[channel]) for channel in range(min(MOST, len(values)))]
            facts = {"layer": one.layer.text, "shown": len(shown), "count": len(values)}
            found.append(panels.Photographs(say("picture.feature_maps", language, **facts), shown))
    return found
