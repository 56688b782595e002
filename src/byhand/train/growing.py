"""Growing networks: units trained, chosen and installed one after the other, all in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.trace.program import Program
from byhand.train.backend import plain_options, quick_options, start_backend, steps_together
from byhand.train.reading import read
from byhand.train.rules import optimiser

SMALL = 2e5  # operations in an epoch so small that all has grown before a careful compilation has paid

Step = Callable[[Any, Any], tuple[tuple[Any, Any], Any]]


class Growth(NamedTuple):
    """How networks of one form grow. In all of it samples are columns.

    Attributes
    ----------
    unit : Program
        From u1 and X to h1, what a unit gives.
    outputs : Program
        From W, X and Y to the residual errors E and the loss L.
    candidates : Program
        From U, X and E to the correlations C, each candidate's S, and their sum T.
    rule : str
        The rule by which outputs and candidates learn.
    """

    unit: Program
    outputs: Program
    candidates: Program
    rule: str


class Settled(NamedTuple):
    """Where a phase of learning ended: the best weights met, and their losses."""

    weights: Any
    losses: Any
    epochs: Any
    enough: Any


def output_step(growth: Growth, settings: Mapping[str, Any], X: Any, Y: Any) -> Step:
    """One epoch of the output weights.

    Returns
    -------
    callable
        ``step(W, kept)`` gives the new ones, and the loss and E of the old ones.
    """
    rule = optimiser(growth.rule, {"rate": settings["rate"], **settings["rule"]})

    def loss(W: Any) -> Any:
        values = read(growth.outputs, {"W": W, "X": X, "Y": Y})
        return values["L"], values["E"]

    def step(W: Any, kept: Any) -> Any:
        before, gradient = jax.value_and_grad(loss, has_aux=True)(W)
        change, kept = rule.update(gradient, kept, W)
        return (W + change, kept), before

    return step


def candidate_step(growth: Growth, settings: Mapping[str, Any], X: Any, E: Any) -> Step:
    """One epoch of the candidates, uphill.

    Returns
    -------
    callable
        ``step(U, kept)`` gives the new weights, and the S and C of the old ones.
    """
    rule = optimiser(growth.rule, {"rate": settings["candidate_rate"], **settings["rule"]})

    def minus_total(U: Any) -> Any:
        values = read(growth.candidates, {"U": U, "X": X, "E": E})
        return -values["T"], (values["S"], values["C"])

    def step(U: Any, kept: Any) -> Any:
        (_, before), gradient = jax.value_and_grad(minus_total, has_aux=True)(U)
        change, kept = rule.update(gradient, kept, U)
        return (U + change, kept), before

    return step


def nothing_kept(growth: Growth, settings: Mapping[str, Any], weights: Any) -> Any:
    """What the rule keeps before the first epoch of a phase."""
    return optimiser(growth.rule, {"rate": settings["rate"], **settings["rule"]}).init(weights)


def seedling(
    inputs: int, outputs: int, units: int, candidates: int, dtype: Any = np.float32
) -> dict[str, Any]:
    """A network without hidden units, with room for so many.

    Parameters
    ----------
    inputs : int
        With the bias.
    outputs, units, candidates : int

    Returns
    -------
    dict
        ``U`` (units, inputs + units) and ``W`` (outputs, inputs + units), zeros where there is nothing yet;
        the history of each unit; and what decides when to stop.
    """
    width, room = inputs + units, units + 1
    return {
        "units": 0,
        "begun": False,
        "stopped": False,
        "enough": False,
        "finite": True,
        "U": np.zeros((units, width), dtype),
        "W": np.zeros((outputs, width), dtype),
        "losses": np.zeros(room, dtype),
        "epochs": np.zeros((room, 2), np.int32),
        "scores": np.zeros((units, candidates), dtype),
        "held_out": np.zeros(room, dtype),
        "best": 0,
        "best_W": np.zeros((outputs, width), dtype),
        "lowest": np.asarray(np.inf, dtype),
    }


def grow(
    growth: Growth,
    state: Mapping[str, Any],
    data: Mapping[str, np.ndarray],
    draws: np.ndarray,
    settings: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Add units until it is time to stop.

    Parameters
    ----------
    growth : Growth
    state : mapping
        A `seedling`, or where an earlier growth stood.
    data : mapping
        ``X`` (inputs, n) with the bias's row of ones, ``Y`` (outputs, n); and ``X_held``, ``Y_held`` where a
        held-out part decides when to stop.
    draws : ndarray, shape (units, candidates, inputs + units)
        The candidates' first weights, for each unit to come.
    settings : mapping
        ``rate``, ``candidate_rate``, ``rule`` (its settings), ``epochs`` and ``patience`` of a phase,
        ``tol``, ``limit`` (outputs, 1), ``units_patience``.

    Yields
    ------
    dict
        The state each time after so many units that Ctrl-C need not wait long; at the last one, ``stopped``
        holds.
    """
    candidates, width = draws.shape[1:]
    samples = data["X"].shape[1]
    work = 6.0 * samples * width * candidates
    start_backend(work)
    together = steps_together(work * 2 * settings["epochs"])
    run = _compiled(growth, quick=work < SMALL)
    rows = {name: _rows(growth, state, data[name], width) for name in data if name.startswith("X")}
    targets = {name: data[name] for name in data if name.startswith("Y")}
    E = read(growth.outputs, {"W": state["W"], "X": rows["X"], "Y": targets["Y"]})["E"]
    state = {**state, "E": np.asarray(E)}
    while True:
        state, rows = run(state, rows, targets, draws, dict(settings), together)
        yield {name: np.asarray(value) for name, value in state.items()}
        if state["stopped"]:
            return


