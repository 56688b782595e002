"""Growing networks: units trained, chosen and installed one after the other, all in one compiled loop.

The loop installs the units of an earlier growth as it installs its own, and nothing but the state goes from
one unit to the next, so that a growth can stop after any unit and go on to the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from byhand.train.backend import (
    brisk_options,
    jitted,
    plain_options,
    quick_options,
    start_backend,
    steps_together,
)
from byhand.train.grown import State
from byhand.train.phases import Growth, candidate_step, nothing_kept, output_step, settled
from byhand.train.reading import read

TINY = 2e5  # operations in an epoch so few that all has grown before any care in compiling has paid
SMALL = 2e6  # so few that a careful one is seldom paid back


def operations(draws: np.ndarray, samples: int) -> float:
    """Arithmetic operations of one epoch of the candidates, about.

    Parameters
    ----------
    draws : ndarray
        As of `grow`.
    samples : int
    """
    return 6.0 * samples * draws[0].size


def grow(
    growth: Growth,
    state: State,
    data: Mapping[str, np.ndarray],
    draws: np.ndarray,
    settings: Mapping[str, Any],
    *,
    one_by_one: bool = False,
) -> Iterator[State]:
    """Add units until it is time to stop.

    Parameters
    ----------
    growth : Growth
    state : State
        A `byhand.train.grown.seedling`, or where an earlier growth stood.
    data : mapping
        ``X`` (inputs, n) with the bias's row of ones, ``Y`` (outputs, n); and ``X_held``, ``Y_held`` where a
        held-out part decides when to stop.
    draws : ndarray, shape (units, candidates, inputs + units)
        The candidates' first weights, for each unit to come.
    settings : mapping
        ``rate``, ``candidate_rate``, ``rule`` (its settings), ``epochs`` and ``patience`` of a phase,
        ``tol``, ``limit`` (outputs, 1), ``units_patience``.
    one_by_one : bool
        Tell about every unit; otherwise after so many that Ctrl-C need not wait long.

    Yields
    ------
    State
        Each time the outputs have been trained; at the last one, ``stopped`` holds.
    """
    width = draws.shape[2]
    work = operations(draws, data["X"].shape[1])
    start_backend(work)
    together = 1 if one_by_one else steps_together(work * 2 * settings["epochs"])
    run = _compiled(growth, tiny=work < TINY, small=work < SMALL)
    rows: Any = {name: _padded(data[name], width) for name in data if name.startswith("X")}
    targets = {name: data[name] for name in data if name.startswith("Y")}
    state, installed = State(*map(np.asarray, state)), np.int32(0)
    while not state.stopped:
        found = run(state, rows, installed, targets, draws, dict(settings), together)
        state, rows, installed = State(*map(np.asarray, found[0])), found[1], found[2]
        yield state


def _padded(X: np.ndarray, width: int) -> np.ndarray:
    """The inputs, and zeros where there is no unit yet."""
    return np.concatenate([X, np.zeros((width - len(X), X.shape[1]), X.dtype)])


@lru_cache(maxsize=32)
def _compiled(growth: Growth, *, tiny: bool, small: bool) -> Callable[..., Any]:
    """``run(state, rows, installed, targets, draws, settings, together)``: so many units, in one call."""

    def run(
        state: State, rows: Any, installed: Any, targets: Any, draws: Any, settings: Any, together: Any
    ) -> tuple[State, Any, Any]:
        inputs = draws.shape[2] - draws.shape[0]

        def add(state: State, rows: Any) -> State:
            unit = state.units
            connected = jnp.arange(draws.shape[2]) < inputs + unit
            E = read(growth.outputs, {"W": state.W, "X": rows["X"], "Y": targets["Y"]})["E"]
            step = candidate_step(growth, settings, rows["X"], E)
            first = draws[unit] * connected
            found = settled(step, first, nothing_kept(growth, settings, first), _scored, settings)
            values = read(growth.candidates, {"U": found.weights, "X": rows["X"], "E": E})
            S, C, j = values["S"], values["C"], jnp.argmax(values["S"])
            return state._replace(
                units=unit + 1,
                U=state.U.at[unit].set(found.weights[j]),
                W=state.W.at[:, inputs + unit].set(-C[j]),
                scores=state.scores.at[unit].set(S),
                epochs=state.epochs.at[unit + 1, 0].set(found.epochs),
                finite=state.finite & jnp.isfinite(S).all(),
            )

        def install(state: State, rows: Any, unit: Any) -> Any:
            def activity(X: Any) -> Any:
                return read(growth.unit, {"u1": state.U[unit][None], "X": X})["h1"][0]

            return {name: X.at[inputs + unit].set(activity(X)) for name, X in rows.items()}

        def settle(state: State, rows: Any) -> State:
            step = output_step(growth, settings, rows["X"], targets["Y"])

            def judged(before: Any) -> Any:
                return before[0], (jnp.abs(before[1]) < settings["limit"]).all()

            kept = nothing_kept(growth, settings, state.W)
            found = settled(step, state.W, kept, judged, settings)
            unit = state.units
            finite = state.finite & jnp.isfinite(found.losses)
            E = read(growth.outputs, {"W": found.weights, "X": rows["X"], "Y": targets["Y"]})["E"]
            alike = (E == E[:, :1]).all()
            state = state._replace(
                begun=jnp.asarray(True),
                stopped=found.enough | alike | (unit >= draws.shape[0]) | ~finite,
                enough=found.enough,
                finite=finite,
                W=found.weights,
                losses=state.losses.at[unit].set(found.losses),
                epochs=state.epochs.at[unit, 1].set(found.epochs),
            )
            return validated(state, rows) if "X_held" in rows else state

        def validated(state: State, rows: Any) -> State:
            given = {"W": state.W, "X": rows["X_held"], "Y": targets["Y_held"]}
            loss = read(growth.outputs, given)["L"]
            better, unit = loss < state.lowest, state.units
            best, finite = jnp.where(better, unit, state.best), state.finite & jnp.isfinite(loss)
            return state._replace(
                held_out=state.held_out.at[unit].set(loss),
                best=best,
                best_W=jnp.where(better, state.W, state.best_W),
                lowest=jnp.where(better, loss, state.lowest),
                finite=finite,
                stopped=state.stopped | (unit - best >= settings["units_patience"]) | ~finite,
            )

        def one(carried: Any) -> Any:
            state, rows, installed, left = carried
            is_next = installed == state.units
            state = jax.lax.cond(is_next & state.begun, add, lambda state, _: state, state, rows)
            is_new = installed < state.units
            rows = jax.lax.cond(is_new, install, lambda _, rows, __: rows, state, rows, installed)
            state = jax.lax.cond(is_next, settle, lambda state, _: state, state, rows)
            return state, rows, installed + is_new, left - is_next

        def going_on(carried: Any) -> Any:
            return ~carried[0].stopped & (carried[3] > 0)

        return jax.lax.while_loop(going_on, one, (state, rows, installed, together))[:3]

    options = quick_options() if tiny else brisk_options() if small else plain_options()
    return jitted(run, options)


def _scored(before: Any) -> Any:
    """The candidates' losses, a row each; they are never good enough."""
    return -before[0][:, None], False
