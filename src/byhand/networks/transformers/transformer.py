"""The Transformer's encoder as a classifier of sequences, of tables and of texts."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy.special import softmax
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import column_or_1d

from byhand.equations import transformer
from byhand.equations.transformer import Form
from byhand.errors import DataError
from byhand.networks.base.descent_classifier import DescentClassifier
from byhand.networks.base.labels import check_labels
from byhand.networks.base.working import Names, step_problem
from byhand.networks.fits.fitting import Samples
from byhand.networks.recurrence.sequences import present
from byhand.networks.text.tokens import Tokens
from byhand.networks.transformers.attending import Attending, Sizes
from byhand.networks.transformers.tokenised import Tokenised


class TransformerClassifier(Tokenised, DescentClassifier, Attending):
    r"""A Transformer encoder that classifies sequences.

    For each layer, with one token a row of :math:`X`, and for each head :math:`h` of width :math:`d`:

    .. math:: Q = X W_Q^\top + b_Q, \quad K = X W_K^\top + b_K, \quad V = X W_V^\top + b_V, \\
        A_h = \operatorname{softmax}(Q_h K_h^\top / \sqrt d), \quad O = \sum_h A_h V_h W_{O,h}^\top + b_O, \\
        H = \operatorname{norm}(X + O), \quad
        X' = \operatorname{norm}(H + f(H W_1^\top + b_1) W_2^\top + b_2)

    The class is a softmax of the mean of the last layer's vectors, or of the first one by BERT's pooler.

    A sample is a sequence of tokens. Without `vocabulary` each token is given by its features: ``X`` is an
    array of shape (samples, steps, features), a list of arrays of shape (steps, features), or a table, of
    which each column is a token with one feature. With `vocabulary` the tokens are whole numbers from 0:
    ``X`` is an array of shape (samples, steps) or a list of rows of several lengths. Or ``X`` is a list of
    texts, whose pieces of words (WordPiece [3]_) are learned with the first `fit`.

    Parameters
    ----------
    units : int
        The width of a token's vector; a multiple of `heads`.
    layers, heads : int
    inner : int, optional
        Units within the feed-forward networks; 4 times `units` by default.
    activation : str
        Theirs: ``gelu`` (exact, by erf), ``gelu_tanh`` (its approximation by tanh) or ``relu``.
    vocabulary : int, optional
        How many tokens there are; of texts, the most pieces of words, 4,000 by default.
    max_length : int, optional
        The most tokens of a sample; by default as many as the longest of the first fit has. Texts are cut.
    pooling : str
        ``mean``, or ``first``: :math:`\tanh(W_p x_1 + b_p)` of the first token [2]_.
    lowercase : bool
        Texts are brought to small letters.
    eps : float
        Added to the variance in each norm.
    dropout : float
        The share left out while the network learns, drawn anew for each sample of each step: of the
        embeddings, of the attention's shares, of what attention and feed-forward network add, and of what
        the classes are told from [2]_. What stays is divided by one minus it. What the network answers
        leaves nothing out.
    pretrained : str, optional
        The file of a saved `BERT`, or a folder in Hugging Face's format: the encoder starts from its weights,
        and its sizes, tokens and activation are taken from there; the parameters that say otherwise do
        not count. `max_length` may still cut texts shorter.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, early_stopping, validation_fraction, \
warm_start, verbose
        As for `MLPClassifier`; the penalty is on all embeddings and weight matrices.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``E`` (embeddings of tokens, or the weights of features), ``P`` (positions); of tokens ``T`` (their
        kind), ``gamma0``, ``beta0``; of each layer ``WQ1 bQ1 WK1 bK1 WV1 bV1 WO1 bO1 gamma1_1 beta1_1 W1_1
        b1_1 W1_2 b1_2 gamma1_2 beta1_2``; ``Wp bp`` of the pooler; ``Wy by``. float32, matrices (out, in).
    sizes_ : Sizes
        Layers, heads, units, activation, eps, inner units, positions.
    tokens_ : Tokens or None
    n_features_in_, rows_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_, validation_scores_, \
