"""A character model asked: what comes next in a text, and texts of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from byhand.equations import gated
from byhand.errors import DataError
from byhand.networks.lstm import GatedNetwork
from byhand.networks.through_time import answering, context_size, stepping
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work

SHOWN = 20  # characters of a text in a title


class Writing(GatedNetwork):
    """The part of a character model that reads and writes with what was learned."""

    characters_: np.ndarray

    def _codes(self, text: str, needed: int = 2, *, strict: bool = True) -> np.ndarray:
        """The numbers of a text's characters."""
        raise NotImplementedError

    def _vectors(self) -> np.ndarray:
        """The vector of each character; that of number -1 is all zeros."""
        return np.eye(len(self.characters_) + 1, len(self.characters_))

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
        found: np.ndarray = self.characters_[self.probabilities(text_of(X)).argmax(axis=1)]
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
        text = text_of(X)
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
                "title": in_all_languages("characters.title_next", text=shown(prompt[-SHOWN:])),
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


def text_of(X: Any) -> str:
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


def shown(text: str) -> str:
    """The beginning of a text, on one line."""
    return f"“{text[:SHOWN]}”".replace("\n", "↵")


def _chosen(shares: np.ndarray, u: float) -> int:
    """The first whose sum of shares is above a number."""
    return int(np.argmax(np.cumsum(shares) > u))
