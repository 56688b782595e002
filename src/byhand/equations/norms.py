r"""The norms of a network for images: what a layer gives, brought to mean 0 and variance 1, then scaled.

.. math:: \hat z = \frac{z - m}{\sqrt{v + \varepsilon}}, \quad h = \gamma \hat z + \beta

A layer norm takes the mean m and the variance v over all numbers that one image gives (Ba, Kiros & Hinton
2016). A batch norm takes them over all images of a batch and all places of a channel; beside it a running
mean M and variance V are kept, which stand in their place where no batch is learned from (Ioffe & Szegedy
2015).
"""

from __future__ import annotations

from math import prod

from byhand.equations.image_layers import Placed, Shape

EPS = 1e-5
MOMENTUM = 0.1  # the part of a running mean or variance that a batch brings


def layer_norm_lines(one: Placed, before: str, image: str = "") -> list[str]:
    """A layer norm of what one image gives."""
    m, v = (f"{letter}{one.number}{image}" for letter in "mv")
    return [
        f"{m} = mean({before})",
        f"{v} = mean(({before} - {m})^2)",
        *scaled_lines(one, before, (m, v), image),
    ]


def scaled_lines(one: Placed, before: str, spread: tuple[str, str], image: str = "") -> list[str]:
    """Normed by a mean and a variance, then scaled."""
    k, (mean, variance) = one.number, spread
    return [
        f"n{k}{image} = ({before} - {mean})/sqrt({variance} + {EPS!r})",
        f"h{k}{image} = gamma{k}*n{k}{image} + beta{k}",
    ]


def batch_lines(one: Placed, images: list[str], counts: list[str]) -> list[str]:
    """The mean and the variance of a batch, and the running ones after it.

    Parameters
    ----------
    one : Placed
    images : list of str
        What is normed, an image each.
    counts : list of str
        What each image counts beside 1, such as ``c_1*``; empty texts where all count alike.
    """
    k, places = one.number, one.after[1:]

    def mean(terms: list[str]) -> str:
        found = [count + _over_places(term, places) for count, term in zip(counts, terms, strict=True)]
        return found[0] if len(found) == 1 else f"({' + '.join(found)})/{len(found)}"

    numbers = len(images) * prod(places)
    unbiased = f"{numbers}/{numbers - 1}*" if numbers > 1 else ""
    return [
        f"m{k} = {mean(images)}",
        f"v{k} = {mean([f'({name} - m{k})^2' for name in images])}",
        f"M{k}_new = {1 - MOMENTUM}*M{k} + {MOMENTUM}*m{k}",
        f"V{k}_new = {1 - MOMENTUM}*V{k} + {MOMENTUM}*{unbiased}v{k}",
    ]


def _over_places(term: str, places: Shape) -> str:
    """The mean over the places of each channel."""
    if not places:
        return term
    return f"mean(mean({term}, axis=1, keepdims=1), axis=2, keepdims=1)"
