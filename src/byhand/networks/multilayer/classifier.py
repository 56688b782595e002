"""The multilayer perceptron that classifies."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target
from sklearn.utils.validation import column_or_1d

from byhand.equations.layers import classifying
from byhand.errors import DataError
from byhand.networks.base.labels import Probabilities, check_labels
from byhand.networks.base.network import checked
from byhand.networks.multilayer.layered import LayeredNetwork

LOSSES = ("cross_entropy", "binary_cross_entropy", "quadratic", "mse")


class MLPClassifier(Probabilities, LayeredNetwork):
    r"""A multilayer perceptron that classifies, trained by gradient descent.

    .. math:: z_k = W_k a_{k-1} + b_k, \quad a_k = f_k(z_k), \quad J = \frac1n \sum L + \frac\lambda2 \sum W^2

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int
        The number of units of each hidden layer; empty for none.
    activation : str or sequence of str
        Of the hidden layers, or one for each: identity, sigmoid, tanh, relu, leaky_relu, softplus, gaussian.
    output : str
        ``softmax``, ``sigmoid``, or ``auto``: what the loss asks for, softmax where nothing does. With a
        sigmoid, two classes have one output, and a sample may have several labels.
    loss : str
        ``cross_entropy`` of a softmax, ``binary_cross_entropy`` of sigmoids (the mean over the outputs),
        ``quadratic`` (half the squared distance), ``mse``, or ``auto``: the one of the two entropies that
        fits the outputs.
    rule : str
        The update rule: sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw or quickprop.
    rule_settings : dict, optional
        The rule's own settings, such as ``{"momentum": 0.9}``.
    learning_rate : float
        :math:`\eta`.
    schedule : str
        The rate :math:`\eta_t` of update t: ``constant``, ``linear``, ``cosine`` [2]_, ``exponential`` or
        ``step``. The formulas stand in `byhand.rules.schedule`.
    schedule_settings : dict, optional
        ``warmup``: the rate rises for so many updates first, or for that share of all; ``updates``: after how
        many updates linear and cosine reach their ``end``, a share of the rate (by default those of the fit,
        and 0); ``drop``: what is left of the rate after ``every`` so many updates of the others.
    clip_norm : float, optional
        c: gradients are made shorter by the factor :math:`\min(1, c / \lVert g \rVert)`, with the norm over
        all weights together [3]_.
    alpha : float
        :math:`\lambda` of the penalty; biases are free.
    penalty : str
        ``half``: :math:`J = E + \lambda/2 \sum W^2` with E the mean loss; ``textbook``:
        :math:`J = \lambda E + (1 - \lambda) \sum W^2` with :math:`\lambda` between 0 and 1.
    dropout : float
        The share of each hidden layer's values that is left out while learning, anew for each sample of each
        step; the others are divided by one minus it [1]_. What the network answers leaves nothing out.
    input_dropout : float
        The same of the inputs.
    batch_size : int or "auto"
        ``auto`` is 200, or all samples where there are fewer.
    accumulate : int
        A batch is worked through in so many parts, whose gradients are added up before the update: the same
        step with less memory.
    max_iter : int
        The most epochs; with annealing the number of proposals.
    restarts : int
        From how many first weights a new fit starts; all go side by side, and the one with the lowest
        objective (with `early_stopping`, the lowest mean loss over the validation part) is kept.
    strategy : str
        ``descent``, or ``annealing``: random moves of all weights, accepted with the probability
        :math:`\min(1, e^{-\Delta E/T})` while T falls; the best weights met are kept.
    strategy_settings : dict, optional
        Of annealing: ``scale`` (the standard deviation of a move), ``temperature`` and
        ``final_temperature`` (in the units of the loss).
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
    tol : float
        An epoch that lowers the loss (with `early_stopping`, raises the score) by less is no improvement.
    n_iter_no_change : int
        How many epochs without improvement are borne.
    early_stopping : bool
        Judge by a part of the samples that is not trained on, and keep the best weights.
    validation_fraction : float
        How large that part is.
    warm_start : bool
        `fit` goes on from where it stopped, with the rule's state.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W1`` of shape (units, inputs), ``b1`` of shape (units,) and so on, float32.
    n_features_in_, n_outputs_, n_layers_ : int
    n_iter_, t_ : int
        Epochs and updates so far.
    loss_ : float
        The mean objective of the last epoch.
    loss_curve_ : list of float
    best_loss_ : float
    validation_scores_ : list of float
        Accuracies, with `early_stopping`; the highest is ``best_validation_score_``.
    rate_curve_ : list of float
        With a schedule the rate of each epoch's last update.
    updates_ : int
        With a linear or cosine schedule over the fit, how many updates it has.
    restart_losses_ : list of float
        What each of several starts was chosen by; infinite where it diverged.
    accepted_ : int
        How many of the ``n_iter_`` proposals of annealing were accepted.

    References
    ----------
    .. [1] Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, Dropout: a simple way to prevent
       neural networks from overfitting.
    .. [2] Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts.
    .. [3] Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> net = MLPClassifier((8,), "tanh", learning_rate=0.05, random_state=1).fit(X, y)
    >>> net.predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    >>> w = net.work([[0, 1]], ["yes"])
    >>> [name for name in w.values if name.startswith(("z", "a"))]
    ['z1', 'a1', 'z2']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LayeredNetwork._parameter_constraints,
        "output": [StrOptions({"auto", "softmax", "sigmoid"})],
        "loss": [StrOptions({"auto", *LOSSES})],
    }
    learned: ClassVar[tuple[str, ...]] = (*LayeredNetwork.learned, "classes_", "multilabel_")

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch with these samples.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,)
        classes : array-like, optional
            All classes there will be; needed the first time.
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self
        """
        if not hasattr(self, "params_"):
            _check_partial_fit_first_call(self, classes)
            self.multilabel_ = type_of_target(y) == "multilabel-indicator"
        return self._partial_fit(X, y, sample_weight)

    def _several(self) -> bool:
        """Whether a sample may have several labels."""
        return bool(getattr(self, "multilabel_", False))

    def _decoded(self, outputs: np.ndarray) -> np.ndarray:
        return (outputs > self.threshold).astype(np.int64) if self._several() else super()._decoded(outputs)

    def _shares(self, outputs: np.ndarray) -> np.ndarray:
        return outputs if self._several() and outputs.shape[1] > 1 else super()._shares(outputs)

    def _is_one_column(self) -> bool:
        return not self._several() and self._output_and_loss()[0] != "softmax"

    def _output_and_loss(self) -> tuple[str, str]:
        return classifying(self.output, self.loss)

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        X, y = checked(self, X, y, reset=first, multi_output=True)
        check_labels(y)
        if type_of_target(y) != "multilabel-indicator":
            y = column_or_1d(y, warn=True)
        return X, y

    def _declare(self, y: np.ndarray) -> None:
        self.multilabel_ = y.ndim == 2
        self.classes_ = np.arange(y.shape[1]) if self.multilabel_ else np.unique(y)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """One column a class, 1 for its own; for two classes and a sigmoid one column."""
        if self.multilabel_ != (y.ndim == 2):
            raise DataError("label_kind")
        if self.multilabel_:
            if self._output_and_loss()[0] == "softmax":
                raise DataError("multilabel_softmax")
            return y.astype(np.float32)
        return self._columns(y)

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        return None if self.multilabel_ else y

    def _validation_score(self, X: np.ndarray, targets: np.ndarray, weight: np.ndarray) -> float:
        outputs = self._outputs(X)
        several = self.multilabel_ or outputs.shape[1] == 1
        right = (outputs > 0.5) == (targets > 0.5) if several else outputs.argmax(1) == targets.argmax(1)
        return float(np.average(right.reshape(len(X), -1).all(axis=1), weights=weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = self._output_and_loss()[0] == "sigmoid"
        return tags
