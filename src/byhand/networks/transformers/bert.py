"""BERT: a Transformer encoder that learns to say which tokens are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from byhand.equations import masked
from byhand.equations.transformer import Form
from byhand.errors import DataError, ProblemError
from byhand.networks.base.network import checked, rebuilt
from byhand.networks.base.working import Names, step_problem
from byhand.networks.fits import files
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.progress import Callback
from byhand.networks.recurrence.sequences import are_sequences
from byhand.networks.text.tokens import stepped
from byhand.networks.transformers import hugging_face
from byhand.networks.transformers.filling import Filling

if TYPE_CHECKING:
    from byhand.api import Work


class BERT(Filling):
    r"""BERT's encoder and its first task, the masked language model [1]_; without its second, next sentences.

    Of each sample a share of the tokens is asked for. In four fifths of the asked places the network sees the
    mask, in one tenth any token, in one tenth the token itself; which, is drawn anew in each step. For the
    asked places :math:`m`, from the vectors :math:`X` of `TransformerClassifier`'s encoder:

    .. math:: N = \operatorname{norm}(f(X_m W^\top + b)), \quad
        \hat Y = \operatorname{softmax}(N E^\top + b_y), \quad
        L = -\frac1{|m|} \sum_{i \in m} \ln \hat y_{i, y_i}

    A sample is a row of numbers of tokens, or a text, as for `TransformerClassifier`. Without `vocabulary` it
    is a row of a table of amounts: each column is cut into `bins` equal steps between its lowest and its
    highest amount, and the number of a step is the token.

    To learn classes from what it has learned, save it and name the file to
    ``TransformerClassifier(pretrained=…)``.

    Parameters
    ----------
    units, layers, heads, inner, activation, vocabulary, max_length, lowercase, eps, dropout
        As for `TransformerClassifier`.
    attention_dropout : float, optional
        The share left out of the attention's shares, where it is not `dropout`.
    bins : int
    masked : float
        The share of the tokens that is asked for; at least one of each sample.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, batch_size, \
accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, warm_start, verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    params_ : dict
        The encoder's as of `TransformerClassifier`; ``W b gamma beta`` before the outputs and ``by``, whose
        weights are ``E``.
    sizes_, tokens_, n_features_in_, rows_, n_iter_, t_, loss_, loss_curve_, best_loss_
        As for `TransformerClassifier`.
    pooler_ : dict
        ``Wp bp``, where a folder that was read has them.

    References
    ----------
    .. [1] Devlin, Chang, Lee & Toutanova 2019, BERT: pre-training of deep bidirectional transformers.

    Examples
    --------
    In these samples the second token says what the first is:

    >>> X = [[0, 2], [1, 3]] * 20
    >>> net = BERT(8, 1, vocabulary=4, learning_rate=0.02, tol=0.01, random_state=0).fit(X)
    >>> net.predict([[4, 3], [4, 2]])[:, 0].tolist()  # 4 is the mask
    [1, 0]
    >>> w = net.work([[0, 2]])
    >>> w.values["m"].size, w.values["yhat"].shape
    (1, (1, 5))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Filling._parameter_constraints,
        "bins": [Interval(Integral, 2, None, closed="left")],
        "masked": [Interval(Real, 0, 1, closed="neither")],
        "attention_dropout": [Interval(Real, 0, 1, closed="left"), None],
    }
    learned: ClassVar[tuple[str, ...]] = (*Filling.learned, "pooler_")
    asked_first = "l[0]"
    answer = "xhat"

    def __init__(
        self,
        units: int = 128,
        layers: int = 2,
        heads: int = 2,
        *,
        inner: int | None = None,
        activation: str = "gelu",
        vocabulary: int | None = None,
        max_length: int | None = None,
        bins: int = 32,
        masked: float = 0.15,
        lowercase: bool = True,
        eps: float = 1e-12,
        dropout: float = 0.0,
        attention_dropout: float | None = None,
        rule: str = "adamw",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: Any = 32,
        accumulate: int = 1,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
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
        self.bins = bins
        self.masked = masked
        self.lowercase = lowercase
        self.eps = eps
        self.dropout = dropout
        self.attention_dropout = attention_dropout
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
        self.warm_start = warm_start
        self.verbose = verbose

    # Its samples are their own targets

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn to say which tokens are hidden.

        Parameters
        ----------
        X : array-like
            Samples: tokens, texts, or rows of a table.
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`.

        Returns
        -------
        self

        Raises
        ------
        DataError
            The samples cannot be used.
        CalculationError
            The descent diverges; the network has the last finite weights.
        """
        return super().fit(X, y, None, callbacks)

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        if first:
            self._begin_tokens(X)
            self.__dict__.pop("pooler_", None)
        X = self._steps_of(X)
        is_rows = not are_sequences(X)
        if is_rows:
            X = checked(self, X, reset=first)
        self._of_the_kind(is_rows=is_rows, first=first)
        X = self._tokenised(self._by_step(X) if is_rows else self._sequences(X, first))
        return X, X

    def _tokenised(self, X: np.ndarray) -> np.ndarray:
        if X.shape[2] != 1:
            raise DataError("one_token", found=X.shape[2])
        self.tokens_ = self.tokens_ or stepped(X, int(self.bins))
        return super()._tokenised(X)

    # What its equations are

    def _shapes(self) -> dict[str, tuple[Any, ...]]:
        units = self.sizes_.units
        head = {"W": (units, units), "b": (units,), "gamma": (units,), "beta": (units,)}
        return {**self._encoder_shapes(), **head, "by": (self._own_tokens().total,)}

    def _learning(self) -> Form:
        return super()._learning()._replace(attention_dropout=self.attention_dropout)

    def _objective_of(self, form: Form) -> Any:
        from byhand.train.transformer import Filling

        return Filling(form, self._masking())

    # A step worked out

    def problem(self, X: Any, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step, with these samples as its batch, as a problem that `byhand.work` takes.

        What is hidden is what the next step of a fit would hide in a batch of so many samples: x are the
        tokens as they are seen, m the places that are asked, y the tokens that stood there.
        """
        check_is_fitted(self)
        X, _, weight, _ = self._prepared(X, X, None, first=False, declare=False)
        self._evenly(X)
        seen, places, share = self._hidden(X, self.t_, self._seed)
        if (share != share[0]).any():
            raise DataError("ragged_work")
        asked = share[0] > 0
        samples = {
            "x": seen[:, :, 0],
            "m": places[:, asked],
            "y": np.take_along_axis(X[:, :, 0], places, axis=1)[:, asked],
        }
        form = self._learning()
        told, samples = self._with_dropout(masked.told(form), samples)
        names = Names(masked.equations(form, X.shape[1]), self._learns(), self._penalised())
        return {
            **step_problem(names, self._learned_so_far(), self._penalty(), samples, weight),
            **told,
        }

    def work(self, X: Any, y: Any = None, sample_weight: Any = None) -> Work:
        """Work the next training step out, with these samples as its batch; what is hidden is drawn.

        Parameters
        ----------
        X : array-like
            Samples of one length, as for `fit`.
        y, sample_weight : ignored

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are x, m, y, e and X0; of each layer
            Q1 K1 V1 O1 r1_1 H1 z1 a1 F1 r1_2 X1 and of each head S1_1 R1_1 A1_1 Z1_1; then h, z, a, N, o,
            yhat, l and L.
        """
        return super().work(X, y)

    # Folders

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Self:
        """Read a folder in Hugging Face's format: config, weights, and what cuts texts into pieces.

        Parameters
        ----------
        folder : str or Path
            On this machine; nothing is fetched.

        Returns
        -------
        BERT
            Its `dropout` is the ``hidden_dropout_prob`` of config.json; where the
            ``attention_probs_dropout_prob`` is another, that is its `attention_dropout`.

        Raises
        ------
        ProblemError
            A file is missing or holds no BERT.
        """
        found = hugging_face.read(Path(folder))
        sizes = found.sizes._asdict()
        sizes["max_length"] = sizes.pop("positions")
        del sizes["kinds"]
        tokens = found.tokens
        net = cls(**sizes, vocabulary=tokens.total, lowercase=tokens.lowercase, dropout=found.dropout)
        net.attention_dropout = found.attention_dropout
        net.tokens_, net.sizes_, net.params_ = found.tokens, found.sizes, found.params
        if found.pooler:
            net.pooler_ = found.pooler
        net.rows_, net.n_features_in_, net.n_outputs_ = False, 1, 1
        net._begin()
        net.rule_state_, net.t_, net.loss_curve_, net.best_loss_ = {}, 0, [], np.inf
        return net

    def save_pretrained(self, folder: str | Path) -> None:
        """Write a folder in Hugging Face's format, as `from_pretrained` reads it.

        Parameters
        ----------
        folder : str or Path
            It is made where there is none.

        Raises
        ------
        ProblemError
            It cannot be written.
        """
        check_is_fitted(self)
        pooler, shares = getattr(self, "pooler_", {}), (float(self.dropout), self.attention_dropout)
        found = hugging_face.Found(self.params_, self.sizes_, self._own_tokens(), pooler, *shares)
        hugging_face.write(Path(folder), found)

    def encoder_params(self) -> dict[str, np.ndarray]:
        """The weights another network can start from: the encoder's, and the pooler's where it has one."""
        own = {name: value for name, value in self.params_.items() if name not in masked.HEAD}
        return {**own, **getattr(self, "pooler_", {})}

    def _settle(self) -> None:
        super()._settle()
        if self.tokens_ is None:
            raise ValueError


def opened(path: str) -> BERT:
    """A BERT out of its file, or out of a folder in Hugging Face's format.

    Raises
    ------
    ProblemError
        There is none.
    """
    place = Path(path)
    if place.is_dir():
        return BERT.from_pretrained(place)
    saved = files.read(place)
    if saved.kind != "BERT":
        raise ProblemError("model_kind", path=path, found=str(saved.kind)[:60], known="BERT")
    try:
        return rebuilt(BERT(), saved)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise ProblemError("model_altered", path=path) from None
