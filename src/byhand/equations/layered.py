"""What the networks of layers are set by: activations, output and loss."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, takewhile
from typing import Any, ClassVar, Literal

from byhand.equations.layers import (
    ENTROPIES,
    Activation,
    Layers,
    classifying,
    equations,
    learned_names,
    one_a_layer,
    quantifying,
    shapes,
    weight_names,
)
from byhand.equations.step import Settings, Shapes, Step


class Layered(Settings):
    """The part of the settings that does not depend on the output."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    def output_and_loss(self, units: int) -> tuple[str, str]:
        """The activation and the loss of an output of so many units."""
        raise NotImplementedError

    def hidden(self, layers: int) -> tuple[str, ...]:
        """The activations of so many hidden layers."""
        return ()

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y, and the weights of as many layers as are given."""
        hidden = [f"units{k}" for k in range(1, _depth(given))]
        return {"x": ("inputs",), "y": ("outputs",), **shapes(("inputs", *hidden, "outputs"))}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        depth = _depth(weights)
        output, loss = self.output_and_loss(len(weights[f"W{depth}"]))
        layers = Layers((*self.hidden(depth - 1), output), loss)
        aim = {"minimise": "L", "learn": list(learned_names(layers))}
        return Step(equations(layers), aim=aim, penalised=weight_names(layers))


class Adaline(Layered):
    """The linear unit of the delta rule."""

    def output_and_loss(self, units: int) -> tuple[str, str]:
        """A sum, and half the square of its error."""
        return "identity", "quadratic"


class LogisticRegression(Layered):
    """One layer with the cross-entropy."""

    def output_and_loss(self, units: int) -> tuple[str, str]:
        """A sigmoid for two classes, which have one output, else a softmax."""
        output = "sigmoid" if units == 1 else "softmax"
        return output, ENTROPIES[output]


class Multilayer(Layered):
    """The activations of hidden layers: one name for all, or one for each."""

    activation: Activation | tuple[Activation, ...] = "relu"

    def hidden(self, layers: int) -> tuple[str, ...]:
        """One a hidden layer."""
        return one_a_layer(self.activation, layers)


class MLPClassifier(Multilayer):
    """The multilayer perceptron for classes; y is 1 for a sample's own class and 0 otherwise."""

    output: Literal["auto", "softmax", "sigmoid"] = "auto"
    loss: Literal["auto", "cross_entropy", "binary_cross_entropy", "quadratic", "mse"] = "auto"

    def output_and_loss(self, units: int) -> tuple[str, str]:
        """As set."""
        return classifying(self.output, self.loss)


class MLPRegressor(Multilayer):
    """The multilayer perceptron for quantities."""

    output: Literal["auto"] | Activation = "auto"
    loss: Literal["auto", "quadratic", "mse"] = "auto"

    def output_and_loss(self, units: int) -> tuple[str, str]:
        """As set."""
        return quantifying(self.output, self.loss)


def _depth(given: Mapping[str, Any]) -> int:
    """How many layers have weights: W1, W2, … without a gap; one at least."""
    return max(1, sum(1 for _ in takewhile(lambda k: f"W{k}" in given, count(1))))
