"""Boltzmann learning: both phases of a cycle, all chains side by side, in one compiled step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.equations.boltzmann import CHANGES, FIRES, Sizes
from byhand.equations.energy import BIAS, field
from byhand.sources.formula import read_lines
from byhand.trace.program import build
from byhand.train.backend import is_quick, jitted, quick_options, start_backend
from byhand.train.reading import read

# A unit asked for its next state: W is its row of weights, b its bias, S has a column for each chain.
_ASKED = build(read_lines(f"gap = {field('S', BIAS)}\n{FIRES}").expressions)


class Cycle(NamedTuple):
    """What one learning cycle gives.

    Attributes
    ----------
    params : dict
        ``W`` and ``b``.
    difference : float
        How far the co-occurrences of the two phases are apart, on average over the connections.
    """

    params: dict[str, np.ndarray]
    difference: float


class Form(NamedTuple):
    """What is compiled: sizes, how many of the last sweeps count, how weights change.

    Attributes
    ----------
    sizes : Sizes
    gathering : int
    step_size : str
    """

    sizes: Sizes
    gathering: int
    step_size: str


def operations(sizes: Sizes) -> float:
    """Arithmetic operations in one sweep, about."""
    return 2.0 * (sizes.visible + sizes.hidden) ** 2 * sizes.chains


def learn(
    form: Form,
    params: Mapping[str, Any],
    X: np.ndarray,
    settings: Mapping[str, Any],
    draws: Mapping[str, np.ndarray],
) -> Cycle:
    """One learning cycle.

    Parameters
    ----------
    form : Form
    params : mapping
        ``W`` of shape (units, units) and ``b`` of shape (units,).
    X : ndarray, shape (chains, visible)
        A row for each time an input is clamped.
    settings : mapping
        ``M`` and ``eta``; ``T``, the temperature of each sweep; ``lost`` and ``gained``, the chances that a
        clamped unit is off instead of on, and on instead of off.
    draws : mapping
        As `byhand.equations.boltzmann.drawn` gives them.

    Returns
    -------
    Cycle
    """
    work = operations(form.sizes)
    start_backend(work)
    run = _compiled(form, is_quick(work, form.sizes.sweeps))
    params, difference = run(dict(params), X, dict(settings), dict(draws))
    return Cycle({name: np.asarray(value) for name, value in params.items()}, float(difference))


@lru_cache(maxsize=64)
def _compiled(form: Form, quick: bool) -> Callable[..., Any]:
    visible, hidden, chains, sweeps = form.sizes
    change = build(read_lines(CHANGES[form.step_size]).expressions)
    # Signs are taken of whole numbers, of whose difference rounding leaves nothing where they are equal.
    counted = chains * form.gathering
    scale = 1 if form.step_size == "fixed" else 1 / counted

    def cycle(params: Any, X: Any, settings: Any, draws: Any) -> Any:
        W, b = params["W"], params["b"]
        V = jnp.where(X.T > 0, 1 - settings["lost"], settings["gained"]) > draws["r_noise"]
        first = jnp.concatenate([V, draws["r_start"] < 0.5]).astype(W.dtype)
        free = (draws["r_start_free"] < 0.5).astype(W.dtype)
        seen: dict[str, Any] = {"M": settings["M"], "eta": settings["eta"], **params}
        for end, S, begin, r in (("", first, visible, draws["r"]), ("_free", free, 0, draws["r_free"])):
            count = visible + hidden - begin
            P, m = together(W, b, S, begin, r.reshape(sweeps, count, chains), settings["T"])
            seen |= {f"P{end}": P * scale, f"m{end}": m * scale}
        after = read(change, seen)
        apart = (jnp.abs(seen["P"] - seen["P_free"]) * seen["M"]).sum() / jnp.maximum(seen["M"].sum(), 1)
        return {name: after[f"{name}_new"] for name in params}, apart / (scale * counted)

    def together(W: Any, b: Any, S: Any, begin: int, r: Any, T: Any) -> Any:
        """How many times each two units are on together in the last sweeps over the units from one on."""

        def falling(S: Any, drawn: Any) -> Any:
            return sweep(W, b, S, begin, *drawn), None

        def counting(known: Any, drawn: Any) -> Any:
            S, P, m = known
            S = sweep(W, b, S, begin, *drawn)
            return (S, P + S @ S.T, m + S.sum(axis=1)), None

        before, last = (
            (r[: -form.gathering], T[: -form.gathering]),
            (r[-form.gathering :], T[-form.gathering :]),
        )
        S, _ = jax.lax.scan(falling, S, before)
        (_, P, m), _ = jax.lax.scan(counting, (S, jnp.zeros_like(W), jnp.zeros_like(b)), last)
        return P, m

    return jitted(cycle, quick_options() if quick else None)


def sweep(W: Any, b: Any, S: Any, begin: int, r: Any, T: Any, clamped: Any = False) -> Any:
    """The states after every unit from one on was asked once, in their order.

    Parameters
    ----------
    W : array, shape (units, units)
    b : array, shape (units,)
    S : array, shape (units, chains)
    begin : int
        The first unit that is asked.
    r : array, shape (units asked, chains)
        The numbers drawn.
    T : float
    clamped : array of bool, shape (units, chains)
        Which units stay as they are in which chain.
    """

    def one(k: Any, S: Any) -> Any:
        unit = begin + k
        on = read(_ASKED, {"W": W[unit], "b": b[unit], "S": S, "T": T, "r": r[k]})["on"].astype(S.dtype)
        return S.at[unit].set(on if clamped is False else jnp.where(clamped[unit], S[unit], on))

    return jax.lax.fori_loop(0, len(r), one, S) if len(r) else S


def settle(
    params: Mapping[str, Any],
    known: np.ndarray,
    T: np.ndarray,
    draws: Mapping[str, np.ndarray],
    gathering: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Chains in which a part of the units is clamped, while the temperature falls.

    Parameters
    ----------
    params : mapping
    known : ndarray, shape (n, units)
        States; NaN where a unit is free.
    T : ndarray, shape (sweeps,)
    draws : mapping
        ``r_start_free`` and ``r_free``, a column for each chain or one for all.
    gathering : int
        How many of the last sweeps count.

    Returns
    -------
    ndarray, shape (n, units)
        How often each unit was on in these.
    ndarray, shape (n, units)
        The last states.
    """
    start_backend(2.0 * known.size * known.shape[1])
    means, last = _settling(gathering)(
        dict(params), known.T.astype(np.float32), T, draws["r_start_free"], draws["r_free"]
    )
    return np.asarray(means, np.float64).T, np.asarray(last, np.float64).T


@lru_cache(maxsize=8)
def _settling(gathering: int) -> Callable[..., Any]:
    def run(params: Any, known: Any, T: Any, first: Any, r: Any) -> Any:
        W, b, clamped = params["W"], params["b"], ~jnp.isnan(known)
        S = jnp.where(clamped, known, first < 0.5)

        def one(S: Any, drawn: Any) -> Any:
            r, T = drawn
            S = sweep(W, b, S, 0, r, T, clamped)
            return S, S

        S, seen = jax.lax.scan(one, S, (r.reshape(len(T), *first.shape), T))
        return seen[-gathering:].mean(axis=0), S

    return jitted(run)
