"""Networks that learn from samples alone, and whose fit can stop and go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context

from byhand.networks.base.network import Network
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.fits.stoppable import Stoppable


class Unlabelled(Network):
    """The part of such a network that goes on with a fit."""

    strategy: ClassVar[type[Stoppable]]

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples, and where `first` a new network for them."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Go on with a fit that was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            What the fit began with.
        y : ignored
        callbacks : iterable of callable, optional

        Returns
        -------
        self

        Raises
        ------
        DataError
            No fit was stopped here, or data or hyper-parameters are not those it began with; it says which.
        """
        fitting = self._paused()
        samples = self._prepared(X, first=False)
        fitting.check_data(samples)
        self.strategy(self, samples, fitting, callbacks or ()).run()
        return self


class InEpochs(Unlabelled):
    """The part of one that fits by going through its samples a number of times."""

    def _epochs(self, X: np.ndarray, count: int) -> Iterator[bool]:
        """So many epochs, after each of which the network has what it learned; whether one is over."""
        raise NotImplementedError

    def _fit(self, X: Any, callbacks: Iterable[Callback | Checkpoint] | None) -> Self:
        samples = self._prepared(X, first=not (self.warm_start and hasattr(self, "params_")))
        self.strategy(self, samples, Fitting(self.n_iter_), callbacks or ()).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Learn from these samples once.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self
        """
        samples = self._prepared(X, first=not hasattr(self, "params_"))
        for _ in self._epochs(samples.X, 1):
            pass
        self.__dict__.pop("_fitting", None)
        return self
