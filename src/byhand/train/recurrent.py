"""Simple recurrent networks compiled: a sequence of one sample, or of many at once by written derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from byhand.equations.recurrent import Form, hidden_lines, output_lines
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.train.reading import OPERATIONS, read

# The derivative of an activation by what it gives.
SLOPES: Mapping[str, Callable[[Any], Any]] = {
    "tanh": lambda h: 1 - h * h,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: jnp.where(h > 0, 1.0, 0.0).astype(h.dtype),
    "identity": jnp.ones_like,
}


@dataclass(frozen=True)
class Recurrence:
    """The loss of a sequence, whose time steps are the rows of ``x``.

    ``present`` of a sample is 1 for its own time steps and 0 for those that fill it up to the length of the
    others: they stand at the end, so that nothing before them depends on them.

    Attributes
    ----------
    form : Form
    initial : float
        The context before the first time step.
    """

    form: Form
    initial: float = 0.0

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """The loss of one sequence, step by step as the equations are read."""
        form = self.form

        def step(context: Any, moment: Any) -> Any:
            x, kept = moment
            context = jnp.where(kept, context, jax.lax.stop_gradient(context))
            h = read(_hidden(form), {**params, "x": x, "c": context})["h"]
            return (h if form.context == "hidden" else read(_output(form), {**params, "h": h})["yhat"]), h

        x, present = sample["x"], sample["present"]
        _, h = jax.lax.scan(step, self._first(params), (x, self._kept(len(x))))
        if not form.each_step:
            return self._loss(params, h[_last(present)], sample["y"])
        losses = jax.vmap(lambda h, y: self._loss(params, h, y))(h, sample["y"])
        return jnp.sum(present * losses) / jnp.sum(present)

    def together(self, params: Any, samples: Mapping[str, Any]) -> tuple[Any, Any]:
        """The loss of each of many sequences, and the context after each; by a faster form of the equations.

        Parameters
        ----------
        params : mapping
        samples : mapping
            ``x`` of shape (n, steps, features), ``y``, ``present`` of shape (n, steps), and the context
            ``before``, where it is not the first.
        """
        form, present = self.form, samples["present"]
        first = jnp.broadcast_to(self._first(params), (len(present), params["U"].shape[1]))
        h, after = self._states(params, samples["x"], samples.get("before", first))
        loss = partial(self._loss, params)
        if form.each_step:
            losses = jax.vmap(jax.vmap(loss))(h, jnp.moveaxis(samples["y"], 1, 0))
            counted = present.T
            return jnp.sum(counted * losses, axis=0) / jnp.sum(counted, axis=0), after
        last = h[jax.vmap(_last)(present), jnp.arange(len(present))]
        return jax.vmap(loss)(last, samples["y"]), after

    def _states(self, params: Any, x: Any, first: Any) -> tuple[Any, Any]:
        """What the hidden units give at each time step, shape (steps, n, units), and the last context."""
        form, kept = self.form, self._kept(x.shape[1])
        U = params["U"]
        by_time = jnp.moveaxis(x, 1, 0)
        projected = _rows(by_time) @ params["W"].T + params["bh"]
        arriving = projected.reshape(*by_time.shape[:2], -1)
        if form.context == "hidden":
            h = hidden_states(form.activation, arriving, U, first, kept.astype(U.dtype))
            return h, h[-1]
        activation = OPERATIONS.get(form.activation, _same)

        def step(context: Any, moment: Any) -> Any:
            arriving, kept = moment
            context = jnp.where(kept, context, jax.lax.stop_gradient(context))
            h = activation(arriving + context @ U.T)
            return jax.vmap(lambda h: read(_output(form), {**params, "h": h})["yhat"])(h), h

        after, h = jax.lax.scan(step, first, (arriving, kept))
        return h, after

    def _loss(self, params: Any, h: Any, y: Any) -> Any:
        return read(_answer(self.form), {**params, "h": h, "y": y})["L"]

    def _first(self, params: Any) -> Any:
        return jnp.full(params["U"].shape[1], self.initial, params["U"].dtype)

    def _kept(self, steps: int) -> Any:
        """Whether the gradient goes on at the context of each time step."""
        return jnp.array([not self.form.is_cut(t) for t in range(steps)])


class Stream(Recurrence):
    """Sequences from which is learned after every stretch of `truncation` time steps; the context goes on."""

    def in_stretches(self, learn: Callable[..., Any], carried: Any, samples: Mapping[str, Any]) -> Any:
        """Learn from one stretch after the other.

        Parameters
        ----------
        learn : callable
            ``learn(carried, samples)`` gives what is carried on, the loss, and the context after.
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
        first = jnp.broadcast_to(self._first(carried[0]), (count, carried[0]["U"].shape[1]))

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
    contexts = jnp.concatenate([first[None], h[:-1]])
    return dz, _rows(dz).T @ _rows(contexts), before, jnp.zeros_like(kept)


hidden_states.defvjp(_forward, _backward)


def _rows(moments: Any) -> Any:
    """All time steps of all sequences one below the other: a product with them is the fastest so."""
    return moments.reshape(-1, moments.shape[-1])


def _same(z: Any) -> Any:
    return z


def _last(present: Any) -> Any:
    """The place of the last time step that is there."""
    return jnp.sum(present).astype(jnp.int32) - 1


@lru_cache(maxsize=64)
def _hidden(form: Form) -> Program:
    return _program(hidden_lines(form, "c"))


@lru_cache(maxsize=64)
def _output(form: Form) -> Program:
    return _program(output_lines(form))


@lru_cache(maxsize=64)
def _answer(form: Form) -> Program:
    return _program([*output_lines(form), f"L = {form.loss}(y, yhat)"])


def _program(lines: list[str]) -> Program:
    return build(read_lines("\n".join(lines)).expressions)
