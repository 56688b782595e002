"""Float32 weights read as float64, each number taken exactly, without a copy of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from byhand.ops.table import MAX_ELEMENTS


class Widened(NDArrayOperatorsMixin):
    """An array of float32 that calculates in float64.

    A product with a vector, a square and its sum widen so many rows at a time as `MAX_ELEMENTS` allows; what
    has no more elements gives the bits that a widened copy gives. Every other operation widens the whole.

    Parameters
    ----------
    array : ndarray, one or more axes
    squared : bool
        Each element stands for its square.

    Examples
    --------
    >>> w = Widened(np.array([[0.5, 2.0], [1.0, -3.0]], np.float32))
    >>> (w @ np.array([2.0, 1.0])).tolist(), w[1, 1], (w * w).sum()
    ([3.0, -1.0], -3.0, 14.25)
    """

    def __init__(self, array: Any, squared: bool = False) -> None:
        self._array, self._squared = array, squared
        self.shape, self.ndim, self.size = array.shape, array.ndim, array.size

    def _wide(self, part: Any) -> Any:
        wide = np.array(part, np.float64)
        return np.multiply(wide, wide, out=wide) if self._squared else wide

    def _parts(self) -> Iterator[Any]:
        rows = max(1, MAX_ELEMENTS * self.shape[0] // self.size)
        return (self._wide(self._array[k : k + rows]) for k in range(0, self.shape[0], rows))

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, index: Any) -> Any:
        found = self._wide(self._array[index])
        return found if np.ndim(found) else float(found)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self._wide(self._array), dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        if ufunc is np.matmul and inputs[0] is self and np.ndim(inputs[1]) == 1:
            return np.concatenate([part @ inputs[1] for part in self._parts()])
        if ufunc is np.multiply and all(one is self for one in inputs) and not self._squared:
            return Widened(self._array, squared=True)
        wide = [np.asarray(one) if isinstance(one, Widened) else one for one in inputs]
        return getattr(ufunc, method)(*wide, **settings)

    def transpose(self, axes: Any = None) -> Widened:
        """Its axes in another order; by default the reverse one."""
        return Widened(self._array.transpose(axes), self._squared)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, **settings: Any) -> Any:
        """The sum of all elements, or along an axis."""
        if axis is None and not settings:
            return sum(float(part.sum()) for part in self._parts())
        return np.asarray(self).sum(axis, dtype, out, **settings)
