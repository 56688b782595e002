"""A cascade-correlation network: its programs, and its pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.cascade import Form, candidate_lines, output_lines, unit_line, with_bias
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build


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
