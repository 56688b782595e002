r"""The restricted Boltzmann machine, which learns by contrastive divergence.

.. math:: E(v, h) = -b^\top v - c^\top h - h^\top W v, \quad
    W \leftarrow W + \eta\,(\langle h v^\top \rangle_0 - \langle h v^\top \rangle_k)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.equations import contrastive
from byhand.equations.contrastive import Kind
from byhand.equations.step import posed
from byhand.errors import DataError
from byhand.networks.base.limits import check_limits, lies_within, limits, within
from byhand.networks.base.network import Network, check_arrays, checked
from byhand.networks.base.remark import Remark
from byhand.networks.base.unlabelled import InEpochs
from byhand.networks.energy_based.contrasting import Contrasting, epochs
from byhand.networks.energy_based.density import Density
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback


class RBM(Density, InEpochs):
    r"""Restricted Boltzmann machine: each visible unit is connected with each hidden one, and no others.

    .. math:: E(v, h) = -b^\top v - c^\top h - h^\top W v, \qquad
        p(h_j = 1 \mid v) = \sigma(c_j + W_j v), \qquad p(v_i = 1 \mid h) = \sigma(b_i + h^\top W_{\cdot i})

    .. math:: W \leftarrow W + \eta\,(\langle h v^\top \rangle_0 - \langle h v^\top \rangle_k - \lambda W)

    The positive phase has the sample, the negative one where a chain is after k steps of drawing the visible
    units and the hidden ones in turn.

    Parameters
    ----------
    units : int
        Hidden units.
    visible : str
        ``binary``: inputs are 0 or 1, or the probability of a 1; ``gaussian``: any numbers of about a
        variance of 1, :math:`v \sim N(b + W^\top h, 1)`, with :math:`\tfrac12 \lVert v - b \rVert^2` in
        place of :math:`-b^\top v` in the energy.
    k : int
        Steps of the chain.
    persistent : bool
        A chain goes on from where it ended in the batch before (PCD); otherwise each starts at its sample
        (CD).
    learning_rate : float
        :math:`\eta`.
    momentum : float
        :math:`\alpha` of the velocities: :math:`m \leftarrow \alpha m + \eta(\dots)`, from 0 up to below 1.
    weight_decay : float
        :math:`\lambda`.
    sample_visible : bool
        Visible units of the chain are drawn; otherwise their means stand for them.
    positive, negative : str
        Whether hidden ``probabilities`` or drawn ``states`` are multiplied by the visible units in a phase.
    batch_size : int
        Samples to a step; as many chains persist.
    init : str
        First weights: ``normal`` of standard deviation 0.01 [2]_, or ``uniform`` within
        :math:`\pm 4 \sqrt{6/(m + n)}` of m visible and n hidden units. The biases start at 0.
    scale : bool
        Of binary units: inputs that do not all lie between 0 and 1 are brought there, each column by its
        least and greatest value in the first fit, and cut off beyond.
    max_iter : int
        How many epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the first weights, the orders, and the numbers drawn.
    warm_start : bool
        `fit` goes on from where it stopped.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    params_ : dict
        ``W`` of shape (units, features), ``b`` (features,), ``c`` (units,), float32.
    chain_ : ndarray or None, shape (batch_size, units)
        The hidden states from which persistent chains go on.
    n_features_in_ : int
    n_iter_, t_ : int
        Epochs gone through and steps made so far.
    reconstruction_errors_ : list of float
        After each epoch the mean square of the differences between samples and reconstructions.
    pseudo_likelihoods_ : list of float
        After each epoch the log pseudo-likelihood of a sample in nats, from one bit of each; of binary units.

    References
    ----------
    .. [1] Hinton 2002, Training products of experts by minimizing contrastive divergence.
    .. [2] Hinton 2010, A practical guide to training restricted Boltzmann machines.
    .. [3] Tieleman 2008, Training restricted Boltzmann machines using approximations to the likelihood
       gradient.

    Examples
    --------
    >>> X = [[1, 1, 0, 0], [0, 0, 1, 1]] * 10
    >>> net = RBM(2, learning_rate=0.5, max_iter=200, random_state=0).fit(X)
    >>> net.reconstruct(X[:2]).round().tolist()
    [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]
    >>> net.log_likelihood(X).exact, net.log_partition().exact
    (True, True)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "visible": [StrOptions({"binary", "gaussian"})],
        "k": [Interval(Integral, 1, None, closed="left")],
        "persistent": ["boolean"],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "sample_visible": ["boolean"],
        "positive": [StrOptions({"probabilities", "states"})],
        "negative": [StrOptions({"probabilities", "states"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "init": [StrOptions({"normal", "uniform"})],
        "scale": ["boolean"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }
    answer = "reconstruction"
    strategy = Contrasting
    saved_on_the_way = True
    learned: ClassVar[tuple[str, ...]] = (
        *Network.learned,
        *("_seed", "n_iter_", "t_", "chain_", "velocities_", "limits_", "_fitting"),
        *("reconstruction_errors_", "pseudo_likelihoods_"),
    )
    chain_: np.ndarray | None
    limits_: np.ndarray | None

    def __init__(
        self,
        units: int = 100,
        *,
        visible: str = "binary",
        k: int = 1,
        persistent: bool = False,
        learning_rate: float = 0.1,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        sample_visible: bool = True,
        positive: str = "probabilities",
        negative: str = "probabilities",
        batch_size: int = 10,
        init: str = "normal",
        scale: bool = True,
        max_iter: int = 10,
        shuffle: bool = True,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.visible = visible
        self.k = k
        self.persistent = persistent
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.sample_visible = sample_visible
        self.positive = positive
        self.negative = negative
        self.batch_size = batch_size
        self.init = init
        self.scale = scale
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn to find these samples probable.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`; the loss is the reconstruction error.

        Returns
        -------
        self

        Raises
        ------
        DataError
            Inputs outside 0 to 1 with ``scale=False``, or settings that no longer fit.
        CalculationError
            ``diverged``.
        """
        return self._fit(X, callbacks)

    def _epochs(self, X: np.ndarray, count: int) -> Iterator[bool]:
        return epochs(self, X, count)

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples, and a machine for them."""
        X = checked(self, X, reset=first)
        if first:
            scaled = self.scale and not (self._gaussian or lies_within(X))
            self.limits_ = limits(X) if scaled else None
            X = self._within(X)
            self._begin()
            self._start(X.shape[1])
            return Samples(X)
        wanted = self.params_["W"].shape[0], self.chain_ is not None, bool(self.velocities_)
        found = self.units, self.persistent, self.momentum > 0
        if found != wanted or (self.chain_ is not None and len(self.chain_) != self.batch_size):
            raise DataError("other_machine", units=wanted[0])
        return Samples(self._within(X))

    def _start(self, visible: int) -> None:
        random, shape = np.random.default_rng((self._seed, 0)), (self.units, visible)
        bound = 4 * np.sqrt(6 / sum(shape))
        W = random.normal(0, 0.01, shape) if self.init == "normal" else random.uniform(-bound, bound, shape)
        self.params_ = {"W": W, "b": np.zeros(visible), "c": np.zeros(self.units)}
        self.params_ = {name: value.astype(np.float32) for name, value in self.params_.items()}
        zeros = {f"m{name}": np.zeros_like(value) for name, value in self.params_.items()}
        self.velocities_ = zeros if self.momentum else {}
        self.chain_ = np.zeros((self.batch_size, self.units), np.float32) if self.persistent else None
        self.t_ = 0
        self.reconstruction_errors_: list[float] = []
        self.pseudo_likelihoods_: list[float] = []

    def _within(self, X: np.ndarray) -> np.ndarray:
        """Checked inputs as the visible units have them."""
        if self._gaussian:
            return X
        if self.limits_ is None and self.scale:  # all that was learned lay within
            return np.clip(X, 0, 1)
        return within(X, self.limits_)

    def _seen(self, X: Any) -> np.ndarray:
        return self._within(self._inputs(X))

    # What the compiled steps take and give

    def _way(self) -> contrastive.RBM:
        """The settings that the equations depend on."""
        return self._chosen(contrastive.RBM)

    def _kind(self) -> Kind:
        return self._way().kind()

    def _all_params(self) -> dict[str, np.ndarray]:
        chain = {} if self.chain_ is None else {"h": self.chain_}
        return {**self.params_, **self.velocities_, **chain}

    def _take(self, params: dict[str, np.ndarray]) -> None:
        self.params_ = {name: params[name] for name in self.params_}
        self.velocities_ = {name: params[name] for name in self.velocities_}
        self.chain_ = params.get("h")

    def measured(self) -> tuple[str, list[float]]:
        """By what its epochs are judged: the code of its name, and the value after each."""
        if self._gaussian:
            return "reconstruction", self.reconstruction_errors_
        return "pseudo_likelihood", self.pseudo_likelihoods_

    @property
    def asked_first(self) -> str:  # type: ignore[override]
        """The first hidden unit; where there are several chains, the sample is a batch of one."""
        return "ph0[0]" if self.chain_ is None or len(self.chain_) == 1 else "ph0[0,0]"

    def ended(self, stopped: str) -> Remark:
        """How its measure went."""
        name, values = self.measured()
        return Remark(f"contrasted_{name}", {"epochs": self.n_iter_, "first": values[0], "last": values[-1]})

    def makeup(self) -> Remark:
        """Its units."""
        facts = {"units": len(self.params_["c"]), "inputs": self.n_features_in_}
        return Remark(f"machine_{self.visible}", {**facts, "parameters": self._parameter_count()})

    # The next step

    def problem(self, X: Any, y: Any = None) -> dict[str, Any]:
        """The next step, with these samples as its batch, as a problem for `byhand.work`."""
        check_is_fitted(self)
        X, params = self._seen(X), self._all_params()
        samples = {"v0": X, **self._numbers(len(X))}
        if self.persistent and len(X) == len(params["h"]) == 1:
            params["h"] = params["h"][0]
        return posed(self._way().step(params, samples), params, samples)

    def work(self, X: Any, y: Any = None) -> Any:
        """Work the next step out, with these samples as its batch.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        Work
            With the random numbers that the fit would draw next: ``u_h0``, ``u_v1`` … The names are v0, z0,
            ph0, h0, E0, pv1, v1 …, F0, vh0, W, b, c; of Gaussian units mv1, n_v1.
        """
        return super().work(X, y)

    def _numbers(self, rows: int) -> dict[str, np.ndarray]:
        """The random numbers of the next step with so many samples, by name."""
        from byhand.train.contrastive import first_numbers

        chains = rows if self.chain_ is None else len(self.chain_)
        return first_numbers(self._kind(), self.params_["W"].shape, rows, chains, self._seed, self.n_iter_)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        visible = self.n_features_in_
        return {"W": (self.units, visible), "b": (visible,), "c": (self.units,)}

    def _settle(self) -> None:
        super()._settle()
        check_limits(self.limits_, self.n_features_in_)
        kept, shapes = {**self.velocities_}, {f"m{name}": shape for name, shape in self._shapes().items()}
        shapes = shapes if self.velocities_ else {}
        if self.chain_ is not None:
            kept["h"], shapes["h"] = self.chain_, (self.batch_size, self.units)
        check_arrays(kept, shapes)
        self._settle_fitting()
