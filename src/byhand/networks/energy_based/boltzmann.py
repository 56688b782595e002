r"""The Boltzmann machine: visible and hidden units with an energy, and probabilities in place of thresholds.

.. math:: E(s) = -\tfrac12\, s^\top W s - b^\top s, \qquad p(s) = \frac1Z\, e^{-E(s)/T}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import ValidationError
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.data.dataset import Scaling
from byhand.equations import boltzmann
from byhand.equations.boltzmann import Sizes
from byhand.equations.step import posed
from byhand.errors import DataError
from byhand.networks.base.network import Network, checked
from byhand.networks.base.remark import Remark
from byhand.networks.base.unlabelled import InEpochs
from byhand.networks.energy_based.alike import warn_if_alike
from byhand.networks.energy_based.equilibrating import Equilibrating, cycles
from byhand.networks.energy_based.equilibrium import Equilibrium
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback


class BoltzmannMachine(TransformerMixin, Equilibrium, InEpochs):
    r"""The general Boltzmann machine, with the learning of Ackley, Hinton and Sejnowski.

    .. math:: p(s_i = 1) = \sigma\!\left(\frac{1}{T}\Big(\sum_j w_{ij} s_j + b_i\Big)\right), \qquad
        \Delta w_{ij} = \pm\eta \text{ as } \langle s_i s_j \rangle_{\text{clamped}} \gtrless
        \langle s_i s_j \rangle_{\text{free}}

    In each cycle the inputs are clamped on the visible units while the hidden ones come to equilibrium, then
    nothing is clamped; in both phases the temperature falls, and in the last sweeps it is counted how often
    two units are on together. All chains run side by side.

    Parameters
    ----------
    hidden_units : int
    connections : "full" or array-like of 0 and 1, shape (units, units)
        Which units are connected, the visible ones first; symmetric.
    step_size : str
        ``fixed``: each weight changes by the learning rate, up or down, as in the paper [1]_;
        ``proportional``: by the learning rate times the difference of the two phases.
    learning_rate : float
        :math:`\eta`, in the unit of the energy.
    annealing : list of (int, float)
        How many sweeps at which temperature, one after the other; in a sweep every unit is asked once.
    gathering : int
        Sweeps at the last temperature in which it is counted what is on together.
    repeats : int
        How often each input is clamped in a cycle; the free phase has as many chains.
    noise : (float, float)
        With which chance a clamped unit is off instead of on, and on instead of off: weights stay finite.
    binarize : float or None
        Inputs above it count as 1, the others as 0; with None they must be 0 or 1.
    max_iter : int
        How many learning cycles.
    random_state : int, RandomState instance or None
        Decides all numbers drawn.
    warm_start : bool
        `fit` goes on from where it stopped.
    verbose : bool
        Tell about each cycle on standard error.

    Attributes
    ----------
    params_ : dict
        ``W`` of shape (units, units), symmetric, and ``b`` of shape (units,), float32; at first all are 0.
    differences_ : list of float
        In each cycle, how far the co-occurrences of the two phases were apart, on average.
    n_features_in_, n_iter_ : int

    References
    ----------
    .. [1] Ackley, Hinton & Sejnowski 1985, A learning algorithm for Boltzmann machines.

    Examples
    --------
    >>> X = [[0, 1], [1, 0]]
    >>> net = BoltzmannMachine(1, max_iter=50, random_state=0).fit(X)
    >>> net.complete([[0, float("nan")], [1, float("nan")]]).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_units": [Interval(Integral, 0, None, closed="left")],
        "connections": [StrOptions({"full"}), "array-like"],
        "step_size": [StrOptions({"fixed", "proportional"})],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "annealing": ["array-like"],
        "gathering": [Interval(Integral, 1, None, closed="left")],
        "repeats": [Interval(Integral, 1, None, closed="left")],
        "noise": ["array-like"],
        "binarize": [Real, None],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }
    saved_on_the_way = True
    scaling: ClassVar[Scaling] = "none"
    asked_first = "gap1_free[0]"
    answer = "code"
    strategy = Equilibrating
    learned: ClassVar[tuple[str, ...]] = (*Network.learned, "_seed", "n_iter_", "differences_", "_fitting")

    def __init__(
        self,
        hidden_units: int = 2,
        *,
        connections: Any = "full",
        step_size: str = "fixed",
        learning_rate: float = 2.0,
        annealing: Any = ((2, 20.0), (2, 15.0), (2, 12.0), (4, 10.0)),
        gathering: int = 10,
        repeats: int = 2,
        noise: Any = (0.15, 0.05),
        binarize: float | None = 0.0,
        max_iter: int = 200,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.hidden_units = hidden_units
        self.connections = connections
        self.step_size = step_size
        self.learning_rate = learning_rate
        self.annealing = annealing
        self.gathering = gathering
        self.repeats = repeats
        self.noise = noise
        self.binarize = binarize
        self.max_iter = max_iter
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn for `max_iter` cycles.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`; the loss is the difference of the two phases.

        Returns
        -------
        self

        Raises
        ------
        DataError
            Settings that do not fit one another or the inputs.
        """
        return self._fit(X, callbacks)

    def _epochs(self, X: np.ndarray, count: int) -> Iterator[bool]:
        return cycles(self, X, count)

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples, and a machine for them."""
        inputs = checked(self, X, reset=first)
        X = self._states(inputs)
        units = X.shape[1] + self.hidden_units
        if not first and len(self.params_["b"]) != units:
            raise DataError("other_units", found=units, wanted=len(self.params_["b"]))
        self._kind().mask(units)
        if first:
            warn_if_alike(inputs, X, self.binarize)
            self._begin()
            self.params_ = {"W": np.zeros((units, units), np.float32), "b": np.zeros(units, np.float32)}
            self.differences_: list[float] = []
        return Samples(X)

    def _kind(self) -> boltzmann.BoltzmannMachine:
        """The settings that the equations depend on."""
        connections = self.connections
        if not isinstance(connections, str):
            connections = np.asarray(connections).tolist()
        annealing = [tuple(pair) if np.ndim(pair) else pair for pair in self.annealing]
        try:
            return self._chosen(
                boltzmann.BoltzmannMachine,
                connections=connections,
                annealing=annealing,
                noise=tuple(self.noise),
                random_state=getattr(self, "_seed", None),
            )
        except ValidationError as error:
            key = str(error.errors()[0]["loc"][0])
            raise DataError("machine_setting", key=key, found=str(getattr(self, key))[:60]) from None

    def _sizes(self, samples: int) -> Sizes:
        return self._kind().sizes(self.n_features_in_, len(self.params_["b"]), samples)

    def makeup(self) -> Remark:
        """Its units and connections."""
        links = int(self._kind().mask(len(self.params_["b"])).sum()) // 2
        facts = {"inputs": self.n_features_in_, "units": self.hidden_units, "connections": links}
        return Remark("machine", {**facts, "parameters": self._parameter_count()})

    def ended(self, stopped: str) -> Remark:
        """How far the two phases were apart."""
        first, last = self.differences_[0], self.differences_[-1]
        return Remark("equilibrated", {"epochs": self.n_iter_, "first": first, "last": last})

    # Worked out

    def problem(self, X: Any, y: Any = None, phase: Literal["learn", "run"] = "learn") -> dict[str, Any]:
        """The next learning cycle, or a run from one state, as a problem for `byhand.work`."""
        check_is_fitted(self)
        kind, samples = self._kind(), {"x": self._states(self._inputs(X))}
        if phase == "run":
            hidden = np.random.default_rng((self._seed, 7)).random((len(samples["x"]), self.hidden_units))
            samples["x"] = np.hstack([samples["x"], hidden < 0.5])
        step = kind.model_copy(update={"phase": phase}).step(self.params_, samples, self.n_iter_)
        return posed(step, self.params_, samples)

    def work(self, X: Any, y: Any = None, phase: Literal["learn", "run"] = "learn") -> Any:
        """Work the next learning cycle out, or how a state changes unit by unit; with the numbers drawn.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            Of a run one sample, from which the visible units begin.
        y : ignored
        phase : str
            ``learn`` or ``run``.

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are X, V, of the update k of the
            clamped phase gap1, p1, on1, S1, of the free one gap1_free and so on, P, P_free, m, m_free; of a
            run s0, gap1, p1, on1, s1, E1 and so on, and s at the end.
        """
        from byhand.api import work

        return work(self.problem(X, y, phase))

    def _parameter_count(self) -> int:
        units = len(self.params_["b"])
        return int(self._kind().mask(units).sum()) // 2 + units

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        units = self.n_features_in_ + self.hidden_units
        return {"W": (units, units), "b": (units,)}

    def _settle(self) -> None:
        super()._settle()
        if (self.params_["W"] != self.params_["W"].T).any():
            raise ValueError
        self._settle_fitting()
