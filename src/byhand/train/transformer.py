"""The Transformer's encoder compiled: all heads of a layer at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from byhand.equations.leaving_out import layers_drawn
from byhand.equations.masked import masked_lines
from byhand.equations.transformer import (
    UNSEEN,
    Form,
    class_lines,
    embedding_lines,
    kept,
    layer_shapes,
)
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.train.masking import Masking, masked
from byhand.train.objective import NOTHING, Objective
from byhand.train.reading import OPERATIONS, read

MOST_UNROLLED = 4  # layers: a loop of more is compiled sooner, and runs about a seventh slower


def encoded(
    form: Form, params: Mapping[str, Any], x: Any, present: Any, draws: Mapping[str, Any] = NOTHING
) -> Any:
    """The vectors of the last layer.

    Parameters
    ----------
    form : Form
    params : mapping
    x : array, shape (steps,) of int, or (steps, features)
    present : array, shape (steps,)
        1 for a sample's own tokens, 0 for those that fill it up: no query sees them.
    draws : mapping
        What decides on what is left out, as `byhand.equations.leaving_out.drawn` has it.

    Returns
    -------
    array, shape (steps, units)
    """
    steps = len(present)
    own = {**params, **draws}
    start = read(_embedding(form), {**own, "x": x, "P": params["P"][:steps]})[kept(form, "X0")]
    mask = jnp.where(present > 0, 0.0, UNSEEN).astype(start.dtype)[None]
    if form.causal:
        mask = mask + jnp.where(jnp.tri(steps) > 0, 0.0, UNSEEN).astype(start.dtype)
    layers = [_weights(form, own, str(k)) for k in range(1, form.layers + 1)]
    if form.layers <= MOST_UNROLLED:
        return reduce(lambda X, own: layer(form, own, X, mask), layers, start)
    stacked = jax.tree.map(lambda *own: jnp.stack(own), *layers)
    found, _ = jax.lax.scan(lambda X, own: (layer(form, own, X, mask), None), start, stacked)
    return found


def layer(form: Form, params: Mapping[str, Any], X: Any, mask: Any) -> Any:
    """One layer.

    Parameters
    ----------
    form : Form
    params : mapping
        Its weights and what is drawn for it, by their names without its number.
    X : array, shape (steps, units)
    mask : array, shape (steps, steps) or (1, steps)
        What is added to the scaled scores.

    Returns
    -------
    array, shape (steps, units)
    """
    Q, K, V = (_split(form, X @ params[f"W{letter}"].T + params[f"b{letter}"]) for letter in "QKV")
    scores = jnp.einsum("qhd,khd->hqk", Q, K) / form.width**0.5
    attention = _dropped(form, params, "A", jax.nn.softmax(scores + mask, axis=-1))
    mixed = jnp.einsum("hqk,khd->qhd", attention, V).reshape(X.shape)
    O = _dropped(form, params, "O", mixed @ params["WO"].T + params["bO"])
    H = _norm(form, X + O, params["gamma_1"], params["beta_1"])
    a = OPERATIONS[form.activation](H @ params["W_1"].T + params["b_1"])
    F = _dropped(form, params, "F", a @ params["W_2"].T + params["b_2"])
    return _norm(form, H + F, params["gamma_2"], params["beta_2"])


@dataclass(frozen=True)
class Classifying(Objective):
    """The loss of a sample with a class.

    Attributes
    ----------
    form : Form
    pooling : str
    """

    form: Form
    pooling: str
    divisible: ClassVar[bool] = True
    by_tokens: ClassVar[bool] = True

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """Of one sample."""
        present = sample["present"]
        X = encoded(self.form, params, sample["x"], present, draws)
        if self.pooling == "mean":  # of those that are there: the same as one token alone
            X = (jnp.sum(present[:, None] * X, axis=0) / jnp.sum(present))[None]
        return read(_classes(self.form, self.pooling), {**params, **draws, "X": X, "y": sample["y"]})["L"]


@dataclass(frozen=True)
class Filling(Objective):
    """The loss of a sample some of whose tokens are masked.

    Attributes
    ----------
    form : Form
    masking : Masking
    """

    form: Form
    masking: Masking
    divisible: ClassVar[bool] = True
    by_tokens: ClassVar[bool] = True

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """Of one sample."""
        seen, places, share = masked(self.masking, sample, draws)
        X = encoded(self.form, params, seen, sample["present"], draws)
        o = read(_vocabulary(self.form), {**params, "X": X, "m": places})["o"]
        losses = jax.nn.logsumexp(o, axis=1) - OPERATIONS["pick"](o, sample["x"][places])
        return jnp.sum(share * losses)


def _weights(form: Form, params: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Those of one layer, and what it draws, by their names without its number."""
    first = form._replace(layers=1)
    names = [*layer_shapes(first, 0, 0), *layers_drawn(first, 0)]
    return {name.replace("1", "", 1): params[name.replace("1", number, 1)] for name in names}


def _dropped(form: Form, own: Mapping[str, Any], name: str, values: Any) -> Any:
    """Values, a share of them left out."""
    share = form.left_out(name)
    return values * (own[f"u{name}"] >= share) / (1 - share) if share else values


def _split(form: Form, X: Any) -> Any:
    """The columns of each head on an axis of their own."""
    return X.reshape(len(X), form.heads, form.width)


def _norm(form: Form, X: Any, gamma: Any, beta: Any) -> Any:
    return OPERATIONS["layer_norm"](X, form.eps) * gamma + beta


@lru_cache(maxsize=64)
def _embedding(form: Form) -> Program:
    return _program(embedding_lines(form))


@lru_cache(maxsize=64)
def _classes(form: Form, pooling: str) -> Program:
    return _program(class_lines(form, pooling, "X"))


@lru_cache(maxsize=64)
def _vocabulary(form: Form) -> Program:
    """Up to the outputs: the loss of a probability that is nearly 0 is calculated from them."""
    return _program(masked_lines(form, "X")[:-3])


def _program(lines: list[str]) -> Program:
    return build(read_lines("\n".join(lines)).expressions)
