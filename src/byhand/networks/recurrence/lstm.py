"""Recurrent networks with gates, LSTM and GRU, for classes and for quantities."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from byhand.equations import gated
from byhand.equations.unrolled import Recurrent
from byhand.networks.fits.fitting import Samples
from byhand.networks.recurrence.answering import SequenceClassifier, SequenceRegressor
from byhand.networks.recurrence.recurrent import RecurrentNetwork

KEEPING = {"lstm": "b_f", "gru": "b_z"}  # the bias of the gate that decides how much is kept


class GatedNetwork(RecurrentNetwork):
    """The part of an LSTM or a GRU that does not depend on its targets."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RecurrentNetwork._parameter_constraints,
        "cell": [StrOptions(set(gated.GATES))],
        "forget_bias": [Interval(Real, None, None, closed="neither"), StrOptions({"chrono"})],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }
    sized_by: ClassVar[tuple[str, ...]] = ("units", "cell", "features_per_step")

    def __init__(
        self,
        units: int = 32,
        cell: str = "lstm",
        *,
        truncation: int | None = None,
        online: bool = False,
        return_sequences: bool = False,
        features_per_step: int = 1,
        forget_bias: Any = 1.0,
        dropout: float = 0.0,
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
        self.cell = cell
        self.truncation = truncation
        self.online = online
        self.return_sequences = return_sequences
        self.features_per_step = features_per_step
        self.forget_bias = forget_bias
        self.dropout = dropout
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

    def _measured(self) -> Any:
        """Its loss where the outputs see all units."""
        seen = self._objective()
        return type(seen)(seen.form._replace(dropout=0.0), seen.initial)

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        return dict.fromkeys(self._wanted().drawn, (int(self.units),))

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        params = super()._first_params(samples)
        keeping = KEEPING[self.cell]
        if self.forget_bias != "chrono":
            params[keeping] += np.float32(self.forget_bias)
            return params
        longest = max(min(samples.X.shape[1], self.truncation or np.inf), 3)
        random = np.random.default_rng((self._seed, 0, 1))
        params[keeping] = np.log(random.uniform(1, longest - 1, self.units)).astype(np.float32)
        return {**params, "b_i": -params[keeping]} if self.cell == "lstm" else params


class LSTMClassifier(SequenceClassifier, GatedNetwork):
    r"""A recurrent network with gates that classifies sequences, or each time step of them.

    A long short-term memory [1]_ with a forget gate [2]_ and without peepholes:

    .. math:: i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i), \quad f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f), \\
        g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g), \quad o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o), \\
        c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t), \quad
        \hat y_t = g(V h_t + b_y)

    or a gated recurrent unit [3]_, whose reset gate acts on the product with U, as in PyTorch:

    .. math:: r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r), \quad z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z), \\
        m_t = U_n h_{t-1} + b_m, \quad n_t = \tanh(W_n x_t + r_t \odot m_t + b_n), \\
        h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Samples are given as for `ElmanClassifier`: an array of shape (samples, steps, features), a list of arrays
    of shape (steps, features), or rows of a table.

    Parameters
    ----------
    units : int
    cell : str
        ``lstm`` or ``gru``.
    truncation, online, return_sequences, features_per_step
        As for `ElmanClassifier`; what is carried from step to step is h, and of an LSTM c. Both begin with 0.
    forget_bias : float or "chrono"
        What the biases of the forget gate begin with, of a GRU those of the update gate. 1 keeps what is held
        for some steps [4]_, 5 for hundreds, as an LSTM did before it had that gate [1]_. ``chrono`` draws
        :math:`\log u` with u between 1 and the longest sequence's steps - 1, so that the units keep it for
        times of all lengths; the biases of the input gate are minus that [5]_.
    dropout : float
        The share of the units that the outputs do not see while the network learns, drawn anew for each
        sequence of each step and the same at all of its time steps [6]_; what the others give is divided by
        one minus it. What the network answers leaves nothing out.
    output, loss
        As for `MLPClassifier`.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, accumulate
        As for `MLPClassifier`; the penalty is on all W, U and V.
    batch_size, max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, \
validation_fraction, warm_start, verbose
        As for `ElmanClassifier`.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        For each gate k, in the order i, f, g, o of an LSTM and r, z, n of a GRU, ``W_k`` of shape (units,
        features), ``U_k`` of shape (units, units) and ``b_k`` of shape (units,); of a GRU ``b_m``; ``V`` of
        shape (outputs, units) and ``b_y`` of shape (outputs,). Float32. Weights are drawn as Glorot and
        Bengio have it, biases begin with 0, but for `forget_bias`.
        `byhand.networks.recurrence.exchange` gives them to PyTorch and takes them from there.
    n_features_in_, rows_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, validation_scores_, \
best_validation_score_
        As for `ElmanClassifier`.

    References
    ----------
    .. [1] Hochreiter & Schmidhuber 1997, Long short-term memory.
    .. [2] Gers, Schmidhuber & Cummins 2000, Learning to forget.
    .. [3] Cho et al. 2014, Learning phrase representations using RNN encoder-decoder.
    .. [4] Jozefowicz, Zaremba & Sutskever 2015, An empirical exploration of recurrent network architectures.
    .. [5] Tallec & Ollivier 2018, Can recurrent neural networks warp time?
    .. [6] Gal & Ghahramani 2016, A theoretically grounded application of dropout in recurrent neural
       networks.

    Examples
    --------
    >>> X, y = [[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], ["up", "up", "down", "down"]
    >>> net = LSTMClassifier(4, learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X).tolist()
    ['up', 'up', 'down', 'down']
    >>> w = net.work([[0, 0, 1]], ["up"])
    >>> [name for name in w.values if name.startswith("f")]
    ['f1', 'f2', 'f3']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GatedNetwork._parameter_constraints,
        **SequenceClassifier._parameter_constraints,
    }
    learned: ClassVar[tuple[str, ...]] = (*GatedNetwork.learned, "classes_")
    equations: ClassVar[type[Recurrent]] = gated.LSTMClassifier


class LSTMRegressor(SequenceRegressor, GatedNetwork):
    r"""A recurrent network with gates for quantities of a sequence, or of each time step of it.

    Its equations are those of `LSTMClassifier`, and samples are given as there.

    Parameters
    ----------
    units, cell, truncation, online, return_sequences, features_per_step, forget_bias, dropout, rule, \
rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, \
warm_start, verbose
        As for `LSTMClassifier`; the score of a validation part is R².
    output, loss
        As for `MLPRegressor`.

    Attributes
    ----------
    params_, n_features_in_, rows_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, \
validation_scores_, best_validation_score_
        As for `LSTMClassifier`.

    References
    ----------
    Hochreiter & Schmidhuber 1997, Long short-term memory.

    Examples
    --------
    The first number of a series, asked for after its last:

    >>> import numpy as np
    >>> x = np.random.default_rng(0).uniform(-1, 1, (200, 8, 1))
    >>> net = LSTMRegressor(8, "gru", learning_rate=0.02, random_state=0).fit(x, x[:, 0, 0])
    >>> bool(net.score(x, x[:, 0, 0]) > 0.9)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GatedNetwork._parameter_constraints,
        **SequenceRegressor._parameter_constraints,
    }
    equations: ClassVar[type[Recurrent]] = gated.LSTMRegressor
