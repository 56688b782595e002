"""Two players that descend in turn: a whole epoch of their game in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from byhand.errors import CalculationError
from byhand.train.backend import is_quick, jitted, quick_options, start_backend, steps_together
from byhand.train.batches import batches
from byhand.train.drawing import normals, uniforms
from byhand.train.objective import Objective
from byhand.train.pacing import paced, shortened
from byhand.train.rules import nothing_kept, optimiser, optimiser_state, rule_state

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class Players(NamedTuple):
    """What the compiled rounds depend on.

    Attributes
    ----------
    objectives : (callable, callable)
        The losses of one sample, of the discriminator and of the generator:
        ``objective(params, sample, draws)``.
    learns : (tuple of str, tuple of str)
        The names each of them learns.
    rule : str
    constants : tuple of (str, tuple of float)
        What else stands in the objectives, the same for each sample.
    noise : tuple of (str, tuple of int)
        The noise of a sample: names and shapes.
    normal : bool
        It is standard normal; else even between -1 and 1.
    mixed : bool
        A number between 0 and 1, ``epsilon``, is drawn for each sample.
    every : int
        After so many turns of the discriminator the generator has one.
    schedule : str
        Of both rates, each by the turns of its own player.
    """

    objectives: tuple[Objective, Objective]
    learns: tuple[tuple[str, ...], tuple[str, ...]]
    rule: str
    constants: tuple[tuple[str, tuple[float, ...]], ...]
    noise: Shapes
    normal: bool = True
    mixed: bool = False
    every: int = 1
    schedule: str = "constant"


class Reached(NamedTuple):
    """Where a game stands.

    Attributes
    ----------
    params : dict
        Arrays by name.
    kept : dict
        What the rule keeps for each of them, by the names of its equations.
    turn : int
        Rounds played so far: turns of the discriminator.
    losses : (float, float)
        The mean losses of discriminator and generator over the epoch, each batch's before its updates.
    whole : bool
        Whether this is the end of an epoch.
    """

    params: dict[str, Any]
    kept: dict[str, Any]
    turn: int
    losses: tuple[float, float] = (np.nan, np.nan)
    whole: bool = True


def play(
    players: Players,
    start: Reached,
    X: np.ndarray,
    rates: tuple[float, float],
    settings: tuple[Mapping[str, float], Mapping[str, float]],
    batch_size: int,
    orders: Iterator[np.ndarray],
    seed: int,
    first: int = 0,
) -> Iterator[Reached]:
    """Go through the samples again and again, an epoch for each order; a batch is a round.

    Parameters
    ----------
    players : Players
    start : Reached
    X : ndarray, shape (n, features)
    rates : (float, float)
        Learning rates of discriminator and generator.
    settings : (mapping, mapping)
        Of the rule and the schedule of either; with ``clip_norm`` its gradients are clipped.
    batch_size : int
    orders : iterator of ndarray
    seed : int
        Of what is drawn.
    first : int
        Epochs before.

    Yields
    ------
    Reached
        At the end of each epoch, and in the midst of long ones.

    Raises
    ------
    CalculationError
        ``diverged``: a loss or a weight is no finite number any more.
    """
    size = min(batch_size, len(X))
    work = operations(start.params, size)
    start_backend(work)
    run = compiled(players, quick=is_quick(work, -(-len(X) // size)))
    data, together, number = jax.device_put(X), steps_together(work), np.uint32(seed)
    params, turn = dict(start.params), start.turn
    kept = start.kept or nothing_kept(players.rule, params)
    for epoch, order in enumerate(orders, first + 1):
        index, share, counts = batches(order, np.ones(len(X), np.float32), size)
        found = np.zeros((0, 2), np.float32)
        while len(found) < len(index):
            part = slice(len(found), len(found) + together)
            settled = tuple(map(dict, settings)), np.asarray(rates, np.float32)
            params, kept, losses = run(
                params, kept, np.int32(turn), data, index[part], share[part], *settled, number
            )
            turn += len(losses)
            found = np.concatenate([found, np.asarray(losses)])
            if len(found) < len(index):
                yield Reached(params, kept, turn, whole=False)
        finite = all(np.isfinite(np.asarray(value)).all() for value in params.values())
        if not (finite and np.isfinite(found).all()):
            raise CalculationError("diverged", epoch=epoch, rate=float(max(rates)))
        means = counts @ found.astype(np.float64) / counts.sum()
        yield Reached(params, kept, turn, (float(means[0]), float(means[1])))


def operations(params: Mapping[str, np.ndarray], batch_size: int) -> float:
    """Arithmetic operations in one round, about: forwards and back, the discriminator for three samples."""
    return 6.0 * batch_size * sum((3 if name.endswith("_D") else 2) * w.size for name, w in params.items())


def drawn(players: Players, seed: Any, turn: Any, count: int) -> dict[str, Any]:
    """The random numbers of a round; they depend on nothing but the seed, the round, and the batch's size.

    Parameters
    ----------
    players : Players
    seed : int
    turn : int
        Rounds before.
    count : int
        Samples in the batch.

    Returns
    -------
    dict
        Float32 arrays of shape (count, …), by name.
    """
    noise = dict(players.noise)
    if players.normal:
        found = normals(seed, turn, count, noise)
    else:
        found = {name: 2 * value - 1 for name, value in uniforms(seed, turn, count, noise).items()}
    return found | (uniforms(seed, turn, count, {"epsilon": (1,)}) if players.mixed else {})


@lru_cache(maxsize=32)
def compiled(players: Players, *, quick: bool) -> Callable[..., Any]:
    """Some rounds as one compiled function; rates and the rule's settings are inputs of it."""
    return jitted(rounds_of(players), quick_options() if quick else None)


