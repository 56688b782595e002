"""LSTM and GRU compiled for many sequences at once, with written derivatives.

The gates stand side by side, so that a time step needs one product of matrices. Backwards through time only
the derivatives by the pre-activations are calculated; those by the weights are products of matrices over all
time steps. A sigmoid is a tanh of half its argument, so that all gates are one sweep over memory.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from byhand.equations.gated import GATES, Gated
from byhand.train.simple import by_weights, projected, rows, shifted


def states(form: Gated, params: Any, x: Any, before: Any, kept: Any) -> tuple[Any, Any]:
    """What the units give at each time step, and what is carried on: as `byhand.train.simple.states`."""
    gates = GATES[form.cell]
    W, U, b = (jnp.concatenate([params[f"{letter}_{gate}"] for gate in gates]) for letter in "WUb")
    kept = kept.astype(U.dtype)
    if form.cell == "gru":
        h = gru_states(x, W, U, b, params["b_m"], before["h"], kept)
        return h, {"h": h[-1]}
    h, c = lstm_states(x, W, U, b, before["h"], before["c"], kept)
    return h, {"h": h[-1], "c": c}


@jax.custom_vjp
def lstm_states(x: Any, W: Any, U: Any, b: Any, h0: Any, c0: Any, kept: Any) -> tuple[Any, Any]:
    """What the units of an LSTM give at each time step, and what its cells hold after the last.

    Parameters
    ----------
    x : array, shape (steps, n, features)
    W, U : array, shape (4 units, features) and (4 units, units)
        Of the gates i, f, g, o, one below the other.
    b : array, shape (4 units,)
    h0, c0 : array, shape (n, units)
        What the units gave, and what the cells held, before the first time step.
    kept : array, shape (steps,)
        1 where the gradient goes on at what a time step takes over, 0 where it stops.

    Returns
    -------
    h : array, shape (steps, n, units)
    c : array, shape (n, units)
    """
    return _lstm_forward(x, W, U, b, h0, c0, kept)[0]


def _lstm_forward(x: Any, W: Any, U: Any, b: Any, h0: Any, c0: Any, kept: Any) -> tuple[Any, Any]:
    units, by_row = h0.shape[1], U.T
    scale, shift = _squashing("sigmoid sigmoid tanh sigmoid", units, U.dtype)

    def step(carried: Any, arriving: Any) -> Any:
        h, c = carried
        gates = jnp.tanh((arriving + h @ by_row + b) * scale) * scale + shift
        i, f, g, o = _parts(gates, units)
        c = f * c + i * g
        shown = jnp.tanh(c)
        h = o * shown
        return (h, c), (h, c, shown, gates)

    (_, last), (h, c, shown, gates) = jax.lax.scan(step, (h0, c0), projected(x, W))
    return (h, last), (h, c, shown, gates, x, W, U, h0, c0, kept)


def _lstm_backward(saved: Any, upstream: Any) -> tuple[Any, ...]:
    h, c, shown, gates, x, W, U, h0, c0, kept = saved
    upstream_h, upstream_c = upstream
    units = h0.shape[1]

    def step(later: Any, moment: Any) -> Any:
        later_h, later_c = later
        upstream, before, shown, gates, kept = moment
        i, f, g, o = _parts(gates, units)
        dh = upstream + later_h
        dc = later_c + dh * o * (1 - shown * shown)
        da = jnp.concatenate(
            [
                *(dc * g * i * (1 - i), dc * before * f * (1 - f)),
                *(dc * i * (1 - g * g), dh * shown * o * (1 - o)),
            ],
            axis=1,
        )
        return (kept * (da @ U), kept * (dc * f)), da

    moments = upstream_h, shifted(c0, c), shown, gates, kept
    (dh0, dc0), da = jax.lax.scan(step, (jnp.zeros_like(h0), upstream_c), moments, reverse=True)
    dW, dU = by_weights(da, x, shifted(h0, h))
    return projected(da, W.T), dW, dU, rows(da).sum(axis=0), dh0, dc0, jnp.zeros_like(kept)


lstm_states.defvjp(_lstm_forward, _lstm_backward)


@jax.custom_vjp
def gru_states(x: Any, W: Any, U: Any, b: Any, b_m: Any, h0: Any, kept: Any) -> Any:
    """What the units of a GRU give at each time step.

    Parameters
    ----------
    x : array, shape (steps, n, features)
    W, U : array, shape (3 units, features) and (3 units, units)
        Of r, z and n; U of n is that of m.
    b, b_m : array, shape (3 units,) and (units,)
    h0, kept
        As for `lstm_states`.

    Returns
    -------
    array, shape (steps, n, units)
    """
    return _gru_forward(x, W, U, b, b_m, h0, kept)[0]


def _gru_forward(x: Any, W: Any, U: Any, b: Any, b_m: Any, h0: Any, kept: Any) -> tuple[Any, Any]:
    units, by_row = h0.shape[1], U.T

    def step(h: Any, arriving: Any) -> Any:
        arriving, recalled = arriving + b, h @ by_row
        gates = jnp.tanh((arriving[:, : 2 * units] + recalled[:, : 2 * units]) * 0.5) * 0.5 + 0.5
        r, z = _parts(gates, units)
        m = recalled[:, 2 * units :] + b_m
        n = jnp.tanh(arriving[:, 2 * units :] + r * m)
        h = n + z * (h - n)
        return h, (h, gates, m, n)

    _, (h, gates, m, n) = jax.lax.scan(step, h0, projected(x, W))
    return h, (h, gates, m, n, x, W, U, h0, kept)


def _gru_backward(saved: Any, upstream: Any) -> tuple[Any, ...]:
    h, gates, m, n, x, W, U, h0, kept = saved
    units = h0.shape[1]
    before = shifted(h0, h)

    def step(later: Any, moment: Any) -> Any:
        upstream, before, gates, m, n, kept = moment
        r, z = _parts(gates, units)
        dh = upstream + later
        da_n = dh * (1 - z) * (1 - n * n)
        da_z = dh * (before - n) * z * (1 - z)
        da_r = da_n * m * r * (1 - r)
        recalled = jnp.concatenate([da_r, da_z, da_n * r], axis=1)
        return kept * (recalled @ U + dh * z), (recalled, da_n)

    moments = upstream, before, gates, m, n, kept
    dh0, (recalled, da_n) = jax.lax.scan(step, jnp.zeros_like(h0), moments, reverse=True)
    da = jnp.concatenate([recalled[:, :, : 2 * units], da_n], axis=2)
    db, db_m = rows(da).sum(axis=0), rows(recalled[:, :, 2 * units :]).sum(axis=0)
    (dW,), (dU,) = by_weights(da, x), by_weights(recalled, before)
    return projected(da, W.T), dW, dU, db, db_m, dh0, jnp.zeros_like(kept)


gru_states.defvjp(_gru_forward, _gru_backward)


def _parts(gates: Any, units: int) -> list[Any]:
    """What stands side by side."""
    return [gates[:, start : start + units] for start in range(0, gates.shape[1], units)]


def _squashing(functions: str, units: int, dtype: Any) -> tuple[Any, Any]:
    """What a tanh's argument and value are multiplied by, and what is added, for each gate's function."""
    scale = jnp.array([0.5 if one == "sigmoid" else 1.0 for one in functions.split()], dtype)
    return jnp.repeat(scale, units), jnp.repeat(1 - scale, units)
