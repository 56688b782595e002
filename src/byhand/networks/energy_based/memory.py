"""A memory as it is used: what states fall to, their energy, and which pattern that is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from byhand.equations.hopfield import LOWER, Hopfield
from byhand.errors import DataError
from byhand.networks.base.network import Network


class Recalled(NamedTuple):
    """What states fell to.

    Attributes
    ----------
    states : ndarray of int, shape (n_samples, n_features)
    sweeps : ndarray of int, shape (n_samples,)
        How often all units were asked until a sweep changed nothing, that one included.
    stable : ndarray of bool, shape (n_samples,)
        Whether no unit would change any more.
    cycles : ndarray of bool, shape (n_samples,)
        Whether it goes back and forth between two states for ever; with all units at once only.
    """

    states: np.ndarray
    sweeps: np.ndarray
    stable: np.ndarray
    cycles: np.ndarray


class Memory(Network):
    """The part of a Hopfield network that does not store."""

    states: str
    binarize: float | None
    synchronous: bool
    external: bool
    max_sweeps: int
    params_: dict[str, np.ndarray]
    patterns_: np.ndarray

    def _kind(self, units: int) -> Hopfield:
        """The settings that the equations depend on."""
        raise NotImplementedError

    def _states(self, X: np.ndarray, *, start: bool = False) -> np.ndarray:
        """Inputs as states; a bipolar start may have zeros where nothing is known."""
        low = LOWER[self.states]
        if self.binarize is not None:
            return np.where(X > self.binarize, 1, low).astype(np.float32)
        allowed = (low, 0, 1) if start else (low, 1)
        strange = X[~np.isin(X, allowed)]
        if strange.size:
            raise DataError("no_state", found=f"{strange[0]:g}", low=low)
        return X

    def recall(self, X: Any) -> Recalled:
        """What states fall to, and how.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            The states they begin with.

        Returns
        -------
        Recalled
        """
        begin = self._states(self._inputs(X), start=True)
        before, earlier = begin, np.full_like(begin, np.nan)
        count = np.ones(len(begin), np.int64)
        stable = cycles = np.zeros(len(begin), bool)
        for states in self._sweeps(begin):
            stable = (states == before).all(axis=1)
            cycles = ~stable & (states == earlier).all(axis=1) if self.synchronous else cycles
            if (stable | cycles).all():
                break
            count += ~(stable | cycles)
            before, earlier = states, before
        return Recalled(states.astype(np.int64), count, stable, cycles)

    def _sweeps(self, begin: np.ndarray, *, one_by_one: bool = False) -> Iterator[np.ndarray]:
        """The states, a row each, after each sweep, or after each unit."""
        from byhand.train.recall import sweeps

        kind, added = self._kind(begin.shape[1]), self.params_["b"][:, None]
        added = added + begin.T if self.external else added
        orders: Iterator[np.ndarray] = islice(kind.orders(begin.shape[1]), self.max_sweeps)
        if one_by_one:
            orders = (unit for order in orders for unit in order[:, None])
        return (states.T for states in sweeps(kind, self.params_["W"], added, begin.T, orders))

    def predict(self, X: Any) -> np.ndarray:
        """What is recalled: the states that these fall to.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples, n_features)
        """
        return self.recall(X).states

    def transform(self, X: Any) -> np.ndarray:
        """The same as `predict`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples, n_features)
        """
        return self.predict(X)

    def energy(self, X: Any) -> np.ndarray:
        r"""The energy :math:`-\frac12 s^\top W s - b^\top s` of states.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        s = self._states(self._inputs(X), start=True).astype(np.float64)
        W, b = (self.params_[name].astype(np.float64) for name in ("W", "b"))
        return -0.5 * ((s @ W) * s).sum(axis=1) - s @ b

    def descent(self, X: Any, most: int = 1000) -> np.ndarray:
        """The energy of states while they fall, update by update, until no unit changes.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        most : int
            The most updates.

        Returns
        -------
        ndarray, shape (updates + 1, n_samples)
        """
        states = self._states(self._inputs(X), start=True)
        found, quiet, longest = [self.energy(states)], 0, states.shape[1]
        for after in islice(self._sweeps(states, one_by_one=not self.synchronous), most):
            found.append(self.energy(after))
            quiet = quiet + 1 if (after == states).all() else 0
            states = after
            if quiet == (1 if self.synchronous else longest):
                break
        return np.array(found)

    def score(self, X: Any, y: Any = None) -> float:
        """The share of the units that recall leaves as they are; 1 where all states are stable.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples, n_features), optional
            What should be recalled; then the share of the units that are recalled as they should be.
        """
        wanted = X if y is None or np.ndim(y) != 2 else y
        return float((self.predict(X) == self._states(self._inputs(wanted), start=True)).mean())

    # As groups

    def groups(self) -> list[int]:
        """The numbers of the patterns, from 0."""
        return list(range(len(self.patterns_)))

    def group(self, X: Any) -> np.ndarray:
        """The number of the pattern that is recalled; -1 for a state that is none of them.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples,)
        """
        numbers = {pattern.tobytes(): k for k, pattern in reversed([*enumerate(self.patterns_)])}
        return np.array([numbers.get(one.tobytes(), -1) for one in self.predict(X).astype(np.int8)])

    def errors(self, X: Any) -> dict[str, float]:
        """There is no figure of a distance."""
        return {}
