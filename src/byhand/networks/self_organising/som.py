r"""The self-organising map: units on a lattice, of which the nearest and its neighbours learn each sample.

.. math:: c = \arg\min_i \lVert x - w_i \rVert, \quad w_i \leftarrow w_i + \eta(t)\, h_{ci}(t)\, (x - w_i)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.equations import kohonen
from byhand.equations.kohonen import DECAYS, NEIGHBOURHOODS, Kind
from byhand.equations.lattice import Lattice
from byhand.equations.step import posed
from byhand.errors import DataError
from byhand.networks.base.network import Network, check_near, checked
from byhand.networks.base.remark import Remark
from byhand.networks.base.unlabelled import InEpochs
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.self_organising.fidelity import Fidelity
from byhand.networks.self_organising.spreading import spread_by_components
from byhand.networks.self_organising.unfolding import Unfolding, epochs


class SOM(TransformerMixin, Fidelity, InEpochs):
    r"""Kohonen's self-organising map.

    .. math:: c = \arg\min_i \lVert x - w_i \rVert, \quad
        w_i \leftarrow w_i + \eta(t)\, h_{ci}(t)\, (x - w_i), \quad
        h_{ci} = \exp\!\left(-\frac{g_{ci}^2}{2\sigma(t)^2}\right)

    g is the distance of two units on the map. In a batch each unit becomes the mean of all samples, weighted
    by its factor for their winners: :math:`w_i = \sum_k h_{c(k) i}\, x_k / \sum_k h_{c(k) i}`.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the map.
    hexagonal : bool
        Every other row is half a unit to the right, so that the neighbours are 6, all equally far.
    torus : bool
        The borders are joined; a hexagonal torus needs an even number of rows.
    neighbourhood : str
        ``gaussian``; ``bubble``, 1 up to the distance :math:`\sigma` and 0 beyond; or ``mexican_hat``,
        :math:`(1 - g^2/\sigma^2) \exp(-g^2/2\sigma^2)`, online only.
    sigma : float or "auto"
        The width :math:`\sigma_0` of the neighbourhood at first, in units of the map; ``auto`` is a quarter
        of the longer side, at least 1.
    learning_rate : float
        :math:`\eta_0`, online only.
    decay : str
        What :math:`\eta_0` and :math:`\sigma_0` are multiplied by after t samples: ``asymptotic``
        1/(1 + 2t/T); ``exponential`` and ``linear`` come to 0.01 at T and stay there; ``constant`` 1.
    decay_time : int or "auto"
        T, in samples; ``auto`` is as many as the first `fit` sees. A later fit goes on where that one ended.
    batch : bool
        Learn after each epoch, from all samples; else after each sample.
    init : "pca", "random", or array-like, shape (units, features)
        The first weights: spread over the plane of the first two principal components, a standard deviation
        to each side; samples drawn at random; or these.
    max_iter : int
        How many epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the orders and what is drawn.
    warm_start : bool
        `fit` goes on from where it stopped.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    params_ : dict
        ``W`` of shape (units, features), float32; the units row by row.
    positions_ : ndarray, shape (units, 2)
        Where the units lie on the map: down, and to the right.
    decay_time_ : int
    n_features_in_ : int
    n_iter_, t_ : int
        Epochs gone through and samples seen so far.
    distances_ : list of float
        In each epoch the mean distance of a sample to its winner when it was seen.

    References
    ----------
    .. [1] Kohonen 1982, Self-organized formation of topologically correct feature maps.
    .. [2] Kohonen 2013, Essentials of the self-organizing map.

    Examples
    --------
    >>> X = [[0, 0], [0, 1], [4, 0], [4, 1]]
    >>> net = SOM((2, 3), random_state=0).fit(X)
    >>> net.transform(X).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [1.0, 2.0]]
    >>> net.topographic_error(X)
    0.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "shape": [tuple, list],
        "hexagonal": ["boolean"],
        "torus": ["boolean"],
        "neighbourhood": [StrOptions(set(NEIGHBOURHOODS))],
        "sigma": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "decay": [StrOptions(set(DECAYS))],
        "decay_time": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "batch": ["boolean"],
        "init": [StrOptions({"pca", "random"}), "array-like"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }
    answer = asked_first = "winner"
    strategy = Unfolding
    saved_on_the_way = True
    learned: ClassVar[tuple[str, ...]] = (
        *Network.learned,
        *("_seed", "decay_time_", "n_iter_", "t_", "distances_", "_fitting"),
    )

    def __init__(
        self,
        shape: Any = (7, 7),
        *,
        hexagonal: bool = False,
        torus: bool = False,
        neighbourhood: str = "gaussian",
        sigma: Any = "auto",
        learning_rate: float = 0.5,
        decay: str = "asymptotic",
        decay_time: Any = "auto",
        batch: bool = False,
        init: Any = "pca",
        max_iter: int = 50,
        shuffle: bool = True,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.shape = shape
        self.hexagonal = hexagonal
        self.torus = torus
        self.neighbourhood = neighbourhood
        self.sigma = sigma
        self.learning_rate = learning_rate
        self.decay = decay
        self.decay_time = decay_time
        self.batch = batch
        self.init = init
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Unfold the map over the samples.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`; the loss is the mean distance of a sample to its winner.

        Returns
        -------
        self

        Raises
        ------
        DataError
            A map of this kind there is none, or first weights that do not fit.
        CalculationError
            ``diverged``, with a learning rate of more than 2 or a Mexican hat.
        """
        return self._fit(X, callbacks)

    def _may_change(self) -> tuple[str, ...]:
        # An automatic decay depends on how many epochs there are to be.
        return ("verbose",) if self.decay_time == "auto" else super()._may_change()

    def _epochs(self, X: np.ndarray, count: int) -> Iterator[bool]:
        return epochs(self, X, count)

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples, and a map for them."""
        lattice = self._lattice()
        X = checked(self, X, reset=first)
        check_near(X)
        if first:
            self._start(X, lattice)
        elif len(self.params_["W"]) != lattice.units:
            raise DataError("other_map", found=lattice.units, wanted=len(self.params_["W"]))
        return Samples(X)

    def _start(self, X: np.ndarray, lattice: Lattice) -> None:
        self._begin()
        self.params_ = {"W": self._first_weights(X, lattice)}
        self.decay_time_ = self.max_iter * len(X) if self.decay_time == "auto" else int(self.decay_time)
        self.t_ = 0
        self.distances_: list[float] = []
        self._settle()

    def ended(self, stopped: str) -> Remark:
        """How near the map came to the samples."""
        first, last = self.distances_[0], self.distances_[-1]
        return Remark("unfolded", {"epochs": self.n_iter_, "first": first, "last": last})

    def makeup(self) -> Remark:
        """The map and its weights."""
        lattice = self._lattice()
        kind = ("hexagonal" if lattice.hexagonal else "rectangular") + "_torus" * lattice.torus
        facts = {"rows": lattice.rows, "columns": lattice.columns, "inputs": self.n_features_in_}
        return Remark(f"map_{kind}", {**facts, "parameters": self._parameter_count()})

    def _first_weights(self, X: np.ndarray, lattice: Lattice) -> np.ndarray:
        if not isinstance(self.init, str):
            given, wanted = np.asarray(self.init, np.float32), (lattice.units, X.shape[1])
            if given.shape != wanted or not np.isfinite(given).all():
                raise DataError("first_weights", name="init", found=str(given.shape), wanted=str(wanted))
            return given
        if self.init == "pca":
            return spread_by_components(X, lattice)
        drawn = np.random.default_rng((self._seed, 0))
        return X[drawn.choice(len(X), lattice.units, replace=len(X) < lattice.units)]

    def _map(self) -> kohonen.SOM:
        """The settings that the equations depend on."""
        sizes = tuple(self.shape)
        whole = all(isinstance(size, int | np.integer) for size in sizes)
        if not whole or len(sizes) != 2 or min(sizes) < 1:
            raise DataError("map_shape", found=str(self.shape)[:60])
        time = getattr(self, "decay_time_", None)
        return self._chosen(kohonen.SOM, shape=tuple(map(int, sizes)), decay_time=time)

    def _lattice(self) -> Lattice:
        return self._map().lattice()

    def _kind(self) -> Kind:
        return self._map().kind

    def _settings(self) -> dict[str, Any]:
        """What the equations need besides the weights and a sample."""
        return self._map().given(len(self.params_["W"]), self.decay_time_)

    # Using

    def predict(self, X: Any) -> np.ndarray:
        """The number of each sample's winner, the nearest unit; row by row, from 0.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples,)
        """
        return self._nearest(X)[0][:, 0]

    def transform(self, X: Any) -> np.ndarray:
        """Where each sample's winner lies on the map.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, 2)
            Down, and to the right, in units of the map.
        """
        return self.positions_[self.predict(X)]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names of what `transform` gives.

        Parameters
        ----------
        input_features : ignored
        """
        check_is_fitted(self)
        return np.array(["map_down", "map_right"], dtype=object)

    def groups(self) -> list[list[int]]:
        """The row and the column of each unit, from 0."""
        lattice = self._lattice()
        return [list(divmod(unit, lattice.columns)) for unit in range(lattice.units)]

    def problem(self, X: Any, y: Any = None) -> dict[str, Any]:
        """The next steps, one a sample or one for the batch, as a problem for `byhand.work`."""
        check_is_fitted(self)
        X = self._inputs(X)
        weights, samples = {**self.params_, "t": self.t_}, {"x": X}
        return posed(self._map().step(weights, samples), weights, samples)

    def work(self, X: Any, y: Any = None) -> Any:
        """Work the next steps out, with these samples.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        Work
            The names are W, x, D, winner, dr, dc, g2, h, eta, sigma, t; of a batch X, D2 and share too.
        """
        return super().work(X, y)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self._lattice().units, self.n_features_in_)}

    def _settle(self) -> None:
        super()._settle()
        self.positions_ = self._lattice().positions()
        self._settle_fitting()
