r"""Simple recurrent networks.

For the time steps :math:`t = 1, 2, \ldots` of a sequence:

.. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad \hat y_t = g(o_t)

The context :math:`c_t` is what the hidden units gave a step before (:math:`h_{t-1}`, Elman), or what the
outputs gave (:math:`\hat y_{t-1}`, Jordan).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field

from byhand.equations.layers import applied
from byhand.equations.unrolled import Classifying, Quantifying, Recurrent, Words
from byhand.words import in_all_languages

Context = Literal["hidden", "output"]
Activation = Literal["tanh", "sigmoid", "relu", "identity"]
ACTIVATIONS: tuple[str, ...] = get_args(Activation)
LABELS = {"W": "input_weights", "U": "context_weights", "V": "output_weights", "bh": "hidden_bias"}
LABELS |= {"by": "output_bias"}


class Simple(NamedTuple):
    """What the equations depend on besides the number of time steps: a `Form`.

    Attributes
    ----------
    context : str
        ``hidden`` (Elman) or ``output`` (Jordan).
    activation : str
        Of the hidden units.
    output, loss, each_step, truncation
        As of a `Form`.

    Examples
    --------
    >>> from byhand.equations.unrolled import equations
    >>> print(equations(Simple("hidden", "tanh", "softmax", "cross_entropy", False, None), 2))
    z1 = W @ x[0] + U @ h0 + bh
    h1 = tanh(z1)
    z2 = W @ x[1] + U @ h1 + bh
    h2 = tanh(z2)
    o = V @ h2 + by
    yhat = softmax(o)
    L = cross_entropy(y, yhat)
    >>> print(equations(Simple("hidden", "sigmoid", "sigmoid", "quadratic", True, 1), 2))
    z1 = W @ x[0] + U @ h0 + bh
    h1 = sigmoid(z1)
    o1 = V @ h1 + by
    yhat1 = sigmoid(o1)
    L1 = quadratic(y[0], yhat1)
    c2 = stop_gradient(h1)
    z2 = W @ x[1] + U @ c2 + bh
    h2 = sigmoid(z2)
    o2 = V @ h2 + by
    yhat2 = sigmoid(o2)
    L2 = quadratic(y[1], yhat2)
    L = (L1 + L2)/2
    """

    context: str
    activation: str
    output: str
    loss: str
    each_step: bool
    truncation: int | None

    @property
    def kind(self) -> str:
        """What the context is."""
        return self.context

    @property
    def functions(self) -> tuple[str, ...]:
        """Those of the hidden units."""
        return (self.activation,)

    @property
    def carried(self) -> tuple[str, ...]:
        """What the context is a copy of."""
        return ("h",) if self.context == "hidden" else ("yhat",)

    @property
    def learned(self) -> tuple[str, ...]:
        """Weights and biases."""
        return ("W", "U", "bh", "V", "by")

    @property
    def drawn(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def weights(self) -> tuple[str, ...]:
        """Without the biases."""
        return ("W", "U", "V")

    def cell_lines(self, before: Mapping[str, str], number: str = "", x: str = "x") -> list[str]:
        """The hidden units."""
        (context,), z = before.values(), f"z{number}"
        return [f"{z} = W @ {x} + U @ {context} + bh", f"h{number} = {applied(self.activation, z)}"]

    def output_lines(self, number: str = "", hidden: str = "h") -> list[str]:
        """The outputs."""
        o = f"o{number}"
        return [f"{o} = V @ {hidden} + by", f"yhat{number} = {applied(self.output, o)}"]

    def shapes(self, features: Any, units: Any, outputs: Any) -> dict[str, tuple[Any, ...]]:
        """One hidden layer, whose context stands beside its inputs."""
        (recalled,) = self.sizes(units, outputs).values()
        return {
            **{"W": (units, features), "U": (units, recalled), "bh": (units,)},
            **{"V": (outputs, units), "by": (outputs,)},
        }

    def sizes(self, units: Any, outputs: Any) -> dict[str, Any]:
        """A context unit for each hidden unit, or for each output."""
        return {"h": units} if self.context == "hidden" else {"yhat": outputs}

    def meanings(self) -> Mapping[str, Words]:
        """What the weights lead to, and what comes before the first time step."""
        codes = LABELS | {f"{self.carried[0]}0": "first_context"}
        return {name: in_all_languages(f"recurrent.{code}") for name, code in codes.items()}

    def taken_as_input(self, name: str) -> str:
        """The context."""
        return "c"


class SimpleRecurrent(Recurrent):
    """What both kinds are set by."""

    context: Context = "hidden"
    activation: Activation = "tanh"
    initial_context: Annotated[float, Field(allow_inf_nan=False)] = 0.0

    def initial(self) -> float:
        """As set."""
        return self.initial_context

    @property
    def form(self) -> Simple:
        """As set."""
        output, loss = self.output_and_loss()
        return Simple(self.context, self.activation, output, loss, self.return_sequences, self.truncation)


class ElmanClassifier(Classifying, SimpleRecurrent):
    """For classes."""


class ElmanRegressor(Quantifying, SimpleRecurrent):
    """For quantities."""
