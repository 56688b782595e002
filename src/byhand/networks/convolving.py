"""The layers of a network for images: what they are, what they learn, and what each gives."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.equations import imaging
from byhand.equations.convolutional import Form, equations
from byhand.equations.image_layers import FUNCTIONS, NORMS, Placed
from byhand.errors import DataError
from byhand.networks import feature_maps, mlp
from byhand.networks.fitting import Samples
from byhand.networks.gradient import GradientNetwork
from byhand.networks.images import Shape, by
from byhand.networks.remark import Remark


class LayerCount(NamedTuple):
    """What a layer gives, and what it learns.

    Attributes
    ----------
    layer : str
        As it is written.
    gives : tuple of int
        (channels, rows, columns), or (units,).
    parameters : int
    unshared : int
        Parameters, had each unit weights of its own, as in a layer that looks at patches without sharing.
    """

    layer: str
    gives: tuple[int, ...]
    parameters: int
    unshared: int


class Convolving(GradientNetwork):
    """The part of such a network that is its layers; another knows the targets."""

    layers: Any
    shift: int
    rotation: float
    image_shape_: Shape
    n_features_in_: int

    def _wanted(self) -> Form:
        """What the hyper-parameters ask for; `_form` is what the network was last trained with."""
        rows, columns, channels = self.image_shape_
        chosen = self._chosen(imaging.CNNClassifier)
        return chosen.form((channels, rows, columns), self.n_outputs_)

    def _adopt(self) -> None:
        form = self._wanted()
        if self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            raise DataError("layers_changed", found=str(self.layers)[:100])
        self._form = form

    def _objective(self) -> Any:
        from byhand.train.imaging import Imaging
        from byhand.train.moving import Motion

        return Imaging(self._wanted(), Motion(int(self.shift), float(self.rotation)))

    def _learns(self) -> tuple[str, ...]:
        """With the running statistics, which go along with the weights."""
        return tuple(self._shapes())

    def _penalised(self) -> tuple[str, ...]:
        return self._wanted().weights

    def _equations(self) -> str:
        return equations(self._wanted())

    def _steps(self, X: np.ndarray) -> int:
        placed = self._wanted().placed
        return -(-sum(one.unshared for one in placed) // sum(one.parameters for one in placed))

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        moved = {"moved": (3,)} if self.shift or self.rotation else {}
        return {**self._wanted().drawn, **moved}

    def _worked_on(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        """The images as the next step sees them, and the numbers that decide what it drops."""
        drawn = self._next_draws(X)
        X = np.asarray(self._objective().seen(X, drawn)) if "moved" in drawn else X
        return {"x": X, "y": targets, **{name: drawn[name] for name in self._wanted().drawn}}

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        form = self._wanted()
        return {**form.shapes, **form.statistics}

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        form, random = self._wanted(), np.random.default_rng((self._seed, 0, 0))
        others = [one for one in form.placed if one.layer.kind not in NORMS]
        following = [*[one.layer.kind for one in others[1:]], form.output]
        params: dict[str, np.ndarray] = {}
        for one, function in zip(others, following, strict=True):
            if not one.layer.learns:
                continue
            W, b = one.weights
            units, *inputs = one.weights[W]
            limit = mlp.limit(prod(inputs), units * prod(one.layer.window), function)
            params[W] = random.uniform(-limit, limit, one.weights[W]).astype(np.float32)
            params[b] = np.zeros(one.weights[b], np.float32)
        for name, shape in self._shapes().items():
            if name not in params:
                params[name] = np.full(shape, float(name.startswith(("gamma", "V"))), np.float32)
        return {name: params[name] for name in self._shapes()}

    def _settle(self) -> None:
        if len(self.image_shape_) != 3 or prod(self.image_shape_) != self.n_features_in_:
            raise ValueError
        self.image_shape_ = tuple(self.image_shape_)
        self._form = self._wanted()
        super()._settle()

    # What they give

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        return feature_maps.outputs(self._form, self.params_, X)

    def feature_maps(self, X: Any) -> dict[str, np.ndarray]:
        """What each layer gives of images.

        Parameters
        ----------
        X : array-like
            Images, as for `fit`.

        Returns
        -------
        dict
            By the names of the equations, such as z1, a1 and p2; of a convolution or a pooling of shape
            (n_samples, channels, rows, columns).
        """
        X = self._inputs(X)
        found = feature_maps.layer_by_layer(self._form, self.params_, X)
        return {name_of(one): values for one, values in zip(self._form.placed, found, strict=True)}

    def layer_counts(self) -> list[LayerCount]:
        """What each layer gives and learns, the outputs last; activations are left out."""
        check_is_fitted(self)
        return [
            LayerCount(one.layer.text, one.after, one.parameters, one.unshared)
            for one in self._form.placed
            if one.layer.kind not in FUNCTIONS
        ]

    def makeup(self) -> Remark:
        """Its layers, and what sharing weights saves."""
        counts = self.layer_counts()
        rows, columns, channels = self.image_shape_
        facts = {
            "image": by((rows, columns)) if channels == 1 else by((rows, columns, channels)),
            "layers": ", ".join(one.text for one in self._form.layers),
            **{"outputs": self.n_outputs_, "parameters": sum(one.parameters for one in counts)},
            "unshared": sum(one.unshared for one in counts),
            "functions": ", ".join((self._form.output, self._form.loss)),
        }
        return Remark("convolutional", facts)


def name_of(one: Placed) -> str:
    """What a layer gives, by its name in the equations."""
    letters = {"conv": "z", "dense": "z", "max_pool": "p", "mean_pool": "p", "dropout": "d"}
    letters |= dict.fromkeys(NORMS, "h")
    return f"{letters.get(one.layer.kind, 'a')}{one.number}"
