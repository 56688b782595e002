"""BERT folders in Hugging Face's format: config.json, model.safetensors, vocab.txt or tokenizer.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from byhand.errors import DataError, ProblemError
from byhand.networks.text import wordpiece
from byhand.networks.text.tokens import Tokens
from byhand.networks.transformers.attending import Sizes

ACTIVATIONS = {"gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "relu": "relu"}
MASK = 103  # where nothing says which token hides another, the one of Google's vocabularies
_CONFIG, _MODEL, _WORDS = "config.json", "model.safetensors", "vocab.txt"
_TOKENIZER, _TOKENS = "tokenizer.json", "tokenizer_config.json"
_HIDDEN, _ATTENTION = "hidden_dropout_prob", "attention_probs_dropout_prob"

_EMBEDDINGS = {
    "E": "embeddings.word_embeddings.weight",
    "P": "embeddings.position_embeddings.weight",
    "T": "embeddings.token_type_embeddings.weight",
    "gamma0": "embeddings.LayerNorm.weight",
    "beta0": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "Q": "attention.self.query",
    "K": "attention.self.key",
    "V": "attention.self.value",
    "O": "attention.output.dense",
    "_1": "intermediate.dense",
    "_2": "output.dense",
}
_NORMS = {"_1": "attention.output.LayerNorm", "_2": "output.LayerNorm"}
_HEAD = {
    "W": "cls.predictions.transform.dense.weight",
    "b": "cls.predictions.transform.dense.bias",
    "gamma": "cls.predictions.transform.LayerNorm.weight",
    "beta": "cls.predictions.transform.LayerNorm.bias",
    "by": "cls.predictions.bias",
}
_POOLER = {"Wp": "pooler.dense.weight", "bp": "pooler.dense.bias"}


class Found(NamedTuple):
    """What a folder holds.

    Attributes
    ----------
    params : dict
        By the names of the equations. A model without the head of the masked language model gets an identity.
    sizes : Sizes
    tokens : Tokens
    pooler : dict
    dropout : float
        Of the hidden values.
    attention_dropout : float or None
        Of the attention's shares, where it is another.
    """

    params: dict[str, np.ndarray]
    sizes: Sizes
    tokens: Tokens
    pooler: dict[str, np.ndarray]
    dropout: float
    attention_dropout: float | None


def names(layers: int) -> dict[str, str]:
    """Our names of weights, and theirs without the prefix ``bert.``.

    Examples
    --------
    >>> names(2)["WQ2"], names(2)["beta1_2"]
    ('encoder.layer.1.attention.self.query.weight', 'encoder.layer.0.output.LayerNorm.bias')
    """
    found = dict(_EMBEDDINGS)
    for k in range(1, layers + 1):
        place = f"encoder.layer.{k - 1}."
        for own, theirs in _LAYER.items():
            number = f"{k}{own}" if own.startswith("_") else f"{own}{k}"
            found |= {f"W{number}": f"{place}{theirs}.weight", f"b{number}": f"{place}{theirs}.bias"}
        for own, theirs in _NORMS.items():
            found |= {f"gamma{k}{own}": f"{place}{theirs}.weight", f"beta{k}{own}": f"{place}{theirs}.bias"}
    return {**found, **_POOLER}


def read(folder: Path) -> Found:
    """Read a folder.

    Raises
    ------
    ProblemError
        A file is missing or holds no BERT.
    """
    config = _config(folder)
    try:
        tensors = load_file(folder / _MODEL)
    except (OSError, SafetensorError, TypeError, ValueError) as error:
        raise ProblemError("folder_file", path=str(folder / _MODEL), reason=str(error)[:200]) from None
    tensors = {name.removeprefix("bert."): value.astype(np.float32) for name, value in tensors.items()}
    sizes, shares = _sizes(folder, config), _shares(folder, config)
    known = {own: tensors[theirs] for own, theirs in names(sizes.layers).items() if theirs in tensors}
    missing = [theirs for own, theirs in names(sizes.layers).items() if own not in known | _POOLER]
    if missing:
        raise ProblemError("folder_weights", path=str(folder / _MODEL), missing=", ".join(missing[:3]))
    pooler = {own: known.pop(own) for own in _POOLER if own in known}
    head = {own: tensors[theirs] for own, theirs in _HEAD.items() if theirs in tensors}
    head = head if len(head) == len(_HEAD) else _plain_head(sizes.units, len(known["E"]))
    return Found({**known, **head}, sizes, _tokens(folder, len(known["E"])), pooler, *shares)


def write(folder: Path, found: Found) -> None:
    """Write a folder.

    Raises
    ------
    ProblemError
        It cannot be written.
    """
    known, tokens = names(found.sizes.layers), found.tokens
    whole = {**found.params, **found.pooler}
    tensors = {f"bert.{known[own]}": value for own, value in whole.items() if own in known}
    tensors |= {_HEAD[own]: value for own, value in whole.items() if own in _HEAD}
    tensors = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(tensors, folder / _MODEL, {"format": "pt"})
        _write_json(folder / _CONFIG, _written(found))
        if tokens.words is not None:
            (folder / _WORDS).write_text("".join(f"{word}\n" for word in tokens.words), "utf-8")
            (folder / _TOKENIZER).write_text(wordpiece.tokenizer_of(tokens).to_str(pretty=True), "utf-8")
            about = {"do_lower_case": tokens.lowercase, "tokenizer_class": "BertTokenizer"}
            _write_json(folder / _TOKENS, {**about, "model_max_length": found.sizes.positions})
    except OSError as error:
        raise ProblemError("cannot_save", path=str(folder), reason=error) from None


def _config(folder: Path) -> dict[str, Any]:
    found = _read_json(folder / _CONFIG)
    for key, allowed in (("model_type", ("bert",)), ("hidden_act", tuple(ACTIVATIONS))):
        if found.get(key) not in allowed:
            said = str(found.get(key))[:60]
            place = str(folder / _CONFIG)
            raise ProblemError("folder_config", path=place, key=key, found=said, allowed=", ".join(allowed))
    return found


def _sizes(folder: Path, config: Mapping[str, Any]) -> Sizes:
    try:
        return Sizes(
            int(config["num_hidden_layers"]),
            int(config["num_attention_heads"]),
            int(config["hidden_size"]),
            ACTIVATIONS[config["hidden_act"]],
            float(config["layer_norm_eps"]),
            int(config["intermediate_size"]),
            int(config["max_position_embeddings"]),
            int(config["type_vocab_size"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProblemError("folder_file", path=str(folder / _CONFIG), reason=repr(error)[:200]) from None


def _shares(folder: Path, config: Mapping[str, Any]) -> tuple[float, float | None]:
    """What is left out of hidden values, and of the attention's shares where that is another share."""
    hidden = _share(folder, config, _HIDDEN, 0.0)
    attention = _share(folder, config, _ATTENTION, hidden)
    return hidden, None if attention == hidden else attention


def _share(folder: Path, config: Mapping[str, Any], key: str, missing: float) -> float:
    found = config.get(key, missing)
    if isinstance(found, int | float) and 0 <= found < 1:
        return float(found)
    place = str(folder / _CONFIG)
    raise ProblemError("folder_config", path=place, key=key, found=str(found)[:60], allowed="0 ≤ … < 1")


def _written(found: Found) -> dict[str, Any]:
    sizes, tokens, hidden = found.sizes, found.tokens, found.dropout
    attention = hidden if found.attention_dropout is None else found.attention_dropout
    activation = next(theirs for theirs, own in ACTIVATIONS.items() if own == sizes.activation)
    return {
        **{"architectures": ["BertForMaskedLM"], "model_type": "bert", "hidden_act": activation},
        **{"hidden_size": sizes.units, "intermediate_size": sizes.inner, "layer_norm_eps": sizes.eps},
        **{"num_attention_heads": sizes.heads, "num_hidden_layers": sizes.layers},
        **{"max_position_embeddings": sizes.positions, "vocab_size": tokens.total},
        **{"type_vocab_size": sizes.kinds, "pad_token_id": tokens.special[0]},
        **{_ATTENTION: attention, _HIDDEN: hidden},
        "tie_word_embeddings": True,
    }


def _plain_head(units: int, count: int) -> dict[str, np.ndarray]:
    head = {"W": np.eye(units), "b": np.zeros(units), "gamma": np.ones(units), "beta": np.zeros(units)}
    return {name: value.astype(np.float32) for name, value in {**head, "by": np.zeros(count)}.items()}


def _tokens(folder: Path, count: int) -> Tokens:
    """The vocabulary; without a file of one, samples are numbers of tokens."""
    if (place := folder / _WORDS).exists():
        words = place.read_text("utf-8").removesuffix("\n").split("\n")
        lowercase = (folder / _TOKENS).exists() and _read_json(folder / _TOKENS).get("do_lower_case", True)
    elif (place := folder / _TOKENIZER).exists():
        words, lowercase = _pieces(place)
    else:
        return Tokens(count, min(MASK, count - 1), (0,))
    if len(words) != count:
        raise ProblemError("folder_words", path=str(place), found=len(words), wanted=count)
    try:
        return wordpiece.from_words(words, lowercase=bool(lowercase))
    except DataError as error:
        raise ProblemError("folder_file", path=str(place), reason=error.sentence()) from None


def _pieces(place: Path) -> tuple[list[str], bool]:
    """The pieces of words in the order of their numbers, and whether letters are all put in lower case."""
    found = _read_json(place)
    try:
        kind, places = found["model"]["type"], dict(found["model"]["vocab"])
        places |= {one["content"]: one["id"] for one in found["added_tokens"]}
        lowercase = bool((found["normalizer"] or {}).get("lowercase"))
        words = sorted(places, key=places.__getitem__)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProblemError("folder_file", path=str(place), reason=repr(error)[:200]) from None
    if kind != "WordPiece":
        said = str(kind)[:60]
        raise ProblemError(
            "folder_config", path=str(place), key="model.type", found=said, allowed="WordPiece"
        )
    return words, lowercase


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ProblemError("folder_file", path=str(path), reason=str(error)[:200]) from None
    if not isinstance(found, dict):
        raise ProblemError("folder_file", path=str(path), reason=type(found).__name__)
    return found


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
