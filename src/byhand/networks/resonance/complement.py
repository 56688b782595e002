"""Inputs between 0 and 1, each with its complement, so that a category is a box."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from byhand.networks.base.limits import check_limits, limits, within
from byhand.networks.resonance.resonant import Resonant

MOST_COMPARED = 4_000_000


class ComplementCoded(Resonant):
    """The part of an ART network that knows what became 0 and 1, and its categories as boxes."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "vigilance": [Interval(Real, 0, 1, closed="both")],
        "choice": [Interval(Real, 0, None, closed="neither")],
        "learning_rate": [Interval(Real, 0, 1, closed="right")],
        "scale": ["boolean"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    learned: ClassVar[tuple[str, ...]] = (*Resonant.learned, "limits_")

    choice: float
    scale: bool
    limits_: np.ndarray | None

    def boxes(self) -> np.ndarray:
        """The lower and the upper corner of each category's box, between 0 and 1.

        Returns
        -------
        ndarray, shape (categories, 2, n_features)
        """
        low, high = np.split(self.params_["W"], 2, axis=1)
        return np.stack([low, 1 - high], axis=1)

    def _limit(self, X: np.ndarray) -> None:
        """Keep what is to become 0 and 1."""
        self.limits_ = limits(X) if self.scale else None

    def _between_0_and_1(self, X: np.ndarray) -> np.ndarray:
        """Checked inputs as the equations have them."""
        return within(X, self.limits_)

    def _choice_and_match(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The choice value and the match of each category with each input, shape (n, categories).

        Parameters
        ----------
        X : ndarray, shape (n, n_features)
            Between 0 and 1.
        """
        W, coded = self.params_["W"], np.concatenate([X, 1 - X], axis=1)
        chunk = max(1, MOST_COMPARED // W.size)
        shared = np.concatenate(
            [
                np.minimum(coded[start : start + chunk, None], W).sum(axis=2)
                for start in range(0, len(coded), chunk)
            ]
        )
        return shared / (self.choice + W.sum(axis=1)), shared / coded.sum(axis=1, keepdims=True)

    def _widths(self) -> dict[str, int]:
        return {"W": 2 * self.n_features_in_}

    def _settle(self) -> None:
        super()._settle()
        check_limits(self.limits_, self.n_features_in_)
