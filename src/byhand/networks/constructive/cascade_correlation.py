"""Cascade-correlation networks: a classifier and a regressor that grow their hidden units."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from byhand.equations import cascade
from byhand.networks.base.labels import Probabilities
from byhand.networks.base.quantities import Quantities
from byhand.networks.constructive.cascading import CascadeCorrelation


class CascadeCorrelationClassifier(Probabilities, CascadeCorrelation):
    r"""A network that grows one hidden unit after the other until it tells the classes apart.

    .. math:: S_j = \sum_o \left| \frac{\sum_p (V_{jp} - \bar V_j)(E_{op} - \bar E_o)}{\sum_{po} (E_{op} -
        \bar E_o)^2} \right|

    The output weights learn until they get no better. If errors are left, a pool of candidate units, each
    connected to all inputs and hidden units, learns to go along with the errors: S is maximised. The best
    one is installed, its incoming weights frozen, and the output weights learn anew.

    Parameters
    ----------
    activation : str
        Of the hidden units: ``tanh``, ``sigmoid`` (from -1/2 to 1/2, as published) or ``gaussian``.
    loss : str
        ``binary_cross_entropy``; ``quadratic``, half the squared distance; ``quadratic_offset``, half the
        mean square and a tenth of the cross-entropy, so that the slope is E (f' + 0.1) as in the authors'
        own program, and an output that is quite wrong still learns; or ``auto``: the first.
    max_units : int
        The most hidden units.
    candidates : int
        In the pool.
    rule : str
        The update rule of outputs and candidates: quickprop, sgd, momentum, nesterov, adagrad, rmsprop, adam
        or adamw.
    rule_settings : dict, optional
        The rule's own settings, such as ``{"mu": 1.75}``.
    learning_rate, candidate_learning_rate : float
        Of the output weights and of the candidates; with adam about 0.05 each.
    max_iter : int
        The most epochs of one phase, of the outputs or of the candidates.
    tol : float
        A phase goes on while its loss, or its best S, changes by more than this part of it.
    n_iter_no_change : int
        How many epochs without such a change are borne.
    error_limit : float
        Growth ends when every output lies nearer to its target of 0 or 1 than this.
    early_stopping : bool
        Judge after each unit by the loss over a part of the samples that is not trained on, and keep the
        network as it was when that was lowest.
    validation_fraction : float
        How large that part is.
    n_units_no_change : int
        How many units without improvement are borne then.
    random_state : int, RandomState instance or None
    warm_start : bool
        `fit` goes on growing the network it has.
    verbose : bool
        Tell about each unit on standard error.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``U`` of shape (units, 1 + inputs + units), a row for each hidden unit: from the bias, the inputs and
        the units before it; ``W`` of shape (outputs, 1 + inputs + units). float32.
    n_features_in_, n_outputs_, n_units_ : int
    n_iter_ : int
        Epochs of all phases.
    losses_ : list of float
        With 0, 1, 2 … units.
    epochs_ : ndarray of int, shape (n_units_ + 1, 2)
        Of the candidates and of the outputs, for each of these.
    scores_ : ndarray, shape (n_units_, candidates)
        S of each candidate when the best one was installed.
    validation_losses_ : list of float
        With `early_stopping`.
    stopped_ : str
        Why growth ended: ``error_limit``, ``units``, ``validation``, ``alike`` (all errors are the same, so
        that nothing goes along with them) or ``interrupted``.

    References
    ----------
    .. [1] Fahlman & Lebiere 1990, The cascade-correlation learning architecture.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> net = CascadeCorrelationClassifier("gaussian", random_state=0).fit(X, y)
    >>> net.predict(X).tolist(), net.n_units_
    (['no', 'yes', 'yes', 'no'], 1)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CascadeCorrelation._parameter_constraints,
        "loss": [StrOptions({"auto", "binary_cross_entropy", "quadratic", "quadratic_offset"})],
    }
    learned: ClassVar[tuple[str, ...]] = (*CascadeCorrelation.learned, "classes_")
    kind = cascade.CascadeCorrelationClassifier

    def _limit(self, targets: np.ndarray) -> np.ndarray:
        return np.full(targets.shape[1], self.error_limit)

    def _strata(self, y: np.ndarray) -> np.ndarray:
        return y


class CascadeCorrelationRegressor(Quantities, CascadeCorrelation):
    r"""A network for one or several quantities that grows one hidden unit after the other.

    .. math:: \hat y = W a, \quad a = (1, x, h_1, h_2, \dots), \quad h_k = f(u_k (1, x, h_1, \dots, h_{k-1}))

    It learns as `CascadeCorrelationClassifier` does.

    Parameters
    ----------
    activation, max_units, candidates, rule, rule_settings, candidate_learning_rate, max_iter, tol, \
n_iter_no_change, early_stopping, validation_fraction, n_units_no_change, random_state, warm_start, verbose
        As for `CascadeCorrelationClassifier`.
    loss : str
        ``mse`` (the mean over the outputs of the squared difference), ``quadratic`` (half the sum over the
        outputs), or ``auto``: mse.
    learning_rate : float
        Of the output weights.
    error_limit : float
        Growth ends when every output lies nearer to its target than so many of its standard deviations.

    Attributes
    ----------
    params_, n_features_in_, n_outputs_, n_units_, n_iter_, losses_, epochs_, scores_, validation_losses_, \
stopped_
        As for `CascadeCorrelationClassifier`.

    Examples
    --------
    >>> X, y = [[-1.0], [-0.5], [0.0], [0.5], [1.0]], [1.0, 0.25, 0.0, 0.25, 1.0]
    >>> net = CascadeCorrelationRegressor(error_limit=0.1, random_state=0).fit(X, y)
    >>> net.predict([[1.0]]).round(1).tolist(), net.stopped_
    ([1.0], 'error_limit')
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CascadeCorrelation._parameter_constraints,
        "loss": [StrOptions({"auto", "mse", "quadratic"})],
    }
    kind = cascade.CascadeCorrelationRegressor

    def __init__(
        self,
        activation: str = "tanh",
        *,
        loss: str = "auto",
        max_units: int = 20,
        candidates: int = 8,
        rule: str = "quickprop",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.2,
        candidate_learning_rate: float = 0.1,
        max_iter: int = 200,
        tol: float = 0.01,
        n_iter_no_change: int = 12,
        error_limit: float = 0.1,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_units_no_change: int = 3,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(
            activation,
            loss=loss,
            max_units=max_units,
            candidates=candidates,
            rule=rule,
            rule_settings=rule_settings,
            learning_rate=learning_rate,
            candidate_learning_rate=candidate_learning_rate,
            max_iter=max_iter,
            tol=tol,
            n_iter_no_change=n_iter_no_change,
            error_limit=error_limit,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_units_no_change=n_units_no_change,
            random_state=random_state,
            warm_start=warm_start,
            verbose=verbose,
        )

    def _limit(self, targets: np.ndarray) -> np.ndarray:
        return self.error_limit * targets.std(axis=0, dtype=np.float64)
