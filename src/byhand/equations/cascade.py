r"""Cascade-correlation: a network that grows.

Every unit sees the inputs and all units before it. Samples are columns; the first row of X is 1, the bias.

.. math:: \hat Y = f(W X), \quad E = \hat Y - Y, \quad V = f(U X), \quad
    C_{jo} = \frac{\sum_p (V_{jp} - \bar V_j)(E_{op} - \bar E_o)}{\sum_{po} (E_{op} - \bar E_o)^2},
    \quad S_j = \sum_o |C_{jo}|
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, takewhile
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from byhand.equations.step import Settings, Shapes, Step
from byhand.words import in_all_languages

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
NAMED = ("X", "Y", "Z", "Yhat", "E", "N", "V", "D", "Q", "M", "C", "S", "j", "u", "v", "U", "W")


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


def step_lines(form: Form, units: int, phase: str) -> str:
    """A network of so many units in the order in which it is calculated, and what it learns next."""
    lines, below = [], "X"
    for number in range(1, units + 1):
        lines += [unit_line(form, number, below), f"X{number} = concat({below}, h{number})"]
        below = f"X{number}"
    if phase == "outputs":
        return "\n".join([*lines, output_lines(form, below)])
    return "\n".join([*lines, residual_lines(form, below), candidate_lines(form, below), WINNER])


def with_bias(X: np.ndarray) -> np.ndarray:
    """The samples as columns under a row of ones."""
    return np.vstack([np.ones(len(X), X.dtype), X.T])


class Cascade(Settings):
    """The part that both kinds share.

    ``phase`` says what learns: the ``candidates`` (U) for the next unit, or the ``outputs`` (W).
    """

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    activation: Literal["tanh", "sigmoid", "gaussian"] = "tanh"
    phase: Literal["candidates", "outputs"] = "candidates"

    @property
    def form(self) -> Form:
        """The functions of the network."""
        raise NotImplementedError

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y and the weights; the first weight of each unit is that of the bias."""
        units = _units(given)
        first = 1 + np.size(given["x"][0]) if "x" in given else 1
        found: Shapes = {"x": ("inputs",), "y": ("outputs",)}
        found |= {f"u{k}": (1, first + k - 1) for k in range(1, units + 1)}
        found["W"] = ("outputs", first + units)
        return {**found, "U": ("candidates", first + units)} if self.phase == "candidates" else found

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """One epoch of a phase, with all samples."""
        units = _units(weights)
        lines = step_lines(self.form, units, self.phase)
        grows = self.phase == "candidates"
        aim = {"maximise": "T", "learn": ["U"]} if grows else {"minimise": "L", "learn": ["W"]}
        given = {"X": with_bias(np.asarray(samples["x"])), "Y": np.asarray(samples["y"]).T}
        roles = {"X": "input", "Y": "target", **dict.fromkeys(weights, "weight")}
        names = {*weights, *given, *(line.split(" = ")[0] for line in lines.splitlines())}
        return Step(lines, aim=aim, given=given, labels=labels(names, units), roles=roles, together=True)


class CascadeCorrelationClassifier(Cascade):
    """Sigmoid outputs; y is 0 or 1 for each."""

    loss: Literal["auto", "binary_cross_entropy", "quadratic", "quadratic_offset"] = "auto"

    @property
    def form(self) -> Form:
        """As set."""
        return Form(self.activation, "sigmoid", "binary_cross_entropy" if self.loss == "auto" else self.loss)


class CascadeCorrelationRegressor(Cascade):
    """Weighted sums as outputs."""

    loss: Literal["auto", "mse", "quadratic"] = "auto"

    @property
    def form(self) -> Form:
        """As set."""
        return Form(self.activation, "identity", "mse" if self.loss == "auto" else self.loss)


def labels(names: set[str], units: int) -> dict[str, dict[str, str]]:
    """What the names of a step mean, by language."""
    found = {name: in_all_languages(f"cascade.name_{name}") for name in NAMED if name in names}
    for number in range(1, units + 1):
        found[f"u{number}"] = in_all_languages("cascade.name_unit", number=number)
        found[f"h{number}"] = in_all_languages("cascade.name_hidden", number=number)
    return found


def _units(given: Mapping[str, Any]) -> int:
    """How many units are installed: u1, u2, … without a gap."""
    return sum(1 for _ in takewhile(lambda k: f"u{k}" in given, count(1)))
