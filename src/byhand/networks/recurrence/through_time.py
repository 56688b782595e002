"""Recurrent networks asked: many sequences at once, time step by time step, in NumPy and float64."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from byhand.equations.gated import GATES, Gated
from byhand.equations.recurrent import Simple
from byhand.equations.unrolled import Form
from byhand.networks.multilayer.mlp import applied
from byhand.networks.recurrence import sequences

# From inputs and contexts, a sample a row: what the hidden units give, and the contexts they leave behind.
Step = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def stepping(form: Form, params: Mapping[str, np.ndarray]) -> Step:
    """One time step of a network.

    Parameters
    ----------
    form : Form
    params : mapping

    Returns
    -------
    callable
        Of inputs, shape (n, features), and contexts, shape (n, context), one sample a row. It gives what the
        hidden units give, shape (n, units), and the contexts after; what a network carries stands side by
        side in a context: of an LSTM h, then c. Of Jordan's network the context is its outputs, which are
        not known yet.
    """
    wide = {name: value.astype(np.float64) for name, value in params.items()}
    step: Step = _STEPS[type(form)](form, wide)
    return step


def answering(form: Form, params: Mapping[str, np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """What the outputs give for what the hidden units gave, a sample a row."""
    V, b = (params[name].astype(np.float64) for name in form.learned[-2:])
    return lambda h: applied(form.output, h @ V.T + b)


def context_size(form: Form, params: Mapping[str, np.ndarray]) -> int:
    """How many numbers a network carries from one time step to the next."""
    outputs, units = params["V"].shape
    return sum(form.sizes(units, outputs).values())


def forward(
    form: Form,
    params: Mapping[str, np.ndarray],
    X: np.ndarray,
    initial: float,
    *,
    on_the_way: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """The outputs and the contexts of many sequences at once: a sample a row.

    Parameters
    ----------
    form : Form
    params : mapping
    X : ndarray, shape (n, steps, features)
        Filled up with NaN.
    initial : float
        What is carried into the first time step.
    on_the_way : bool
        Ask after each time step even where one output answers for a sequence.

    Returns
    -------
    outputs : ndarray, shape (n, steps, outputs)
        Where one output answers for a sequence, the last step's alone.
    contexts : ndarray, shape (n, steps, context)
        Before each step.
    """
    there, x = sequences.present(X), np.nan_to_num(X).astype(np.float64)
    step, answer = stepping(form, params), answering(form, params)
    context = np.full((len(X), context_size(form, params)), initial)
    h = np.zeros((len(X), params["V"].shape[1]))
    always = form.each_step or on_the_way or "yhat" in form.carried
    outputs, contexts = [], []
    with np.errstate(all="ignore"):
        for t in range(X.shape[1]):
            contexts.append(context)
            own = there[:, t, None]
            found, after = step(x[:, t], context)
            h = np.where(own, found, h)
            if always or t == X.shape[1] - 1:
                outputs.append(answer(h))
            context = outputs[-1] if "yhat" in form.carried else np.where(own, after, context)
    return np.stack(outputs, axis=1), np.stack(contexts, axis=1)


def _simple(form: Simple, params: Mapping[str, np.ndarray]) -> Step:
    W, U, b = params["W"].T, params["U"].T, params["bh"]

    def step(x: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        h = applied(form.activation, x @ W + context @ U + b)
        return h, h

    return step


def _gated(form: Gated, params: Mapping[str, np.ndarray]) -> Step:
    gates = GATES[form.cell]
    W, U, b = (np.concatenate([params[f"{letter}_{gate}"] for gate in gates]).T for letter in "WUb")
    units = len(U)

    def lstm(x: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        h, c = context[:, :units], context[:, units:]
        a = x @ W + h @ U + b
        i, f, o = (applied("sigmoid", a[:, k * units : (k + 1) * units]) for k in (0, 1, 3))
        c = f * c + i * np.tanh(a[:, 2 * units : 3 * units])
        h = o * np.tanh(c)
        return h, np.concatenate([h, c], axis=1)

    def gru(x: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        arriving, recalled = x @ W + b, context @ U
        a = arriving[:, : 2 * units] + recalled[:, : 2 * units]
        r, z = (applied("sigmoid", part) for part in (a[:, :units], a[:, units:]))
        m = recalled[:, 2 * units :] + params["b_m"]
        h = (1 - z) * np.tanh(arriving[:, 2 * units :] + r * m) + z * context
        return h, h

    return lstm if form.cell == "lstm" else gru


_STEPS: Mapping[type, Callable[[Any, Mapping[str, np.ndarray]], Step]] = {Simple: _simple, Gated: _gated}
