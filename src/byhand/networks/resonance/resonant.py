"""What the ART networks share: samples presented until nothing changes, categories that are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context

from byhand.data.dataset import Scaling
from byhand.equations.resonance import Search
from byhand.errors import DataError
from byhand.networks.base.network import Network, check_arrays, checked
from byhand.networks.base.remark import Remark
from byhand.networks.base.unlabelled import Unlabelled
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.resonance.resonating import Resonating, presentations
from byhand.sources.unrolling import search_problem

if TYPE_CHECKING:
    from byhand.train.resonance import Epoch


class Resonant(Network):
    """The part of an ART network that does not depend on its equations."""

    learned: ClassVar[tuple[str, ...]] = (*Network.learned, "_seed", "n_iter_", "t_", "_fitting")
    saved_on_the_way = True
    scaling: ClassVar[Scaling | None] = "none"
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

    def _excites(self, X: np.ndarray) -> np.ndarray:
        """Which inputs excite anything, shape (n,)."""
        return np.ones(len(X), bool)

    def _take(self, epoch: Epoch) -> None:
        """Have what an epoch has taught so far."""
        self.params_ = epoch.params

    def _present(self, samples: Samples) -> None:
        """Present the samples once."""
        for _ in presentations(self, samples, 1):
            pass
        self.__dict__.pop("_fitting", None)

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
        self._settle_fitting()
        if hasattr(self, "_fitting") and (ahead := self._fitting.ahead):
            before = ahead["params_"]
            check_arrays(before, {name: (len(before[name]), width) for name, width in self._widths().items()})
            if not isinstance(ahead["seen"], int):
                raise ValueError


class Categories(Resonant, Unlabelled):
    """An ART network that makes categories without being told any."""

    answer = "category"
    strategy = Resonating
    learned: ClassVar[tuple[str, ...]] = (*Resonant.learned, "labels_")

    def _coded(self, X: np.ndarray, first: bool) -> np.ndarray:
        """Checked inputs as the equations have them."""
        raise NotImplementedError

    def _choices(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The choice value of each category for each input, and whether it matches, shape (n, categories)."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Present the samples until an epoch changes nothing.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`; there is no loss, so that it is NaN.

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            The last epoch still changed something.
        """
        samples = self._prepared(X, first=True)
        self._start()
        self.labels_ = np.full(len(samples.X), -1)
        Resonating(self, samples, Fitting(0), callbacks or ()).run()
        return self

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
        first = not hasattr(self, "params_")
        samples = self._prepared(X, first)
        if first:
            self._start()
        self.labels_ = np.full(len(samples.X), -1)
        self._present(samples)
        return self

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples; those of a first call must excite something."""
        samples = Samples(self._coded(checked(self, X, reset=first), first))
        if first and not self._excites(samples.X).any():
            raise DataError("nothing_excites")
        return samples

    def _take(self, epoch: Epoch) -> None:
        super()._take(epoch)
        self.labels_ = np.where(epoch.chosen < 0, self.labels_, epoch.chosen)

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
        inputs = self._coded(self._inputs(X), first=False)
        choice, passed = self._choices(inputs)
        best = np.where(passed, choice, -1).argmax(axis=1)
        return np.where(self._excites(inputs) & passed.any(axis=1), best, -1)

    def errors(self, X: Any) -> dict[str, float]:
        """There is no figure that tells how far categories are from their samples."""
        return {}

    def groups(self) -> list[int]:
        """The numbers of the categories, from 0."""
        return list(range(self.n_categories_))

    def problem(self, X: Any, y: Any = None) -> dict[str, Any]:
        """The search for one sample, and what is learned from it, as a problem for `byhand.work`."""
        inputs = self._coded(self._inputs(X), first=False)
        if not self._excites(inputs).all():
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