def _rows(growth: Growth, state: Mapping[str, Any], X: np.ndarray, width: int) -> Any:
    """The inputs and what the installed units give, zeros where there is no unit yet."""
    rows = np.zeros((width, X.shape[1]), X.dtype)
    rows[: len(X)] = X
    for k in range(int(state["units"])):
        rows[len(X) + k] = _activity(growth, state["U"][k], rows)
    return rows


def _activity(growth: Growth, u: Any, X: Any) -> Any:
    """What a unit gives for each sample."""
    return read(growth.unit, {"u1": u[None], "X": X})["h1"][0]


@lru_cache(maxsize=32)
def _compiled(growth: Growth, *, quick: bool) -> Callable[..., Any]:
    """``run(state, data, draws, settings, together)``: so many units at the most, in one call."""

    def run(state: Any, rows: Any, targets: Any, draws: Any, settings: Any, together: Any) -> Any:
        inputs = draws.shape[2] - draws.shape[0]

        def add(state: Any, rows: Any) -> Any:
            unit = state["units"]
            connected = jnp.arange(draws.shape[2]) < inputs + unit
            E = state["E"]
            step = candidate_step(growth, settings, rows["X"], E)
            first = draws[unit] * connected
            found = _settled(step, first, nothing_kept(growth, settings, first), _scored, settings)
            values = read(growth.candidates, {"U": found.weights, "X": rows["X"], "E": E})
            S, C, j = values["S"], values["C"], jnp.argmax(values["S"])
            u = found.weights[j]
            rows = {name: X.at[inputs + unit].set(_activity(growth, u, X)) for name, X in rows.items()}
            grown = {
                **state,
                "units": unit + 1,
                "U": state["U"].at[unit].set(u),
                "W": state["W"].at[:, inputs + unit].set(-C[j]),
                "scores": state["scores"].at[unit].set(S),
                "epochs": state["epochs"].at[unit + 1, 0].set(found.epochs),
                "finite": state["finite"] & jnp.isfinite(S).all(),
            }
            return grown, rows

        def one(carried: Any) -> Any:
            state, rows, left = carried
            state, rows = jax.lax.cond(state["begun"], add, lambda *same: same, state, rows)
            step = output_step(growth, settings, rows["X"], targets["Y"])

            def judged(before: Any) -> Any:
                return before[0], (jnp.abs(before[1]) < settings["limit"]).all()

            kept = nothing_kept(growth, settings, state["W"])
            found = _settled(step, state["W"], kept, judged, settings)
            unit = state["units"]
            state = {
                **state,
                "begun": True,
                "W": found.weights,
                "enough": found.enough,
                "losses": state["losses"].at[unit].set(found.losses),
                "epochs": state["epochs"].at[unit, 1].set(found.epochs),
                "finite": state["finite"] & jnp.isfinite(found.losses),
            }
            E = read(growth.outputs, {"W": state["W"], "X": rows["X"], "Y": targets["Y"]})["E"]
            state["E"] = E
            alike = (E == E[:, :1]).all()
            state["stopped"] = found.enough | alike | (unit >= draws.shape[0]) | ~state["finite"]
            if "X_held" in rows:
                state = validated(state, rows)
            return state, rows, left - 1

        def validated(state: Any, rows: Any) -> Any:
            given = {"W": state["W"], "X": rows["X_held"], "Y": targets["Y_held"]}
            loss = read(growth.outputs, given)["L"]
            better, unit = loss < state["lowest"], state["units"]
            best = jnp.where(better, unit, state["best"])
            return {
                **state,
                "held_out": state["held_out"].at[unit].set(loss),
                "best": best,
                "best_W": jnp.where(better, state["W"], state["best_W"]),
                "lowest": jnp.where(better, loss, state["lowest"]),
                "stopped": state["stopped"] | (unit - best >= settings["units_patience"]),
            }

        def going_on(carried: Any) -> Any:
            return ~carried[0]["stopped"] & (carried[2] > 0)

        return jax.lax.while_loop(going_on, one, (state, rows, together))[:2]

    return jax.jit(run, compiler_options=quick_options() if quick else plain_options())


def _scored(before: Any) -> Any:
    """The candidates' losses, a row each; they are never good enough."""
    return -before[0][:, None], False


def _settled(step: Step, weights: Any, kept: Any, judged: Callable[..., Any], settings: Any) -> Settled:
    """Learn until the best loss has not changed by its tol-th part for so many epochs, or is good enough."""

    def epoch(carried: Any) -> Any:
        weights, kept, best, mark, since = carried
        (new, kept), before = step(weights, kept)
        losses, enough = judged(before)
        better = (losses < best.losses) | enough
        low = jnp.min(losses)
        moved = jnp.abs(low - mark) > settings["tol"] * jnp.abs(mark)
        best = Settled(
            jnp.where(better, weights, best.weights),
            jnp.where(better, losses, best.losses),
            best.epochs + 1,
            best.enough | enough,
        )
        return new, kept, best, jnp.where(moved, low, mark), jnp.where(moved, 0, since + 1)

    def going_on(carried: Any) -> Any:
        _, _, best, _, since = carried
        return ~best.enough & (best.epochs < settings["epochs"]) & (since < settings["patience"])

    shape = jax.eval_shape(lambda: judged(step(weights, kept)[1])[0])
    unknown = Settled(weights, jnp.full(shape.shape, jnp.inf, shape.dtype), 0, False)
    mark = jnp.full((), jnp.finfo(shape.dtype).max, shape.dtype)
    return jax.lax.while_loop(going_on, epoch, (weights, kept, unknown, mark, 0))[2]
