"""Recurrent networks unrolled: what all of them share, whatever is in a time step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from pydantic import PositiveInt

from byhand.equations.layers import Activation, classifying, quantifying
from byhand.equations.step import Settings, Shapes, Step
from byhand.words import in_all_languages

MOST_SUMMED = 100
Words = Mapping[str, str]  # one text a language


class Form(Protocol):
    """What the equations of a recurrent network depend on besides the number of time steps."""

    @property
    def kind(self) -> str:
        """What tells it from the others, in a word."""

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of its units."""

    @property
    def output(self) -> str:
        """The output's activation."""

    @property
    def loss(self) -> str:
        """The loss of one answer."""

    @property
    def each_step(self) -> bool:
        """Whether there is a target for each time step; else the last output answers for the sequence."""

    @property
    def truncation(self) -> int | None:
        """After how many time steps the gradient stops; None for never."""

    @property
    def carried(self) -> tuple[str, ...]:
        """What a time step hands on to the next, by name."""

    @property
    def learned(self) -> tuple[str, ...]:
        """The names of what is learned."""

    @property
    def drawn(self) -> tuple[str, ...]:
        """What is drawn for a sequence, one number a unit."""

    @property
    def weights(self) -> tuple[str, ...]:
        """Those of them that a penalty keeps small."""

    def cell_lines(self, before: Mapping[str, str], number: str = "", x: str = "x") -> list[str]:
        """What one time step makes of its input, up to ``h``.

        Parameters
        ----------
        before : mapping
            What each of the `carried` is called a step before.
        number : str
            What every name ends in.
        x : str
            The input.
        """

    def output_lines(self, number: str = "", hidden: str = "h") -> list[str]:
        """What the outputs give for what the hidden units gave."""

    def shapes(self, features: Any, units: Any, outputs: Any) -> dict[str, tuple[Any, ...]]:
        """The shape of every weight."""

    def sizes(self, units: Any, outputs: Any) -> dict[str, Any]:
        """How many numbers each of the `carried` has."""

    def meanings(self) -> Mapping[str, Words]:
        """What the names mean that stand in it whatever the number of time steps, by language."""

    def taken_as_input(self, name: str) -> str:
        """What one of the `carried` is called where the gradient stops at it."""


def is_cut(form: Form, t: int) -> bool:
    """Whether the gradient stops at what a time step takes over, counted from 0."""
    return form.truncation is not None and t > 0 and t % form.truncation == 0


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
    """
    lines: list[str] = []
    for t in range(steps):
        number, before = str(t + 1), {name: f"{name}{t}" for name in form.carried}
        if is_cut(form, t):
            stopped = {name: f"{form.taken_as_input(name)}{number}" for name in form.carried}
            lines += [f"{stopped[name]} = stop_gradient({before[name]})" for name in form.carried]
            before = stopped
        lines += form.cell_lines(before, number, f"x[{t}]")
        if form.each_step:
            lines += form.output_lines(number, f"h{number}")
            lines.append(f"L{number} = {form.loss}(y[{t}], yhat{number})")
        elif t == steps - 1:
            lines += form.output_lines("", f"h{number}")
            lines.append(f"L = {form.loss}(y, yhat)")
        elif "yhat" in form.carried:
            lines += form.output_lines(number, f"h{number}")
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


def told(form: Form, steps: int) -> dict[str, Any]:
    """What a problem says besides its equations: headings, what names mean, what they are there for."""
    before = {name: f"{name}0" for name in form.carried}
    first_line = form.cell_lines(before, "1")[0].partition(" = ")[0].removesuffix("1")
    taken = {name: form.taken_as_input(name) for name in form.carried}
    first_taken = taken[form.carried[0]]
    starts = [f"{first_taken if is_cut(form, t) else first_line}{t + 1}" for t in range(steps)]
    cut = in_all_languages("recurrent.context_as_input")
    return {
        "headings": {
            name: in_all_languages("recurrent.time_step", number=t) for t, name in enumerate(starts, 1)
        },
        "labels": {
            **{"x": in_all_languages("recurrent.sequence"), **form.meanings()},
            **{f"{name}{t + 1}": cut for t in range(steps) if is_cut(form, t) for name in taken.values()},
        },
        "roles": {"x": "input", "y": "target", **dict.fromkeys((*before.values(), *form.drawn), "other")},
    }


class Recurrent(Settings):
    """What all kinds are set by."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    return_sequences: bool = False
    truncation: PositiveInt | None = None

    @property
    def form(self) -> Form:
        """What the lines depend on."""
        raise NotImplementedError

    def output_and_loss(self) -> tuple[str, str]:
        """The output's activation and the loss."""
        raise NotImplementedError

    def initial(self) -> float:
        """What is carried into the first time step."""
        return 0.0

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x and y, where each time step is a row, and of the weights."""
        target = ("steps", "outputs") if self.return_sequences else ("outputs",)
        weights = self.form.shapes("features", "units", "outputs")
        return {
            "x": ("steps", "features"),
            "y": target,
            **dict.fromkeys(self.form.drawn, ("units",)),
            **weights,
        }

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form, steps = self.form, len(samples["x"][0])
        outputs, units = weights["V"].shape
        first = {
            f"{name}0": np.full(size, self.initial()) for name, size in form.sizes(units, outputs).items()
        }
        aim = {"minimise": "L", "learn": list(form.learned)}
        return Step(equations(form, steps), aim=aim, penalised=form.weights, given=first, **told(form, steps))


class Classifying(Recurrent):
    """For classes; y is 1 for the class of a sequence, or of a time step, and 0 otherwise."""

    output: Literal["auto", "softmax", "sigmoid"] = "auto"
    loss: Literal["auto", "cross_entropy", "binary_cross_entropy", "quadratic", "mse"] = "auto"

    def output_and_loss(self) -> tuple[str, str]:
        """As set."""
        return classifying(self.output, self.loss)


class Quantifying(Recurrent):
    """For quantities."""

    output: Literal["auto"] | Activation = "auto"
    loss: Literal["auto", "quadratic", "mse"] = "auto"

    def output_and_loss(self) -> tuple[str, str]:
        """As set."""
        return quantifying(self.output, self.loss)
