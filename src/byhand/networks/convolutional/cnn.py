"""Convolutional networks that classify images."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, column_or_1d

from byhand.equations import convolutional, image_batches, imaging
from byhand.equations.convolutional import Form, equations
from byhand.equations.image_layers import FUNCTIONS, NAMED, NORMS, Placed
from byhand.equations.layers import classifying
from byhand.errors import DataError
from byhand.networks.base.descent_classifier import DescentClassifier
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.base.remark import Remark
from byhand.networks.base.working import Names, step_problem
from byhand.networks.convolutional import feature_maps
from byhand.networks.convolutional.images import Images, by
from byhand.networks.fits.fitting import Samples
from byhand.networks.multilayer import mlp
from byhand.networks.multilayer.classifier import LOSSES


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


class CNNClassifier(Images, DescentClassifier, GradientNetwork):
    r"""A convolutional network that classifies images, trained by gradient descent.

    .. math:: z_o = b_o + \sum_c w_{oc} * a_c, \quad a = f(z), \quad p = \operatorname{pool}(a)

    with :math:`*` the convolution in the field's sense: the kernel slides over the image and is not flipped.
    The same weights are used at each place, which is called weight sharing.

    Images are given as an array of shape (samples, rows, columns) or (samples, rows, columns, channels), or
    laid flat in the rows of an array of two axes.

    Parameters
    ----------
    layers : str or sequence of str
        All layers but the outputs, which are added: ``conv 6 5x5`` (kernels, rows x columns of the window),
        where wanted with ``stride 2``, ``pad 2``, ``dilation 2``, ``groups 2``; ``max_pool 2`` and
        ``mean_pool 2``, where wanted with ``stride 1``; ``dense 120``; ``dropout 0.5``; ``batch_norm`` [2]_
        and ``layer_norm`` [3]_; and the activations of `MLPClassifier`. Or a network by its name:
        ``lenet-1``, ``lenet-4``, ``lenet-5`` [1]_, for images of 28 by 28, or ``small``. Where those of the
        paper differ: they learn a factor and a bias for each pooled map, connect some maps of the third layer
        to some of the second, squash by 1.7159 tanh(2z/3), and answer by distances to drawn digits; here
        means are taken, all maps connected, and classes answered by a softmax.
    image_shape : (int, int) or (int, int, int), optional
        Rows, columns and channels of images that are laid flat; else they are square, or one row of pixels.
    shift : int
        Each time an image is learned from, it is moved by up to so many pixels, in either direction.
    rotation : float
        And turned by up to so many degrees; what comes from outside is 0.
    output, loss
        As for `MLPClassifier`.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, \
