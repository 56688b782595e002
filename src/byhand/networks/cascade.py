r"""Cascade-correlation: the equations of a network that grows, as formula lines.

Every unit sees the inputs and all units before it. Samples are columns; the first row of X is 1, the bias.

.. math:: \hat Y = f(W X), \quad E = \hat Y - Y, \quad V = f(U X), \quad
    C_{jo} = \frac{\sum_p (V_{jp} - \bar V_j)(E_{op} - \bar E_o)}{\sum_{po} (E_{op} - \bar E_o)^2},
    \quad S_j = \sum_o |C_{jo}|
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build

HIDDEN = {"sigmoid": "sigmoid({}) - 0.5", "tanh": "tanh({})", "gaussian": "gaussian({})"}
LOSSES = {
    "binary_cross_entropy": "binary_cross_entropy(Y, Yhat)",
    "quadratic": "mean(sum(E^2, axis=0))/2",
    "quadratic_offset": "mean(E^2)/2 + 0.1*binary_cross_entropy(Y, Yhat)",
    "mse": "mean(E^2)",
}
CORRELATION = """D = E - mean(E, axis=1, keepdims=1)
Q = sum(D^2)
M = V - mean(V, axis=1, keepdims=1)
C = M @ D.T / Q
S = sum(|C|, axis=1)
T = sum(S)"""
WINNER = "j = argmax(S)\nu = take(U, j)\nv = -take(C, j)"


class Form(NamedTuple):
    """The functions of a network.

    Attributes
    ----------
    hidden : str
        ``sigmoid`` (from -1/2 to 1/2), ``tanh`` or ``gaussian``.
    output : str
        ``sigmoid`` or ``identity``.
    loss : str
        A key of `LOSSES`.
    """

    hidden: str
    output: str
    loss: str


def unit_line(form: Form, number: int, below: str) -> str:
    """What an installed unit gives: ``h2 = tanh(u2 @ X1)``."""
    return f"h{number} = {HIDDEN[form.hidden].format(f'u{number} @ {below}')}"


def residual_lines(form: Form, below: str) -> str:
    """The outputs and their residual errors."""
    weighed = f"W @ {below}"
    output = f"Z = {weighed}\nYhat = sigmoid(Z)" if form.output == "sigmoid" else f"Yhat = {weighed}"
    return f"{output}\nE = Yhat - Y"


def output_lines(form: Form, below: str) -> str:
    """The outputs, their residual errors and the loss."""
    return f"{residual_lines(form, below)}\nL = {LOSSES[form.loss]}"


def candidate_lines(form: Form, below: str) -> str:
    """The pool of candidates, and how strongly each goes along with the residual errors."""
    return f"N = U @ {below}\nV = {HIDDEN[form.hidden].format('N')}\n{CORRELATION}"


class Programs(NamedTuple):
    """The parts of a network's growth as programs: each takes X, and what it needs besides.

    Attributes
    ----------
    unit : Program
        From u1 to h1.
    outputs : Program
        From W and Y to Yhat, E and L.
    candidates : Program
        From U and E to C, S and T.
    """

    unit: Program
    outputs: Program
    candidates: Program


@lru_cache
def programs(form: Form) -> Programs:
    """The programs of a form; the same ones each time, so that what was compiled serves the next fit."""
    texts = unit_line(form, 1, "X"), output_lines(form, "X"), candidate_lines(form, "X")
    return Programs(*(build(read_lines(text).expressions) for text in texts))


def problem_lines(form: Form, units: int, last: str) -> str:
    """A network of so many units in the order in which it is calculated, and what it learns next."""
    lines, below = [], "X"
    for number in range(1, units + 1):
        lines += [unit_line(form, number, below), f"X{number} = concat({below}, h{number})"]
        below = f"X{number}"
    if last == "outputs":
        return "\n".join([*lines, output_lines(form, below)])
    return "\n".join([*lines, residual_lines(form, below), candidate_lines(form, below), WINNER])


def with_bias(X: np.ndarray) -> np.ndarray:
    """The samples as columns under a row of ones."""
    return np.vstack([np.ones(len(X), X.dtype), X.T])


def unit_weights(params: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of each unit, as far as it is connected: u1, u2, …"""
    inputs = params["U"].shape[1] - len(params["U"])
    return {f"u{k}": row[None, : inputs + k - 1] for k, row in enumerate(params["U"], 1)}


def forward(form: Form, params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The outputs for rows of inputs, shape (n, outputs), with the precision of X."""
    rows = with_bias(X)
    with np.errstate(all="ignore"):
        for weights in unit_weights(params).values():
            rows = np.vstack([rows, _HIDDEN[form.hidden](weights.astype(rows.dtype) @ rows)])
        sums = params["W"].astype(rows.dtype) @ rows
        return (_sigmoid(sums) if form.output == "sigmoid" else sums).T


def draws(seed: int, unit: int, candidates: int, inputs: int) -> np.ndarray:
    """The first weights of the candidates for a unit, from -1 to 1, shape (candidates, inputs)."""
    return np.random.default_rng((seed, unit)).uniform(-1, 1, (candidates, inputs)).astype(np.float32)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-z))).astype(z.dtype)


_HIDDEN: Mapping[str, Any] = {
    "sigmoid": lambda z: _sigmoid(z) - z.dtype.type(0.5),
    "tanh": np.tanh,
    "gaussian": lambda z: np.exp(-z * z),
}
