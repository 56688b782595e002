"""A step of a network for images: each for itself, or a whole batch where they are normed together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from byhand.equations import convolutional, image_batches
from byhand.equations.convolutional import Form
from byhand.equations.image_layers import FUNCTIONS, Shape, written
from byhand.equations.layers import classifying
from byhand.equations.step import Settings, Shapes, Step


class CNNClassifier(Settings):
    """One step of a network for images; x is (channels, rows, columns), y is 1 for an image's own class."""

    layers: str | tuple[str, ...] = "small"
    output: Literal["auto", "softmax", "sigmoid"] = "auto"
    loss: Literal["auto", "cross_entropy", "binary_cross_entropy", "quadratic", "mse"] = "auto"

    @property
    def sample(self) -> tuple[str, ...]:  # type: ignore[override]
        """Of an image x, y, and what decides on dropped values."""
        layers = enumerate([one for one in written(self.layers) if one.kind not in FUNCTIONS], 1)
        return ("x", "y", *(f"u{k}" for k, one in layers if one.kind == "dropout"))

    def form(self, image: Shape, outputs: int) -> Form:
        """What the equations depend on, for images of a shape and so many outputs."""
        return Form(written(self.layers), image, outputs, *classifying(self.output, self.loss))

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y, what is drawn, and the weights."""
        image, target = (np.shape(given[name][0]) if name in given else () for name in ("x", "y"))
        if len(image) != 3:
            return {"x": ("channels", "rows", "columns"), "y": ("outputs",)}
        form = self.form(image, *(target or (1,)))
        return {"x": image, "y": (form.outputs,), **form.drawn, **form.shapes, **form.statistics}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form = self.form(np.shape(samples["x"][0]), len(samples["y"][0]))
        how: dict[str, Any] = {
            "aim": {"minimise": "L", "learn": list(form.shapes)},
            "penalised": form.weights,
        }
        if not form.statistics:
            return Step(convolutional.equations(form), **how, **convolutional.told(form))
        count, given = len(samples["x"]), image_batches.given(samples)
        lines, own = image_batches.equations(form, count), image_batches.told(form, count)
        return Step(lines, given=given, together=True, **how, **own)
