"""Images moved and turned a little, by numbers drawn outside: each time they are learned from they differ."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.ndimage import map_coordinates


class Motion(NamedTuple):
    """How far an image is moved at most.

    Attributes
    ----------
    shift : int
        Pixels.
    rotation : float
        Degrees.
    """

    shift: int = 0
    rotation: float = 0.0


STILL = Motion()


def moved(motion: Motion, x: Any, drawn: Any) -> Any:
    """An image moved by whole pixels and turned about its middle.

    Parameters
    ----------
    motion : Motion
    x : array, shape (channels, rows, columns)
    drawn : array, shape (3,)
        In [0, 1): for the rows, the columns and the angle.

    Returns
    -------
    array, shape (channels, rows, columns)
        What comes from outside is 0; of a turned image each pixel is the mean of four, weighted by how near
        they are.

    Examples
    --------
    >>> moved(Motion(shift=1), jnp.array([[[1.0, 2.0, 3.0]]]), jnp.array([0.5, 0.9, 0.5])).tolist()
    [[[0.0, 1.0, 2.0]]]
    """
    span = 2 * motion.shift + 1
    down, right = (jnp.floor(u * span) - motion.shift for u in drawn[:2])
    angle = jnp.deg2rad(motion.rotation) * (2 * drawn[2] - 1)
    middle = [(size - 1) / 2 for size in x.shape[1:]]
    rows, columns = jnp.meshgrid(*map(jnp.arange, x.shape[1:]), indexing="ij")
    y, z = rows - down - middle[0], columns - right - middle[1]
    turned = jnp.cos(angle) * y - jnp.sin(angle) * z, jnp.sin(angle) * y + jnp.cos(angle) * z
    places = [one + centre for one, centre in zip(turned, middle, strict=True)]
    order = 1 if motion.rotation else 0
    return jax.vmap(lambda channel: map_coordinates(channel, places, order, mode="constant"))(x)
