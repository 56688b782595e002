r"""Fuzzy ARTMAP: a Fuzzy ART whose categories learn a class, and whose vigilance rises after a wrong one.

.. math:: |y \wedge w^{ab}_J| \ge |y| \text{, else } \rho \leftarrow \frac{|I \wedge w_J|}{|I|} + \varepsilon
    \text{ and the search goes on}
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import _check_partial_fit_first_call

from byhand.equations import resonance
from byhand.errors import DataError
from byhand.networks.base.labels import Labels
from byhand.networks.base.remark import Remark
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.resonance.complement import ComplementCoded
from byhand.networks.resonance.resonating import Resonating

if TYPE_CHECKING:
    from byhand.api.why import Why


class FuzzyARTMAP(Labels, ComplementCoded):
    r"""Fuzzy ARTMAP for classification: Fuzzy ART categories joined to classes by a map field.

    .. math:: \text{resonance where } |I \wedge w_J| \ge \rho\,|I| \text{ and } |y \wedge w^{ab}_J| \ge |y|

    Where the proposed category matches the input but predicts another class, match tracking raises the
    vigilance just above that match, and the search goes on: to a smaller box, or to a new one. Each sample
    begins with the vigilance at its baseline.

    Parameters
    ----------
    vigilance : float
        :math:`\bar\rho`, the baseline, from 0 to 1.
    choice : float
        :math:`\alpha > 0`.
    learning_rate : float
        :math:`\beta` of the categories: 1 is fast learning. The map field always learns at once.
    match_tracking : float
        :math:`\varepsilon > 0`: by how much the vigilance is raised above a match, at most to 1.
    scale : bool
        As for `FuzzyART`.
    max_iter : int
        The most epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the orders.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W`` of shape (categories, 2 · inputs), and the map field ``V``, the paper's :math:`w^{ab}`, of shape
        (categories, classes), float32.
    limits_ : ndarray, shape (2, inputs), or None
        What became 0 and 1.
    n_categories_, n_features_in_, n_iter_, t_ : int
        Epochs gone through and samples seen so far are the last two.

    References
    ----------
    Carpenter, Grossberg, Markuzon, Reynolds & Rosen 1992, Fuzzy ARTMAP: a neural network architecture for
    incremental supervised learning of analog multidimensional maps.

    Examples
    --------
    >>> X, y = [[0.1, 0.2], [0.8, 0.9], [0.5, 0.5], [0.9, 0.7]], ["a", "a", "b", "a"]
    >>> net = FuzzyARTMAP(scale=False).fit(X, y)
    >>> net.predict(X).tolist(), net.n_categories_
    (['a', 'a', 'b', 'a'], 3)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ComplementCoded._parameter_constraints,
        "match_tracking": [Interval(Real, 0, None, closed="neither")],
    }
    learned: ClassVar[tuple[str, ...]] = (*ComplementCoded.learned, "classes_")
    kind = resonance.FuzzyARTMAP

    def __init__(
        self,
        vigilance: float = 0.0,
        *,
        choice: float = 0.001,
        learning_rate: float = 1.0,
        match_tracking: float = 0.001,
        scale: bool = True,
        max_iter: int = 100,
        shuffle: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.vigilance = vigilance
        self.choice = choice
        self.learning_rate = learning_rate
        self.match_tracking = match_tracking
        self.scale = scale
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Present the samples until an epoch changes nothing.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        callbacks : iterable of callable, optional
            As for `FuzzyART`.

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            The last epoch still changed something.
        """
        X, y = self._checked(X, y, True)
        self._declare(y)
        samples = self._prepared(X, y, first=True)
        self._start()
        Resonating(self, samples, Fitting(0), callbacks or ()).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Go on with a fit that was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X, y
            What the fit began with.
        callbacks : iterable of callable, optional

        Returns
        -------
        self

        Raises
        ------
        DataError
            As of `FuzzyART.resume`.
        """
        fitting = self._paused()
        samples = self._prepared(*self._checked(X, y, False), first=False)
        fitting.check_data(samples)
        Resonating(self, samples, fitting, callbacks or ()).run()
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Present these samples once; `classes` are needed the first time.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        classes : array-like, optional
            All classes there will be.

        Returns
        -------
        self
        """
        first = not hasattr(self, "params_")
        if first:
            _check_partial_fit_first_call(self, classes)
        samples = self._prepared(*self._checked(X, y, first), first)
        if first:
            self._start()
        self._present(samples)
        return self

    def _prepared(self, X: np.ndarray, y: np.ndarray, first: bool) -> Samples:
        """Checked samples as the equations have them."""
        targets = self._columns(y)
        if first:
            self._limit(X)
        return Samples(self._between_0_and_1(X), targets)

    def makeup(self) -> Remark:
        """The categories, and how many each class has."""
        own = self.params_["V"].argmax(axis=1)
        counts = [f"{name}: {(own == k).sum()}" for k, name in enumerate(self.classes_.tolist())]
        return Remark("categories_of_classes", {**self._categories_told(), "classes": ", ".join(counts)})

    def decision_function(self, X: Any) -> np.ndarray:
        """For each class the largest choice value of its categories; of two classes the difference.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        choice, own = self._choice(X), self.params_["V"].argmax(axis=1)
        best = [choice[:, own == k].max(axis=1, initial=0, keepdims=True) for k in range(len(self.classes_))]
        values = np.hstack(best)
        return values[:, 1] - values[:, 0] if values.shape[1] == 2 else values

    def why(self, name: str, x: Any, y: Any = None, **how: Any) -> Why:
        """As of `Network.why`; the search depends on the class, so that it must be given.

        Raises
        ------
        DataError
        """
        if y is None:
            raise DataError("class_needed")
        return super().why(name, x, y, **how)

    def predict(self, X: Any) -> np.ndarray:
        """The class of each sample: that of the category with the largest choice value.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        winners = self._choice(X).argmax(axis=1)
        return self.classes_[self.params_["V"][winners].argmax(axis=1)]

    def _choice(self, X: Any) -> np.ndarray:
        """The choice value of each category for each sample."""
        return self._choice_and_match(self._between_0_and_1(self._inputs(X)))[0]

    def problem(self, X: Any, y: Any) -> dict[str, Any]:
        """The search for one sample, and what is learned from it, as a problem for `byhand.work`."""
        X, y = self._checked(X, y, False)
        return self._search_problem({"x": self._between_0_and_1(X), "y": self._columns(y)})

    def _is_one_column(self) -> bool:
        return False

    def _widths(self) -> dict[str, int]:
        return {**super()._widths(), "V": len(self.classes_)}
