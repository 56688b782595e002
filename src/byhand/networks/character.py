"""A language model of characters: what comes next in a text, and texts of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from byhand.equations import gated
from byhand.equations.unrolled import Recurrent
from byhand.errors import DataError
from byhand.networks.checkpoint import Checkpoint
from byhand.networks.fitting import Samples
from byhand.networks.lstm import GatedNetwork
from byhand.networks.progress import Callback
from byhand.networks.through_time import answering, context_size, stepping
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work

SHOWN = 20  # characters of a text in a title


class CharacterModel(GatedNetwork):
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
    forget_bias, rule, rule_settings, learning_rate, alpha, penalty, max_iter, shuffle, random_state, tol, \
n_iter_no_change, warm_start, verbose
        As for `LSTMClassifier`.

    Attributes
    ----------
    characters_ : ndarray of str
        Those of the text, in order.
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
    reads_text: ClassVar[bool] = True
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
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.003,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: int = 32,
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
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.verbose = verbose

    # Learning

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn from a text.

        Parameters
        ----------
        X : str or list of str
            Several are read as one. An array of numbers is read as Unicode has them, row by row.
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`.

        Returns
        -------
        self

        Raises
        ------
        DataError
            It is no text, or too short.
        CalculationError
            The descent diverges; the network has the last finite weights.
        """
        return super().fit(X, None, None, callbacks)

    @_fit_context(prefer_skip_nested_validation=True)
    def resume(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Go on with a fit that was stopped, as if it had never been: to the same bits.

        Parameters
        ----------
        X : str or list of str
            What the fit began with.
        y : ignored
        callbacks : iterable of callable, optional

        Returns
        -------
        self
        """
        return super().resume(X, None, None, callbacks)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Read a text once.

        Parameters
        ----------
        X : str or list of str
            The first brings all characters there will be.
        y : ignored

        Returns
        -------
        self
        """
        return self._partial_fit(X, None, None)

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        """The passages of a text, and what comes next in each, as numbers of characters."""
        text = _text(X)
        if first:
            self.characters_ = np.array(sorted(set(text)))
            self.n_features_in_ = len(self.characters_)
            if len(self.characters_) == 1 < len(text):
                raise DataError("one_character", name=ascii(text[0]))
        codes = self._codes(text)
        most = max(1, (len(codes) - 1) // int(self.truncation or 1))
        rows = self.batch_size if self.passage is None else -(-(len(codes) - 1) // self.passage)
        length = (len(codes) - 1) // min(rows, most)
        count = (len(codes) - 1) // length
        read, following = (codes[start : start + count * length] for start in (0, 1))
        return read.reshape(count, length), following.reshape(count, length)

    def _codes(self, text: str, needed: int = 2, *, strict: bool = True) -> np.ndarray:
        """The numbers of a text's characters; -1 for one that is not known, where that is no error."""
        if len(text) < needed:
            raise DataError("text_short", found=len(text), needed=needed)
        own = np.array(list(text))
        codes = np.searchsorted(self.characters_, own).clip(max=len(self.characters_) - 1)
        known = self.characters_[codes] == own
        if strict and not known.all():
            raise DataError("unknown_character", found=ascii(str(own[~known][0])))
        return np.where(known, codes, -1).astype(np.int32)

    def _vectors(self) -> np.ndarray:
        """The vector of each character; that of number -1 is all zeros."""
        return np.eye(len(self.characters_) + 1, len(self.characters_))

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return y

    def _output_count(self, targets: np.ndarray) -> int:
        return len(self.characters_)

    def _objective(self) -> Any:
        from byhand.train.characters import Characters

        return Characters(self._wanted(), self._initial())

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": X, "y": targets}

    # A step worked out

    def _batch_of_one_step(self, X: Any, y: Any, sample_weight: Any) -> Samples:
        codes = self._codes(_text(X))[None]
        return Samples(codes[:, :-1], codes[:, 1:], np.ones(1, np.float32))

    def _worked_on(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        ones = np.eye(len(self.characters_))
        return {"x": ones[X], "y": ones[targets]}

    def problem(
        self, X: Any, y: Any = None, sample_weight: Any = None, context: Any = None
    ) -> dict[str, Any]:
        """The next training step with one stretch of a text, as a problem that `byhand.work` takes."""
        text = _text(X)
        problem = super().problem(text, None, None, context)
        return {"title": in_all_languages("characters.title", text=_shown(text)), **problem}

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

    def _one(self, x: Any) -> Any:
        return _text(x)

    # Using

    def context_after(self, text: str) -> np.ndarray:
        """What is carried on after a text, shape (n_context,): h, and of an LSTM beside it c."""
        check_is_fitted(self)
        return self._read(self._codes(text, needed=0))[1]

    def probabilities(self, text: str) -> np.ndarray:
        """The probability of each character to come next, after each character of a text.

        Parameters
        ----------
        text : str
            A character that was not learned from is read as a vector of zeros.

        Returns
        -------
        ndarray of float64, shape (characters of the text, characters known)
        """
        check_is_fitted(self)
        h, _ = self._read(self._codes(text, needed=1, strict=False))
        return answering(self._form, self.params_)(h)

    def _read(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the units give after each character, and what is carried on after the last."""
        step, ones = stepping(self._form, self.params_), self._vectors()
        context = np.full((1, context_size(self._form, self.params_)), self._initial())
        h = np.empty((len(codes), self.units))
        for k, code in enumerate(codes):
            h[k], context = step(ones[code][None], context)
        return h, context[0]

    def predict(self, X: str) -> np.ndarray:
        """The likeliest character to come next, after each character of a text."""
        found: np.ndarray = self.characters_[self.probabilities(_text(X)).argmax(axis=1)]
        return found

    def errors(self, X: Any) -> dict[str, float]:
        """Nats and bits a character: the cross-entropy of what comes next, by its name.

        Characters that were not learned from cannot be predicted: they do not count, and how many there are
        is told.

        Parameters
        ----------
        X : str
            Read from its beginning to its end.
        """
        text = _text(X)
        wanted = self._codes(text, strict=False)[1:]
        known = wanted >= 0
        found = self.probabilities(text)[:-1][known, wanted[known]]
        with np.errstate(divide="ignore"):
            nats = float(-np.log(found).mean())
        unknown = float((~known).sum())
        return {
            "nats_a_character": nats,
            "bits_a_character": nats / math.log(2),
            "unknown_characters": unknown,
        }

    def score(self, X: Any, y: Any = None) -> float:
        """Minus the nats a character, so that a search finds their least."""
        return -self.errors(X)["nats_a_character"]

    def sample(self, length: int, prompt: str, temperature: float = 1.0, random_state: Any = None) -> str:
        """A text that goes on from a prompt, each character drawn by its probability.

        Parameters
        ----------
        length : int
        prompt : str
            At least one character.
        temperature : float
            What the pre-activations are divided by: below 1 likely characters become likelier.
        random_state : int, RandomState instance or None

        Returns
        -------
        str
        """
        check_is_fitted(self)
        random = check_random_state(random_state)
        step, ones = stepping(self._form, self.params_), self._vectors()
        context = self.context_after(prompt[:-1])[None]
        code, drawn = int(self._codes(prompt, needed=1)[-1]), []
        for _ in range(length):
            h, context = step(ones[code][None], context)
            code = _chosen(self._shares(h[0], temperature), random.random_sample())
            drawn.append(code)
        return "".join(self.characters_[drawn])

    def next_character(self, prompt: str, temperature: float = 1.0, random_state: Any = None) -> Work:
        """Work out how the character after a prompt is drawn: the first that `sample` gives.

        Parameters
        ----------
        prompt, temperature, random_state
            As for `sample`.

        Returns
        -------
        Work
            The names are those of the cell, ``a_y``, the probabilities ``p``, their sums ``P``, the number
            drawn ``u``, and ``k``, the number of the character, counted from 0.
        """
        from byhand.api import work

        check_is_fitted(self)
        codes, known = self._codes(prompt, needed=1), len(self.characters_)
        if not temperature > 0:
            raise DataError("temperature", found=temperature)
        form = gated.Gated(self.cell, "softmax", "cross_entropy", True, None)
        given = {
            **self.params_,
            **self._before(form, self.context_after(prompt[:-1])),
            **{"x": np.eye(known)[codes[-1]], "E": np.tril(np.ones((known, known))), "tau": temperature},
            "u": check_random_state(random_state).random_sample(),
        }
        own = {"p": "probability", "P": "sum", "u": "drawn", "above": "above", "k": "chosen"}
        own |= {"tau": "temperature", "E": "adding", "x": "read"}
        order = " ".join(map(repr, self.characters_.tolist()))
        labels = {
            name: in_all_languages(f"characters.next_{code}", characters=order) for name, code in own.items()
        }
        return work(
            {
                "title": in_all_languages("characters.title_next", text=_shown(prompt[-SHOWN:])),
                "problem": gated.next_lines(form),
                "given": given,
                "labels": {**form.meanings(""), **labels},
                "roles": {"x": "input", "u": "other", "E": "other", "tau": "setting"},
            }
        )

    def _shares(self, h: np.ndarray, temperature: float) -> np.ndarray:
        """The probabilities of what comes next."""
        if not temperature > 0:
            raise DataError("temperature", found=temperature)
        a = (self.params_["V"].astype(np.float64) @ h + self.params_["b_y"]) / temperature
        e = np.exp(a - a.max())
        shares: np.ndarray = e / e.sum()
        return shares

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


def _text(X: Any) -> str:
    """A text, several as one, or numbers of characters as a text.

    Raises
    ------
    DataError
        It is none.
    """
    if isinstance(X, str):
        return X
    if isinstance(X, np.ndarray) and X.dtype.kind in "iuf":
        return "".join(map(chr, X.ravel().astype(int)))
    if isinstance(X, list | tuple) and X and all(isinstance(one, str) for one in X):
        return "".join(X)
    raise DataError("text_expected", found=type(X).__name__)


def _shown(text: str) -> str:
    """The beginning of a text, on one line."""
    return f"“{text[:SHOWN]}”".replace("\n", "↵")


def _chosen(shares: np.ndarray, u: float) -> int:
    """The first whose sum of shares is above a number."""
    return int(np.argmax(np.cumsum(shares) > u))
