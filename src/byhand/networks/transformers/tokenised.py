"""What networks share whose samples are tokens: texts, rows of numbers of tokens, or steps with features."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.errors import DataError
from byhand.networks.recurrence.sequential import Sequential
from byhand.networks.text import wordpiece
from byhand.networks.text.tokens import Tokens, numbered
from byhand.networks.transformers.attending import Sizes

PIECES = 4000  # of words, the most where nothing else is said


class Tokenised(Sequential):
    """The part of an estimator that makes tokens of samples, before the one that knows its targets."""

    vocabulary: int | None
    max_length: int | None
    lowercase: bool
    tokens_: Tokens | None
    sizes_: Sizes
    return_sequences = False
    features_per_step = 1

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, Any]:
        if first:
            self._begin_tokens(X)
        X, y = super()._checked(self._steps_of(X), y, first)
        return self._tokenised(X), y

    def _inputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._tokenised(super()._inputs(self._steps_of(X)))

    def _begin_tokens(self, X: Any) -> None:
        vars(self).pop("sizes_", None)
        self.tokens_ = self._first_tokens(X)

    def _first_tokens(self, X: Any) -> Tokens | None:
        """What the tokens of a new network are; None where they have features instead."""
        if wordpiece.are_texts(X):
            return wordpiece.learned(X, int(self.vocabulary or PIECES), lowercase=self.lowercase)
        return None if self.vocabulary is None else numbered(int(self.vocabulary))

    def _steps_of(self, X: Any) -> Any:
        """Samples that are texts or rows of tokens, as sequences with one feature."""
        tokens = self.tokens_
        if tokens is None or tokens.low is not None:
            return X
        if tokens.words is not None and wordpiece.are_texts(X):
            return wordpiece.encoded(tokens, X, self._longest())
        if isinstance(X, np.ndarray):
            return X[:, :, None] if X.ndim == 2 else X
        if isinstance(X, list | tuple) and X and all(np.ndim(one) == 1 for one in X):
            return [np.asarray(one)[:, None] for one in X]
        return X

    def _longest(self) -> int | None:
        """How many tokens a sample may have; None where nothing says it yet."""
        known = [self.sizes_.positions] if hasattr(self, "sizes_") else []
        return min([*known, self.max_length] if self.max_length else known, default=None)

    def _tokenised(self, X: np.ndarray) -> np.ndarray:
        """Checked samples as tokens, where they have no features."""
        longest = self._longest()
        if longest is not None and X.shape[1] > longest:
            raise DataError("too_many_tokens", found=X.shape[1], limit=longest)
        if self.tokens_ is None:
            return X
        if X.shape[2] != 1:
            raise DataError("one_token", found=X.shape[2])
        return self.tokens_.of(X)

    def _one(self, x: Any) -> Any:
        is_plain = self.tokens_ is not None and self.tokens_.low is None
        return [x] if is_plain else super()._one(x)
