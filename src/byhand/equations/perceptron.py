r"""Rosenblatt's perceptron.

.. math:: z = W x + b, \quad \hat y = \operatorname{step}(z), \quad e = y - \hat y, \quad
    W \leftarrow W + \eta\, e\, x^\top, \quad b \leftarrow b + \eta\, e
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from byhand.equations.step import Positive, Settings, Shapes, Step

EQUATIONS = "z1 = W1 @ x + b1\nyhat = step(z1)\ne = y - yhat"
RULE = {"W1": "W1_new = W1 + eta*outer(e, x)", "b1": "b1_new = b1 + eta*e"}


class Perceptron(Settings):
    """Threshold units; y is 0 or 1 for each."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")
    learning_rate: Positive = 1.0
    fit_intercept: bool = True

    @property
    def learned(self) -> tuple[str, ...]:
        """What is learned: with an intercept the biases too, else they stay what they are."""
        return ("W1", "b1") if self.fit_intercept else ("W1",)

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y and the weights."""
        return {"x": ("inputs",), "y": ("units",), "W1": ("units", "inputs"), "b1": ("units",)}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """One sample after the other."""
        update = "\n".join(RULE[name] for name in self.learned)
        return Step(EQUATIONS, update, given={"eta": self.learning_rate})
