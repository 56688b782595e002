"""Networks that learn from samples alone, and whose fit can stop and go on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from sklearn.base import _fit_context

from byhand.networks.checkpoint import Checkpoint
from byhand.networks.fitting import Samples
from byhand.networks.network import Network
from byhand.networks.progress import Callback
from byhand.networks.stoppable import Stoppable


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
