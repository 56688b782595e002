"""A Boltzmann machine as it is used: codes, completed inputs, samples, probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.equations import boltzmann
from byhand.equations.boltzmann import Sizes
from byhand.errors import DataError
from byhand.networks.base.network import Network
from byhand.networks.energy_based import enumerated

MOST_IN_CODE = 10  # hidden units whose states make the groups of an evaluation


class Equilibrium(Network):
    """The part of a machine that does not learn."""

    hidden_units: int
    binarize: float | None
    params_: dict[str, np.ndarray]

    def _kind(self) -> boltzmann.BoltzmannMachine:
        """The settings that the equations depend on."""
        raise NotImplementedError

    @property
    def temperature(self) -> float:
        """The last temperature of the annealing: that of the distribution it learns."""
        return self._kind().annealing[-1][1]

    def _states(self, X: np.ndarray) -> np.ndarray:
        """Inputs as 0 and 1."""
        if self.binarize is not None:
            return (X > self.binarize).astype(np.float32)
        if not np.isin(X, (0, 1)).all():
            raise DataError("no_bit", found=f"{X[~np.isin(X, (0, 1))][0]:g}")
        return X

    def transform(self, X: Any) -> np.ndarray:
        """The probability that each hidden unit is on, where the visible ones are clamped.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, hidden_units)
            Exactly where there are at most 12 hidden units; of more, how often each was on.
        """
        V = self._states(self._inputs(X))
        if self.hidden_units <= enumerated.MOST_HIDDEN:
            return enumerated.hidden_means(self.params_, self.temperature, V)
        known = np.hstack([V, np.full((len(V), self.hidden_units), np.nan)])
        return self._settled(known, together=True)[0][:, V.shape[1] :]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names of what `transform` gives.

        Parameters
        ----------
        input_features : ignored
        """
        check_is_fitted(self)
        return np.array([f"h{k}" for k in range(self.hidden_units)], dtype=object)

    def predict(self, X: Any) -> np.ndarray:
        """The code of each sample: for each hidden unit whether it is more often on than off.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples, hidden_units)
        """
        return (self.transform(X) > 0.5).astype(np.int64)

    def complete(self, X: Any, random_state: int = 0) -> np.ndarray:
        """Inputs of which a part is known, completed: what each other unit is more often.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            NaN where nothing is known; there the units are free while the temperature falls.
        random_state : int

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        check_is_fitted(self)
        X = np.asarray(X, np.float32)
        filled = np.where(np.isnan(X), 0, X)
        known = np.where(np.isnan(X), np.nan, self._states(self._inputs(filled)))
        known = np.hstack([known, np.full((len(X), self.hidden_units), np.nan)])
        means = self._settled(known, random_state)[0][:, : X.shape[1]]
        return np.where(np.isnan(X), means > 0.5, known[:, : X.shape[1]]).astype(np.float64)

    def sample(self, n_samples: int = 1, random_state: int = 0) -> np.ndarray:
        """What the visible units are at the end of so many free chains.

        Parameters
        ----------
        n_samples : int
        random_state : int

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        check_is_fitted(self)
        free = np.full((n_samples, len(self.params_["b"])), np.nan)
        return self._settled(free, random_state)[1][:, : self.n_features_in_]

    def _settled(
        self, known: np.ndarray, seed: int = 0, *, together: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """How often each unit was on while it was counted, and the last states; NaN is free."""
        from byhand.train.boltzmann import settle

        kind, units = self._kind(), known.shape[1]
        sizes = Sizes(units, 0, 1 if together else len(known), len(kind.temperatures()))
        numbers = boltzmann.drawn(seed, 0, sizes)
        T = np.array(kind.temperatures(), np.float32)
        return settle(self.params_, known, T, numbers, kind.gathering)

    # Measuring

    def energy(self, states: Any) -> np.ndarray:
        r"""The energy :math:`-\frac12 s^\top W s - b^\top s` of states of all units, the visible ones first.

        Parameters
        ----------
        states : array-like, shape (n, units)

        Returns
        -------
        ndarray, shape (n,)
        """
        check_is_fitted(self)
        return enumerated.energies(self.params_, np.asarray(states, np.float64))

    def score_samples(self, X: Any) -> np.ndarray:
        r"""The log-likelihood :math:`\ln p(v)` of each sample, exactly.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)

        Raises
        ------
        DataError
            ``too_many_units``: more than 20 in all, so that there are too many states to go through.
        """
        V = self._states(self._inputs(X))
        if len(self.params_["b"]) > enumerated.MOST_UNITS:
            raise DataError("too_many_units", found=len(self.params_["b"]), limit=enumerated.MOST_UNITS)
        whole = enumerated.log_partition(self.params_, self.temperature, V.shape[1])
        return enumerated.log_weights(self.params_, self.temperature, V) - whole

    def score(self, X: Any, y: Any = None) -> float:
        """The mean of `score_samples`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        """
        return float(self.score_samples(X).mean())

    # As groups

    def groups(self) -> list[str]:
        """The codes there can be, of the first ten hidden units."""
        codes = enumerated.every_state(min(self.hidden_units, MOST_IN_CODE)).astype(int)
        return ["".join(map(str, code)) for code in codes.tolist()]

    def group(self, X: Any) -> np.ndarray:
        """The number of each sample's code among `groups`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples,)
        """
        code = self.predict(X)[:, :MOST_IN_CODE]
        return code @ (1 << np.arange(code.shape[1]))[::-1]

    def errors(self, X: Any) -> dict[str, float]:
        """There is no figure of a distance."""
        return {}
