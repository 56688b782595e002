"""Sequences made by a formula: Elman's streams, and two numbers to be remembered for long."""

from __future__ import annotations

import numpy as np

# Consonant, vowel, interrupted, high, back, voiced.
LETTERS = {
    **{"b": (1, 0, 1, 0, 0, 1), "d": (1, 0, 1, 1, 0, 1), "g": (1, 0, 1, 0, 1, 1)},
    **{"a": (0, 1, 0, 0, 1, 1), "i": (0, 1, 0, 1, 0, 1), "u": (0, 1, 0, 1, 1, 1)},
}
SYLLABLES = ("ba", "dii", "guuu")


def temporal_xor(bits: int = 3000, seed: int = 0) -> np.ndarray:
    """Two random bits and their exclusive or, again and again: every third bit can be predicted.

    Parameters
    ----------
    bits : int
    seed : int

    Returns
    -------
    ndarray of float32, shape (bits, 1)

    References
    ----------
    J. Elman, "Finding Structure in Time", Cognitive Science 14, 179–211, 1990.

    Examples
    --------
    >>> x = temporal_xor(9, seed=1)[:, 0].reshape(3, 3)
    >>> bool((x[:, 2] == (x[:, 0] != x[:, 1])).all())
    True
    """
    pairs = np.random.default_rng(seed).integers(0, 2, (-(-bits // 3), 2))
    triples = np.column_stack([pairs, pairs[:, 0] ^ pairs[:, 1]])
    return triples.astype(np.float32).reshape(-1, 1)[:bits]


def letters(consonants: int = 1000, seed: int = 0) -> str:
    """Consonants at random, each followed by its own vowels: ba, dii, guuu.

    Parameters
    ----------
    consonants : int
    seed : int

    Returns
    -------
    str

    References
    ----------
    J. Elman, "Finding Structure in Time", Cognitive Science 14, 179–211, 1990.

    Examples
    --------
    >>> letters(5, seed=0)
    'guuudiidiibaba'
    """
    drawn = np.random.default_rng(seed).integers(0, len(SYLLABLES), consonants)
    return "".join([SYLLABLES[k] for k in drawn])


def as_vectors(text: str) -> np.ndarray:
    """Letters as the paper's vectors of six bits.

    Examples
    --------
    >>> as_vectors("ba").tolist()
    [[1.0, 0.0, 1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0, 1.0, 1.0]]
    """
    return np.array([LETTERS[letter] for letter in text], np.float32)


def adding(samples: int = 1000, steps: int = 100, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Sequences of numbers of which two are marked: their sum is asked for at the end.

    A time step has a number in [-1, 1] and a mark: 1 for one of the first ten, and for another of the first
    ``steps/2 - 1``; -1 for the first and the last; 0 for all others. Where the first itself is chosen it
    counts 0. A sequence has between `steps` and 1.1 `steps` time steps.

    Parameters
    ----------
    samples : int
    steps : int
        At least 24, so that there is a choice for the second.
    seed : int

    Returns
    -------
    X : list of ndarray of float32, shape (between steps and 1.1 steps, 2)
    y : ndarray of float64, shape (samples,)
        :math:`0.5 + (x_1 + x_2)/4`, between 0 and 1. An answer is right within 0.04.

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9, 1735–1780, 1997.

    Examples
    --------
    >>> X, y = adding(2, 40, seed=0)
    >>> np.allclose(y, [0.5 + x[x[:, 1] == 1, 0].sum() / 4 for x in X])
    True
    """
    rng = np.random.default_rng(seed)
    X, y = [], np.empty(samples)
    for k in range(samples):
        x = np.zeros((rng.integers(steps, steps + steps // 10 + 1), 2), np.float32)
        x[:, 0] = rng.uniform(-1, 1, len(x))
        first = rng.integers(10)
        second = rng.choice(np.delete(np.arange(steps // 2 - 1), first))
        x[[first, second], 1] = 1
        if 0 in (first, second):
            x[0, 0] = 0
        x[[0, -1], 1] = -1
        X.append(x)
        y[k] = 0.5 + (x[first, 0] + x[second, 0]) / 4
    return X, y
