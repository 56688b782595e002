"""Mini-batch gradient descent: a whole epoch in one compiled loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from byhand.errors import CalculationError
from byhand.train.accumulating import in_parts
from byhand.train.backend import (
    SHARES,
    is_quick,
    jitted,
    portions,
    quick_options,
    shares,
    start_backend,
    steps_together,
)
from byhand.train.batches import batches
from byhand.train.dividing import added, among, everywhere, own
from byhand.train.drawing import uniforms
from byhand.train.objective import Objective
from byhand.train.pacing import paced, shortened
from byhand.train.penalty import penalised
from byhand.train.rules import nothing_kept, optimiser, optimiser_state, rule_state

Drawn = tuple[tuple[str, tuple[int, ...]], ...]


class Step(NamedTuple):
    """What a compiled epoch depends on besides the numbers that it is given.

    Attributes
    ----------
    objective, rule, penalised, form, drawn, schedule
        As of `Descent`.
    accumulate : int
        In how many parts each device works through its share of a batch.
    devices : int
        Among how many a batch is divided.
    """

    objective: Objective
    rule: str
    penalised: tuple[str, ...] = ()
    form: str = "half"
    drawn: Drawn = ()
    schedule: str = "constant"
    accumulate: int = 1
    devices: int = 1


class Descent(NamedTuple):
    """How a network descends.

    Attributes
    ----------
    objective : Objective
        The loss of one sample.
    rule : str
    settings : dict
        The rate and the rule's settings.
    penalised : tuple of str
        The weights whose squares are added to the loss.
    strength : float
        lambda of the penalty.
    batch_size : int
    form : str
        The penalty's: ``half`` or ``textbook``.
    drawn : tuple of (str, tuple of int)
        What is drawn for each sample of a step: names, and the shapes of their uniform numbers.
    seed : int
        Of what is drawn.
    steps : int
        How often one sample uses each weight: the time steps of a sequence.
    schedule : str
        Of the rate; its settings are among the others. With ``clip_norm`` among them, gradients are clipped.
    accumulate : int
        In how many parts a batch is worked through.
    """

    objective: Objective
    rule: str
    settings: Mapping[str, float]
    penalised: tuple[str, ...]
    strength: float
    batch_size: int
    form: str = "half"
    drawn: Drawn = ()
    seed: int = 0
    steps: int = 1
    schedule: str = "constant"
    accumulate: int = 1

    def step(self, accumulate: int, devices: int = 1) -> Step:
        """How it is compiled, a batch in so many parts on each of so many devices."""
        kind = self.objective, self.rule, self.penalised, self.form, self.drawn, self.schedule
        return Step(*kind, accumulate, devices)


class Epoch(NamedTuple):
    """Where a descent stands.

    Attributes
    ----------
    params : dict
        Arrays by name.
    kept : dict
        What the rule keeps for each of them, by the names of its equations; empty at the start.
    turn : int
        Updates made so far.
    loss : float
        The mean objective over the epoch, each batch's taken before its update.
    number : int
        Whole epochs made so far.
    losses : ndarray
        In the midst of an epoch the objectives of its steps so far; empty at its end.
    """

    params: dict[str, Any]
    kept: dict[str, Any]
    turn: int
    loss: float
    number: int = 0
    losses: np.ndarray = np.zeros(0, np.float32)

    @property
    def whole(self) -> bool:
        """Whether this is the end of an epoch."""
        return not len(self.losses)


def descend(
    descent: Descent,
    start: Epoch,
    samples: Mapping[str, np.ndarray],
    weight: np.ndarray,
    orders: Iterator[np.ndarray],
) -> Iterator[Epoch]:
    """Go through the samples again and again, an epoch for each order.

    Parameters
    ----------
    descent : Descent
    start : Epoch
        Its loss is not used; in the midst of an epoch the first order is that epoch's.
    samples : mapping
        For each name the values of all samples along the first axis.
    weight : ndarray, shape (n,)
        What each sample counts; only proportions matter.
    orders : iterator of ndarray
        For each epoch the order of the samples.

    Yields
    ------
    Epoch
        At the end of each epoch, and in the midst of long ones as often as `steps_together` says.

    Raises
    ------
    CalculationError
        ``diverged``: a loss or a weight is no finite number any more. What was yielded last is the last
        good state.
    """
    work = operations(descent, start.params)
    start_backend(work)
    quick = is_quick(work, -(-len(weight) // descent.batch_size))
    step = _divided(descent, work)
    run = compiled(step, quick=quick)
    data, settings = everywhere(dict(samples), step.devices), dict(descent.settings)
    together = steps_together(work)
    params, turn, losses = dict(start.params), start.turn, start.losses
    updates = descent.objective.updates(samples)
    kept = start.kept or nothing_kept(descent.rule, params)
    for number, order in enumerate(orders, start.number):
        index, share, counts = batches(order, weight, descent.batch_size, step.devices)
        while len(losses) < len(index):
            part = slice(len(losses), len(losses) + together)
            params, kept, found = run(
                *(params, kept, np.int32(turn), data, index[part], share[part], settings, descent.strength),
                np.uint32(descent.seed),
            )
            turn += len(found) * updates
            losses = np.concatenate([losses, found]) if len(losses) else np.asarray(found)
            finite = all(np.isfinite(np.asarray(value)).all() for value in params.values())
            if not (np.isfinite(losses).all() and finite):
                raise CalculationError("diverged", epoch=number + 1, rate=descent.settings["rate"])
            if len(losses) < len(index):
                yield Epoch(params, kept, turn, np.nan, number, losses)
        loss = float(losses.astype(np.float64) @ counts / counts.sum())
        losses = losses[:0]
        yield Epoch(params, kept, turn, loss, number + 1, losses)


def _divided(descent: Descent, work: float) -> Step:
    """A step of so many operations, divided among devices and worked through in parts where that pays."""
    objective, accumulate = descent.objective, descent.accumulate
    even = not descent.drawn or descent.batch_size % SHARES == 0  # what is drawn is drawn for no more samples
    divisible = objective.divisible and even and not objective.coupled
    devices = shares(work / descent.steps, descent.batch_size) if divisible else 1
    if objective.by_tokens:
        accumulate = max(accumulate, portions(descent.batch_size // devices, descent.steps))
    return descent.step(accumulate, devices)


def operations(descent: Descent, params: Mapping[str, np.ndarray]) -> float:
    """Arithmetic operations in one step, about: forwards, backwards by the values, and by the weights."""
    return 6.0 * descent.batch_size * descent.steps * sum(value.size for value in params.values())


@lru_cache(maxsize=64)
def compiled(step: Step, *, quick: bool) -> Callable[..., Any]:
    """The epoch as one compiled function; rates, settings and the penalty's strength are its inputs.

    Parameters
    ----------
    step : Step
    quick : bool
        Compile in little time, for an epoch that takes little.
    """
    return jitted(among(epoch_of(step), step.devices), quick_options() if quick else None)


def epoch_of(step: Step) -> Callable[..., Any]:
    """The epoch as a function for JAX, of one device's share of each batch."""
    objective, rule, penalised_names, form, drawn, schedule, accumulate, devices = step

    def batch_objective(params: Any, samples: Any, draws: Any, share: Any, strength: Any) -> Any:
        losses, after = objective.together(params, {**samples, "share": share}, draws)
        whole = jnp.sum(share * losses)
        return penalised(whole, params, penalised_names, form, strength, 1 / (devices * accumulate)), after

    def epoch(
        params: Any,
        kept: Any,
        turn: Any,
        data: Any,
        index: Any,
        share: Any,
        settings: Any,
        strength: Any,
        seed: Any = 0,
    ) -> Any:
        def learn(share: Any, draws: Any, carried: Any, samples: Any) -> Any:
            params, state, turn = carried
            graded = partial(jax.value_and_grad(batch_objective, has_aux=True), params, strength=strength)
            (loss, after), gradients = in_parts(graded, accumulate)(samples, draws, share)
            loss, gradients = added((loss, gradients), devices)
            if "clip_norm" in settings:
                gradients = shortened(gradients, settings["clip_norm"])
            rules = optimiser(rule, paced(schedule, settings, turn))
            changes, state = rules.update(gradients, state, params)
            return (optax.apply_updates(params, changes), state, turn + 1), loss, after

        def one(carried: Any, batch: Any) -> Any:
            index, share, number = batch
            samples = {name: column[index] for name, column in data.items()}
            draws = own(uniforms(seed, number, devices * len(index), dict(drawn)), devices)
            return objective.learn_from(partial(learn, share, draws), carried, samples)

        start = params, optimiser_state(rule, params, kept, turn), turn
        numbers = turn + jnp.arange(len(index))
        (params, state, _), losses = jax.lax.scan(one, start, (index, share, numbers))
        return params, rule_state(rule, state), losses

    return epoch
