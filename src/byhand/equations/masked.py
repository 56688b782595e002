r"""BERT's task: to say which tokens stood where a sample is masked.

For the asked places :math:`m` of a sample, from the vectors :math:`X` of the encoder's last layer:

.. math:: N = \operatorname{norm}(f(X_m W^\top + b)), \quad
    \hat Y = \operatorname{softmax}(N E^\top + b_y), \quad L = -\frac1{|m|} \sum_{i \in m} \ln \hat y_{i, y_i}

:math:`E` are the embeddings of the tokens themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from byhand.equations import transformer
from byhand.equations.step import Shapes, Step
from byhand.equations.transformer import Form, norm_line
from byhand.words import in_all_languages

HEAD = ("W", "b", "gamma", "beta", "by")


def masked_lines(form: Form, last: str | None = None) -> list[str]:
    """From the vectors of the last layer to the loss of the asked places.

    Examples
    --------
    >>> for line in masked_lines(Form(2, 2, 4)):
    ...     print(line)
    h = take(X2, m)
    z = h @ W.T + b
    a = gelu(z)
    N = layer_norm(a, 1e-12)*gamma + beta
    o = N @ E.T + by
    yhat = softmax(o)
    l = -log(pick(yhat, y))
    L = mean(l)
    """
    return [
        f"h = take({last or f'X{form.layers}'}, m)",
        "z = h @ W.T + b",
        f"a = {form.activation}(z)",
        norm_line(form, "N", "a", ""),
        "o = N @ E.T + by",
        "yhat = softmax(o)",
        "l = -log(pick(yhat, y))",
        "L = mean(l)",
    ]


def equations(form: Form, steps: int) -> str:
    """The equations of a sample of so many tokens."""
    return "\n".join([*transformer.encoder_lines(form, steps), *masked_lines(form)])


def shapes(form: Form, rows: Any, positions: Any, units: Any, inner: Any) -> Shapes:
    """Of every weight."""
    head: Shapes = {"W": (units, units), "by": (rows,)} | dict.fromkeys(("b", "gamma", "beta"), (units,))
    return {
        **transformer.embedding_shapes(form, rows, positions, units),
        **transformer.layer_shapes(form, units, inner),
        **{name: head[name] for name in HEAD},
    }


def told(form: Form) -> dict[str, Any]:
    """Headings, what names mean, and what they are there for."""
    own = transformer.told(form)
    own["headings"] |= {"h": in_all_languages("transformer.asked")}
    own["labels"] |= {name: in_all_languages(f"transformer.{name}") for name in ("m", "y", "l")}
    own["labels"]["x"] = in_all_languages("transformer.seen")
    own["roles"] |= {"m": "other", "y": "target"}
    return own


class BERT(transformer.Encoder):
    """A step on one sample: x are the tokens as they are seen, m the asked places, y what stood there."""

    sample: ClassVar[tuple[str, ...]] = ("x", "m", "y")

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, m, y and the weights."""
        form = Form(transformer.layers_among(given), self.heads, 0)
        samples: Shapes = {"x": ("steps",), "m": ("asked",), "y": ("asked",)}
        return {**samples, **shapes(form, "vocabulary", "positions", "units", "inner")}

    def step(self, weights: Mapping[str, np.ndarray], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form = self.form(weights, tokens=True)
        aim = {"minimise": "L", "learn": list(weights)}
        lines = equations(form, len(samples["x"][0]))
        return Step(lines, aim=aim, penalised=transformer.weights_among(weights), **told(form))
