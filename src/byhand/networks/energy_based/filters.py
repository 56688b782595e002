"""What hidden units look for in their inputs; a restricted Boltzmann machine's samples and chains."""

from __future__ import annotations

import numpy as np

from byhand.networks.energy_based.density import Density
from byhand.views import maps, panels
from byhand.words import say

MOST = 16  # pictures to a panel
_CHAINS, _STEPS = 4, (1, 10, 100)


def filters(W: np.ndarray, shape: tuple[int, ...], language: str) -> panels.Panel:
    """The weights of each hidden unit: a picture, where the inputs are one; else a row of tiles.

    Parameters
    ----------
    W : ndarray, shape (units, inputs)
    shape : tuple of int
        Of one sample.
    language : str
    """
    if len(shape) != 2:
        places = [(float(j), float(i)) for j, i in np.ndindex(W.shape)]
        layer = maps.Layer("", W.ravel().tolist(), say("picture.weight", language))
        return maps.Map(say("picture.filters", language), maps.Tiles(places, False), [layer])
    largest = np.argsort(-np.linalg.norm(W, axis=1), kind="stable")[:MOST]
    title = say("picture.filter_pictures", language, shown=len(largest), count=len(W))
    return panels.Photographs(title, [(str(j), W[j].reshape(shape)) for j in largest.tolist()])


def samples(net: Density, X: np.ndarray, shape: tuple[int, int], language: str) -> list[panels.Panel]:
    """What chains from nowhere come to, and what becomes of samples on the way; the means of the pixels.

    Parameters
    ----------
    net : RBM
        Fitted.
    X : ndarray, shape (n, pixels)
        Some samples.
    shape : (int, int)
        Of one.
    language : str
    """
    drawn = net.reconstruct(net.sample(MOST))
    chains, done = X[:_CHAINS], 0
    shown = [(say("picture.chain_start", language), picture) for picture in chains]
    for steps in _STEPS:
        chains, done = net.gibbs(chains, steps - done, random_state=steps), steps
        caption = say("picture.chain_steps", language, steps=steps)
        shown += [(caption, picture) for picture in net.reconstruct(chains)]
    pictures = {"samples": [("", picture) for picture in drawn], "chains": shown}
    return [
        panels.Photographs(
            say(f"picture.{name}", language), [(words, picture.reshape(shape)) for words, picture in some]
        )
        for name, some in pictures.items()
    ]
