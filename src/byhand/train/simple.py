"""Simple recurrent networks compiled for many sequences at once, with a written derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from byhand.equations.recurrent import Simple
from byhand.train.reading import OPERATIONS, built, read

# The derivative of an activation by what it gives.
SLOPES: Mapping[str, Callable[[Any], Any]] = {
    "tanh": lambda h: 1 - h * h,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: jnp.where(h > 0, 1.0, 0.0).astype(h.dtype),
    "identity": jnp.ones_like,
}


def states(form: Simple, params: Any, x: Any, before: Any, kept: Any) -> tuple[Any, Any]:
    """What the hidden units give at each time step, and what is carried on.

    Parameters
    ----------
    form : Simple
    params : mapping
    x : array, shape (steps, n, features)
    before : mapping
        The context before the first time step, shape (n, context), by the name of what it is a copy of.
    kept : array of bool, shape (steps,)
        Whether the gradient goes on at the context of each time step.

    Returns
    -------
    h : array, shape (steps, n, units)
    after : mapping
        As `before`, after the last.
    """
    U = params["U"]
    arriving = projected(x, params["W"]) + params["bh"]
    if form.context == "hidden":
        h = hidden_states(form.activation, arriving, U, before["h"], kept.astype(U.dtype))
        return h, {"h": h[-1]}
    activation, output = OPERATIONS.get(form.activation, _same), built(*form.output_lines())

    def step(context: Any, moment: Any) -> Any:
        arriving, kept = moment
        context = jnp.where(kept, context, jax.lax.stop_gradient(context))
        h = activation(arriving + context @ U.T)
        return jax.vmap(lambda h: read(output, {**params, "h": h})["yhat"])(h), h

    after, h = jax.lax.scan(step, before["yhat"], (arriving, kept))
    return h, {"yhat": after}


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def hidden_states(activation: str, arriving: Any, U: Any, first: Any, kept: Any) -> Any:
    """What the hidden units give at each time step, where they are their own context.

    Its derivative is written: backwards through time only that by the pre-activations is calculated; that by
    U is one product of matrices over all time steps.

    Parameters
    ----------
    activation : str
    arriving : array, shape (steps, n, units)
        The pre-activations without the share of the context.
    U : array, shape (units, units)
    first : array, shape (n, units)
        The context before the first time step.
    kept : array, shape (steps,)
        1 where the gradient goes on at the context of a time step, 0 where it stops.

    Returns
    -------
    array, shape (steps, n, units)
    """
    return _forward(activation, arriving, U, first, kept)[0]


def _forward(activation: str, arriving: Any, U: Any, first: Any, kept: Any) -> tuple[Any, Any]:
    applied = OPERATIONS.get(activation, _same)

    def step(h: Any, arriving: Any) -> Any:
        h = applied(arriving + h @ U.T)
        return h, h

    _, h = jax.lax.scan(step, first, arriving)
    return h, (h, U, first, kept)


def _backward(activation: str, saved: Any, upstream: Any) -> tuple[Any, Any, Any, Any]:
    h, U, first, kept = saved
    slope = SLOPES[activation]

    def step(later: Any, moment: Any) -> Any:
        upstream, h, kept = moment
        dz = (upstream + later) * slope(h)
        return kept * (dz @ U), dz

    before, dz = jax.lax.scan(step, jnp.zeros_like(first), (upstream, h, kept), reverse=True)
    return dz, *by_weights(dz, shifted(first, h)), before, jnp.zeros_like(kept)


hidden_states.defvjp(_forward, _backward)


def rows(moments: Any) -> Any:
    """All time steps of all sequences one below the other: a product with them is the fastest so."""
    return moments.reshape(-1, moments.shape[-1])


def projected(x: Any, W: Any) -> Any:
    """W x of all time steps: (steps, n, len(W))."""
    return (rows(x) @ W.T).reshape(*x.shape[:2], -1)


def by_weights(da: Any, *seen: Any) -> list[Any]:
    """The derivatives by the weights of all that was seen; as da.T @ seen XLA would be slower."""
    found = (rows(jnp.concatenate(seen, axis=-1)).T @ rows(da)).T
    sizes = [one.shape[-1] for one in seen]
    return jnp.split(found, np.cumsum(sizes)[:-1], axis=1)


def shifted(first: Any, values: Any) -> Any:
    """What stood there a time step before."""
    return jnp.concatenate([first[None], values[:-1]])


def _same(z: Any) -> Any:
    return z
