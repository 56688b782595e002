"""A network's file: safetensors, whose metadata hold everything that is no array as JSON.

It is written beside its place and moved there whole, and carries a digest of all it holds. Reading it runs
nothing and makes nothing but numbers, texts, lists and tables.
"""

from __future__ import annotations

import glob
import hashlib
import json
import math
import os
import platform
import secrets
import struct
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from byhand.errors import ProblemError

FORMAT_VERSION = 2
MAX_BYTES = 4 * 2**30
MAX_HEADER = 64 * 2**20
_KEY = "byhand"
_PACKAGES = ("byhand", "jax", "numpy", "optax", "safetensors", "scikit-learn")


class Saved(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    kind : str
        The estimator's name.
    settings : dict
        Its hyper-parameters.
    state : dict
        What was learned.
    versions : dict
        Of Python and the packages with which it was saved.
    """

    kind: str
    settings: dict[str, Any]
    state: dict[str, Any]
    versions: dict[str, str]


def write(path: Path, kind: str, settings: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Write a network's file; an earlier one stays until the new one is whole.

    Raises
    ------
    ProblemError
        A value cannot be written down, or the file cannot be written.
    """
    tensors: dict[str, np.ndarray] = {}
    about = {
        "format_version": FORMAT_VERSION,
        "kind": kind,
        "settings": {name: _packed(value, f"settings.{name}", tensors) for name, value in settings.items()},
        "state": {name: _packed(value, name, tensors) for name, value in state.items()},
        "versions": _versions(),
    }
    about["sha256"] = _digest(about, tensors)
    text = json.dumps(about, ensure_ascii=False, allow_nan=False)
    try:
        _replace(path, save_tensors(tensors, {_KEY: text}))
    except OSError as error:
        raise ProblemError("cannot_save", path=str(path), reason=error) from None


def read(path: Path) -> Saved:
    """Read a network's file.

    Raises
    ------
    ProblemError
        No such file, none of ours, cut short, altered, or of a later version.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise ProblemError("model_too_large", path=str(path), limit=MAX_BYTES // 2**30)
            content = file.read(size)
    except OSError as error:
        raise ProblemError("cannot_read", path=str(path), reason=error) from None
    about = _about(path, content)
    if about.get("format_version") not in range(1, FORMAT_VERSION + 1):
        found = str(about.get("format_version"))[:20]
        raise ProblemError("model_version", path=str(path), found=found, known=FORMAT_VERSION)
    try:
        tensors = load_tensors(content)
        if about.pop("sha256") != _digest(about, tensors):
            raise ProblemError("model_altered", path=str(path))
        settings, state = (
            {name: _unpacked(value, tensors) for name, value in about[key].items()}
            for key in ("settings", "state")
        )
        return Saved(about["kind"], settings, state, about["versions"])
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise ProblemError("model_altered", path=str(path)) from None


def sweep(path: Path) -> None:
    """Remove what processes that were killed while they wrote this file have left beside it."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        left.unlink(missing_ok=True)


def _about(path: Path, content: bytes) -> dict[str, Any]:
    """The JSON of a file, without a look at its arrays."""
    length = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else 0
    if not 2 <= length <= MAX_HEADER or not content[8:9] == b"{":
        raise ProblemError("not_a_model", path=str(path))
    if length > len(content) - 8:
        raise ProblemError("model_altered", path=str(path))
    try:
        text = json.loads(content[8 : 8 + length])["__metadata__"][_KEY]
        about = json.loads(text)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ProblemError("not_a_model", path=str(path)) from None
    if not isinstance(about, dict):
        raise ProblemError("not_a_model", path=str(path))
    if json.dumps(about, ensure_ascii=False) != text:  # a last digit that is read as the same number
        raise ProblemError("model_altered", path=str(path))
    return about


def _packed(value: Any, place: str, tensors: dict[str, np.ndarray]) -> Any:
    """A value as JSON; its arrays of numbers go to `tensors`."""
    match value:
        case np.generic():
            return _packed(value.item(), place, tensors)
        case float() if not math.isfinite(value):
            return {"float": repr(value)}
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            items = [_packed(item, f"{place}.{k}", tensors) for k, item in enumerate(value)]
            return items if isinstance(value, list) else {"tuple": items}
        case dict() if all(isinstance(key, str) for key in value):
            return {"table": {key: _packed(item, f"{place}.{key}", tensors) for key, item in value.items()}}
        case np.ndarray() if value.dtype.kind in "biuf":
            tensors[place] = np.ascontiguousarray(value)
            return {"array": place}
        case np.ndarray() if all(isinstance(item, str) for item in value.flat) and value.ndim == 1:
            return {"texts": value.tolist(), "dtype": value.dtype.kind}
    raise ProblemError("cannot_save_value", name=place, found=type(value).__name__)


def _unpacked(value: Any, tensors: Mapping[str, np.ndarray]) -> Any:
    match value:
        case {"float": str(text)}:
            return float(text)
        case {"tuple": list(items)}:
            return tuple([_unpacked(item, tensors) for item in items])
        case {"table": dict(table)}:
            return {key: _unpacked(item, tensors) for key, item in table.items()}
        case {"array": str(place)}:
            return tensors[place].copy()
        case {"texts": list(texts), "dtype": str(kind)}:
            return np.array(texts, dtype=object if kind == "O" else np.str_)
        case list():
            return [_unpacked(item, tensors) for item in value]
        case None | bool() | int() | float() | str():
            return value
    raise ValueError


def _digest(about: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(json.dumps([name, array.dtype.str, array.shape]).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _replace(path: Path, content: bytes) -> None:
    """Put a file in its place whole or not at all, also when the power fails."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
