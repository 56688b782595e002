"""MNIST and Fashion-MNIST: four IDX files, from a folder or from where they are published."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset
from byhand.data.idx import read_idx
from byhand.errors import ProblemError

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
LARGEST = 16 + 60_000 * 28 * 28  # bytes; packed they are smaller


class Published(NamedTuple):
    """Where the four files are published, and the SHA-256 of what is in them.

    One content can be packed in many ways, so the digests are those of the unpacked files.
    """

    mirrors: tuple[str, ...]
    digests: tuple[str, ...]
    labels: tuple[str, ...] | None
    source: str


PUBLISHED = {
    # Unpacked from the files whose MD5 is f68b3c2d… d53e105e… 9fb629c4… ec29112d…, as torchvision has them.
    "mnist": Published(
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
        None,
        "LeCun, Cortes & Burges 1998",
    ),
    # Unpacked from Debian's package dataset-fashion-mnist 0.0~git20200523.
    "fashion-mnist": Published(
        (
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ),
        (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
        (
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        "Xiao, Rasul & Vollgraf 2017",
    ),
}


def load_published(name: str, folder: Path | None = None) -> Dataset:
    """MNIST or Fashion-MNIST: 60,000 pictures to learn from, then 10,000 to test with.

    Parameters
    ----------
    name : str
        ``mnist`` or ``fashion-mnist``.
    folder : Path, optional
        Where the four files are, plain or as .gz. Without it they are looked for in `data_folder` and
        fetched into it where they are missing.

    Returns
    -------
    Dataset
        Grey between 0 and 1, 784 a picture.

    Raises
    ------
    ProblemError
        A file is missing, cannot be fetched, or is not the one that was published.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
    Proceedings of the IEEE 86(11), 1998. H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image
    Dataset for Benchmarking Machine Learning Algorithms", arXiv:1708.07747, 2017.
    """
    published = PUBLISHED[name]
    paths = [_found(file, [folder] if folder else _kept(name)) for file in FILES]
    missing = [file for file, path in zip(FILES, paths, strict=True) if path is None]
    if missing and folder:
        raise ProblemError("files_missing", folder=str(folder)[:200], files=", ".join(missing))
    arrays = []
    for file, path, digest in zip(FILES, paths, published.digests, strict=True):
        arrays.append(read_idx(path or _fetched(file, data_folder() / name, published, digest), digest))
    return _joined(name, arrays, published.labels, published.source)


def is_here(name: str) -> bool:
    """Whether a published set can be loaded without fetching anything."""
    return all(_found(file, _kept(name)) for file in FILES)


def has_idx_files(folder: Path) -> bool:
    """Whether the four files lie in a folder."""
    return all(_found(file, [folder]) for file in FILES)


def load_folder(folder: Path) -> Dataset:
    """Another set in the files of MNIST, whatever it holds.

    Raises
    ------
    ProblemError
        A file cannot be read, or the four do not fit together.
    """
    found = [read_idx(path) for file in FILES if (path := _found(file, [folder]))]
    return _joined(folder.name, found, None, str(folder))


def data_folder() -> Path:
    """Where published sets are kept: the folder in BYHAND_DATA, or the user's cache."""
    if named := os.environ.get("BYHAND_DATA"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "byhand"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "byhand"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "byhand"


def _kept(name: str) -> list[Path]:
    """Where a published set may lie."""
    return [data_folder() / name, data_folder()]


def _found(file: str, folders: list[Path]) -> Path | None:
    """The file, plain or packed; some unpackers write a point before idx."""
    names = [stem + ending for stem in (file, file.replace("-idx", ".idx")) for ending in ("", ".gz")]
    return next((path for folder in folders for name in names if (path := folder / name).is_file()), None)


def _fetched(file: str, folder: Path, published: Published, digest: str) -> Path:
    from byhand.data.downloads import fetch

    path = folder / f"{file}.gz"
    fetch(
        [mirror + path.name for mirror in published.mirrors],
        path,
        LARGEST,
        lambda part: read_idx(part, digest),
    )
    return path


def _joined(name: str, arrays: list[np.ndarray], labels: tuple[str, ...] | None, source: str) -> Dataset:
    """Training and test part as one set."""
    images, classes, test_images, test_classes = arrays
    fit = images.ndim == 3 and images.shape[1:] == test_images.shape[1:] and images.dtype == np.uint8
    lengths = [len(images), len(test_images)] == [len(classes), len(test_classes)]
    if not (fit and lengths and classes.ndim == test_classes.ndim == 1 and len(images) and images[0].size):
        raise ProblemError("parts_differ", path=name)
    y = np.concatenate([classes, test_classes]).astype(np.int64)
    return from_arrays(
        np.concatenate([images, test_images]),
        y if labels is None else np.array(labels)[y],
        name=name,
        target_name="class",
        task="classification",
        source=source,
        training_rows=len(images),
    )
