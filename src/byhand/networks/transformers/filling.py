"""What a network hides of its samples, and what it says of the hidden tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import log_softmax
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from byhand.equations import masked
from byhand.errors import CalculationError
from byhand.networks.base.self_supervised import SelfSupervised
from byhand.networks.fits.fitting import weights_of
from byhand.networks.recurrence.sequences import present
from byhand.networks.text import wordpiece
from byhand.networks.text.tokens import Tokens
from byhand.networks.transformers import encoder
from byhand.networks.transformers.attending import Attending
from byhand.networks.transformers.tokenised import Tokenised

if TYPE_CHECKING:
    from byhand.train.masking import Masking


class Filling(Tokenised, ClassNamePrefixFeaturesOutMixin, TransformerMixin, SelfSupervised, Attending):
    """The part of a masked language model that masks, and that answers."""

    masked: float

    # What it hides

    def _own_tokens(self) -> Tokens:
        assert self.tokens_ is not None
        return self.tokens_

    def _masking(self) -> Masking:
        from byhand.train.masking import Masking

        tokens = self._own_tokens()
        return Masking(float(self.masked), tokens.mask, tokens.total)

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        from byhand.train.masking import drawn

        return {**drawn(X.shape[1]), **super()._drawn(X)}

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        seen = super()._columns_seen(X, targets)
        free = present(X) & self._own_tokens().free(X[:, :, 0])
        asked = [self._masking().count(count) for count in free.sum(axis=1)]
        return {**seen, "free": free.astype(np.float32), "asked": np.array(asked, np.float32)}

    def _hidden(self, X: np.ndarray, turn: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is seen of samples in a step, the places that are asked, and what each counts."""
        from byhand.train.cache import keep_compiled
        from byhand.train.masking import masked_together

        keep_compiled()
        columns = self._columns_seen(X, X)
        found = masked_together(self._masking(), columns, seed, turn)
        seen, places, share = map(np.asarray, found)
        whole = np.where(present(X), seen, np.nan)[:, :, None].astype(np.float32)
        return whole, places, share

    # Its answers

    def _logits(self, vectors: np.ndarray) -> np.ndarray:
        """The outputs for vectors of the last layer, before the softmax."""
        own = {name: self.params_[name].astype(vectors.dtype) for name in (*masked.HEAD, "E")}
        a = encoder.activated(self.sizes_.activation, encoder.times(vectors, own["W"]) + own["b"])
        N = encoder.normed(self._answering(), a, own["gamma"], own["beta"])
        return encoder.times(N, own["E"]) + own["by"]

    def logits(self, X: Any, dtype: Any = np.float64) -> np.ndarray:
        """For each place the outputs of all tokens, before the softmax.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.
        dtype : dtype
            In which is calculated.

        Returns
        -------
        ndarray, shape (n_samples, n_steps, tokens)
        """
        return self._logits(self.hidden_states(X, dtype)[-1])

    def predict(self, X: Any) -> np.ndarray:
        """The most probable token of each place.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`; what is hidden is the token ``tokens_.mask``, in a text ``[MASK]``.

        Returns
        -------
        ndarray of int, shape (n_samples, n_steps)
            Past a sample's end it means nothing. Where tokens are steps between amounts, the amount in the
            middle of the step, float64.
        """
        found = self._most_probable(self._inputs(X))
        return self._own_tokens().answered(found)

    def _most_probable(self, X: np.ndarray) -> np.ndarray:
        found = [self._logits(self._vectors(part)) for part in encoder.in_parts(self._answering(), X)]
        logits = np.concatenate(found)
        if not np.isfinite(logits).all():
            raise CalculationError("output_not_finite")
        return logits.argmax(axis=-1)

    def fill(self, texts: Any) -> list[str]:
        """The most probable word for each ``[MASK]`` of texts.

        Parameters
        ----------
        texts : list of str

        Returns
        -------
        list of str
            One a text, its words between blanks.

        Raises
        ------
        DataError
            It was not fitted with texts.
        """
        X, tokens = self._inputs(texts), self._own_tokens()
        hidden = X[:, :, 0] == tokens.mask
        best = self._most_probable(X)
        return [" ".join(wordpiece.decoded(tokens, row[own])) for row, own in zip(best, hidden, strict=True)]

    def transform(self, X: Any) -> np.ndarray:
        """The mean of the last layer's vectors of each sample.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.

        Returns
        -------
        ndarray of float32, shape (n_samples, units)
        """
        X = self._inputs(X)
        there = present(X)[:, :, None]
        found: np.ndarray = np.sum(np.where(there, self._vectors(X), 0), axis=1) / there.sum(axis=1)
        return found.astype(np.float32)

    def masked_loss(self, X: Any, seed: int = 0, sample_weight: Any = None) -> float:
        """The mean loss of the asked places of samples that are masked once, in nats.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.
        seed : int
            Of what is drawn.
        sample_weight : array-like, shape (n_samples,), optional
            What each asked place of a sample counts.

        Returns
        -------
        float
        """
        X = self._inputs(X)
        weight = weights_of(X, sample_weight)
        seen, places, share = self._hidden(X, 0, seed)
        losses, start = [], 0
        for part in encoder.in_parts(self._answering(), seen):
            rows = np.arange(start, start + len(part))[:, None]
            start += len(part)
            vectors = self._vectors(part)[rows - rows[0], places[rows[:, 0]]]
            true = X[rows, places[rows[:, 0]], 0].astype(np.int64)
            right = np.take_along_axis(log_softmax(self._logits(vectors), axis=-1), true[:, :, None], axis=2)
            losses.append(-np.sum(share[rows[:, 0]] * right[:, :, 0], axis=1))
        asked = (share > 0).sum(axis=1)
        return float(np.average(np.concatenate(losses), weights=weight * asked))

    def errors(self, X: Any) -> dict[str, float]:
        """The masked loss, by its name."""
        return {"masked_loss": self.masked_loss(X)}

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Minus `masked_loss`: the higher, the better."""
        return -self.masked_loss(X, sample_weight=sample_weight)

    @property
    def _n_features_out(self) -> int:
        return self.sizes_.units

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
