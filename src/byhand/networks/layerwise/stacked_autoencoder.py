"""Stacked auto-encoders: a classifier whose layers learn to code what the layer below gives."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from byhand.networks.layerwise.autoencoder import Autoencoder
from byhand.networks.layerwise.pretrained import Pretrained


class StackedAutoencoderClassifier(Pretrained):
    r"""A multilayer perceptron whose hidden layers are pre-trained as auto-encoders, then fine-tuned.

    Layer k learns first, without labels, to give back the codes :math:`a_{k-1}` of the layer below from its
    own, :math:`a_k = f(W_k \tilde a_{k-1} + b_k)`. Then the whole network descends from these weights:

    .. math:: z_k = W_k a_{k-1} + b_k, \quad a_k = f_k(z_k), \quad J = \frac1n \sum L + \frac\lambda2 \sum W^2

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int
        The number of units of each hidden layer.
    activation : str or sequence of str
        Of the hidden layers, as for `MLPClassifier`.
    tied, corruption
        Of each layer's pre-training, as for `Autoencoder`.
    pretraining_epochs : int
        How often each layer goes through the samples; with 0 this is a multilayer perceptron.
    pretraining_learning_rate : float
        Of the layers, by the same `rule`.
    output, loss, rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, \
penalty, dropout, input_dropout, batch_size, accumulate, max_iter, shuffle, random_state, tol, \
n_iter_no_change, early_stopping, validation_fraction, warm_start, verbose
        Of the fine-tuning, as for `MLPClassifier`. What early stopping judges by is left out of the
        pre-training too.

    Attributes
    ----------
    layers_ : list of Autoencoder
        As they were pre-trained; each has `work`, `transform` and its ``loss_curve_``.
    classes_, params_, n_features_in_, n_outputs_, n_layers_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_
        As for `MLPClassifier`; epochs and updates are those of the fine-tuning.

    References
    ----------
    .. [1] Bengio, Lamblin, Popovici & Larochelle 2007, Greedy layer-wise training of deep networks.
    .. [2] Vincent, Larochelle, Bengio & Manzagol 2008, Extracting and composing robust features with
       denoising autoencoders.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> net = StackedAutoencoderClassifier((8, 4), "tanh", learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X).tolist(), net.transform(X).shape
    (['no', 'yes', 'yes', 'no'], (4, 4))
    >>> list(net.work(X, y, layer=2).updates)
    ['W1', 'b1', 'b2']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Pretrained._parameter_constraints,
        "tied": ["boolean"],
        "corruption": [Interval(Real, 0, 1, closed="left")],
    }
    family = "autoencoders"

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "sigmoid",
        *,
        output: str = "auto",
        loss: str = "auto",
        tied: bool = True,
        corruption: float = 0.2,
        pretraining_epochs: int = 10,
        pretraining_learning_rate: float = 0.001,
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
        self.activation = activation
        self.tied = tied
        self.corruption = corruption

    def _layer(self, k: int) -> Autoencoder:
        return Autoencoder(
            self._hidden_sizes()[k],
            self._activations()[k],
            tied=self.tied,
            corruption=self.corruption,
            rule=self.rule,
            rule_settings=self.rule_settings,
            learning_rate=self.pretraining_learning_rate,
            batch_size=self.batch_size,
            max_iter=self.pretraining_epochs,
            shuffle=self.shuffle,
            random_state=self._layer_seed(k),
            tol=0.0,
            n_iter_no_change=self.pretraining_epochs,
        )

    def _incoming(self, layer: Autoencoder) -> tuple[np.ndarray, np.ndarray]:
        return layer.params_["W1"], layer.params_["b1"]
