"""The sets that are known by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from byhand.data.building import from_arrays, from_table
from byhand.data.dataset import Dataset
from byhand.data.houses import houses
from byhand.data.synthetic import bars_and_stripes, circles, ring, spirals, xor
from byhand.data.table import Table
from byhand.errors import ProblemError
from byhand.words import say


def names(language: str = "en") -> dict[str, str]:
    """What can be loaded by name, each with one line about it.

    Parameters
    ----------
    language : str

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> names()["xor"]
    'exclusive or: 4 points, 2 classes; no single layer learns it'
    """
    return {name: say(f"data.{name.replace('-', '_')}", language) for name in KNOWN}


def spelled(name: str) -> str:
    """A name as `KNOWN` spells it, for one in capitals or with underscores."""
    return name.lower().replace("_", "-")


def _with_scikit_learn(name: str) -> Callable[[], Dataset]:
    """A set that comes with scikit-learn."""

    def load() -> Dataset:
        bunch = _bunch(name)
        labels = np.asarray(bunch.target_names)[bunch.target]
        return from_arrays(
            bunch.data,
            labels,
            name=name.replace("_", "-"),
            feature_names=list(map(str, bunch.feature_names)),
            target_name="class",
            task="classification",
            source="scikit-learn",
        )

    return load


def _diabetes() -> Dataset:
    bunch = _bunch("diabetes", scaled=False)
    names = list(map(str, bunch.feature_names))
    return from_arrays(
        bunch.data,
        bunch.target,
        name="diabetes",
        feature_names=names,
        target_name="progression",
        task="regression",
        source="scikit-learn",
    )


def _digits() -> Dataset:
    bunch = _bunch("digits")
    return from_arrays(
        bunch.images / 16,
        bunch.target,
        name="digits",
        target_name="class",
        task="classification",
        source="scikit-learn",
        scaling="none",
    )


def _bunch(name: str, **settings: Any) -> Any:
    try:
        from sklearn import datasets
    except ImportError:
        package, install = "scikit-learn", '"byhand[train]"'
        raise ProblemError("needs_package", what=name, package=package, install=install) from None
    return getattr(datasets, f"load_{name}")(**settings)


def _houses() -> Dataset:
    ames = houses()
    columns = {"area": ames.area, "neighbourhood": ames.neighbourhood, "price": ames.price}
    texts = {name: [str(value) for value in values.tolist()] for name, values in columns.items()}
    return from_table(Table(texts, name="houses", source="De Cock 2011"), task="regression")


def _published(name: str) -> Callable[..., Dataset]:
    def load(folder: Path | None = None) -> Dataset:
        from byhand.data.mnist import load_published

        return load_published(name, folder)

    return load


KNOWN: dict[str, Callable[..., Dataset]] = {
    "xor": xor,
    "spirals": spirals,
    "circles": circles,
    "ring": ring,
    "bars-and-stripes": bars_and_stripes,
    "houses": _houses,
    "iris": _with_scikit_learn("iris"),
    "wine": _with_scikit_learn("wine"),
    "breast-cancer": _with_scikit_learn("breast_cancer"),
    "diabetes": _diabetes,
    "digits": _digits,
    "mnist": _published("mnist"),
    "fashion-mnist": _published("fashion-mnist"),
}
PUBLISHED = ("mnist", "fashion-mnist")
