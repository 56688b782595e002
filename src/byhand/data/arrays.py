"""NumPy's own files: .npy and .npz, never unpickled, sizes checked before anything is allocated."""

from __future__ import annotations

import math
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Literal

import numpy as np

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset, Task
from byhand.data.files import opened, too_large
from byhand.errors import ProblemError

MAX_BYTES = 4 * 2**30
MAX_HEADER = 10_000
_HEADER = re.compile(
    rb"\{'descr': '(?P<kind>[<>|=]?[A-Za-z]\d{0,6})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,15}, ?){0,7}(?:\d{1,15})?)\),? *\}\s*"
)
_PAIRS = (("x", "y"), ("data", "target"))
_DIVIDED = ("x_train", "y_train", "x_test", "y_test")


def read_npy(path: Path) -> np.ndarray:
    """Read the array of a .npy file.

    Raises
    ------
    ProblemError
        The file cannot be read, is no .npy file, holds something else than numbers or texts, more or
        less than it states, or is too large.
    """
    with opened(path) as file:
        return _array(file, os.fstat(file.fileno()).st_size, path)


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Read the arrays of a .npz file by their names.

    Raises
    ------
    ProblemError
        As of `read_npy`.
    """
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                if sum(member.file_size for member in members) > MAX_BYTES:
                    raise too_large(path, MAX_BYTES)
                arrays = {}
                for member in members:
                    with archive.open(member) as inside:
                        arrays[member.filename.removesuffix(".npy")] = _array(inside, member.file_size, path)
                return arrays
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ):
            raise ProblemError("unreadable_file", path=path.name, format="NPZ") from None


def from_npz(path: Path, task: Task | None = None) -> Dataset:
    """A data set from the arrays ``X`` and ``y``, or ``x_train y_train x_test y_test``, of a .npz file.

    Raises
    ------
    ProblemError
        There are no such arrays, or as of `read_npz`.
    """
    arrays = {name.lower(): array for name, array in read_npz(path).items()}
    if all(name in arrays for name in _DIVIDED):
        x_train, y_train, x_test, y_test = (arrays[name] for name in _DIVIDED)
        if x_train.shape[1:] != x_test.shape[1:] or y_train.shape[1:] != y_test.shape[1:]:
            raise ProblemError("parts_differ", path=path.name)
        X, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
        return from_arrays(X, y, name=path.stem, task=task, source=str(path), training_rows=len(x_train))
    inputs, target = _pair(arrays, path)
    return from_arrays(inputs, target, name=path.stem, task=task, source=str(path))


def _pair(arrays: Mapping[str, np.ndarray], path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    for one, other in _PAIRS:
        if one in arrays:
            return arrays[one], arrays.get(other)
    raise ProblemError("npz_names", path=path.name, found=", ".join(arrays)[:200])


def _array(file: IO[bytes], size: int, path: Path) -> np.ndarray:
    """The array that stands in so many bytes."""
    shape, order, kind = _header(file, path)
    if kind.kind not in "biufU" or kind.itemsize == 0:
        raise ProblemError("array_kind", name=path.name, dtype=str(kind)[:40], shape=str(shape)[:40])
    length = math.prod(shape) * kind.itemsize
    if length > MAX_BYTES:
        raise too_large(path, MAX_BYTES)
    if size - file.tell() != length:
        raise ProblemError("npy_length", path=path.name, found=size - file.tell(), wanted=length)
    content = file.read(length)
    if len(content) != length:
        raise ProblemError("npy_length", path=path.name, found=len(content), wanted=length)
    return np.frombuffer(content, kind).reshape(shape, order=order)


def _header(file: IO[bytes], path: Path) -> tuple[tuple[int, ...], Literal["C", "F"], np.dtype]:
    """Shape, order and type: the one line that NumPy writes, read by its pattern and not evaluated."""
    start = file.read(8)
    width = {b"\x93NUMPY\1\0": 2, b"\x93NUMPY\2\0": 4}.get(start, 0)
    length = int.from_bytes(file.read(width), "little")
    found = _HEADER.fullmatch(file.read(length)) if width and length <= MAX_HEADER else None
    try:
        if found:
            shape = tuple(int(size) for size in found["shape"].split(b",") if size.strip())
            return shape, "F" if found["fortran"] == b"True" else "C", np.dtype(found["kind"].decode())
    except (TypeError, ValueError):
        pass
    raise ProblemError("unreadable_file", path=path.name, format="NPY")
