"""What only JAX can calculate: its value and what it hands back, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


class Outside:
    """One result of a function of JAX's that byhand has no formula of.

    Parameters
    ----------
    name : str
    function : callable
        Of arrays; gives a list of arrays.
    arguments : sequence
        Its arguments; None where an operand goes.
    kinds : sequence of dtype
        What each operand is to JAX.
    place : int
        Which of its results.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        kinds: Sequence[Any],
        place: int,
    ) -> None:
        self.name = name
        self._function, self._arguments, self._kinds, self._place = function, arguments, kinds, place

    def __repr__(self) -> str:
        return self.name

    def value(self, *xs: Any) -> Any:
        """Its value."""
        with jax.enable_x64(True):
            return _numbers(self._value(*map(array_of, xs, self._kinds)))

    def pull(self, i: int, g: Any, *xs: Any) -> Any:
        """What operand i receives when the result receives g."""
        if not jnp.issubdtype(self._kinds[i], np.inexact):
            return np.zeros(np.shape(xs[i]))
        with jax.enable_x64(True):
            return _numbers(self._pull(i, jnp.asarray(g), *map(array_of, xs, self._kinds)))

    @partial(jax.jit, static_argnums=0)
    def _value(self, *operands: Any) -> Any:
        return self._of(*operands)

    @partial(jax.jit, static_argnums=(0, 1))
    def _pull(self, i: int, g: Any, *operands: Any) -> Any:
        value, back = jax.vjp(lambda x: self._of(*operands[:i], x, *operands[i + 1 :]), operands[i])
        return jnp.conj(back(jnp.conj(array_of(g, value.dtype)))[0])

    def _of(self, *operands: Any) -> Any:
        waiting = iter(operands)
        filled = [next(waiting) if x is None else x for x in self._arguments]
        return self._function(*filled)[self._place]


# JAX's gradient by a complex number has a minus before the derivative by its imaginary part: the conjugates.


def array_of(x: Any, kind: Any) -> Any:
    """Numbers as JAX has them; a complex array from its two parts."""
    numbers = jnp.asarray(x, np.float64)
    return numbers[0] + 1j * numbers[1] if is_complex(kind) else numbers.astype(kind)


def _numbers(array: Any) -> Any:
    """An array as floats; a complex one as its two parts, the real one first."""
    parts = np.stack([array.real, array.imag]) if is_complex(array.dtype) else array
    return np.asarray(parts, np.float64)


def is_complex(kind: Any) -> bool:
    """Whether values of a kind are complex."""
    return bool(jnp.issubdtype(kind, np.complexfloating))
