"""Simulated annealing over all weights of a network: a whole stretch of the chain in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.errors import CalculationError
from byhand.train.backend import jitted, start_backend
from byhand.train.objective import Objective
from byhand.train.penalty import penalised

STRETCH = 500  # proposals between two looks at the chain

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class Annealing(NamedTuple):
    r"""How a network is annealed.

    .. math:: W' = W + s\,\nu, \quad \Delta E = E(W') - E(W), \quad p = \min(1, e^{-\Delta E/T}), \quad
              W' \text{ is accepted if } u < p

    Attributes
    ----------
    objective : callable
        ``objective(params, sample, draws)``, the loss of one sample; E is the mean over all.
    penalised : tuple of str
        The weights whose squares are added.
    form : str
        The penalty's.
    strength : float
        The penalty's lambda.
    scale : float
        s, by which the standard normal numbers are multiplied.
    temperature, final_temperature : float
        T of the first and of the last proposal, in the units of the loss; in between it falls by one factor.
    proposals : int

    References
    ----------
    Metropolis et al. 1953; Kirkpatrick, Gelatt & Vecchi 1983, Optimization by simulated annealing.
    """

    objective: Objective
    penalised: tuple[str, ...]
    form: str
    strength: float
    scale: float
    temperature: float
    final_temperature: float
    proposals: int


class Chain(NamedTuple):
    """Where a chain stands.

    Attributes
    ----------
    params : dict
        Arrays by name.
    here : float
        Their objective.
    best : dict
        The weights of the lowest objective so far.
    lowest : float
        That objective.
    made : int
        Proposals so far.
    """

    params: Mapping[str, Any]
    here: float
    best: Mapping[str, Any]
    lowest: float
    made: int


class Stretch(NamedTuple):
    """A part of a chain.

    Attributes
    ----------
    losses : ndarray, shape (proposals,)
        The objective after each proposal, taken or not.
    proposed : ndarray, shape (proposals,)
        The objective of each proposal.
    accepted : ndarray of bool, shape (proposals,)
    """

    losses: np.ndarray
    proposed: np.ndarray
    accepted: np.ndarray


class Draws(NamedTuple):
    """The random numbers of some proposals.

    Attributes
    ----------
    normal : ndarray, shape (proposals, weights)
        What each weight is moved by, before the scale; the arrays in the order of their names, each row by
        row.
    uniform : ndarray, shape (proposals,)
        u of each proposal, from 0 to 1.
    """

    normal: np.ndarray
    uniform: np.ndarray


def draws(seed: int, before: int, weights: int, proposals: int) -> Iterator[Draws]:
    """The random numbers of a chain, by the seed and the number of proposals made before it.

    Parameters
    ----------
    seed, before : int
    weights : int
        How many numbers the network has.
    proposals : int

    Yields
    ------
    Draws
        Of up to `STRETCH` proposals.
    """
    moves, chances = (np.random.default_rng((seed, stream, before)) for stream in (2, 3))
    for start in range(0, proposals, STRETCH):
        count = min(STRETCH, proposals - start)
        yield Draws(
            moves.standard_normal((count, weights), np.float32), chances.random(count, dtype=np.float32)
        )


def temperatures(annealing: Annealing) -> np.ndarray:
    """The temperature of each proposal.

    Examples
    --------
    >>> temperatures(Annealing(None, (), "half", 0.0, 0.1, 2.0, 0.25, 4)).tolist()
    [2.0, 1.0, 0.5, 0.25]
    """
    first, last = annealing.temperature, annealing.final_temperature
    return first * (last / first) ** (np.arange(annealing.proposals) / max(annealing.proposals - 1, 1))


def operations(params: Mapping[str, np.ndarray], weight: np.ndarray) -> float:
    """Arithmetic operations in one proposal, about."""
    return 2.0 * len(weight) * sum(value.size for value in params.values())


def beginning(
    annealing: Annealing,
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray,
    params: Mapping[str, np.ndarray],
) -> Chain:
    """A chain that has made no proposal.

    Parameters
    ----------
    annealing : Annealing
    samples : mapping
        For each name the values of all samples along the first axis.
    weight : ndarray, shape (n,)
        What each sample counts; only proportions matter.
    params : mapping
        Where it starts.

    Raises
    ------
    CalculationError
        ``diverged``: the first objective is no finite number.
    """
    start_backend(operations(params, weight))
    energy, _ = _compiled(annealing.objective, annealing.penalised, annealing.form, _shapes(params))
    data, share = jax.device_put(dict(samples)), weight / weight.sum()
    here = float(energy(_row(params), data, share, annealing.strength))
    if not np.isfinite(here):
        raise CalculationError("diverged", epoch=0, rate=annealing.scale)
    return Chain(params, here, params, here, 0)


def anneal(
    annealing: Annealing,
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray,
    start: Chain,
    numbers: Iterator[Draws],
) -> Iterator[tuple[Chain, Stretch]]:
    """Let the chain run, a stretch for each set of random numbers.

    Parameters
    ----------
    annealing : Annealing
    samples, weight
        As for `beginning`.
    start : Chain
    numbers : iterator of Draws

    Yields
    ------
    Chain
        Where it stands after the stretch.
    Stretch
    """
    shapes = _shapes(start.params)
    _, run = _compiled(annealing.objective, annealing.penalised, annealing.form, shapes)
    data, share = jax.device_put(dict(samples)), weight / weight.sum()
    place = _row(start.params)
    here, lowest = place.dtype.type(start.here), place.dtype.type(start.lowest)
    chain: Any = place, here, _row(start.best), lowest
    cooling = temperatures(annealing).astype(place.dtype)
    made, drawn = start.made, next(numbers, None)
    while drawn is not None:
        count = len(drawn.uniform)
        stretch = drawn.normal, drawn.uniform, cooling[made : made + count]
        made += count
        chain, seen = run(chain, stretch, data, share, annealing.strength, annealing.scale)
        drawn = next(numbers, None)  # while JAX goes through the stretch
        place, here, best, lowest = chain
        reached = Chain(_parts(place, shapes), float(here), _parts(best, shapes), float(lowest), made)
        yield reached, Stretch(*map(np.asarray, seen))


def _shapes(params: Mapping[str, Any]) -> Shapes:
    return tuple((name, params[name].shape) for name in sorted(params))


def _row(params: Mapping[str, np.ndarray]) -> np.ndarray:
    """All weights in a row, the arrays in the order of their names."""
    return np.concatenate([np.ravel(params[name]) for name in sorted(params)])


def _parts(place: Any, shapes: Shapes) -> dict[str, Any]:
    """All weights in a row, as arrays by name."""
    sizes = [int(np.prod(shape)) for _, shape in shapes]
    ends = accumulate(sizes)
    return {
        name: place[end - size : end].reshape(shape)
        for (name, shape), size, end in zip(shapes, sizes, ends, strict=True)
    }


@lru_cache(maxsize=64)
def _compiled(
    objective: Objective, names: tuple[str, ...], form: str, shapes: Shapes
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The objective of all weights in a row, and a stretch of the chain."""

    def energy(place: Any, data: Any, share: Any, strength: Any) -> Any:
        params = _parts(place, shapes)
        losses = jax.vmap(lambda sample: objective(params, sample, {}))(data)
        return penalised(jnp.sum(share * losses), params, names, form, strength)

    def run(chain: Any, stretch: Any, data: Any, share: Any, strength: Any, scale: Any) -> Any:
        def propose(chain: Any, drawn: Any) -> Any:
            place, here, best, lowest = chain
            normal, uniform, temperature = drawn
            there = place + scale * normal
            proposed = energy(there, data, share, strength)
            accepted = uniform < jnp.exp(jnp.minimum(0, -(proposed - here) / temperature))
            place, here = jnp.where(accepted, there, place), jnp.where(accepted, proposed, here)
            better = here < lowest
            best, lowest = jnp.where(better, place, best), jnp.where(better, here, lowest)
            return (place, here, best, lowest), (here, proposed, accepted)

        return jax.lax.scan(propose, chain, stretch)

    return jitted(energy), jitted(run)
