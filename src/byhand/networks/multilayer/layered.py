"""What all networks of layers that descend share: their layers, and the ways to look for good weights."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from byhand.equations import dropout, layers
from byhand.equations.layers import ACTIVATIONS, Layers
from byhand.errors import DataError
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.base.objective import objective
from byhand.networks.base.remark import Remark
from byhand.networks.fits import annealing
from byhand.networks.fits.descending import Descending
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.restarting import Restarting
from byhand.networks.fits.stoppable import Stoppable
from byhand.networks.multilayer import mlp


class LayeredNetwork(GradientNetwork):
    """The part of an estimator that is layers; families add their targets, their output and their loss."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(ACTIVATIONS)), list, tuple],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "input_dropout": [Interval(Real, 0, 1, closed="left")],
        "restarts": [Interval(Integral, 1, None, closed="left")],
        "strategy": [StrOptions({"descent", "annealing"})],
        "strategy_settings": [dict, None],
    }
    learned: ClassVar[tuple[str, ...]] = (
        *GradientNetwork.learned,
        "n_layers_",
        "restart_losses_",
        "accepted_",
    )

    # What a family is set by that does not take these parameters: one layer, one descent.
    hidden_layer_sizes: Any = ()
    activation: Any = "identity"
    dropout: float = 0.0
    input_dropout: float = 0.0
    restarts: int = 1
    strategy: str = "descent"
    strategy_settings: dict[str, float] | None = None

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
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
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        batch_size: Any = "auto",
        accumulate: int = 1,
        max_iter: int = 200,
        restarts: int = 1,
        strategy: str = "descent",
        strategy_settings: dict[str, float] | None = None,
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
        self.activation = activation
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
        self.dropout = dropout
        self.input_dropout = input_dropout
        self.batch_size = batch_size
        self.accumulate = accumulate
        self.max_iter = max_iter
        self.restarts = restarts
        self.strategy = strategy
        self.strategy_settings = strategy_settings
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.verbose = verbose

    def _output_and_loss(self) -> tuple[str, str]:
        """The output's activation and the loss."""
        raise NotImplementedError

    # Its layers

    def _sizes(self) -> tuple[int, ...]:
        return (self.n_features_in_, *self._hidden_sizes(), self.n_outputs_)

    def _hidden_sizes(self) -> tuple[int, ...]:
        return mlp.sizes_of("hidden_layer_sizes", self.hidden_layer_sizes)

    def _layers(self) -> Layers:
        """What the hyper-parameters ask for; `_form` is what the network was last trained with."""
        output, loss = self._output_and_loss()
        hidden = layers.one_a_layer(self.activation, len(self._hidden_sizes()))
        shares = float(self.input_dropout), *[float(self.dropout)] * len(hidden)
        return Layers((*hidden, output), loss, shares)

    def _adopt(self) -> None:
        if self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            found = str(self.hidden_layer_sizes)[:60]
            raise DataError("sizes_changed", name="hidden_layer_sizes", found=found)
        self._form = self._layers()

    def _functions(self) -> tuple[str, ...]:
        return (*self._form.activations, self._form.loss)

    # What its equations are

    def _equations(self) -> str:
        return layers.equations(self._layers())

    def _measured(self) -> Any:
        return objective(layers.equations(self._layers()._replace(dropout=())))

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        return {f"u{k}": (self._sizes()[k],) for k in self._layers().dropped}

    def _learns(self) -> tuple[str, ...]:
        return layers.learned_names(self._layers())

    def _penalised(self) -> tuple[str, ...]:
        return layers.weight_names(self._layers())

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        self.n_layers_ = len(self._sizes())
        return self._first_weights(0)

    def _first_weights(self, start: int) -> dict[str, np.ndarray]:
        """Weights drawn at random; others for each start."""
        return mlp.first_weights(self._seed, self._sizes(), self._layers(), start)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return layers.shapes(self._sizes())

    def _outputs(self, X: Any) -> np.ndarray:
        return mlp.outputs(self._form, self.params_, X)

    # The ways to look for good weights

    def _strategy(self, first: int) -> type[Stoppable]:
        if self.strategy == "annealing":
            return annealing.Annealed
        return Restarting if self.restarts > 1 and not first else Descending

    def _may_change(self) -> tuple[str, ...]:
        # The temperatures of a chain depend on how long it is to be.
        return ("verbose",) if self.strategy == "annealing" else super()._may_change()

    def _start(self, samples: Samples) -> None:
        super()._start(samples)
        for stale in ("restart_losses_", "accepted_"):
            self.__dict__.pop(stale, None)

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        if self.strategy == "annealing":
            raise DataError("partial_annealing")
        return super()._partial_fit(X, y, sample_weight)

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these samples as its batch, as a problem that `byhand.work` takes.

        It goes on with the rule's state after the steps made so far; with a penalty, J is minimised. With
        annealing it is the next proposal, W1_try and so on, and whether it is accepted. With dropout, what is
        left out is what the next step of a fit would leave out in a batch of so many samples; u1 and so on
        are the numbers drawn.
        """
        if self.strategy != "annealing":
            step = super().problem(X, y, sample_weight)
            dropped = self._layers().dropped
            return {**step, **dropout.told(dropped)} if dropped else step
        X, targets, weight, _ = self._prepared(X, y, sample_weight, first=False, declare=False)
        return annealing.problem(self, X, targets, weight)

    def ended(self, stopped: str) -> Remark | None:
        """Why the descent, or the search, ended."""
        if self.strategy == "annealing" and stopped != "epochs":
            return Remark("annealed", {"epochs": self.n_iter_})
        return super().ended(stopped)

    def _settle(self) -> None:
        self._form = self._layers()
        super()._settle()
