"""IDX, the format of MNIST: a magic number, the sizes, then the values; plain or in a .gz."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from byhand.data.files import opened, too_large
from byhand.errors import ProblemError

MAX_BYTES = 2**30
MAX_DIMENSIONS = 8
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path, sha256: str | None = None) -> np.ndarray:
    """Read an IDX file; its sizes are checked before anything is allocated.

    Parameters
    ----------
    path : Path
    sha256 : str, optional
        What the digest of the content must be, unpacked where it was packed.

    Returns
    -------
    ndarray
        Of the type and shape that the file states.

    Raises
    ------
    ProblemError
        The file cannot be read, is no IDX file, holds more or fewer values than it states, is too
        large, or is not the one with this digest.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": file format.
    """
    with opened(path) as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            if packed:
                with gzip.open(file) as inside:
                    header, kind, shape, content = _parts(path, inside, None)
            else:
                header, kind, shape, content = _parts(path, file, os.fstat(file.fileno()).st_size)
        except (OSError, EOFError, zlib.error):
            raise ProblemError("idx_cut", path=path.name) from None
    if sha256 is not None and hashlib.sha256(header + content).hexdigest() != sha256:
        raise ProblemError("not_as_published", path=path.name)
    return np.frombuffer(content, kind).reshape(shape)


def _parts(
    path: Path, file: BinaryIO | gzip.GzipFile, size: int | None
) -> tuple[bytes, np.dtype, tuple[int, ...], bytes]:
    """Header, type, shape and values; `size` is that of a file that is not packed."""
    magic = file.read(4)
    if (
        len(magic) < 4
        or magic[:2] != b"\0\0"
        or magic[2] not in _TYPES
        or not 1 <= magic[3] <= MAX_DIMENSIONS
    ):
        raise ProblemError("not_idx", path=path.name)
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ProblemError("idx_cut", path=path.name)
    shape = struct.unpack(f">{magic[3]}I", sizes)
    kind = np.dtype(_TYPES[magic[2]])
    length = math.prod(shape) * kind.itemsize
    if length > MAX_BYTES:
        raise too_large(path, MAX_BYTES)
    if size is not None and size < 4 + len(sizes) + length:
        raise ProblemError("idx_cut", path=path.name)
    content = file.read(length)
    if len(content) < length:
        raise ProblemError("idx_cut", path=path.name)
    if file.read(1):
        raise ProblemError("idx_longer", path=path.name)
    return magic + sizes, kind, shape, content
