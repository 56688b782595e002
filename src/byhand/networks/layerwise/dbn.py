"""Deep belief network: layers learned as restricted Boltzmann machines, then fine-tuned to classify."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from byhand.networks.base.limits import lies_within
from byhand.networks.energy_based.rbm import RBM
from byhand.networks.fits.fitting import Samples
from byhand.networks.layerwise.pretrained import Pretrained
from byhand.networks.layerwise.pretraining import Partly

BATCH = 100


class DBNClassifier(Pretrained):
    r"""A deep belief network that classifies: machines stacked greedily, then back-propagation through all.

    Layer k is learned first, without labels, as a restricted Boltzmann machine whose samples are the
    probabilities :math:`a_{k-1}` of the layer below; its hidden units turn on with

    .. math:: a_k = p(h = 1 \mid v = a_{k-1}) = \sigma(W_k a_{k-1} + b_k)

    Then these are the first weights of a multilayer perceptron, which is fine-tuned with labels [2]_. The
    associative memory of labels, and the up-down algorithm [1]_, are not part of it.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int
        The number of units of each hidden layer.
    pretraining_epochs : int
        How often each layer goes through the samples; with 0 this is a multilayer perceptron of sigmoids.
    pretraining_learning_rate : float
        :math:`\eta` of the machines; one with Gaussian visible units learns with a hundredth of it [3]_.
    k, momentum, weight_decay
        Of the machines, as for `RBM`.
    batch_size : int or "auto"
        Of both phases; ``auto`` is 100 for the machines, and as of `MLPClassifier` for the fine-tuning.
    output, loss, rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, \
penalty, dropout, input_dropout, accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, \
early_stopping, validation_fraction, warm_start, verbose
        Of the fine-tuning, as for `MLPClassifier`. What early stopping judges by is left out of the
        pre-training too.

    Attributes
    ----------
    layers_ : list of RBM
        As they were pre-trained. The visible units of the first are Gaussian where its inputs do not all lie
        between 0 and 1.
    bounded_ : bool
        Whether they do.
    classes_, params_, n_features_in_, n_outputs_, n_layers_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_
        As for `MLPClassifier`; epochs and updates are those of the fine-tuning.

    References
    ----------
    .. [1] Hinton, Osindero & Teh 2006, A fast learning algorithm for deep belief nets.
    .. [2] Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks.
    .. [3] Hinton 2010, A practical guide to training restricted Boltzmann machines.

    Examples
    --------
    >>> X, y = [[1, 1, 0, 0], [0, 0, 1, 1]] * 10, ["left", "right"] * 10
    >>> net = DBNClassifier((8, 4), learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X[:2]).tolist(), net.transform(X[:2]).shape
    (['left', 'right'], (2, 4))
    >>> list(net.work(X[:1], y[:1], layer=1).updates)
    ['W', 'b', 'c']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Pretrained._parameter_constraints,
        "k": [Interval(Integral, 1, None, closed="left")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*Pretrained.learned, "bounded_")
    family = "machines"

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        *,
        output: str = "auto",
        loss: str = "auto",
        pretraining_epochs: int = 10,
        pretraining_learning_rate: float = 0.1,
        k: int = 1,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        batch_size: Any = "auto",
        accumulate: int = 1,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(
            hidden_layer_sizes,
            output=output,
            loss=loss,
            pretraining_epochs=pretraining_epochs,
            pretraining_learning_rate=pretraining_learning_rate,
            rule=rule,
            rule_settings=rule_settings,
            learning_rate=learning_rate,
            schedule=schedule,
            schedule_settings=schedule_settings,
            clip_norm=clip_norm,
            alpha=alpha,
            penalty=penalty,
            dropout=dropout,
            input_dropout=input_dropout,
            batch_size=batch_size,
            accumulate=accumulate,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            n_iter_no_change=n_iter_no_change,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            warm_start=warm_start,
            verbose=verbose,
        )
        self.k = k
        self.momentum = momentum
        self.weight_decay = weight_decay

    def _start(self, samples: Samples) -> None:
        super()._start(samples)
        assert isinstance(samples, Partly)
        self.bounded_ = lies_within(samples.X) and lies_within(samples.unlabelled)

    def _layer(self, k: int) -> RBM:
        gaussian = k == 0 and not self.bounded_
        return RBM(
            self._hidden_sizes()[k],
            visible="gaussian" if gaussian else "binary",
            k=self.k,
            learning_rate=self.pretraining_learning_rate / (100 if gaussian else 1),
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            batch_size=BATCH if self.batch_size == "auto" else self.batch_size,
            scale=False,
            max_iter=self.pretraining_epochs,
            shuffle=self.shuffle,
            random_state=self._layer_seed(k),
        )

    def _incoming(self, layer: RBM) -> tuple[np.ndarray, np.ndarray]:
        return layer.params_["W"], layer.params_["c"]
