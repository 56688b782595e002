"""A language model of characters: what comes next in a text, and texts of its own."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from byhand.equations import gated
from byhand.equations.unrolled import Recurrent
from byhand.networks.fits.fitting import Samples
from byhand.networks.recurrence.lstm import GatedNetwork
from byhand.networks.recurrence.through_time import answering, context_size, stepping
from byhand.networks.text.language import LanguageModel, Reader
from byhand.networks.text.texts import shown, text_of
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work


class CharacterModel(LanguageModel, GatedNetwork):
    r"""A recurrent network that reads a text character by character and says what comes next.

    The cells are those of `LSTMClassifier`; a character is a vector of zeros with a one in its place, and

    .. math:: \hat y_t = \operatorname{softmax}(V h_t + b_y), \quad L = -\frac1T \sum_t \log \hat y_t[x_{t+1}]

    in nats a character; over :math:`\ln 2` these are bits. The text is cut into equally long passages, which
    are read side by side. What is carried from character to character goes on to the end of a passage; the
    gradient goes back to the beginning of a stretch, and the weights change after each.

    Parameters
    ----------
    units : int
    cell : str
        ``lstm`` or ``gru``.
    truncation : int
        Characters of a stretch.
    passage : int, optional
        Characters of a passage, about. By default there are `batch_size` passages, each as long as can be;
        shorter ones let a fit be stopped, and saved, within an epoch.
    batch_size : int
        Passages read side by side.
    forget_bias, dropout, rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, \
penalty, accumulate, max_iter, shuffle, random_state, tol, n_iter_no_change, warm_start, verbose
        As for `LSTMClassifier`.

    Attributes
    ----------
    characters_ : ndarray of str
        Those of the first text, in order; later ones may have no others.
    params_, n_features_in_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_
        As for `LSTMClassifier`; the losses are nats a character.

    References
    ----------
    Sutskever, Martens & Hinton 2011, Generating text with recurrent neural networks; Graves 2013, Generating
    sequences with recurrent neural networks.

    Examples
    --------
    >>> text, how = "abcd" * 30, {"learning_rate": 0.1, "n_iter_no_change": 1, "tol": 0.01}
    >>> net = CharacterModel(8, truncation=5, batch_size=4, random_state=0, **how).fit(text)
    >>> net.sample(8, prompt="ab", random_state=0)
    'cdabcdab'
    >>> work = net.work("abc")
    >>> sorted(name for name in work.values if name.startswith("yhat"))
    ['yhat1', 'yhat2']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **{
            key: one
            for key, one in GatedNetwork._parameter_constraints.items()
            if key
            not in (
                *("online", "return_sequences", "features_per_step"),
                *("early_stopping", "validation_fraction"),
            )
        },
        "truncation": [Interval(Integral, 1, None, closed="left")],
        "passage": [Interval(Integral, 2, None, closed="left"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*GatedNetwork.learned, "characters_")
    outputs: ClassVar[str] = "a_y"
    equations: ClassVar[type[Recurrent]] = gated.CharacterModel
    sized_by: ClassVar[tuple[str, ...]] = ("units", "cell")

    # Of a text there is a target at each time step, and it is read stretch by stretch.
    online = return_sequences = True
    rows_ = False

    def __init__(
        self,
        units: int = 128,
        cell: str = "lstm",
        *,
        truncation: int = 64,
        passage: int | None = None,
        forget_bias: Any = 1.0,
        dropout: float = 0.0,
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.003,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: int = 32,
        accumulate: int = 1,
        max_iter: int = 20,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.cell = cell
        self.truncation = truncation
        self.passage = passage
        self.forget_bias = forget_bias
        self.dropout = dropout
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

    # Its passages

    def _passages(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        most = max(1, (len(codes) - 1) // int(self.truncation or 1))
        rows = self.batch_size if self.passage is None else -(-(len(codes) - 1) // self.passage)
        length = (len(codes) - 1) // min(rows, most)
        count = (len(codes) - 1) // length
        read, following = (codes[start : start + count * length] for start in (0, 1))
        return read.reshape(count, length), following.reshape(count, length)

    def _objective(self) -> Any:
        from byhand.train.characters import Characters

        return Characters(self._wanted(), self._initial())

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": X, "y": targets}

    # What it has read

    def context_after(self, text: str) -> np.ndarray:
        """What is carried on after a text, shape (n_context,): h, and of an LSTM beside it c."""
        check_is_fitted(self)
        return self._read(self._codes(text, needed=0))[1]

    def _answers(self, codes: np.ndarray) -> np.ndarray:
        return answering(self._form, self.params_)(self._read(codes)[0])

    def _vectors(self) -> np.ndarray:
        """The vector of each character; that of number -1 is all zeros."""
        return np.eye(len(self.characters_) + 1, len(self.characters_))

    def _read(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the units give after each character, and what is carried on after the last."""
        step, ones = stepping(self._form, self.params_), self._vectors()
        context = np.full((1, context_size(self._form, self.params_)), self._initial())
        h = np.empty((len(codes), self.units))
        for k, code in enumerate(codes):
            h[k], context = step(ones[code][None], context)
        return h, context[0]

    def _reader(self, codes: np.ndarray) -> Reader:
        step, ones, context = stepping(self._form, self.params_), self._vectors(), self._read(codes)[1][None]
        V, b = (self.params_[name].astype(np.float64) for name in ("V", "b_y"))

        def read(code: int) -> np.ndarray:
            nonlocal context
            h, context = step(ones[code][None], context)
            outputs: np.ndarray = V @ h[0] + b
            return outputs

        return read

    def _next(self, codes: np.ndarray) -> dict[str, Any]:
        form = gated.Gated(self.cell, "softmax", "cross_entropy", True, None)
        before = self._before(form, self._read(codes[:-1])[1])
        return {
            "problem": gated.next_lines(form),
            "given": {**self.params_, **before, "x": self._vectors()[codes[-1]]},
            "labels": {**form.meanings(""), "x": in_all_languages("characters.next_read")},
            "roles": {"x": "input"},
        }

    # A step worked out

    def _batch_of_one_step(self, X: Any, y: Any, sample_weight: Any) -> Samples:
        codes = self._codes(text_of(X))[None]
        return Samples(codes[:, :-1], codes[:, 1:], np.ones(1, np.float32))

    def _worked_on(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        ones = np.eye(len(self.characters_))
        return {"x": ones[X], "y": ones[targets], **self._next_draws(X)}

    def problem(
        self, X: Any, y: Any = None, sample_weight: Any = None, context: Any = None
    ) -> dict[str, Any]:
        """The next training step with one stretch of a text, as a problem that `byhand.work` takes."""
        text = text_of(X)
        problem = super().problem(text, None, None, context)
        return {"title": in_all_languages("characters.title", text=shown(text)), **problem}

    def work(self, X: Any, y: Any = None, sample_weight: Any = None, context: Any = None) -> Work:
        """Work the next training step out, character by character, forwards and backwards.

        Parameters
        ----------
        X : str
            A stretch, and the character after it: at most ``truncation + 1`` characters.
        y, sample_weight : ignored
        context : array-like, shape (n_context,), optional
            What was carried there, as `context_after` tells; by default as a passage begins.

        Returns
        -------
        Work
            As of `LSTMClassifier`; x and y have a row for each character read.
        """
        return super().work(X, None, None, context)
