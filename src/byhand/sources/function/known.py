"""Functions of JAX that are one operation of byhand's, found by their code when they run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import CodeType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Settings = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class Known(NamedTuple):
    """A function that is one operation of its first argument.

    Attributes
    ----------
    op : str
        The operation.
    settings : callable
        Its settings from the function's arguments by name; None where it was called in a way the operation
        does not have.
    """

    op: str
    settings: Settings


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _along(default: int | None) -> Settings:
    def settings(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        axis = arguments.get("axis")
        if not isinstance(axis, int | None):
            return None
        found: dict[str, Any] = {} if axis == default else {"axis": axis}
        return {**found, "keepdims": True} if arguments.get("keepdims") else found

    return settings


def _slope(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    slope = arguments["negative_slope"]
    if not isinstance(slope, int | float):
        return None
    return {} if slope == 0.01 else {"slope": float(slope)}


def _by_tanh(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    return {} if arguments["approximate"] is True else None


@cache
def _functions() -> dict[CodeType, Known]:
    found: list[tuple[Callable[..., Any], str, Settings]] = [
        (jax.nn.relu, "relu", _plain),
        (jax.nn.softplus, "softplus", _plain),
        (jax.nn.gelu, "gelu_tanh", _by_tanh),
        (jax.nn.leaky_relu, "leaky_relu", _slope),
        (jax.nn.softmax, "softmax", _along(-1)),
        (jax.nn.log_softmax, "log_softmax", _along(-1)),
        (jax.nn.logsumexp, "logsumexp", _along(None)),
        (jnp.sum, "sum", _along(None)),
        (jnp.mean, "mean", _along(None)),
        (jnp.max, "max", _along(None)),
        (jnp.min, "min", _along(None)),
        (jnp.linalg.norm, "norm", _along(None)),
    ]
    return {inspect.unwrap(function).__code__: Known(op, settings) for function, op, settings in found}


def function_of(code: CodeType) -> Known | None:
    """The operation that a function with this code is, if it is one."""
    return _functions().get(code)
