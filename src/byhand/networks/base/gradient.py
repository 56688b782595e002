"""What all networks that learn by gradients share: fitting, going on, stopping, and working a step out."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.errors import DataError
from byhand.networks.base.network import check_arrays
from byhand.networks.base.objective import objective
from byhand.networks.base.pacing import Paced
from byhand.networks.base.remark import Remark
from byhand.networks.base.working import Learned, Names, rule_settings, step_problem
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.descending import Descending, one_epoch
from byhand.networks.fits.fitting import Fitting, Samples, counted, places
from byhand.networks.fits.progress import Callback
from byhand.networks.fits.stoppable import Stoppable
from byhand.rules import RULES

if TYPE_CHECKING:
    from byhand.api import Work


class GradientNetwork(Paced):
    """The part of an estimator that descends; families add their equations and their targets."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rule": [StrOptions(set(RULES))],
        "rule_settings": [dict, None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        **Paced._parameter_constraints,
        "accumulate": [Interval(Integral, 1, None, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "penalty": [StrOptions({"half", "textbook"})],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }

    # What every family is set by.
    rule: str
    rule_settings: dict[str, float] | None
    learning_rate: Any
    alpha: float
    batch_size: Any
    max_iter: int
    n_iter_no_change: int
    random_state: Any
    warm_start: bool
    # What a family is set by that does not take these parameters.
    early_stopping: bool = False
    penalty: str = "half"
    accumulate: int = 1

    saved_on_the_way = True
    # What fitting makes, and a file holds.
    learned: ClassVar[tuple[str, ...]] = (
        *Paced.learned,
        *("rule_state_", "t_", "n_iter_", "_seed", "loss_", "loss_curve_", "best_loss_"),
        *("validation_scores_", "best_validation_score_", "n_outputs_", "_fitting"),
        "rate_curve_",
    )

    # What a kind of network adds.

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, Any]:
        """Inputs and targets that can be used."""
        raise NotImplementedError

    def _declare(self, y: Any) -> None:
        """Keep what the targets of a new network say of its outputs."""

    def _targets(self, y: Any) -> np.ndarray:
        """Targets as the network sees them, shape (n, outputs)."""
        raise NotImplementedError

    def _output_count(self, targets: np.ndarray) -> int:
        """How many outputs such targets ask for."""
        return targets.shape[-1]

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        """What a validation part is drawn evenly from."""
        return None

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        raise NotImplementedError

    # What its equations are.

    def _equations(self) -> str:
        """Those of one sample, up to its loss L."""
        raise NotImplementedError

    def _objective(self) -> Any:
        """The loss of one sample, for JAX."""
        return objective(self._equations())

    def _measured(self) -> Any:
        """The same where nothing is drawn, as it is measured."""
        return self._objective()

    def _learns(self) -> tuple[str, ...]:
        """The names of what descends."""
        raise NotImplementedError

    def _penalised(self) -> tuple[str, ...]:
        """The names of the weights that a penalty keeps small."""
        raise NotImplementedError

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        """What the objective is given of each sample, by name."""
        return {"x": X, "y": targets}

    def _steps(self, X: np.ndarray) -> int:
        """How often one sample uses each weight."""
        return 1

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        """What is drawn for each of these samples in a step: names, shapes of their uniform numbers."""
        return {}

    def _next_draws(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """What the next step draws with these samples as its batch, by name."""
        if not (drawn := self._drawn(X)):
            return {}
        from byhand.train.drawing import uniforms

        found = uniforms(self._seed, self.t_, len(X), drawn)
        return {name: np.asarray(numbers) for name, numbers in found.items()}

    def _worked_on(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        """What the equations of the next step name of each sample."""
        return {"x": X, "y": targets, **self._next_draws(X)}

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        """The weights before the first step."""
        raise NotImplementedError

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every weight."""
        raise NotImplementedError

    def _adopt(self) -> None:
        """Keep what the hyper-parameters say of the equations, until the next fit.

        Raises
        ------
        DataError
            They ask for weights of other shapes.
        """

    def _outputs(self, X: Any) -> np.ndarray:
        """The outputs for checked inputs, shape (n, outputs)."""
        raise NotImplementedError

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        callbacks: Iterable[Callback | Checkpoint] | None = None,
    ) -> Self:
        """Fit the network.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional
            What each sample counts in the mean of the losses.
        callbacks : iterable of callable, optional
            Each is told a `Report` after each epoch; one that returns True ends the fit. A `Checkpoint` saves
            the fit while it goes on. Ctrl-C ends the fit with the epoch, or about a second later in the midst
            of a long one; `resume` goes on.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            The data cannot be used.
        CalculationError
            The descent diverges; the network has the last finite weights.
        """
        first = not (self.warm_start and hasattr(self, "params_"))
        samples = self._prepared(X, y, sample_weight, first, declare=first)
        if first:
            self._start(samples)
        self._strategy(0 if first else self.n_iter_)(
            self, samples, Fitting(self.n_iter_), callbacks or ()
        ).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        callbacks: Iterable[Callback | Checkpoint] | None = None,
    ) -> Self:
        """Go on with a fit that was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X, y, sample_weight
            What the fit began with.
        callbacks : iterable of callable, optional
            As for `fit`; a `Checkpoint` to go on saving.

        Returns
        -------
        self
            At the end of the fit that `max_iter` and the stopping rules set; with a larger `max_iter` than
            before it goes on as if that had been meant from the start.

        Raises
        ------
        ValueError
            No fit was stopped here, or data or hyper-parameters are not those it began with; it says which.
        CalculationError
            The descent diverges; the network has the last finite weights.

        Warns
        -----
        UserWarning
            Versions, device, threads or flags are not those of the fit so far: the bits may differ.
        """
        fitting = self._paused()
        samples = self._prepared(X, y, sample_weight, first=False, declare=False)
        fitting.check_data(samples)
        self._strategy(fitting.first)(self, samples, fitting, callbacks or ()).run()
        return self

    def _strategy(self, first: int) -> type[Stoppable]:
        """How a fit goes that began after so many epochs."""
        return Descending

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        first = not hasattr(self, "params_")
        samples = self._prepared(X, y, sample_weight, first, declare=False)
        if first:
            self._start(samples)
        one_epoch(self, samples)
        return self

    def _prepared(self, X: Any, y: Any, sample_weight: Any, first: bool, declare: bool) -> Samples:
        """Checked samples; those that count nothing are left out."""
        X, y, weight = counted(*self._checked(X, y, first), sample_weight)
        if declare:
            self._declare(y)
        targets = self._targets(y)
        return Samples(X, targets, weight, self._strata(y))

    def _start(self, samples: Samples) -> None:
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self.n_outputs_ = self._output_count(samples.targets)
        self.params_ = self._first_params(samples)
        self.rule_state_: dict[str, Any] = {}
        self.t_ = self.n_iter_ = 0
        self.loss_curve_: list[float] = []
        self.best_loss_ = np.inf
        stale = "loss_", "validation_scores_", "best_validation_score_", "_fitting", "origin_"
        for name in (*stale, "updates_", "rate_curve_"):
            self.__dict__.pop(name, None)

    def _settings(self) -> dict[str, float]:
        """The rate and the rule's settings."""
        return {"rate": float(self.learning_rate), **rule_settings(self.rule, self.rule_settings or {})}

    def _penalty(self) -> tuple[str, float]:
        """The penalty's form and its lambda."""
        if self.penalty == "textbook" and not 0 < self.alpha < 1:
            raise DataError("textbook_alpha", found=self.alpha)
        return self.penalty, float(self.alpha)

    def ended(self, stopped: str) -> Remark | None:
        """Why the descent ended."""
        if stopped == "epochs" and self._spans_the_fit():
            return Remark("schedule_over", {"epochs": self.n_iter_})
        if stopped == "epochs":
            return Remark("not_converged", {"epochs": self.n_iter_, "more": 2 * self.max_iter})
        return Remark("converged", {"epochs": self.n_iter_, "patience": self.n_iter_no_change})

    def _batch(self, samples: int) -> int:
        return min(200 if self.batch_size == "auto" else self.batch_size, samples)

    # Using

    def work(self, X: Any, y: Any, sample_weight: Any = None) -> Work:
        """Work the next training step out, with these samples as its batch.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly; with the rule's state after the steps made so
            far. The names are those of its equations, of layers W1, b1, z1, a1, …, x, y, yhat and L; with
            weights c, a sample's weight over the mean weight, and Lc = c L; with a penalty J, which is
            minimised.
        """
        from byhand.api import work

        check_is_fitted(self)
        return work(self.problem(X, y, sample_weight))

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these samples as its batch, as a problem that `byhand.work` takes.

        It goes on with the rule's state after the steps made so far; with a penalty, J is minimised.

        Parameters
        ----------
        X, y, sample_weight
            As for `work`.

        Returns
        -------
        dict
            By the keys of a problem file.
        """
        X, targets, weight, _ = self._prepared(X, y, sample_weight, first=False, declare=False)
        names = Names(self._equations(), self._learns(), self._penalised())
        columns = self._worked_on(X, targets)
        return step_problem(names, self._learned_so_far(), self._penalty(), columns, weight)

    def _learned_so_far(self) -> Learned:
        """Where its training stands, for a step that is worked out."""
        settings, pace = self._settings(), self._pace()
        return Learned(self.params_, self.rule, settings, self.rule_state_, self.t_, pace)

    def _settle(self) -> None:
        check_arrays(self.params_, self._shapes())
        self._check_kept(self.rule_state_)
        self._settle_fitting()
        if hasattr(self, "_fitting"):
            for place in places(self._fitting.ahead):
                check_arrays(place["params_"], self._descending_shapes())
                self._check_kept(place.get("rule_state_", {}))

    def _check_kept(self, kept: dict[str, Any]) -> None:
        """That what the rule keeps for each weight has its shape."""
        if not set(RULES[self.rule].state) >= kept.keys():
            raise ValueError
        for tree in kept.values():
            check_arrays(tree, self._descending_shapes())

    def _descending_shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = self._shapes()
        return {name: shapes[name] for name in self._learns()}
