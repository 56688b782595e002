"""What both networks of radial basis functions share: units, and the ways to learn."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from byhand.api import Work, work
from byhand.equations import radial as equations
from byhand.equations.step import posed
from byhand.errors import CalculationError, DataError, ProblemError
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.base.objective import objective
from byhand.networks.base.remark import Remark
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.descending import check_fits
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.radial_basis import radial
from byhand.networks.radial_basis.placing import (
    candidates,
    clustered,
    drawn,
    kmeans_problem,
    rates,
    selected,
    selection_problem,
    widths,
)

if TYPE_CHECKING:
    from byhand.api.why import Why


class RBFNetwork(GradientNetwork):
    """The part of both estimators: units, their widths, and the ways to learn."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "centres": [StrOptions({"k-means", "random", "orthogonal"}), "array-like"],
        "kmeans_iter": [Interval(Integral, 1, None, closed="left")],
        "widths": [StrOptions({"nearest", "shared"}), Interval(Real, 0, None, closed="neither")],
        "neighbours": [Interval(Integral, 1, None, closed="left")],
        "overlap": [Interval(Real, 0, None, closed="neither")],
        "training": [StrOptions({"least_squares", "descent", "full"})],
    }
    learned: ClassVar[tuple[str, ...]] = (*GradientNetwork.learned, "kmeans_iter_", "error_reductions_")

    def __init__(
        self,
        units: int = 50,
        *,
        centres: Any = "k-means",
        kmeans_iter: int = 20,
        widths: Any = "nearest",
        neighbours: int = 2,
        overlap: float = 1.0,
        training: str = "least_squares",
        alpha: float = 1e-6,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.01,
        batch_size: Any = "auto",
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.centres = centres
        self.kmeans_iter = kmeans_iter
        self.widths = widths
        self.neighbours = neighbours
        self.overlap = overlap
        self.training = training
        self.alpha = alpha
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.verbose = verbose

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Fit the network.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,); for regression also (n_samples, n_outputs)
        callbacks : iterable of callable, optional
            Of a descent, as for `MLPClassifier`.

        Returns
        -------
        self
        """
        if self.training != "least_squares":
            return super().fit(X, y, None, callbacks)
        first = not (self.warm_start and hasattr(self, "params_"))
        samples = self._prepared(X, y, None, first, declare=first)
        if first:
            self._start(samples)
        else:
            check_fits(self, samples.targets)
            self.params_ = {**self.params_, **self._solved(self.params_, samples)}
        self.n_iter_ += 1
        for one in callbacks or ():
            if isinstance(one, Checkpoint):
                one.save(self)
        return self

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        C, beta = self._units(samples)
        params, outputs = {"C": C, "beta": beta}, samples.targets.shape[1]
        if self.training == "descent":
            return {
                **params,
                "W": np.zeros((outputs, len(C)), np.float32),
                "b": np.zeros(outputs, np.float32),
            }
        return {**params, **self._solved(params, samples)}

    def _solved(self, params: dict[str, np.ndarray], samples: Samples) -> dict[str, np.ndarray]:
        """The output's weights by least squares."""
        units = params["C"], params["beta"]
        found = radial.least_squares(*units, samples.X, samples.targets, self.alpha)
        with np.errstate(over="ignore"):
            W, b = (value.astype(np.float32) for value in found)
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise CalculationError("squares_not_finite")
        return {"W": W, "b": b}

    def _units(self, samples: Samples) -> tuple[np.ndarray, np.ndarray]:
        """The centres, no two in the same place, and the beta of each."""
        X, order = samples.X, self._drawn_order(len(samples.X))
        for stale in ("kmeans_iter_", "error_reductions_"):
            self.__dict__.pop(stale, None)
        if not isinstance(self.centres, str):
            C = self._own_centres()
        elif self.centres == "k-means":
            C, self.kmeans_iter_ = clustered(X, order, self.units, self.kmeans_iter)
        elif self.centres == "random":
            C = X[drawn(X, order, self.units)]
        else:
            among = candidates(X, order, self.overlap)
            C, self.error_reductions_ = selected(X, samples.targets, among, self.units)
        if isinstance(self.widths, str):
            return C, rates(widths(C, X, self.widths, self.neighbours, self.overlap))
        return C, rates(np.full(len(C), float(self.widths)))

    def _drawn_order(self, samples: int) -> np.ndarray:
        """All the randomness there is in where the units stand."""
        return np.random.default_rng((self._seed, 2)).permutation(samples)

    def _own_centres(self) -> np.ndarray:
        C = check_array(self.centres, dtype=np.float32, input_name="centres")
        if C.shape[1] != self.n_features_in_:
            wanted = f"(…, {self.n_features_in_})"
            raise DataError("first_weights", name="centres", found=str(C.shape), wanted=wanted)
        return C

    # What its equations are

    def _equations(self) -> str:
        return f"{equations.UNITS}\n{equations.OUTPUT}"

    def _objective(self) -> Any:
        return objective(self._equations() if self.training == "full" else equations.OUTPUT)

    def _learns(self) -> tuple[str, ...]:
        return self._chosen(equations.RBF, widths=None).learned

    def _penalised(self) -> tuple[str, ...]:
        return ("W",)

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        """The inputs; where the units stay as they are, what they give."""
        if self.training == "full":
            return {"x": X, "y": targets}
        made = [phi.astype(np.float32) for _, phi in radial.units(self.params_["C"], self.params_["beta"], X)]
        return {"phi": np.concatenate(made), "y": targets}

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        m = len(self.params_["C"])
        outputs = self.n_outputs_
        return {"C": (m, self.n_features_in_), "beta": (m,), "W": (outputs, m), "b": (outputs,)}

    def ended(self, stopped: str) -> Remark | None:
        """That the output was solved for, or why the descent ended."""
        return Remark("solved", {}) if self.training == "least_squares" else super().ended(stopped)

    def learning_rule(self) -> str:
        """That of a descent."""
        return "" if self.training == "least_squares" else super().learning_rule()

    def makeup(self) -> Remark:
        """The units and their widths."""
        widths = 1 / np.sqrt(2 * self.params_["beta"].astype(np.float64))
        layers = [self.n_features_in_, len(widths), self.n_outputs_]
        facts = {"layers": layers, "parameters": self._parameter_count(), "units": len(widths)}
        return Remark("radial", {**facts, "narrowest": float(widths.min()), "widest": float(widths.max())})

    # Using

    def _outputs(self, X: Any) -> np.ndarray:
        with np.errstate(all="ignore"):
            outputs = radial.outputs(self.params_, X)
        if not np.isfinite(outputs).all():
            raise CalculationError("output_not_finite")
        return outputs

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step as a problem for `byhand.work`.

        By least squares it is the matrix of the units' values, the normal equations and their solution, with
        these samples as all there are; otherwise the next step of the descent, with them as its batch.
        """
        check_is_fitted(self)
        if self.training != "least_squares":
            return super().problem(X, y, sample_weight)
        if sample_weight is not None:
            raise DataError("weighted_squares")
        samples = self._prepared(X, y, None, first=False, declare=False)
        check_fits(self, samples.targets)
        columns = {"x": samples.X, "y": samples.targets}
        step = self._chosen(equations.RBF, widths=None).step(self.params_, columns)
        return posed(step, self.params_, columns)

    def work_centres(self, X: Any, y: Any) -> Work:
        """Work out how the centres were found: each iteration of k-means, or each selection.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            The samples of the fit; with others, what a fit with them would have done.
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)

        Returns
        -------
        Work
            Of k-means ``draw`` (the numbers of the samples drawn), ``r2``, ``nearest`` and ``C``; of
            orthogonal least squares ``err`` (the error-reduction ratio of each candidate) and ``j`` (the one
            selected).

        Raises
        ------
        DataError
            Nothing was calculated: the centres were given, or are samples as they were drawn.
        """
        check_is_fitted(self)
        samples = self._prepared(X, y, None, first=False, declare=False)
        order = self._drawn_order(len(samples.X))
        if hasattr(self, "kmeans_iter_"):
            return work(kmeans_problem(samples.X, order, self.units, self.kmeans_iter_))
        if not hasattr(self, "error_reductions_"):
            raise DataError("centres_not_calculated")
        among = candidates(samples.X, order, self.overlap)
        steps = len(self.error_reductions_)
        return work(selection_problem(samples.X, samples.targets, among, steps))

    def why(self, name: str, x: Any, y: Any = None, **how: Any) -> Why:
        """As of `Network.why`; where the output was solved for, no single sample makes new weights.

        Raises
        ------
        DataError
        """
        try:
            return super().why(name, x, y, **how)
        except ProblemError as error:
            asked = error.facts.get("name")
            if error.code != "not_learned" or self.training != "least_squares" or asked not in ("W", "b"):
                raise
            raise DataError("solved_from_all", name=asked) from None

    def _asked(self, X: Any, y: Any) -> dict[str, Any]:
        """The next step of a descent; of normal equations, which one sample does not have, up to the loss."""
        step = super().problem(X, y)
        if self.training == "least_squares":
            for part in ("rate", "rule", "rule_settings", "rule_state"):
                del step[part]
        return step
