r"""Rosenblatt's perceptron.

.. math:: z = W x + b, \quad \hat y = \operatorname{step}(z), \quad e = y - \hat y, \quad
    W \leftarrow W + \eta\, e\, x^\top, \quad b \leftarrow b + \eta\, e
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from byhand.equations.step import Positive, Settings, Shapes, Step

EQUATIONS = "z1 = W1 @ x + b1\nyhat = step(z1)\ne = y - yhat"
RULE = {"W1": "W1_new = W1 + {rate}*outer(e, x)", "b1": "b1_new = b1 + {rate}*e"}


def rule(learned: tuple[str, ...], *, weighted: bool) -> str:
    """How one sample changes what is learned; weighted, it counts c.

    Examples
    --------
    >>> print(rule(("W1", "b1"), weighted=True))
    W1_new = W1 + eta*c*outer(e, x)
    b1_new = b1 + eta*c*e
    """
    return "\n".join(RULE[name].format(rate="eta*c" if weighted else "eta") for name in learned)


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
        update = rule(self.learned, weighted="c" in samples)
        return Step(EQUATIONS, update, given={"eta": self.learning_rate}, roles={"eta": "setting"})
