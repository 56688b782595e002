"""NumPy's own files: .npy and .npz, never unpickled, sizes checked before anything is allocated."""

from __future__ import annotations

import math
import os
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset, Task
from byhand.data.files import opened, too_large
from byhand.errors import ProblemError

MAX_BYTES = 4 * 2**30
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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy warns of headers that Python 2 wrote, and reads on
            shape, fortran, kind = _header(file)
    except (
        ValueError,
        TypeError,
        SyntaxError,
        EOFError,
        OverflowError,
        MemoryError,
        RecursionError,
        Warning,
    ):
        raise ProblemError("unreadable_file", path=path.name, format="NPY") from None
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
    return np.frombuffer(content, kind).reshape(shape, order="F" if fortran else "C")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError
    shape, fortran, kind = read(file)
    if any(size < 0 for size in shape):
        raise ValueError
    return shape, fortran, kind
