"""What the ART networks share: samples presented until nothing changes, categories that are added."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from byhand.data.dataset import Scaling
from byhand.equations.resonance import Search
from byhand.errors import DataError
from byhand.networks.interrupts import tell_interrupted
from byhand.networks.network import Network, checked
from byhand.networks.progress import Progress
from byhand.networks.remark import Remark
from byhand.sources.unrolling import search_problem
from byhand.words import say, system_language


class Resonant(Network):
    """The part of an ART network that does not depend on its equations."""

    learned: ClassVar[tuple[str, ...]] = (*Network.learned, "_seed", "n_iter_", "t_")
    scaling: ClassVar[Scaling] = "none"
    asked_first = "J1"
    kind: ClassVar[type[Search]]

    max_iter: int
    shuffle: bool
    verbose: bool
    params_: dict[str, np.ndarray]

    @property
    def n_categories_(self) -> int:
        """How many categories there are."""
        return len(next(iter(self.params_.values())))

    def _settings(self) -> dict[str, float]:
        """The settings by the letters of the equations."""
        return self._chosen(self.kind).letters()

    def _first(self) -> dict[str, float]:
        """For each array the number that stands in a row that is not committed."""
        return self._chosen(self.kind).first(self.n_features_in_)

    def _widths(self) -> dict[str, int]:
        """For each array the length of a row."""
        raise NotImplementedError

    def _start(self) -> None:
        self._begin()
        self.params_ = {name: np.empty((0, width), np.float32) for name, width in self._widths().items()}
        self.t_ = 0

    def _learn(self, samples: Mapping[str, np.ndarray], partial: bool) -> np.ndarray:
        """Present the samples once, or until nothing changes any more; the category of each at the end."""
        from byhand.train.resonance import present

        count = len(samples["x"])
        chosen = np.full(count, -1)
        epochs = 1 if partial else max(0, self.max_iter - self.n_iter_)
        try:
            with Progress(self.verbose, self.n_iter_ + epochs) as progress:
                for order in islice(self._orders(count), epochs):
                    before = self.params_
                    self.params_, chosen = present(
                        self.kind.form, before, self._first(), self._settings(), samples, order
                    )
                    self.n_iter_ += 1
                    self.t_ += count
                    progress.tell("epoch_categories", epoch=self.n_iter_, categories=self.n_categories_)
                    if all(np.array_equal(before[name], value) for name, value in self.params_.items()):
                        return chosen
        except KeyboardInterrupt:
            if partial or not self.n_categories_:
                raise
            tell_interrupted("train.interrupted_categories", 5, epochs=self.n_iter_)
            return chosen
        if not partial:
            text = say("resonance.unstable", system_language(), epochs=self.max_iter)
            warnings.warn(text, ConvergenceWarning, stacklevel=5)
        return chosen

    def ended(self, stopped: str) -> Remark | None:
        """That an epoch changed nothing."""
        return None if stopped == "epochs" else Remark("stable", {"epochs": self.n_iter_})

    def makeup(self) -> Remark:
        """The categories."""
        return Remark("categories", self._categories_told())

    def _categories_told(self) -> dict[str, Any]:
        facts = {"categories": self.n_categories_, "inputs": self.n_features_in_}
        return {**facts, "parameters": self._parameter_count(), "vigilance": self._settings()["rho"]}

    def _search_problem(self, sample: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """The search for one sample, whose columns have one row, and what is learned from it."""
        if len(sample["x"]) != 1:
            raise DataError("one_sample", found=len(sample["x"]))
        return search_problem(type(self).__name__, self._chosen(self.kind), self.params_, sample)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: (self.n_categories_, width) for name, width in self._widths().items()}

    def _settle(self) -> None:
        if not self.n_categories_:
            raise ValueError
        super()._settle()


class Categories(Resonant):
    """An ART network that makes categories without being told any."""

    answer = "category"
    learned: ClassVar[tuple[str, ...]] = (*Resonant.learned, "labels_")

    def _samples(self, X: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """Checked inputs as the equations have them, and which of them excite anything."""
        raise NotImplementedError

    def _match(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The choice value and the match of each category with each input, shape (n, categories)."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Present the samples until an epoch changes nothing.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            The last epoch still changed something.
        """
        return self._fitted(X, first=True, partial=False)

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any = None) -> Self:
        """Go on with a fit that was stopped, up to `max_iter` epochs in all, as if it had never been.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            What the fit began with.
        y : ignored

        Returns
        -------
        self
        """
        check_is_fitted(self)
        return self if self.n_iter_ >= self.max_iter else self._fitted(X, first=False, partial=False)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Present these samples once.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self
        """
        return self._fitted(X, not hasattr(self, "params_"), partial=True)

    def _fitted(self, X: Any, first: bool, partial: bool) -> Self:
        inputs, excites = self._samples(checked(self, X, reset=first), first)
        if first and not excites.any():
            raise DataError("nothing_excites")
        if first:
            self._start()
        self.labels_ = np.full(len(inputs), -1)
        if excites.any():
            self.labels_[excites] = self._learn({"x": inputs[excites]}, partial)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The category of each sample; nothing is learned.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of int, shape (n_samples,)
            Of the categories that pass the vigilance test the one with the largest choice value, -1 where
            none passes it.
        """
        inputs, excites = self._samples(self._inputs(X), False)
        choice, match = self._match(inputs)
        passed = match >= self._settings()["rho"]
        best = np.where(passed, choice, -1).argmax(axis=1)
        return np.where(excites & passed.any(axis=1), best, -1)

    def errors(self, X: Any) -> dict[str, float]:
        """There is no figure that tells how far categories are from their samples."""
        return {}

    def groups(self) -> list[int]:
        """The numbers of the categories, from 0."""
        return list(range(self.n_categories_))

    def problem(self, X: Any, y: Any = None) -> dict[str, Any]:
        """The search for one sample, and what is learned from it, as a problem for `byhand.work`."""
        inputs, excites = self._samples(self._inputs(X), False)
        if not excites.all():
            raise DataError("nothing_excites")
        return self._search_problem({"x": inputs})

    def work(self, X: Any, y: Any = None) -> Any:
        """Work the search for one sample out, round by round, and what is learned from it.

        Parameters
        ----------
        X : array-like, shape (1, n_features)
        y : ignored

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly; the last row is not committed.
        """
        return super().work(X, y)
