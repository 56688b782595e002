"""What networks share that learn by descent from samples that are their own targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context

from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.progress import Callback


class SelfSupervised(GradientNetwork):
    """The part of such a network that goes on learning."""

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Go on with a fit that was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X : array-like
            What the fit began with.
        y : ignored
        callbacks : iterable of callable, optional

        Returns
        -------
        self
        """
        return super().resume(X, y, None, callbacks)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Train one epoch with these samples.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.
        y : ignored

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, None)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return y
