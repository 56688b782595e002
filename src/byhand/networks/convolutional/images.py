"""What networks for images share: how images are given, and how they lie within the network."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, prod
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, check_is_fitted

from byhand.errors import DataError
from byhand.networks.base import asking
from byhand.networks.base.labels import check_labels
from byhand.networks.base.network import checked

Shape = tuple[int, ...]


class Images:
    """The part of an estimator that takes images, before the one that knows its targets.

    Within the network they are one array of shape (samples, channels, rows, columns).
    """

    image_shape: Sequence[int] | None
    image_shape_: Shape
    n_features_in_: int

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Images and labels that can be used."""
        rows, shape = flat(X)
        if not first:
            self._check_shape(shape)
        rows, y = checked(self, rows, y, reset=first)
        check_labels(y)
        if first:
            self.image_shape_ = shape or shape_of_rows(rows.shape[1], self.image_shape)
        return self._laid(rows), y

    def _inputs(self, X: Any) -> np.ndarray:
        rows, shape = flat(X)
        if shape:
            check_is_fitted(self)
            self._check_shape(shape)
        return self._laid(super()._inputs(rows))  # type: ignore[misc]

    def _check_shape(self, shape: Shape) -> None:
        """That images that are given have the shape of those the network was fitted with."""
        if shape and shape != self.image_shape_:
            raise DataError("image_shape", found=by(shape), wanted=by(self.image_shape_))

    def _laid(self, rows: np.ndarray) -> np.ndarray:
        """Rows as (samples, channels, rows, columns)."""
        return np.ascontiguousarray(np.moveaxis(rows.reshape(len(rows), *self.image_shape_), -1, 1))

    def _one(self, x: Any) -> Any:
        """One image, or one row, as the only row of many."""
        shape = np.shape(x)
        if len(shape) > 1 and with_channels(shape) == self.image_shape_:
            x = np.reshape(x, (1, -1))
        return asking.row(x, self.n_features_in_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.three_d_array = True
        return tags


def flat(X: Any) -> tuple[Any, Shape]:
    """Images as rows of numbers, and their shape (rows, columns, channels); rows as they are, and no shape.

    Raises
    ------
    DataError, ValueError
        They are no images.

    Examples
    --------
    >>> rows, shape = flat(np.zeros((5, 2, 3)))
    >>> rows.shape, shape
    ((5, 6), (2, 3, 1))
    """
    if axes(X) not in (3, 4):
        return X, ()
    with np.errstate(over="ignore", invalid="ignore"):
        images = check_array(X, dtype=np.float32, allow_nd=True, input_name="X")
    if not images[0].size:
        raise DataError("image_empty", found=by(images.shape[1:]))
    return images.reshape(len(images), -1), with_channels(images.shape[1:])


def shape_of_rows(columns: int, asked: Sequence[int] | None) -> Shape:
    """The (rows, columns, channels) of an image that lies in a row of a table.

    Without anything asked a square if it is one, else one row of pixels.

    Raises
    ------
    DataError
        What is asked is no shape, or does not have so many numbers.

    Examples
    --------
    >>> shape_of_rows(64, None), shape_of_rows(10, None), shape_of_rows(12, (2, 2, 3))
    ((8, 8, 1), (1, 10, 1), (2, 2, 3))
    """
    if asked is None:
        side = isqrt(columns)
        return (side, side, 1) if side * side == columns else (1, columns, 1)
    if len(asked) not in (2, 3) or not all(isinstance(one, int | np.integer) and one > 0 for one in asked):
        raise DataError("image_shape_setting", found=str(asked)[:60])
    shape = with_channels(tuple(map(int, asked)))
    if prod(shape) != columns:
        raise DataError("image_columns", found=columns, shape=by(shape), wanted=prod(shape))
    return shape


def with_channels(shape: Shape) -> Shape:
    """The (rows, columns, channels) of an image; one channel where it has none of its own."""
    return shape if len(shape) == 3 else (*shape, 1)


def by(shape: Shape) -> str:
    """A shape as it is told."""
    return "×".join(map(str, shape))


def axes(X: Any) -> int:
    """The number of axes of what is given; 2 where its rows differ in length."""
    if not isinstance(X, list | tuple):
        return int(getattr(X, "ndim", 2))
    try:
        return np.ndim(X)
    except ValueError:
        return 2
