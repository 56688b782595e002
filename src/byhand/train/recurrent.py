"""Recurrent networks compiled: a sequence of one sample, or of many at once by written derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from byhand.equations.gated import Gated
from byhand.equations.recurrent import Simple
from byhand.equations.unrolled import Form, is_cut
from byhand.train import gated, simple
from byhand.train.objective import NOTHING, Objective
from byhand.train.reading import built, read

# The faster form of each kind's equations.
STATES: Mapping[type, Callable[..., tuple[Any, Any]]] = {Simple: simple.states, Gated: gated.states}


@dataclass(frozen=True)
class Recurrence(Objective):
    """The loss of a sequence, whose time steps are the rows of ``x``.

    ``present`` of a sample is 1 for its own time steps and 0 for those that fill it up to the length of the
    others: they stand at the end, so that nothing before them depends on them.

    Attributes
    ----------
    form : Form
    initial : float
        What is carried into the first time step.
    """

    form: Form
    initial: float = 0.0
    divisible: ClassVar[bool] = True  # many sweeps over memory and small products: one core does each

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """The loss of one sequence, step by step as the equations are read."""
        form = self.form
        cell = built(*form.cell_lines({name: f"{name}_before" for name in form.carried}))
        output = built(*form.output_lines())

        def step(carried: Any, moment: Any) -> Any:
            x, kept = moment
            before = {
                f"{name}_before": jnp.where(kept, value, jax.lax.stop_gradient(value))
                for name, value in carried.items()
            }
            found = read(cell, {**params, **before, "x": x})
            if "yhat" in carried:
                found = read(output, {**params, "h": found["h"]})
            return {name: found[name] for name in carried}, found["h"]

        x, present = sample["x"], sample["present"]
        _, h = jax.lax.scan(step, self._first(params), (x, self._kept(len(x))))
        if not form.each_step:
            return self._loss({**params, **draws}, h[_last(present)], sample["y"])
        losses = jax.vmap(lambda h, y: self._loss({**params, **draws}, h, y))(h, sample["y"])
        return jnp.sum(present * losses) / jnp.sum(present)

    def together(
        self, params: Any, samples: Mapping[str, Any], draws: Mapping[str, Any] = NOTHING
    ) -> tuple[Any, Any]:
        """The loss of each of many sequences, and what is carried on; by a faster form of the equations.

        Parameters
        ----------
        params : mapping
        samples : mapping
            ``x`` of shape (n, steps, features), ``y``, ``present`` of shape (n, steps), and what was carried
            ``before``, by name, where the first time step is not the first of all.
        draws : mapping
            What is drawn for them; it may stand among the samples too.
        """
        samples = {**samples, **draws}
        form, present, x = self.form, samples["present"], jnp.moveaxis(samples["x"], 1, 0)
        before = samples.get("before") or self._first(params, len(present))
        h, after = STATES[type(form)](form, params, x, before, self._kept(len(x)))
        drawn = {name: samples[name] for name in form.drawn}

        def loss(own: Any, h: Any, y: Any) -> Any:
            return self._loss({**params, **own}, h, y)

        if form.each_step:
            losses = jax.vmap(jax.vmap(loss), (None, 0, 0))(drawn, h, jnp.moveaxis(samples["y"], 1, 0))
            counted = present.T
            return jnp.sum(counted * losses, axis=0) / jnp.sum(counted, axis=0), after
        last = h[jax.vmap(_last)(present), jnp.arange(len(present))]
        return jax.vmap(loss)(drawn, last, samples["y"]), after

    def _loss(self, known: Any, h: Any, y: Any) -> Any:
        """Of one answer; what is `known` are the weights, and what was drawn."""
        answer = built(*self.form.output_lines(), f"L = {self.form.loss}(y, yhat)")
        return read(answer, {**known, "h": h, "y": y})["L"]

    def _first(self, params: Any, *count: int) -> Any:
        """What is carried into the first time step; of so many sequences, where they are told."""
        outputs, units = params["V"].shape
        sizes = self.form.sizes(units, outputs)
        return {
            name: jnp.full((*count, size), self.initial, params["V"].dtype) for name, size in sizes.items()
        }

    def _kept(self, steps: int) -> Any:
        """Whether the gradient goes on at what each time step takes over."""
        return jnp.array([not is_cut(self.form, t) for t in range(steps)])


class Stream(Recurrence):
    """Sequences from which is learned after every stretch of `truncation` time steps; the context goes on."""

    def learn_from(self, learn: Callable[..., Any], carried: Any, samples: Mapping[str, Any]) -> Any:
        """Learn from one stretch after the other.

        Parameters
        ----------
        learn : callable
            ``learn(learned, samples)`` gives what was learned, the loss, and what the network carries on.
        carried : pytree
        samples : mapping
            All of one length.

        Returns
        -------
        carried : pytree
        loss : array
            The mean over the time steps.
        """
        length = self._length
        steps = samples["x"].shape[1]
        whole, rest = divmod(steps, length)
        count = len(samples["x"])
        first = self._first(carried[0], count)

        def step(carried: Any, part: Any) -> Any:
            own, before = carried
            own, loss, after = learn(own, {**part, "before": before})
            return (own, after), loss

        def cut(column: Any) -> Any:
            stretches = column[:, : whole * length].reshape(count, whole, length, *column.shape[2:])
            return jnp.moveaxis(stretches, 1, 0)

        (carried, context), losses = jax.lax.scan(step, (carried, first), jax.tree.map(cut, dict(samples)))
        total = jnp.sum(losses) * length
        if rest:
            left = {name: column[:, whole * length :] for name, column in samples.items()}
            (carried, _), loss = step((carried, context), left)
            total = total + loss * rest
        return carried, total / steps

    def updates(self, samples: Mapping[str, Any]) -> int:
        """How many updates a batch brings."""
        return -(-samples["x"].shape[1] // self._length)

    @property
    def _length(self) -> int:
        assert self.form.truncation is not None
        return self.form.truncation


def _last(present: Any) -> Any:
    """The place of the last time step that is there."""
    return jnp.sum(present).astype(jnp.int32) - 1