best_validation_score_
        As for `ElmanClassifier`.

    References
    ----------
    .. [1] Vaswani et al. 2017, Attention is all you need.
    .. [2] Devlin, Chang, Lee & Toutanova 2019, BERT: pre-training of deep bidirectional transformers.
    .. [3] Wu et al. 2016, Google's neural machine translation system.

    Examples
    --------
    Whether a 2 stands among the tokens:

    >>> X, y = [[2, 0, 1], [0, 1, 2], [1, 0, 0], [0, 0, 1]], ["yes", "yes", "no", "no"]
    >>> net = TransformerClassifier(8, 1, vocabulary=3, learning_rate=0.003, random_state=0)
    >>> net.fit(X, y).predict([[0, 2, 0], [1, 0]]).tolist()
    ['yes', 'no']
    >>> w = net.work([[2, 0]], ["yes"])
    >>> [name for name in w.values if name.endswith("1_2") and name not in net.params_]
    ['S1_2', 'R1_2', 'A1_2', 'Z1_2', 'r1_2']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Attending._parameter_constraints,
        "pooling": [StrOptions({"mean", "first"})],
        "pretrained": [str, None],
    }
    learned: ClassVar[tuple[str, ...]] = (*Attending.learned, "classes_")

    def __init__(
        self,
        units: int = 64,
        layers: int = 2,
        heads: int = 2,
        *,
        inner: int | None = None,
        activation: str = "gelu",
        vocabulary: int | None = None,
        max_length: int | None = None,
        pooling: str = "mean",
        lowercase: bool = True,
        eps: float = 1e-12,
        dropout: float = 0.0,
        pretrained: str | None = None,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
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
        self.layers = layers
        self.heads = heads
        self.inner = inner
        self.activation = activation
        self.vocabulary = vocabulary
        self.max_length = max_length
        self.pooling = pooling
        self.lowercase = lowercase
        self.eps = eps
        self.dropout = dropout
        self.pretrained = pretrained
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

    def _is_one_column(self) -> bool:
        return False

    def _allowed(self) -> dict[str, Any]:
        return {}

    def _usable(self, y: np.ndarray) -> np.ndarray:
        check_labels(y.ravel())
        return column_or_1d(y, warn=True)

    # From where it starts

    def _first_tokens(self, X: Any) -> Tokens | None:
        if self.pretrained is None:
            return super()._first_tokens(X)
        from byhand.networks.transformers.bert import opened

        self._start_from = opened(self.pretrained)
        self.sizes_ = self._start_from.sizes_
        return self._start_from.tokens_

    def _wanted(self, positions: int) -> Sizes:
        return super()._wanted(positions) if self.pretrained is None else self.sizes_

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        params = super()._first_params(samples)
        if self.pretrained is None:
            return params
        known = self.__dict__.pop("_start_from").encoder_params()
        return {name: known.get(name, value) for name, value in params.items()}

    # Its equations

    def _shapes(self) -> dict[str, tuple[Any, ...]]:
        return {
            **self._encoder_shapes(),
            **transformer.class_shapes(self.pooling, self.sizes_.units, self.n_outputs_),
        }

    def _adopt(self) -> None:
        super()._adopt()
        if self._shapes().keys() != self.params_.keys():
            raise DataError("encoder_changed")

    def _objective_of(self, form: Form) -> Any:
        from byhand.train.transformer import Classifying

        return Classifying(form, self.pooling)

    def _leaving_out(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        pooled = {"up": (self.sizes_.units,)} if self.dropout else {}
        return {**super()._leaving_out(X), **pooled}

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {**super()._columns_seen(X, targets), "y": targets}

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        params = self.params_
        found, there = self._vectors(X), present(X)[:, :, None]
        if self.pooling == "mean":
            pooled = np.sum(np.where(there, found, 0), axis=1) / there.sum(axis=1)
        else:
            pooled = np.tanh(found[:, 0] @ params["Wp"].T + params["bp"])
        return softmax(pooled @ params["Wy"].T + params["by"], axis=-1)

    def problem(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these samples as its batch, as a problem that `byhand.work` takes.

        It is told layer by layer and head by head. It goes on with the rule's state after the steps made so
        far; with a penalty, J is minimised.
        """
        X, targets, weight, _ = self._prepared(X, y, sample_weight, first=False, declare=False)
        self._evenly(X)
        form = self._learning()
        lines = [
            *transformer.encoder_lines(form, X.shape[1]),
            *transformer.class_lines(form, self.pooling),
        ]
        names = Names("\n".join(lines), self._learns(), self._penalised())
        told = transformer.told(form)
        told["roles"] |= {"y": "target"}
        columns = {"x": X[:, :, 0] if form.tokens else X, "y": targets}
        told, samples = self._with_dropout(told, columns)
        return {**step_problem(names, self._learned_so_far(), self._penalty(), samples, weight), **told}
