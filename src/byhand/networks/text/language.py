"""What language models share: a text that is learned from, what comes next in one, and texts of their own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from byhand.equations import following
from byhand.errors import DataError
from byhand.networks.base.self_supervised import SelfSupervised
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.progress import Callback
from byhand.networks.text import texts
from byhand.networks.text.texts import shown, text_of
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work

# From the character read next, by its number: the pre-activations of what comes after it.
Reader = Callable[[int], np.ndarray]


class LanguageModel(SelfSupervised):
    """The part of a model of characters that does not depend on how it reads."""

    reads_text: ClassVar[bool] = True
    # What its equations call the pre-activations of what comes next.
    outputs: ClassVar[str]

    characters_: np.ndarray

    # What a family adds

    def _passages(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A text in passages of one length, and what comes next in each."""
        raise NotImplementedError

    def _reader(self, codes: np.ndarray) -> Reader:
        """What reads on after a text."""
        raise NotImplementedError

    def _next(self, codes: np.ndarray) -> dict[str, Any]:
        """The outputs for what comes after a text, by the keys of a problem."""
        raise NotImplementedError

    def _answers(self, codes: np.ndarray) -> np.ndarray:
        """The probabilities of what comes next, after each character of a text."""
        raise NotImplementedError

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

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        text = text_of(X)
        if first:
            self.characters_ = texts.alphabet(text)
            self.n_features_in_ = len(self.characters_)
        return self._passages(self._codes(text))

    def _codes(self, text: str, needed: int = 2, *, strict: bool = True) -> np.ndarray:
        return texts.codes_of(text, self.characters_, needed, strict=strict)

    def _output_count(self, targets: np.ndarray) -> int:
        return len(self.characters_)

    def _one(self, x: Any) -> Any:
        return text_of(x)

    # What comes next

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
        return self._answers(self._codes(text, needed=1, strict=False))

    def predict(self, X: str) -> np.ndarray:
        """The likeliest character to come next, after each character of a text."""
        found: np.ndarray = self.characters_[self.probabilities(text_of(X)).argmax(axis=1)]
        return found

    def errors(self, X: Any) -> dict[str, float]:
        """Nats and bits a character: the cross-entropy of what comes next, by its name.

        Characters that were not learned from cannot be predicted: they do not count, and how many there are
        is told. e to the nats is the perplexity.

        Parameters
        ----------
        X : str
            Read from its beginning to its end.
        """
        text = text_of(X)
        check_is_fitted(self)
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

    # Texts of its own

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
        codes = self._begun(prompt, temperature)
        random, read = check_random_state(random_state), self._reader(codes[:-1])
        code, drawn = int(codes[-1]), []
        for _ in range(length):
            shares = softmax(read(code) / temperature)
            code = int(np.argmax(np.cumsum(shares) > random.random_sample()))
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
            The names are those of the network's equations up to its outputs; then the probabilities ``p``,
            their sums ``F``, the number drawn ``u``, and ``k``, the number of the character, counted from 0.
        """
        from byhand.api import work

        codes, known = self._begun(prompt, temperature), self.characters_.tolist()
        u = check_random_state(random_state).random_sample()
        own, drawn = self._next(codes), following.told(known)
        return work(
            {
                **own,
                "title": in_all_languages("characters.title_next", text=shown(prompt[-texts.SHOWN :])),
                "problem": "\n".join([*own["problem"], *following.drawn_lines(self.outputs)]),
                "given": {**own["given"], **following.given(len(known), temperature, u)},
                "labels": {**own["labels"], **drawn["labels"]},
                "roles": {**own["roles"], **drawn["roles"]},
            }
        )

    def _begun(self, prompt: str, temperature: float) -> np.ndarray:
        """The numbers of a prompt's characters."""
        check_is_fitted(self)
        if not temperature > 0:
            raise DataError("temperature", found=temperature)
        return self._codes(prompt, needed=1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags
