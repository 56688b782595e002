"""Elman's streams: long sequences in which only some steps can be predicted."""

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
