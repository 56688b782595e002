"""Texts as pieces of words, by the `tokenizers` library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from byhand.errors import DataError, ProblemError
from byhand.networks.text.tokens import Tokens

PADDING, UNKNOWN, FIRST, LAST, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def are_texts(X: Any) -> bool:
    """Whether each sample is one text."""
    if isinstance(X, np.ndarray) and X.ndim != 1:
        return False
    is_row = isinstance(X, list | tuple | np.ndarray) and len(X) > 0
    return is_row and all(isinstance(one, str) for one in X)


def learned(texts: Sequence[str], count: int, *, lowercase: bool = True) -> Tokens:
    """The pieces of words that say the most of these texts, `count` at the most.

    Parameters
    ----------
    texts : sequence of str
    count : int
    lowercase : bool

    Returns
    -------
    Tokens
        ``[PAD]``, ``[UNK]``, ``[CLS]``, ``[SEP]`` and ``[MASK]`` are the first.
    """
    from tokenizers import trainers

    tokenizer = _tokenizer({}, lowercase=lowercase)
    trainer = trainers.WordPieceTrainer(vocab_size=count, special_tokens=list(SPECIAL), show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    found = tokenizer.get_vocab()
    return from_words(sorted(found, key=found.__getitem__), lowercase=lowercase)


def from_words(words: Sequence[str], *, lowercase: bool) -> Tokens:
    """The tokens of pieces of words in the order of their numbers.

    Raises
    ------
    DataError
        ``no_special``: one of those that every vocabulary has is not among them.
    """
    places = {word: k for k, word in enumerate(words)}
    if missing := [word for word in SPECIAL if word not in places]:
        raise DataError("no_special", missing=", ".join(missing))
    special = tuple([places[word] for word in SPECIAL])
    return Tokens(len(words), places[MASK], special, np.array(words, object), lowercase)


def encoded(tokens: Tokens, texts: Sequence[str], longest: int | None) -> list[np.ndarray]:
    """The tokens of each text, between ``[CLS]`` and ``[SEP]``; what is longer is cut off.

    Parameters
    ----------
    tokens : Tokens
    texts : sequence of str
    longest : int, optional
        Tokens of a text, those two included.

    Returns
    -------
    list of ndarray, shape (steps, 1)
    """
    tokenizer = tokenizer_of(tokens)
    if longest:
        tokenizer.enable_truncation(longest)
    return [np.array(one.ids, np.float32)[:, None] for one in tokenizer.encode_batch(list(texts))]


def tokenizer_of(tokens: Tokens) -> Any:
    """The `tokenizers.Tokenizer` of a vocabulary.

    Raises
    ------
    DataError
        ``no_words``: there is none.
    """
    from tokenizers import decoders, processors

    words = _words(tokens)
    tokenizer = _tokenizer({word: k for k, word in enumerate(words)}, lowercase=tokens.lowercase)
    ends = [(one, words.index(one)) for one in (FIRST, LAST)]
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.post_processor = processors.TemplateProcessing(f"{FIRST} $A {LAST}", special_tokens=ends)
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def decoded(tokens: Tokens, numbers: Sequence[int]) -> list[str]:
    """The pieces of words of tokens."""
    words = _words(tokens)
    return [words[k] for k in numbers]


def _words(tokens: Tokens) -> list[str]:
    if tokens.words is None:
        raise DataError("no_words")
    return [str(word) for word in tokens.words.tolist()]


def _tokenizer(places: dict[str, int], *, lowercase: bool) -> Any:
    try:
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    except ImportError:
        package = "tokenizers"
        raise ProblemError("needs_package", what="WordPiece", package=package, install=package) from None
    tokenizer = Tokenizer(models.WordPiece(places or None, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer
