r"""Simple recurrent networks.

For the time steps :math:`t = 1, 2, \ldots` of a sequence:

.. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad \hat y_t = g(o_t)

The context :math:`c_t` is what the hidden units gave a step before (:math:`h_{t-1}`, Elman), or what the
outputs gave (:math:`\hat y_{t-1}`, Jordan).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from pydantic import Field, PositiveInt

from byhand.equations.layers import Activation as OutputActivation
from byhand.equations.layers import classifying, quantifying
from byhand.equations.step import Settings, Shapes, Step
from byhand.words import in_all_languages

Context = Literal["hidden", "output"]
Activation = Literal["tanh", "sigmoid", "relu", "identity"]
ACTIVATIONS: tuple[str, ...] = get_args(Activation)
MOST_SUMMED = 100
WEIGHTS = ("W", "U", "V")
LEARNED = ("W", "U", "bh", "V", "by")
LABELS = {"W": "input_weights", "U": "context_weights", "V": "output_weights", "bh": "hidden_bias"}
LABELS |= {"by": "output_bias", "x": "sequence", "h0": "first_context", "yhat0": "first_context"}


class Form(NamedTuple):
    """What the equations depend on besides the number of time steps.

    Attributes
    ----------
    context : str
        ``hidden`` (Elman) or ``output`` (Jordan).
    activation : str
        Of the hidden units.
    output : str
        The output's activation.
    loss : str
    each_step : bool
        Whether there is a target for each time step; else the last output answers for the sequence.
    truncation : int or None
        After how many time steps the gradient stops; None for never.
    """

    context: str
    activation: str
    output: str
    loss: str
    each_step: bool
    truncation: int | None

    @property
    def recalled(self) -> str:
        """What the context is a copy of: ``h`` or ``yhat``."""
        return "h" if self.context == "hidden" else "yhat"

    def is_cut(self, t: int) -> bool:
        """Whether the gradient stops at the context of a time step, counted from 0."""
        return self.truncation is not None and t > 0 and t % self.truncation == 0


def hidden_lines(form: Form, context: str, number: str = "", x: str = "x") -> list[str]:
    """What the hidden units of one time step give.

    Examples
    --------
    >>> hidden_lines(Form("hidden", "tanh", "softmax", "cross_entropy", False, None), "h1", "2", "x[1]")
    ['z2 = W @ x[1] + U @ h1 + bh', 'h2 = tanh(z2)']
    """
    z = f"z{number}"
    return [f"{z} = W @ {x} + U @ {context} + bh", f"h{number} = {_applied(form.activation, z)}"]


def output_lines(form: Form, number: str = "", hidden: str = "h") -> list[str]:
    """What the outputs give for what the hidden units gave."""
    o = f"o{number}"
    return [f"{o} = V @ {hidden} + by", f"yhat{number} = {_applied(form.output, o)}"]


def equations(form: Form, steps: int) -> str:
    """The equations of a sequence of so many time steps, one after the other.

    Parameters
    ----------
    form : Form
    steps : int

    Returns
    -------
    str
        Names end in the number of their step, from 1. What answers for a whole sequence has no number.

    Examples
    --------
    >>> print(equations(Form("hidden", "tanh", "softmax", "cross_entropy", False, None), 2))
    z1 = W @ x[0] + U @ h0 + bh
    h1 = tanh(z1)
    z2 = W @ x[1] + U @ h1 + bh
    h2 = tanh(z2)
    o = V @ h2 + by
    yhat = softmax(o)
    L = cross_entropy(y, yhat)
    >>> print(equations(Form("hidden", "sigmoid", "sigmoid", "quadratic", True, 1), 2))
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
    lines: list[str] = []
    for t in range(steps):
        number, context = str(t + 1), f"{form.recalled}{t}"
        if form.is_cut(t):
            lines.append(f"c{number} = stop_gradient({context})")
            context = f"c{number}"
        lines += hidden_lines(form, context, number, f"x[{t}]")
        if form.each_step:
            lines += output_lines(form, number, f"h{number}")
            lines.append(f"L{number} = {form.loss}(y[{t}], yhat{number})")
        elif t == steps - 1:
            lines += output_lines(form, "", f"h{number}")
            lines.append(f"L = {form.loss}(y, yhat)")
        elif form.context == "output":
            lines += output_lines(form, number, f"h{number}")
    return "\n".join([*lines, *(mean_lines(steps) if form.each_step else [])])


def mean_lines(steps: int) -> list[str]:
    """The mean of so many losses; of very many in parts, for a line has an end.

    Examples
    --------
    >>> mean_lines(2), [line[:15] for line in mean_lines(150)]
    (['L = (L1 + L2)/2'], ['S1 = L1 + L2 + ', 'S2 = L101 + L10', 'L = (S1 + S2)/1'])
    """
    lines: list[str] = []
    losses = [f"L{t}" for t in range(1, steps + 1)]
    while len(losses) > MOST_SUMMED:
        parts = [" + ".join(losses[k : k + MOST_SUMMED]) for k in range(0, len(losses), MOST_SUMMED)]
        losses = [f"S{k}" for k in range(len(lines) + 1, len(lines) + len(parts) + 1)]
        lines += [f"{name} = {part}" for name, part in zip(losses, parts, strict=True)]
    return [*lines, f"L = ({' + '.join(losses)})/{steps}" if steps > 1 else "L = L1"]


def shapes(features: Any, units: Any, outputs: Any, form: Form) -> dict[str, tuple[Any, ...]]:
    """The shape of every weight."""
    recalled = units if form.context == "hidden" else outputs
    return {
        **{"W": (units, features), "U": (units, recalled), "bh": (units,)},
        **{"V": (outputs, units), "by": (outputs,)},
    }


def told(form: Form, steps: int) -> dict[str, Any]:
    """What a problem says besides its equations: headings, what names mean, what they are there for."""
    starts = [f"c{t + 1}" if form.is_cut(t) else f"z{t + 1}" for t in range(steps)]
    first, cut = f"{form.recalled}0", in_all_languages("recurrent.context_as_input")
    return {
        "headings": {
            name: in_all_languages("recurrent.time_step", number=t) for t, name in enumerate(starts, 1)
        },
        "labels": {
            name: in_all_languages(f"recurrent.{code}")
            for name, code in LABELS.items()
            if name in ("x", *LEARNED, first)
        }
        | {name: cut for name in starts if name.startswith("c")},
        "roles": {"x": "input", "y": "target", first: "other"},
    }


class Recurrent(Settings):
    """What both kinds are set by."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    context: Context = "hidden"
    activation: Activation = "tanh"
    return_sequences: bool = False
    truncation: PositiveInt | None = None
    initial_context: Annotated[float, Field(allow_inf_nan=False)] = 0.0

    def output_and_loss(self) -> tuple[str, str]:
        """The output's activation and the loss."""
        raise NotImplementedError

    @property
    def form(self) -> Form:
        """What the lines depend on."""
        output, loss = self.output_and_loss()
        return Form(self.context, self.activation, output, loss, self.return_sequences, self.truncation)

    def first_context(self, outputs: int, units: int) -> dict[str, np.ndarray]:
        """The context before the first time step, by its name."""
        form = self.form
        size = units if form.context == "hidden" else outputs
        return {f"{form.recalled}0": np.full(size, self.initial_context)}

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x and y, where each time step is a row, and of the weights."""
        target = ("steps", "outputs") if self.return_sequences else ("outputs",)
        return {"x": ("steps", "features"), "y": target, **shapes("features", "units", "outputs", self.form)}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form, steps = self.form, len(samples["x"][0])
        aim = {"minimise": "L", "learn": list(LEARNED)}
        first = self.first_context(len(weights["by"]), len(weights["bh"]))
        return Step(equations(form, steps), aim=aim, penalised=WEIGHTS, given=first, **told(form, steps))


class ElmanClassifier(Recurrent):
    """For classes; y is 1 for the class of a sequence, or of a time step, and 0 otherwise."""

    output: Literal["auto", "softmax", "sigmoid"] = "auto"
    loss: Literal["auto", "cross_entropy", "binary_cross_entropy", "quadratic", "mse"] = "auto"

    def output_and_loss(self) -> tuple[str, str]:
        """As set."""
        return classifying(self.output, self.loss)


class ElmanRegressor(Recurrent):
    """For quantities."""

    output: Literal["auto"] | OutputActivation = "auto"
    loss: Literal["auto", "quadratic", "mse"] = "auto"

    def output_and_loss(self) -> tuple[str, str]:
        """As set."""
        return quantifying(self.output, self.loss)


def _applied(activation: str, z: str) -> str:
    return z if activation == "identity" else f"{activation}({z})"
