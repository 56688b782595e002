"""The true gradients of a loss that is written in code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

MOST_MEASURED = 4000
FEW = 400


class Measured(NamedTuple):
    """A true gradient, at the positions (of the flat array) where it was worked out."""

    shape: tuple[int, ...]
    positions: np.ndarray
    values: np.ndarray


def measured(
    loss: Callable[..., Any], params: Mapping[str, Any], args: tuple[Any, ...]
) -> dict[str, Measured]:
    """True gradients of a loss written in code: by JAX's derivative, or by differences of two step lengths.

    Parameters
    ----------
    loss : callable
        ``loss(params, *args)``, a single number.
    params : mapping
        Arrays by name: NumPy, PyTorch or JAX.
    args : tuple
    """
    if any(type(value).__module__.startswith("jax") for value in params.values()):
        import jax

        gradients = jax.grad(loss)(dict(params), *args)
        return {name: whole(as_array(gradients[name])) for name in params}
    doubled = tuple(_in_double(arg) for arg in args)
    start = {name: _in_double(value) for name, value in params.items()}
    return {name: _by_differences(loss, start, doubled, name) for name in params}


def whole(array: np.ndarray) -> Measured:
    """A gradient that is known everywhere."""
    return Measured(array.shape, np.arange(array.size), array.ravel())


def _by_differences(
    loss: Callable[..., Any], params: Mapping[str, Any], args: tuple[Any, ...], name: str
) -> Measured:
    array = as_array(params[name])
    count = array.size if array.size <= MOST_MEASURED else FEW
    positions = np.unique(np.linspace(0, array.size - 1, count).astype(int))
    slopes = []
    for position in positions:
        x = float(array.flat[position])
        h = 1e-4 * max(1.0, abs(x))

        def at(value: float, position: int = position) -> float:
            moved = array.copy()
            moved.flat[position] = value
            return float(loss({**params, name: _like(moved, params[name])}, *args))

        wide, near = (at(x + 2 * h) - at(x - 2 * h)) / (4 * h), (at(x + h) - at(x - h)) / (2 * h)
        slopes.append((4 * near - wide) / 3)  # the error of the two cancels to the fourth order
    return Measured(array.shape, positions, np.array(slopes))


def as_array(value: Any) -> np.ndarray:
    """A NumPy array of floats from NumPy, PyTorch, JAX or lists."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return np.asarray(value, dtype=np.float64)


def _in_double(value: Any) -> Any:
    """A value in double precision, in its own library; what is no array of floats as it is."""
    if hasattr(value, "detach"):
        return value.detach().double() if value.is_floating_point() else value
    return (
        np.asarray(value, dtype=np.float64)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
        else value
    )


def _like(array: np.ndarray, original: Any) -> Any:
    """An array in the library of the original."""
    if hasattr(original, "detach"):
        import torch

        return torch.as_tensor(array)
    return array if np.ndim(original) else float(array)
