"""The phases of growing: outputs and candidates learn until their losses stand still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from byhand.trace.program import Program
from byhand.train.reading import read
from byhand.train.rules import optimiser

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
    """Where a phase of learning ended.

    Attributes
    ----------
    weights : array
        The best met: (outputs, inputs + room), or a row for each candidate.
    losses : array
        Theirs: one, or one for each candidate.
    epochs : int
    enough : bool
        Whether nothing more is to be learned.
    """

    weights: Any
    losses: Any
    epochs: Any
    enough: Any


def output_step(growth: Growth, settings: Mapping[str, Any], X: Any, Y: Any) -> Step:
    """One epoch of the output weights.

    Parameters
    ----------
    growth : Growth
    settings : mapping
        As of `byhand.train.growing.grow`.
    X : array, shape (inputs + room, n)
    Y : array, shape (outputs, n)

    Returns
    -------
    callable
        ``step(W, kept)`` gives the new ones, and the loss and E of the old ones.
    """

    def loss(W: Any) -> Any:
        values = read(growth.outputs, {"W": W, "X": X, "Y": Y})
        return values["L"], (values["L"], values["E"])

    return _step(growth, settings["rate"], settings, loss)


def candidate_step(growth: Growth, settings: Mapping[str, Any], X: Any, E: Any) -> Step:
    """One epoch of the candidates, uphill.

    Parameters
    ----------
    growth : Growth
    settings : mapping
        As of `byhand.train.growing.grow`.
    X : array, shape (inputs + room, n)
    E : array, shape (outputs, n)
        The residual errors.

    Returns
    -------
    callable
        ``step(U, kept)`` gives the new weights, and the S and C of the old ones.
    """

    def minus_total(U: Any) -> Any:
        values = read(growth.candidates, {"U": U, "X": X, "E": E})
        return -values["T"], (values["S"], values["C"])

    return _step(growth, settings["candidate_rate"], settings, minus_total)


def _step(growth: Growth, rate: Any, settings: Mapping[str, Any], loss: Callable[[Any], Any]) -> Step:
    """An epoch by the rule; `loss` gives what is made small, and what is told of the weights it is of."""
    rule = optimiser(growth.rule, {"rate": rate, **settings["rule"]})

    def step(weights: Any, kept: Any) -> Any:
        (_, before), gradient = jax.value_and_grad(loss, has_aux=True)(weights)
        change, kept = rule.update(gradient, kept, weights)
        return (weights + change, kept), before

    return step


def nothing_kept(growth: Growth, settings: Mapping[str, Any], weights: Any) -> Any:
    """What the rule keeps before the first epoch of a phase."""
    return optimiser(growth.rule, {"rate": settings["rate"], **settings["rule"]}).init(weights)


def settled(step: Step, weights: Any, kept: Any, judged: Callable[..., Any], settings: Any) -> Settled:
    """Learn until the best loss has not changed by its tol-th part for so many epochs, or is good enough.

    Parameters
    ----------
    step : callable
        Of one epoch, as `output_step` gives it.
    weights : array
        Those before the first epoch.
    kept : pytree
        What the rule keeps of them.
    judged : callable
        From what a step tells of its old weights to their losses, and whether they are good enough.
    settings : mapping
        As of `byhand.train.growing.grow`.
    """

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
