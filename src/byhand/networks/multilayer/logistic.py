"""Logistic regression: a network of one layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.networks.base.labels import Labels
from byhand.networks.multilayer.classifier import MLPClassifier


class LogisticRegression(MLPClassifier):
    r"""Logistic regression as a one-layer network, trained by gradient descent.

    .. math:: z = W x + b, \quad \hat y = \sigma(z) \text{ or } \operatorname{softmax}(z), \quad
        J = \frac1n \sum L + \frac\lambda2 \sum W^2

    Two classes have one sigmoid unit with the binary cross-entropy, more have a softmax with the
    cross-entropy.

    Parameters
    ----------
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, restarts, strategy, strategy_settings, shuffle, random_state, tol, n_iter_no_change, \
early_stopping, validation_fraction, warm_start, verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    classes_, params_, n_features_in_, n_outputs_, n_layers_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_
        As for `MLPClassifier`; ``W1`` and ``b1`` are all the weights there are.

    References
    ----------
    Cox 1958, The regression analysis of binary sequences.

    Examples
    --------
    >>> net = LogisticRegression(learning_rate=0.5, random_state=0)
    >>> net.fit([[0.0], [1.0], [3.0], [4.0]], ["low", "low", "high", "high"]).predict([[0.5], [3.5]]).tolist()
    ['low', 'high']
    >>> list(net.work([[1.0]], ["low"]).values)
    ['x', 'y', 'W1', 'b1', 'z1', 'yhat', 'L']
    """

    def __init__(
        self,
        *,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.01,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: Any = "auto",
        accumulate: int = 1,
        max_iter: int = 200,
        restarts: int = 1,
        strategy: str = "descent",
        strategy_settings: dict[str, float] | None = None,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.accumulate = accumulate
        self.max_iter = max_iter
        self.restarts = restarts
        self.strategy = strategy
        self.strategy_settings = strategy_settings
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.verbose = verbose

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        return Labels._checked(self, X, y, first)

    def _output_and_loss(self) -> tuple[str, str]:
        if len(getattr(self, "classes_", ())) == 2:
            return "sigmoid", "binary_cross_entropy"
        return "softmax", "cross_entropy"
