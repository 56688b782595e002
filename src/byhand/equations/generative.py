r"""GPT: a Transformer whose tokens see no later ones, and which says of each what comes next.

From the vectors :math:`X` of the last layer, with the embeddings :math:`E` of the tokens themselves:

.. math:: \hat Y = \operatorname{softmax}(X E^\top), \quad L = -\frac1T \sum_t \ln \hat y_{t, y_t}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from byhand.equations import transformer
from byhand.equations.step import Positive, Shapes, Step
from byhand.equations.transformer import Activation, Form
from byhand.words import in_all_languages


def decoder(form: Form) -> Form:
    """The same where tokens see no later ones, and embeddings are not normed."""
    return form._replace(tokens=True, causal=True, normed=False)


def output_lines(last: str) -> list[str]:
    """From the vectors of the last layer to the loss of each place, and their mean.

    Examples
    --------
    >>> for line in output_lines("X2"):
    ...     print(line)
    o = X2 @ E.T
    yhat = softmax(o)
    l = -log(pick(yhat, y))
    L = mean(l)
    """
    return [f"o = {last} @ E.T", "yhat = softmax(o)", "l = -log(pick(yhat, y))", "L = mean(l)"]


def equations(form: Form, steps: int) -> str:
    """The equations of so many tokens."""
    return "\n".join([*transformer.encoder_lines(form, steps), *output_lines(f"X{form.layers}")])


def next_lines(form: Form, steps: int) -> list[str]:
    """The outputs of what comes after so many tokens.

    Examples
    --------
    >>> next_lines(decoder(Form(1, 1, 2)), 3)[-1]
    'o = E @ X1[2]'
    """
    return [*transformer.encoder_lines(form, steps), f"o = E @ X{form.layers}[{steps - 1}]"]


def shapes(form: Form, rows: Any, positions: Any, units: Any, inner: Any) -> Shapes:
    """Of every weight."""
    embeddings = transformer.embedding_shapes(form, rows, positions, units)
    return {**embeddings, **transformer.layer_shapes(form, units, inner)}


def told(form: Form) -> dict[str, Any]:
    """Headings, what names mean, and what they are there for."""
    own = transformer.told(form)
    own["headings"] |= {"o": in_all_languages("transformer.following")}
    own["labels"] |= {"y": in_all_languages("transformer.next"), "l": in_all_languages("transformer.loss")}
    own["roles"] |= {"y": "target"}
    return own


class GPT(transformer.Encoder):
    """A step on one sample: x are tokens, y those that come next after each."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    activation: Activation = "gelu_tanh"
    eps: Positive = 1e-5

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y and the weights."""
        form = decoder(Form(transformer.layers_among(given), self.heads, 0))
        samples: Shapes = {"x": ("steps",), "y": ("steps",)}
        return {**samples, **shapes(form, "vocabulary", "positions", "units", "inner")}

    def step(self, weights: Mapping[str, np.ndarray], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form, steps = decoder(self.form(weights, tokens=True)), len(samples["x"][0])
        return Step(
            equations(form, steps),
            aim={"minimise": "L", "learn": list(weights)},
            given=transformer.mask_of(form, steps),
            penalised=transformer.weights_among(weights),
            **told(form),
        )
