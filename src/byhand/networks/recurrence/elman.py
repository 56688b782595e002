"""Simple recurrent networks, Elman's and Jordan's, for classes and for quantities."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from byhand.equations import recurrent
from byhand.equations.unrolled import Recurrent
from byhand.networks.recurrence.answering import SequenceClassifier, SequenceRegressor
from byhand.networks.recurrence.recurrent import RecurrentNetwork


class SimpleNetwork(RecurrentNetwork):
    """The part of an Elman or Jordan network that does not depend on its targets."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RecurrentNetwork._parameter_constraints,
        "activation": [StrOptions(set(recurrent.ACTIVATIONS))],
        "context": [StrOptions({"hidden", "output"})],
        "initial_context": [Interval(Real, None, None, closed="neither")],
    }
    sized_by: ClassVar[tuple[str, ...]] = ("units", "context", "features_per_step")

    def __init__(
        self,
        units: int = 32,
        activation: str = "tanh",
        *,
        context: str = "hidden",
        truncation: int | None = None,
        online: bool = False,
        return_sequences: bool = False,
        features_per_step: int = 1,
        initial_context: float = 0.0,
        output: str = "auto",
        loss: str = "auto",
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
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.activation = activation
        self.context = context
        self.truncation = truncation
        self.online = online
        self.return_sequences = return_sequences
        self.features_per_step = features_per_step
        self.initial_context = initial_context
        self.output = output
        self.loss = loss
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
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.verbose = verbose


class ElmanClassifier(SequenceClassifier, SimpleNetwork):
    r"""A simple recurrent network that classifies sequences, or each time step of them.

    .. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad
        \hat y_t = g(o_t), \\
        c_t = h_{t-1} \text{ (Elman)} \quad\text{or}\quad c_t = \hat y_{t-1} \text{ (Jordan)}

    A sample is a sequence of time steps: ``X`` is an array of shape (samples, steps, features), or a list of
    arrays of shape (steps, features), each of its own length. A row of an array of two axes is a sequence
    too, `features_per_step` columns a time step: with 1, a series of single numbers.

    Parameters
    ----------
    units : int
        Hidden units.
    activation : str
        Theirs: tanh, sigmoid, relu or identity.
    context : str
        ``hidden``: the context is what the hidden units gave a time step before [1]_; ``output``: what the
        outputs gave [2]_, without a decay of its own.
    truncation : int, optional
        The gradient goes back through so many time steps at most: a sequence is cut into stretches of that
        length, and at the beginning of each the context is an input like any other. 1 is Elman's own rule
        [1]_. None is back-propagation through time to the first step [3]_.
    online : bool
        Learn after every stretch, for one long stream; else after whole sequences. It needs `truncation` and
        `return_sequences`; with ``truncation=1`` the weights change after each time step, as Elman's did.
    return_sequences : bool
        There is a target for each time step, and an answer; else the last time step answers for the sequence.
        The loss of a sequence is the mean over its time steps.
    features_per_step : int
        How many columns of an array of two axes make one time step.
    initial_context : float
        What the units of the context hold before the first time step; Elman's held 0.5.
    output, loss
        As for `MLPClassifier`.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, accumulate
        As for `MLPClassifier`; the penalty is on W, U and V.
    batch_size : int or "auto"
        In sequences; ``auto`` is 200, or all where there are fewer.
    max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, warm_start, \
verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``W`` of shape (units, features), ``U`` of shape (units, context), ``bh`` of shape (units,), ``V`` of
        shape (outputs, units) and ``by`` of shape (outputs,), float32.
    n_features_in_ : int
        Features of a time step; of rows, columns.
    rows_ : bool
        Whether it was fitted with rows.
    n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, validation_scores_, best_validation_score_
        As for `MLPClassifier`.

    References
    ----------
    .. [1] Elman 1990, Finding structure in time.
    .. [2] Jordan 1986, Attractor dynamics and parallelism in a connectionist sequential machine.
    .. [3] Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation.

    Examples
    --------
    >>> X, y = [[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], ["up", "up", "down", "down"]
    >>> net = ElmanClassifier(4, learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X).tolist()
    ['up', 'up', 'down', 'down']
    >>> w = net.work([[0, 0, 1]], ["up"])
    >>> [name for name in w.values if name.startswith(("z", "h"))]
    ['h0', 'z1', 'h1', 'z2', 'h2', 'z3', 'h3']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SimpleNetwork._parameter_constraints,
        **SequenceClassifier._parameter_constraints,
    }
    learned: ClassVar[tuple[str, ...]] = (*SimpleNetwork.learned, "classes_")
    equations: ClassVar[type[Recurrent]] = recurrent.ElmanClassifier


class ElmanRegressor(SequenceRegressor, SimpleNetwork):
    r"""A simple recurrent network for one or several quantities of a sequence, or of each time step of it.

    .. math:: z_t = W x_t + U c_t + b_h, \quad h_t = f(z_t), \quad o_t = V h_t + b_y, \quad
        \hat y_t = g(o_t), \\
        c_t = h_{t-1} \text{ (Elman)} \quad\text{or}\quad c_t = \hat y_{t-1} \text{ (Jordan)}

    Samples are given as for `ElmanClassifier`.

    Parameters
    ----------
    units, activation, context, truncation, online, return_sequences, features_per_step, initial_context, \
rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, \
warm_start, verbose
        As for `ElmanClassifier`; the score of a validation part is R².
    output, loss
        As for `MLPRegressor`.

    Attributes
    ----------
    params_, n_features_in_, rows_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_, best_validation_score_
        As for `ElmanClassifier`.

    References
    ----------
    Elman 1990, Finding structure in time.

    Examples
    --------
    The sum so far of a series:

    >>> import numpy as np
    >>> x = np.random.default_rng(0).uniform(-1, 1, (60, 8, 1))
    >>> net = ElmanRegressor(4, "identity", return_sequences=True, learning_rate=0.03, random_state=0)
    >>> net.fit(x, x.cumsum(axis=1)).predict([[[1.0], [-0.5], [0.2]]]).round(1).tolist()
    [[1.0, 0.5, 0.7]]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SimpleNetwork._parameter_constraints,
        **SequenceRegressor._parameter_constraints,
    }
    equations: ClassVar[type[Recurrent]] = recurrent.ElmanRegressor
