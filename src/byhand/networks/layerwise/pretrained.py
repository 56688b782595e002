"""What classifiers share whose layers are pre-trained: their layers, codes, and a file of them all."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from byhand.equations.layers import Layers, one_a_layer
from byhand.errors import DataError
from byhand.networks.base.network import checked
from byhand.networks.base.remark import Remark
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.descending import Descending, one_epoch
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.fits.stoppable import Stoppable
from byhand.networks.layerwise.codes import Codes
from byhand.networks.layerwise.pretraining import Partly, Pretraining, pretrain
from byhand.networks.multilayer.classifier import MLPClassifier
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work


class Pretrained(Codes, MLPClassifier):
    """A multilayer perceptron whose first weights are learned layer by layer; a family says by what."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **MLPClassifier._parameter_constraints,
        "pretraining_epochs": [Interval(Integral, 0, None, closed="left")],
        "pretraining_learning_rate": [Interval(Real, 0, None, closed="neither")],
    }
    learned: ClassVar[tuple[str, ...]] = (*MLPClassifier.learned, "layers_")
    # The codes of the sentences about what its layers were learned as.
    family: ClassVar[str]

    # Of a family that does not take it.
    activation: Any = "sigmoid"

    layers_: list[Any]

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        *,
        output: str = "auto",
        loss: str = "auto",
        pretraining_epochs: int = 10,
        pretraining_learning_rate: float = 0.001,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        dropout: float = 0.0,
        input_dropout: float = 0.0,
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
        self.hidden_layer_sizes = hidden_layer_sizes
        self.output = output
        self.loss = loss
        self.pretraining_epochs = pretraining_epochs
        self.pretraining_learning_rate = pretraining_learning_rate
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.alpha = alpha
        self.penalty = penalty
        self.dropout = dropout
        self.input_dropout = input_dropout
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

    # What a family adds

    def _layer(self, k: int) -> Any:
        """The network that layer k, from 0, is learned as: it has `fit`, `resume`, `transform` and `work`."""
        raise NotImplementedError

    def _incoming(self, layer: Any) -> tuple[np.ndarray, np.ndarray]:
        """The weights and the biases of such a network's code."""
        raise NotImplementedError

    def _layer_seed(self, k: int) -> int:
        return int(np.random.default_rng((self._seed, 2, k)).integers(2**31 - 1))

    # Fitting

    def _start(self, samples: Samples) -> None:
        super()._start(samples)
        self.layers_ = []

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        callbacks: Iterable[Callback | Checkpoint] | None = None,
        unlabelled: Any = None,
    ) -> Self:
        """Pre-train the layers, then fine-tune the whole network.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        callbacks : iterable of callable, optional
            As for `MLPClassifier`: they are told about the epochs of the fine-tuning. A `Checkpoint` saves
            the pre-training too, and Ctrl-C ends either; `resume` goes on.
        unlabelled : array-like, shape (m, n_features), optional
            More samples, whose labels are not known: the layers learn from them too.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            The data cannot be used.
        CalculationError
            A layer, or the descent, diverges; the network has the last finite weights.
        """
        first = not (self.warm_start and hasattr(self, "params_"))
        samples = self._with_more(self._prepared(X, y, None, first, declare=first), unlabelled)
        if first:
            self._start(samples)
        self._strategy(self.n_iter_)(self, samples, Fitting(self.n_iter_), callbacks or ()).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(
        self,
        X: Any,
        y: Any,
        callbacks: Iterable[Callback | Checkpoint] | None = None,
        unlabelled: Any = None,
    ) -> Self:
        """Go on with a fit that was stopped, in the pre-training or after it: to the same bits.

        Parameters
        ----------
        X, y, unlabelled
            What the fit began with.
        callbacks : iterable of callable, optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            No fit was stopped here, or data or hyper-parameters are not those it began with; it says which.
        """
        fitting = self._paused()
        prepared = self._prepared(X, y, None, first=False, declare=False)
        samples = self._with_more(prepared, unlabelled)
        fitting.check_data(samples)
        self._strategy(fitting.first)(self, samples, fitting, callbacks or ()).run()
        return self

    def _with_more(self, samples: Samples, unlabelled: Any) -> Partly:
        """The samples, and those without labels."""
        found = Partly(*samples)
        if unlabelled is not None:
            found.unlabelled = checked(self, unlabelled, reset=False)
        return found

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Fine-tune for one epoch with these samples; the first time they pre-train the layers before.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        classes : array-like, optional
            All classes there will be; needed the first time.

        Returns
        -------
        self
        """
        return super().partial_fit(X, y, classes)

    def _strategy(self, first: int) -> type[Stoppable]:
        return Descending if first else Pretraining

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        first = not hasattr(self, "params_")
        samples = self._with_more(self._prepared(X, y, sample_weight, first, declare=False), None)
        if first:
            self._start(samples)
            if self.pretraining_epochs:
                pretrain(self, samples.X)
        one_epoch(self, samples)
        return self

    # Using

    def _coding(self) -> Layers:
        return Layers(self._form.activations[:-1], "")

    @property
    def _n_features_out(self) -> int:
        return self._sizes()[-2]

    def problem(
        self, X: Any, y: Any, sample_weight: Any = None, *, layer: int | None = None
    ) -> dict[str, Any]:
        """The next step of the fine-tuning as a problem, or of the pre-training of one layer.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
            A layer does not look at it.
        sample_weight : array-like, shape (n_samples,), optional
            Of the fine-tuning.
        layer : int, optional
            From 1: the step with which the pre-training of that layer would go on, with these samples.

        Returns
        -------
        dict

        Raises
        ------
        DataError
            No such layer was pre-trained.
        """
        check_is_fitted(self)
        if layer is None:
            title = in_all_languages("pretraining.tuning") if self.layers_ else ""
            return {"title": title, **super().problem(X, y, sample_weight)}
        if layer not in range(1, len(self.layers_) + 1):
            raise DataError("no_such_layer", found=str(layer)[:60], count=len(self.layers_))
        codes = self._inputs(X)
        for below in self.layers_[: layer - 1]:
            codes = below.transform(codes)
        facts = {"layer": layer, "layers": len(self.layers_)}
        title = in_all_languages(f"pretraining.{self.family}", **facts)
        return {"title": title, **self.layers_[layer - 1].problem(codes)}

    def work(self, X: Any, y: Any, sample_weight: Any = None, *, layer: int | None = None) -> Work:
        """Work the next step of the fine-tuning out, or of the pre-training of one layer; see `problem`."""
        from byhand.api import work

        return work(self.problem(X, y, sample_weight, layer=layer))

    def makeup(self) -> Remark:
        """Its layers, and what they were learned as."""
        plain = super().makeup()
        return Remark(f"pretrained_{self.family}", plain.facts) if self.layers_ else plain

    # A file

    def _state(self) -> dict[str, Any]:
        layers = [layer._state() for layer in self.layers_ if hasattr(layer, "params_")]
        return {**super()._state(), "layers_": layers}

    def _settle(self) -> None:
        super()._settle()
        self.layers_ = [self._restored(k, state) for k, state in enumerate(self.layers_)]

    def _restored(self, k: int, state: dict[str, Any]) -> Any:
        """A layer out of a file; a ValueError where it is none of this network."""
        layer, (inputs, units) = self._layer(k), self._sizes()[k : k + 2]
        if not set(layer.learned) >= state.keys():
            raise ValueError
        vars(layer).update(state)
        layer._settle()
        if self._incoming(layer)[0].shape != (units, inputs):
            raise ValueError
        return layer

    def _activations(self) -> tuple[str, ...]:
        return one_a_layer(self.activation, len(self._hidden_sizes()))