warm_start, verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        By the number of a layer, in which activations do not count: of a convolution ``W1`` of shape
        (kernels, channels / groups, rows, columns) and ``b1`` of shape (kernels, 1, 1), of a dense layer
        ``W5`` of shape (units, inputs) and ``b5`` of shape (units,); of a batch norm ``gamma2`` and
        ``beta2``, one for each channel or unit, and the running mean ``M2`` and variance ``V2``, which no
        gradient changes; of a layer norm ``gamma2`` and ``beta2``, one for each number of an image. Float32.
    image_shape_ : (int, int, int)
        Rows, columns, channels.
    n_features_in_ : int
        Numbers in an image.
    n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, validation_scores_, best_validation_score_
        As for `MLPClassifier`.

    References
    ----------
    .. [1] LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition.
    .. [2] Ioffe & Szegedy 2015, Batch normalization.
    .. [3] Ba, Kiros & Hinton 2016, Layer normalization.

    Examples
    --------
    Bars that lie or stand, wherever they are:

    >>> X = np.zeros((8, 4, 4))
    >>> X[[0, 1, 2, 3], [0, 1, 2, 3]] = X[[4, 5, 6, 7], :, [0, 1, 2, 3]] = 1
    >>> y = ["lies"] * 4 + ["stands"] * 4
    >>> layers = ["conv 4 3x3", "relu", "max_pool 2"]
    >>> net = CNNClassifier(layers, learning_rate=0.05, random_state=0)
    >>> net.fit(X, y).score(X, y)
    1.0
    >>> [name for name in net.work(X[:1], y[:1]).values if name not in net.params_]
    ['x', 'y', 'z1', 'a1', 'p2', 'z3', 'yhat', 'L']
    >>> net.layer_counts()[0]
    LayerCount(layer='conv 4 3x3', gives=(4, 2, 2), parameters=40, unshared=160)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "layers": [StrOptions(set(NAMED)), list, tuple],
        "image_shape": [list, tuple, None],
        "shift": [Interval(Integral, 0, None, closed="left")],
        "rotation": [Interval(Real, 0, 180, closed="both")],
        "output": [StrOptions({"auto", "softmax", "sigmoid"})],
        "loss": [StrOptions({"auto", *LOSSES})],
    }
    learned: ClassVar[tuple[str, ...]] = (*GradientNetwork.learned, "classes_", "image_shape_")

    def __init__(
        self,
        layers: str | Sequence[str] = "small",
        *,
        image_shape: Sequence[int] | None = None,
        shift: int = 0,
        rotation: float = 0.0,
        output: str = "auto",
        loss: str = "auto",
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: Any = "auto",
        accumulate: int = 1,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.layers = layers
        self.image_shape = image_shape
        self.shift = shift
        self.rotation = rotation
        self.output = output
        self.loss = loss
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.accumulate = accumulate
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.verbose = verbose

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        X, y = super()._checked(X, y, first)
        return X, column_or_1d(y, warn=True)

    def _is_one_column(self) -> bool:
        return self._output_and_loss()[0] != "softmax"

    # Its equations

    def _output_and_loss(self) -> tuple[str, str]:
        return classifying(self.output, self.loss)

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

    # Its answers

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

    # A step worked out

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these images as its batch, as a problem that `byhand.work` takes.

        Images are moved and values dropped as the next step of a fit would in a batch of so many; u are the
        numbers drawn.
        """
        check_is_fitted(self)
        samples = self._prepared(X, y, sample_weight, first=False, declare=False)
        return self._of_a_batch(samples) if self._wanted().statistics else self._of_images(samples)

    def _asked(self, X: Any, y: Any) -> dict[str, Any]:
        """An image is explained as it is answered: a batch norm has its running mean and variance."""
        return self._of_images(self._prepared(X, y, None, first=False, declare=False))

    def _of_images(self, samples: Samples) -> dict[str, Any]:
        """A step whose images are worked out one after the other."""
        columns, form = self._worked_on(samples.X, samples.targets), self._wanted()
        return {**self._posed(self._equations(), columns, samples.weight), **convolutional.told(form)}

    def _of_a_batch(self, samples: Samples) -> dict[str, Any]:
        """A step whose images are worked out side by side."""
        columns, form = self._worked_on(samples.X, samples.targets), self._wanted()
        weight, count = samples.weight, len(samples.X)
        weighted = bool((weight != weight[0]).any())
        if weighted:
            columns["c"] = weight / weight.mean(dtype=np.float64)
        lines = image_batches.equations(form, count, weighted=weighted)
        problem = self._posed(lines, {}, np.ones(1, np.float32))
        problem["given"] |= image_batches.given(columns)
        return {**problem, **image_batches.told(form, count)}

    def _posed(self, lines: str, columns: dict[str, np.ndarray], weight: np.ndarray) -> dict[str, Any]:
        form = self._wanted()
        names = Names(lines, tuple(form.shapes), form.weights)
        return step_problem(names, self._learned_so_far(), self._penalty(), columns, weight)


def name_of(one: Placed) -> str:
    """What a layer gives, by its name in the equations."""
    letters = {"conv": "z", "dense": "z", "max_pool": "p", "mean_pool": "p", "dropout": "d"}
    letters |= dict.fromkeys(NORMS, "h")
    return f"{letters.get(one.layer.kind, 'a')}{one.number}"
