"""What a sample's tokens are: numbers as they stand, pieces of words, or equal steps between two amounts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from byhand.errors import DataError


class Tokens(NamedTuple):
    """How samples become tokens.

    Attributes
    ----------
    total : int
        How many tokens there are.
    mask : int
        The one that hides another.
    special : tuple of int
        Those that stand for no part of a sample; none of them is asked for.
    words : ndarray of str or None
        The pieces of words, by the numbers of their tokens, where samples are texts.
    lowercase : bool
        Texts are brought to small letters.
    low, high : ndarray or None
        Between which amounts the steps lie, for each column of a table or for all time steps.
    """

    total: int
    mask: int
    special: tuple[int, ...] = ()
    words: np.ndarray | None = None
    lowercase: bool = True
    low: np.ndarray | None = None
    high: np.ndarray | None = None

    def of(self, X: np.ndarray) -> np.ndarray:
        """The tokens of checked samples, shape (n, steps, 1), filled up with NaN.

        Raises
        ------
        DataError
            What stands there is no token.
        """
        if self.low is not None and self.high is not None:
            if len(self.low) != X.shape[1]:
                raise DataError("token_columns", found=X.shape[1], wanted=len(self.low))
            return _steps_between(X, self.low, self.high, self.total - 1)
        there = ~np.isnan(X)
        wrong = there & ((X != np.floor(X)) | (X < 0) | (X >= self.total))
        if wrong.any():
            row, step = (int(k) for k in np.argwhere(wrong)[0][:2])
            found = float(X[row, step, 0])
            raise DataError("no_token", found=found, row=row, step=step, most=self.total - 1)
        return X

    def answered(self, tokens: np.ndarray) -> np.ndarray:
        """Tokens as what they stand for: themselves, or the amounts in the middle of their steps."""
        if self.low is None or self.high is None:
            return tokens
        low, high = self.low.astype(np.float64), self.high.astype(np.float64)
        found: np.ndarray = low + (np.minimum(tokens, self.total - 2) + 0.5) / (self.total - 1) * (high - low)
        return found

    def free(self, x: np.ndarray) -> np.ndarray:
        """Which tokens may be asked for."""
        return ~np.isin(x, self.special)


def numbered(count: int) -> Tokens:
    """The tokens of samples that are numbers of tokens already; the mask is one more.

    Examples
    --------
    >>> numbered(5)[:2]
    (6, 5)
    """
    return Tokens(count + 1, count, (count,))


def stepped(X: np.ndarray, bins: int) -> Tokens:
    """The tokens of amounts: so many equal steps between the lowest and the highest of each column.

    Parameters
    ----------
    X : ndarray, shape (n, steps, 1)
    bins : int

    Examples
    --------
    >>> X = np.array([0.0, 0.6, 1.0])[:, None, None]
    >>> stepped(X, 4).of(X)[:, 0, 0].tolist()
    [0.0, 2.0, 3.0]
    """
    column = X[:, :, 0].astype(np.float64)
    low, high = np.nanmin(column, axis=0), np.nanmax(column, axis=0)
    return Tokens(bins + 1, bins, (bins,), low=low.astype(np.float32), high=high.astype(np.float32))


def _steps_between(X: np.ndarray, low: np.ndarray, high: np.ndarray, bins: int) -> np.ndarray:
    below, above = low.astype(np.float64)[:, None], high.astype(np.float64)[:, None]
    width = np.where(above > below, above - below, 1.0)
    with np.errstate(invalid="ignore"):
        found = np.floor((X.astype(np.float64) - below) / width * bins)
    return np.clip(found, 0, bins - 1).astype(np.float32)
