"""What both cascade-correlation networks share: growing, stopping, and working the next step out."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.api import Work, work
from byhand.equations.cascade import HIDDEN, Cascade, Form
from byhand.equations.step import posed
from byhand.errors import CalculationError, DataError
from byhand.networks.base.network import Network, check_arrays
from byhand.networks.base.remark import Remark
from byhand.networks.constructive import cascade
from byhand.networks.constructive.growing import Growing
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.progress import Callback
from byhand.rules import RULES
from byhand.views import charts, panels
from byhand.views.growth import Growth
from byhand.words import say, system_language


class CascadeCorrelation(Network):
    """The part of an estimator that grows; the two kinds add their targets."""

    kind: ClassVar[type[Cascade]]
    stopped_: str

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "activation": [StrOptions(set(HIDDEN))],
        "max_units": [Interval(Integral, 1, None, closed="left")],
        "candidates": [Interval(Integral, 1, None, closed="left")],
        "rule": [StrOptions(set(RULES))],
        "rule_settings": [dict, None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "candidate_learning_rate": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "error_limit": [Interval(Real, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_units_no_change": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }
    longest: ClassVar[str] = "max_units"
    target_symbol: ClassVar[str] = "Y"
    asked_first = "Yhat[0,0]"
    learned: ClassVar[tuple[str, ...]] = (
        *Network.learned,
        *("_seed", "n_outputs_", "n_units_", "n_iter_", "losses_", "epochs_", "scores_"),
        *("validation_losses_", "stopped_", "_fitting"),
    )
    saved_on_the_way = True

    def __init__(
        self,
        activation: str = "tanh",
        *,
        loss: str = "auto",
        max_units: int = 30,
        candidates: int = 8,
        rule: str = "quickprop",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 1.0,
        candidate_learning_rate: float = 0.1,
        max_iter: int = 200,
        tol: float = 0.01,
        n_iter_no_change: int = 12,
        error_limit: float = 0.4,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_units_no_change: int = 3,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.activation = activation
        self.loss = loss
        self.max_units = max_units
        self.candidates = candidates
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.candidate_learning_rate = candidate_learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.error_limit = error_limit
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_units_no_change = n_units_no_change
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    # What a kind of network adds.

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, Any]:
        """Inputs and targets that can be used."""
        raise NotImplementedError

    def _declare(self, y: Any) -> None:
        """Keep what the targets of a new network say of its outputs."""

    def _targets(self, y: Any) -> np.ndarray:
        """Targets as the network sees them, shape (n, outputs)."""
        raise NotImplementedError

    def _form(self) -> Form:
        """The functions of the network."""
        return self._chosen(self.kind).form

    def _limit(self, targets: np.ndarray) -> np.ndarray:
        """How far each output may lie from its target when growth ends, shape (outputs,)."""
        raise NotImplementedError

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        return None

    # Growing

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Grow the network.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
            For regression (n_samples, n_outputs) too.
        callbacks : iterable of callable, optional
            As for `MLPClassifier`, but once without a hidden unit and then after each new one; with
            `early_stopping` they see the best network so far.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            The data cannot be used.
        CalculationError
            The weights grow beyond all bounds; the network has the last finite ones.

        Warns
        -----
        ConvergenceWarning
            All units are used and some output is still too far from its target.
        """
        first = not (self.warm_start and hasattr(self, "params_"))
        samples = self._prepared(X, y, first)
        if first:
            self._start(samples)
        Growing(self, samples, Fitting(self.n_iter_), callbacks or ()).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Go on growing where a fit was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X, y
            What the fit began with.
        callbacks : iterable of callable, optional

        Returns
        -------
        self
            With a larger `max_units` than before as if that had been meant from the start, but for rounding.

        Raises
        ------
        DataError
            No fit was stopped here, or data or hyper-parameters are not those it began with; it says which.

        Warns
        -----
        ConvergenceWarning
            As of `fit`.
        """
        fitting = self._paused()
        samples = self._prepared(X, y, first=False)
        fitting.check_data(samples)
        Growing(self, samples, fitting, callbacks or ()).run()
        return self

    def _prepared(self, X: Any, y: Any, first: bool) -> Samples:
        X, y = self._checked(X, y, first)
        if first:
            self._declare(y)
        targets = self._targets(y)
        if not first and targets.shape[1] != self.n_outputs_:
            raise DataError("output_count", found=targets.shape[1], wanted=self.n_outputs_)
        return Samples(X, targets, np.ones(len(X), np.float32), self._strata(y))

    def _start(self, samples: Samples) -> None:
        self._begin()
        self.__dict__.pop("stopped_", None)
        self.n_outputs_, self.n_units_ = samples.targets.shape[1], 0
        inputs = samples.X.shape[1] + 1
        self.params_ = {
            "U": np.zeros((0, inputs), np.float32),
            "W": np.zeros((self.n_outputs_, inputs), np.float32),
        }
        self.losses_: list[float] = []
        self.epochs_ = np.zeros((0, 2), np.int32)
        self.scores_ = np.zeros((0, self.candidates), np.float32)
        self.validation_losses_: list[float] = []

    def _settings(self) -> dict[str, Any]:
        """The rates and the rule's settings."""
        known, own = RULES[self.rule].settings, self.rule_settings or {}
        for name in own.keys() - known.keys():
            raise DataError("unknown_setting", name=str(name), rule=self.rule, known=", ".join(known) or "-")
        return {
            "rate": float(self.learning_rate),
            "candidate_rate": float(self.candidate_learning_rate),
            "rule": {**known, **{name: float(value) for name, value in own.items()}},
        }

    def ended(self, stopped: str) -> Remark | None:
        """Why growth ended."""
        return None if stopped == "epochs" else Remark(f"grown_{self.stopped_}", {"limit": self.error_limit})

    def makeup(self) -> Remark:
        """The hidden units and their connections."""
        form, inputs = self._form(), self.n_features_in_
        units, outputs = self.n_units_, self.n_outputs_
        connections = units * (1 + inputs) + units * (units - 1) // 2 + outputs * (1 + inputs + units)
        facts = {"inputs": inputs, "units": units, "outputs": outputs, "parameters": connections}
        return Remark("grown", {**facts, "functions": ", ".join(form)})

    # Using

    def _outputs(self, X: Any) -> np.ndarray:
        """The outputs for checked inputs, shape (n, outputs)."""
        outputs = cascade.forward(self._form(), self.params_, X)
        if not np.isfinite(outputs).all():
            raise CalculationError("output_not_finite")
        return outputs

    def _asked(self, X: Any, y: Any) -> dict[str, Any]:
        """One sample has no correlations: the next epoch of the outputs."""
        return self.problem(X, y, "outputs")

    def problem(self, X: Any, y: Any, phase: str = "candidates", epochs: int = 1) -> dict[str, Any]:
        """The next epochs of one phase, with these samples, as a problem for `byhand.work`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
            For regression (n_samples, n_outputs) too.
        phase : str
            ``candidates``: the pool for the next unit, from the first weights it would draw; what each
            candidate's correlation is, who wins (j), and the winner's connections (u, v). ``outputs``: the
            output weights.
        epochs : int

        Returns
        -------
        dict
        """
        check_is_fitted(self)
        X, targets, *_ = self._prepared(X, y, first=False)
        if phase not in ("candidates", "outputs"):
            raise DataError("phase", found=str(phase)[:60])
        settings, weights = self._settings(), {**cascade.unit_weights(self.params_), "W": self.params_["W"]}
        rate = settings["rate"]
        if phase == "candidates":
            width = weights["W"].shape[1]
            weights["U"] = cascade.draws(self._seed, self.n_units_, self.candidates, width)
            rate = settings["candidate_rate"]
        samples = {"x": X, "y": targets}
        step = self._chosen(self.kind, phase=phase).step(weights, samples)
        learning = {"rate": rate, "steps": epochs, "rule": self.rule, "rule_settings": settings["rule"]}
        return {**posed(step, weights, samples), **learning}

    def work(self, X: Any, y: Any, phase: str = "candidates", epochs: int = 1) -> Work:
        """Work the next epochs of one phase out; see `problem`.

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. Samples are columns, the first row of X is 1.
            The names are X, Y, W, u1, h1, X1, …, Yhat and E; of the candidates U, V, C, S, T, j, u and v.
        """
        return work(self.problem(X, y, phase, epochs))

    def picture(self, path: str | Path, language: str | None = None) -> None:
        """Draw how the network grew: a row for each unit with its connections, and the loss it led to.

        Parameters
        ----------
        path : str or Path
            A .svg, .png or .pdf file.
        language : str, optional
            ``en`` or ``zh``; the locale's otherwise.

        Raises
        ------
        ProblemError
            Another kind of file, or matplotlib is missing.
        """
        check_is_fitted(self)
        path = Path(path)
        charts.check_drawable(path)
        panels.draw(path, [self.growth(charts.legible(path, language or system_language()))])

    def growth(self, language: str) -> Growth:
        """What `picture` shows."""
        title, x, y = (
            say(f"cascade.picture_{part}", language, units=self.n_units_) for part in ("title", "from", "to")
        )
        return Growth(title, self.params_["U"], self.params_["W"], self.scores_, self.losses_, x, y)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return self._shapes_with(self.n_units_)

    def _shapes_with(self, units: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the weights of so many hidden units."""
        width = self.n_features_in_ + 1 + units
        return {"U": (units, width), "W": (self.n_outputs_, width)}

    def _settle(self) -> None:
        super()._settle()
        self._form()
        self._settle_fitting()
        self._check_grown(self.params_, self.losses_, self.epochs_, self.scores_)
        if hasattr(self, "_fitting") and (ahead := self._fitting.ahead):
            check_arrays(ahead["params_"], self._shapes_with(len(ahead["params_"]["U"])))
            self._check_grown(ahead["params_"], ahead["losses"], ahead["epochs"], ahead["scores"])

    def _check_grown(self, params: dict[str, np.ndarray], losses: Any, epochs: Any, scores: Any) -> None:
        """That a history is that of so many hidden units, each connected with those before it alone."""
        units = len(params["U"])
        fits = len(losses) == units + 1 and epochs.shape == (units + 1, 2) and len(scores) == units
        if not fits or np.triu(params["U"], self.n_features_in_ + 1).any():
            raise ValueError
