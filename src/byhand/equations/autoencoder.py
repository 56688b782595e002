r"""The auto-encoder: one layer that codes its input, and one that gives it back from the code.

.. math:: a_1 = f(W_1 \tilde x + b_1), \qquad \hat x = g(W_1^\top a_1 + b_2)

:math:`\tilde x` is the input with some of its numbers set to 0, at random; the loss compares
:math:`\hat x` with the whole input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from byhand.equations.layers import ENTROPIES, Activation
from byhand.equations.step import Settings, Shapes, Step
from byhand.errors import DataError
from byhand.words import in_all_languages

Output = Literal["auto", "sigmoid", "identity"]
Loss = Literal["auto", "binary_cross_entropy", "mse", "quadratic"]
LABELS = ("u", "keep", "noisy", "a1", "xhat")


class Form(NamedTuple):
    """What the equations depend on.

    Attributes
    ----------
    activation : str
        Of the code.
    output : str
        The activation of what is given back.
    loss : str
    tied : bool
        The weights of the second layer are those of the first, transposed.
    corruption : float
        How likely each input is set to 0.
    """

    activation: str
    output: str
    loss: str
    tied: bool = True
    corruption: float = 0.0

    @property
    def learned(self) -> tuple[str, ...]:
        """What is learned."""
        return ("W1", "b1", "b2") if self.tied else ("W1", "b1", "W2", "b2")

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights among them."""
        return ("W1",) if self.tied else ("W1", "W2")


def equations(form: Form) -> str:
    """The equations of one sample, in the order of the textbook.

    Parameters
    ----------
    form : Form

    Returns
    -------
    str

    Examples
    --------
    >>> print(equations(Form("sigmoid", "sigmoid", "binary_cross_entropy", tied=True, corruption=0.3)))
    keep = u >= 0.3
    noisy = x*keep
    z1 = W1 @ noisy + b1
    a1 = sigmoid(z1)
    z2 = W1.T @ a1 + b2
    xhat = sigmoid(z2)
    L = binary_cross_entropy(x, xhat)
    """
    seen = "noisy" if form.corruption else "x"
    noise = [f"keep = u >= {form.corruption!r}", "noisy = x*keep"] if form.corruption else []
    back = "W1.T" if form.tied else "W2"
    return "\n".join(
        [
            *noise,
            f"z1 = W1 @ {seen} + b1",
            _activated("a1", form.activation, "z1"),
            f"z2 = {back} @ a1 + b2",
            _activated("xhat", form.output, "z2"),
            f"L = {form.loss}(x, xhat)",
        ]
    )


def _activated(name: str, activation: str, z: str) -> str:
    return f"{name} = {z}" if activation == "identity" else f"{name} = {activation}({z})"


def giving_back(output: str, loss: str, *, bounded: bool) -> tuple[str, str]:
    """The activation and the loss of what is given back, ``auto`` replaced.

    Parameters
    ----------
    output, loss : str
    bounded : bool
        All inputs lie between 0 and 1.

    Raises
    ------
    DataError
        ``output_loss``: the cross-entropy belongs to the sigmoid.

    Examples
    --------
    >>> giving_back("auto", "auto", bounded=True), giving_back("auto", "auto", bounded=False)
    (('sigmoid', 'binary_cross_entropy'), ('identity', 'mse'))
    """
    if output == "auto":
        output = "sigmoid" if bounded or loss == "binary_cross_entropy" else "identity"
    if loss == "auto":
        loss = ENTROPIES.get(output, "mse")
    if loss in ENTROPIES.values() and loss != ENTROPIES.get(output):
        raise DataError("output_loss", output=output, loss=loss)
    return output, loss


def labels(form: Form) -> dict[str, dict[str, str]]:
    """What the names mean, by language."""
    lines = equations(form)
    return {name: in_all_languages(f"autoencoder.{name}") for name in LABELS if name in lines.split()}


class Autoencoder(Settings):
    """One step of an auto-encoder; where inputs are set to 0, u is a number drawn for each of them."""

    activation: Activation = "sigmoid"
    output: Output = "auto"
    loss: Loss = "auto"
    tied: bool = True
    corruption: Annotated[float, Field(ge=0, lt=1)] = 0.0

    sample: ClassVar[tuple[str, ...]] = ("x", "u")

    def form(self, *, bounded: bool) -> Form:
        """What the equations depend on, where all inputs lie between 0 and 1 or not."""
        output, loss = giving_back(self.output, self.loss, bounded=bounded)
        return Form(self.activation, output, loss, self.tied, float(self.corruption))

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, u and the weights."""
        drawn: Shapes = {"u": ("inputs",)} if self.corruption else {}
        found: Shapes = {"x": ("inputs",), **drawn, "W1": ("units", "inputs"), "b1": ("units",)}
        back: Shapes = {} if self.tied else {"W2": ("inputs", "units")}
        return {**found, **back, "b2": ("inputs",)}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form = self.form(bounded=all(0 <= value <= 1 for x in samples["x"] for value in x))
        aim = {"minimise": "L", "learn": list(form.learned)}
        roles = {"x": "input", "u": "other"} if form.corruption else {"x": "input"}
        return Step(equations(form), aim=aim, penalised=form.weights, labels=labels(form), roles=roles)