def rounds_of(players: Players) -> Callable[..., Any]:
    """The rounds as a function for JAX."""
    constants = {name: np.array(values, np.float32) for name, values in players.constants}

    def mean_loss(player: int) -> Callable[..., Any]:
        objective = players.objectives[player]

        def mean(own: Any, others: Any, samples: Any, draws: Any, share: Any) -> Any:
            known = {**constants, **others, **own}
            losses = jax.vmap(lambda sample, drawn: objective(known, sample, drawn))(samples, draws)
            return jnp.sum(share * losses)

        return mean

    def rounds(
        params: Any,
        kept: Any,
        turn: Any,
        data: Any,
        index: Any,
        share: Any,
        settings: Any,
        rates: Any,
        seed: Any,
    ) -> Any:
        def learn(player: int, turn: Any, params: Any, state: Any, batch: Any) -> Any:
            how = paced(players.schedule, {"rate": rates[player], **settings[player]}, turn)
            own = {name: params[name] for name in players.learns[player]}
            loss, gradients = jax.value_and_grad(mean_loss(player))(own, params, *batch)
            if "clip_norm" in how:
                gradients = shortened(gradients, how["clip_norm"])
            changes, state = optimiser(players.rule, how).update(gradients, state, own)
            return {**params, **optax.apply_updates(own, changes)}, state, loss

        def one(carried: Any, batch: Any) -> Any:
            params, state_D, state_G = carried
            index, share, number = batch
            seen = {"x": data[index]}, drawn(players, seed, number, len(index)), share
            params, state_D, loss_D = learn(0, number, params, state_D, seen)
            if players.every == 1:
                params, state_G, loss_G = learn(1, number, params, state_G, seen)
            else:
                params, state_G, loss_G = jax.lax.cond(
                    (number + 1) % players.every == 0,
                    lambda: learn(1, number // players.every, params, state_G, seen),
                    lambda: (params, state_G, mean_loss(1)(params, {}, *seen)),
                )
            return (params, state_D, state_G), jnp.stack([loss_D, loss_G])

        states = [
            optimiser_state(players.rule, *_own(player, params, kept), made)
            for player, made in enumerate((turn, turn // players.every))
        ]
        numbers = turn + jnp.arange(len(index))
        (params, *states), losses = jax.lax.scan(one, (params, *states), (index, share, numbers))
        found = [rule_state(players.rule, state) for state in states]
        return params, {key: {**found[0][key], **found[1][key]} for key in kept}, losses

    def _own(player: int, params: Any, kept: Any) -> tuple[Any, Any]:
        names = players.learns[player]
        return {n: params[n] for n in names}, {key: {n: tree[n] for n in names} for key, tree in kept.items()}

    return rounds
