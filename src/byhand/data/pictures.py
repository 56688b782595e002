"""Folders of pictures, one folder a class; read by Pillow within limits."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from byhand.data.building import from_arrays
from byhand.data.dataset import Dataset
from byhand.errors import ProblemError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")
FORMATS = ("PNG", "JPEG", "BMP")
MAX_PICTURES = 200_000
MAX_PIXELS = 50_000_000  # of one picture; what unpacks to more is no photograph
MAX_NUMBERS = 500_000_000  # of all, 2 GB


def read_pictures(path: Path, size: tuple[int, int] = (28, 28), colour: bool = False) -> Dataset:
    """Pictures as rows of numbers between 0 (black) and 1 (white).

    Parameters
    ----------
    path : Path
        A folder with one folder of pictures for each class, a folder of pictures, or one picture:
        the last two have no target. Other files, and names that begin with a point, are passed over.
    size : tuple of int
        Height and width to which each is brought.
    colour : bool
        Three numbers (red, green, blue) a pixel in place of one.

    Returns
    -------
    Dataset
        ``sample_shape`` is (height, width) or (height, width, 3).

    Raises
    ------
    ProblemError
        Pillow is missing, there are no pictures or too many, or one cannot be read.
    """
    folders = sorted(one for one in path.iterdir() if _shown(one) and one.is_dir()) if path.is_dir() else []
    files = [(one, folder.name) for folder in folders for one in _pictures(folder)]
    unlabelled = [] if files else [path] if path.is_file() else _pictures(path)
    files += [(one, "") for one in unlabelled]
    shape = (*size, 3) if colour else size
    if not files:
        raise ProblemError("no_pictures", path=str(path)[:200], endings=", ".join(ENDINGS))
    if len(files) > MAX_PICTURES or len(files) * int(np.prod(shape)) > MAX_NUMBERS:
        raise ProblemError("too_many_pictures", count=len(files), limit=MAX_PICTURES, numbers=MAX_NUMBERS)
    X = np.empty((len(files), *shape), np.float32)
    for row, (one, _) in enumerate(files):
        X[row] = _pixels(one, size, "RGB" if colour else "L")
    y = None if unlabelled else np.array([label for _, label in files])
    facts: dict[str, Any] = {
        "target_name": "" if unlabelled else "class",
        "task": None if unlabelled else "classification",
    }
    return from_arrays(X, y, name=path.stem, source=str(path), scaling="none", **facts)


def _shown(path: Path) -> bool:
    return not path.name.startswith(".")


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        one for one in folder.iterdir() if _shown(one) and one.suffix.lower() in ENDINGS and one.is_file()
    )


def _pixels(path: Path, size: tuple[int, int], mode: str) -> np.ndarray:
    """One picture, turned as its camera says, brought to size."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise ProblemError("needs_package", what="PNG, JPEG", package="Pillow", install="pillow") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but readable files; sizes are checked here
            with Image.open(path, formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise ProblemError("picture_too_large", path=str(path)[-200:], width=width, height=height)
                if picture.mode[0] in "IF":  # converting would cut off what is above 255
                    raise ProblemError("picture_mode", path=str(path)[-200:], mode=picture.mode)
                turned = ImageOps.exif_transpose(picture)
                small = turned.convert(mode).resize((size[1], size[0]), Image.Resampling.BILINEAR)
                return np.asarray(small, np.float32) / 255
    except ProblemError:
        raise
    except Exception:  # Pillow's readers raise whatever their formats bring up
        raise ProblemError("unreadable_picture", path=str(path)[-200:]) from None
