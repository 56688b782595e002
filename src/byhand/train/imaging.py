"""Networks for images compiled: one image as the equations say, or many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from math import prod
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from byhand.equations.convolutional import Form, equations
from byhand.equations.image_layers import Placed
from byhand.equations.norms import EPS, MOMENTUM
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.train.convolution import channel_by_channel, convolved, mean_pooled, pooled
from byhand.train.moving import STILL, Motion, moved
from byhand.train.objective import NOTHING, Objective
from byhand.train.reading import OPERATIONS, read


@dataclass(frozen=True)
class Imaging(Objective):
    """The loss of one image, ``x`` of shape (channels, rows, columns)."""

    form: Form
    motion: Motion = STILL
    divisible: ClassVar[bool] = True  # what comes between the products of matrices is one core's work

    @property
    def coupled(self) -> bool:
        """Whether a batch norm makes what becomes of one image depend on the others of its batch."""
        return bool(self.form.statistics)

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """The loss of one image as the equations say."""
        x = self.seen(sample["x"][None], {name: u[None] for name, u in draws.items()})[0]
        return read(_program(self.form), {**params, **sample, **draws, "x": x})["L"]

    def together(
        self, params: Any, samples: Mapping[str, Any], draws: Mapping[str, Any] = NOTHING
    ) -> tuple[Any, Any]:
        """The loss of each of many images, by a faster form of the equations.

        A batch norm takes the images as a batch, of which each counts its ``share``; what its running mean
        and variance are next stands beside the losses.
        """
        samples = {**samples, **draws}
        *layers, last = self.form.placed
        a = jnp.moveaxis(self.seen(samples["x"], samples), 0, -1)
        after: dict[str, Any] = {}
        for one in layers:
            if one.layer.kind == "batch_norm":
                a, moved_on = _batch_normed(one, params, samples["share"], a)
                after |= moved_on
            else:
                a = _given(one, params, samples, a)
        z = _dense(last, params, a)
        answer = _answer(self.form)
        return jax.vmap(lambda z, y: read(answer, {"z": z, "y": y})["L"], (1, 0))(z, samples["y"]), after

    def learn_from(self, learn: Callable[..., Any], carried: Any, samples: Mapping[str, Any]) -> Any:
        """Learn from a batch; the running statistics go along."""
        carried, loss, after = learn(carried, samples)
        return ({**carried[0], **after}, *carried[1:]), loss

    def seen(self, x: Any, draws: Mapping[str, Any]) -> Any:
        """Images as they are learned from: moved, where they are to be."""
        if "moved" not in draws:
            return x
        return jax.vmap(partial(moved, self.motion))(x, draws["moved"])


@lru_cache(maxsize=64)
def _program(form: Form) -> Program:
    return build(read_lines(equations(form)).expressions)


@lru_cache(maxsize=64)
def _answer(form: Form) -> Program:
    """From the last layer's z to the loss."""
    last = "z" if form.output == "identity" else f"{form.output}(z)"
    return build(read_lines(f"yhat = {last}\nL = {form.loss}(y, yhat)").expressions)


def _given(one: Placed, params: Any, samples: Any, a: Any) -> Any:
    """What a layer gives."""
    layer, k = one.layer, one.number
    match layer.kind:
        case "conv":
            return convolved(layer.how, a, params[f"W{k}"]) + params[f"b{k}"][..., None]
        case "dense":
            return _dense(one, params, a)
        case "max_pool":
            return pooled(layer.window[0], layer.how.stride, a)
        case "mean_pool":
            return mean_pooled(layer.window[0], layer.how.stride, a)
        case "dropout":
            kept = jnp.moveaxis(samples[f"u{k}"], 0, -1) >= layer.share
            return jnp.where(kept, a / (1 - layer.share), 0)
        case "layer_norm":
            axes = tuple(range(a.ndim - 1))
            mean = jnp.mean(a, axis=axes, keepdims=True)
            return _scaled(one, params, a, mean, jnp.mean((a - mean) ** 2, axis=axes, keepdims=True))
    return channel_by_channel(OPERATIONS[layer.kind], a)


def _batch_normed(one: Placed, params: Any, share: Any, a: Any) -> tuple[Any, dict[str, Any]]:
    """A batch normed by its mean and variance, and the running ones after it; what counts 0 is not there."""
    k, axes = one.number, tuple(range(1, a.ndim))
    weight = share / jnp.sum(share) / prod(a.shape[1:-1])
    mean = jnp.sum(weight * a, axis=axes, keepdims=True)
    variance = jnp.sum(weight * (a - mean) ** 2, axis=axes, keepdims=True)
    numbers = jnp.sum(share > 0) * prod(a.shape[1:-1])
    unbiased = variance * numbers / jnp.maximum(numbers - 1, 1)
    after = {f"M{k}": mean[..., 0], f"V{k}": unbiased[..., 0]}
    after = {name: (1 - MOMENTUM) * params[name] + MOMENTUM * own for name, own in after.items()}
    return _scaled(one, params, a, mean, variance), jax.lax.stop_gradient(after)


def _scaled(one: Placed, params: Any, a: Any, mean: Any, variance: Any) -> Any:
    gamma, beta = (params[f"{name}{one.number}"][..., None] for name in ("gamma", "beta"))
    return gamma * (a - mean) / jnp.sqrt(variance + EPS) + beta


def _dense(one: Placed, params: Any, a: Any) -> Any:
    k = one.number
    return params[f"W{k}"] @ a.reshape(-1, a.shape[-1]) + params[f"b{k}"][:, None]
