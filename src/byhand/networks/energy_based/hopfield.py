r"""The Hopfield network: patterns stored as minima of an energy, and recalled from a part of them.

.. math:: E(s) = -\tfrac12\, s^\top W s - b^\top s, \qquad u_i = \sum_j w_{ij} s_j + b_i
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.data.dataset import Scaling
from byhand.equations import hopfield
from byhand.equations.hopfield import LOWER
from byhand.errors import DataError
from byhand.networks.base.network import Network, checked
from byhand.networks.base.remark import Remark
from byhand.networks.energy_based.alike import warn_if_alike
from byhand.networks.energy_based.memory import Memory
from byhand.sources.recalling import recall_problem


class Hopfield(OneToOneFeatureMixin, TransformerMixin, Memory):
    r"""Hopfield's network, an associative memory: what is stored is recalled from a part of it.

    .. math:: W = \sum_\mu \xi^\mu \xi^{\mu\top} \text{ (Hebb)}, \qquad
        W = \Xi^\top (\Xi \Xi^\top)^{-1} \Xi \text{ (pseudo-inverse)}, \qquad
        s_i \leftarrow \pm 1 \text{ as } u_i = \sum_j w_{ij} s_j + b_i \gtrless 0

    The :math:`\xi` are −1 and 1, whatever the states of the units are. Asked one after the other, units with
    symmetric weights never raise the energy :math:`E = -\frac12 s^\top W s - b^\top s`, so that they come to
    rest; all at once they come to rest or go back and forth between two states.

    Parameters
    ----------
    rule : str
        ``hebb``; or ``pseudo-inverse``, the projection onto what the patterns span, of which each is stable.
    states : str
        What a unit can be: ``bipolar``, −1 or 1; ``binary``, 0 or 1.
    diagonal : bool
        Whether a unit acts on itself as the rule says; else these weights are 0.
    normalise : str
        What Hebb's sum is divided by: ``none``; ``units``, their number; ``patterns``, theirs.
    bias : float or array-like, shape (n_features,)
        b, minus the thresholds.
    at_zero : str
        What a unit with the field 0 does: ``keep`` its state; ``fire``, as :math:`u \ge 0` has it; ``rest``.
    synchronous : bool
        All units change at once; else one after the other.
    order : "random", "sequential" or array-like of int
        In which the units are asked: drawn anew for each sweep, from the first to the last, or as listed.
    external : bool
        The state a recall begins with is added to the fields all along, as Fausett [3]_ has it.
    max_sweeps : int
        The most sweeps of a recall.
    binarize : float or None
        Inputs above it count as 1, the others as the lower state; with None they must be states.
    random_state : int, RandomState instance or None
        Decides the orders.

    Attributes
    ----------
    params_ : dict
        ``W`` of shape (units, units) and ``b`` of shape (units,), float32.
    patterns_ : ndarray of int8, shape (n_patterns, n_features)
        What is stored, in the order it was seen.
    n_features_in_, n_iter_ : int
        The patterns are presented once.

    References
    ----------
    .. [1] Hopfield 1982, Neural networks and physical systems with emergent collective computational
       abilities.
    .. [2] Personnaz, Guyon & Dreyfus 1985, Information storage and retrieval in spin-glass like neural
       networks.
    .. [3] Fausett 1994, Fundamentals of Neural Networks, section 3.4.4.

    Examples
    --------
    >>> net = Hopfield().fit([[1, 1, -1, -1, 1, -1], [1, -1, 1, -1, 1, 1]])
    >>> net.predict([[1, 1, -1, -1, -1, -1]]).tolist()
    [[1, 1, -1, -1, 1, -1]]
    >>> net.energy([[1, 1, -1, -1, -1, -1], [1, 1, -1, -1, 1, -1]]).tolist()
    [-4.0, -12.0]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rule": [StrOptions({"hebb", "pseudo-inverse"})],
        "states": [StrOptions({"bipolar", "binary"})],
        "diagonal": ["boolean"],
        "normalise": [StrOptions({"none", "units", "patterns"})],
        "bias": [Real, "array-like"],
        "at_zero": [StrOptions({"keep", "fire", "rest"})],
        "synchronous": ["boolean"],
        "order": [StrOptions({"random", "sequential"}), "array-like"],
        "external": ["boolean"],
        "max_sweeps": [Interval(Integral, 1, None, closed="left")],
        "binarize": [Real, None],
        "random_state": ["random_state"],
    }
    scaling: ClassVar[Scaling] = "none"
    asked_first = "u1"
    answer = "pattern"
    learned: ClassVar[tuple[str, ...]] = (*Network.learned, "_seed", "n_iter_", "patterns_")

    def __init__(
        self,
        rule: str = "hebb",
        *,
        states: str = "bipolar",
        diagonal: bool = False,
        normalise: str = "none",
        bias: Any = 0.0,
        at_zero: str = "keep",
        synchronous: bool = False,
        order: Any = "random",
        external: bool = False,
        max_sweeps: int = 100,
        binarize: float | None = 0.0,
        random_state: Any = None,
    ) -> None:
        self.rule = rule
        self.states = states
        self.diagonal = diagonal
        self.normalise = normalise
        self.bias = bias
        self.at_zero = at_zero
        self.synchronous = synchronous
        self.order = order
        self.external = external
        self.max_sweeps = max_sweeps
        self.binarize = binarize
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        """States are whole numbers."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    # Storing

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Store patterns.

        Parameters
        ----------
        X : array-like, shape (n_patterns, n_features)
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        DataError
            Inputs that are no states, where `binarize` is None; a bias or an order that does not fit.
        """
        X = checked(self, X, reset=True)
        states = self._states(X)
        warn_if_alike(X, states, self.binarize)
        self._begin()
        return self._store(states, X[:0].astype(np.int8))

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Store patterns beside those there are.

        Parameters
        ----------
        X : array-like, shape (n_patterns, n_features)
        y : ignored

        Returns
        -------
        self
        """
        first = not hasattr(self, "params_")
        X = checked(self, X, reset=first)
        if first:
            self._begin()
        return self._store(self._states(X), X[:0].astype(np.int8) if first else self.patterns_)

    def _store(self, patterns: np.ndarray, before: np.ndarray) -> Self:
        units = patterns.shape[1]
        bias = np.asarray(self.bias, np.float32)
        if bias.shape not in ((), (units,)) or not np.isfinite(bias).all():
            raise DataError("bias_shape", found=str(bias.shape), units=units)
        stored = np.concatenate([before, patterns.astype(np.int8)])
        kind, signs = self._kind(units), stored.astype(np.float32)
        if self.states == "binary":
            signs = 2 * signs - 1
        if kind.rule == "hebb":
            W = signs.T @ signs / {"none": 1, "units": units, "patterns": len(stored)}[kind.normalise]
        else:
            W = _projection(signs)
        if not kind.diagonal:
            np.fill_diagonal(W, 0)
        self.params_ = {"W": W.astype(np.float32), "b": np.broadcast_to(bias, units).copy()}
        self.patterns_, self.n_iter_ = stored, 1
        return self

    def _kind(self, units: int) -> hopfield.Hopfield:
        """The settings that the equations depend on."""
        order = self.order
        if not isinstance(order, str):
            order = np.asarray(order)
            if order.ndim != 1 or order.dtype.kind not in "iu" or not order.size:
                raise DataError("unit_order", found=str(self.order)[:60], last=units - 1)
            if order.min() < 0 or order.max() >= units:
                raise DataError("unit_order", found=str(self.order)[:60], last=units - 1)
            order = order.tolist()
        return self._chosen(hopfield.Hopfield, random_state=self._seed, order=order)

    def makeup(self) -> Remark:
        """Units, patterns and how full the memory is."""
        units, patterns = self.n_features_in_, len(self.patterns_)
        facts = {"units": units, "patterns": patterns, "load": patterns / units}
        return Remark("memory", {**facts, "parameters": units * (units - 1) // 2 + units})

    def ended(self, stopped: str) -> Remark | None:
        """How many of the patterns are stable."""
        patterns = self.patterns_.astype(np.float32)
        stays = (next(self._sweeps(patterns)) == patterns).all(axis=1)
        code = "stored" if stays.all() or self.rule != "hebb" else "stored_few"
        return Remark(code, {"patterns": len(patterns), "stable": int(stays.sum())})

    # Worked out

    def problem(self, X: Any, y: Any = None, phase: Literal["recall", "store"] = "recall") -> dict[str, Any]:
        """A recall, or what is stored, as a problem for `byhand.work`."""
        check_is_fitted(self)
        states = self._states(self._inputs(X), start=phase == "recall")
        kind, weights = (
            self._kind(states.shape[1]),
            {name: value.astype(float) for name, value in self.params_.items()},
        )
        weights |= {"theta": np.zeros(states.shape[1]), "patterns": states[:0]}
        if phase == "recall":
            return recall_problem(kind, weights, {"x": states}, self.patterns_)
        if kind.rule != "hebb" or kind.normalise == "patterns":  # from all patterns anew
            states, weights["W"] = np.concatenate([self.patterns_, states]), 0 * weights["W"]
        return recall_problem(kind, {**weights, "patterns": states}, {})

    def work(self, X: Any, y: Any = None, phase: Literal["recall", "store"] = "recall") -> Any:
        """Work out how a state falls, unit by unit; or what storing patterns changes.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            States to begin with, or patterns.
        y : ignored
        phase : str
            ``recall`` or ``store``.

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names of a recall are s0, E0, of its
            first update u1, v1, s1, E1, and s at the end; of several starts each ends in its number.
        """
        from byhand.api import work

        return work(self.problem(X, y, phase))

    def _parameter_count(self) -> int:
        return int(self.makeup().facts["parameters"])

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self.n_features_in_,) * 2, "b": (self.n_features_in_,)}

    def _settle(self) -> None:
        super()._settle()
        low = LOWER[self.states]
        if self.patterns_.shape[1:] != (self.n_features_in_,) or not np.isin(self.patterns_, (low, 1)).all():
            raise ValueError
        if (self.params_["W"] != self.params_["W"].T).any():
            raise ValueError


def _projection(signs: np.ndarray) -> np.ndarray:
    """The projection onto what the patterns span; symmetric to the last bit."""
    _, sizes, axes = np.linalg.svd(signs.astype(np.float64), full_matrices=False)
    axes = axes[sizes > sizes.max() * max(signs.shape) * np.finfo(np.float64).eps]
    W = axes.T @ axes
    return (W + W.T) / 2
