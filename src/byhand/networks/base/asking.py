"""One sample of which a network's numbers are asked: its inputs, and its target if it has one."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from byhand.errors import DataError


def sample_problem(net: Any, x: Any, y: Any = None) -> dict[str, Any]:
    """The next training step with one sample, by the keys of a problem file; an unknown target is ``"?"``.

    Parameters
    ----------
    net : estimator
    x : array-like, shape (n_features,)
    y : object, optional

    Raises
    ------
    DataError
        The sample is not one, or does not fit the network.
    """
    X = net._one(x)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        if not net.needs_target:
            return net._asked(X, None)
        problem: dict[str, Any] = net._asked(X, net._any_target(X) if y is None else _batch_of_one(y))
    if y is None:
        problem["given"] = {**problem["given"], net.target_symbol: "?"}
    return problem


def row(x: Any, width: int) -> Any:
    """One sample of so many values as a matrix of one row.

    Raises
    ------
    DataError
        It is none.
    """
    X = x if hasattr(x, "columns") else _numbers(x)
    if X.shape != (1, width):
        found = X.shape[1] if len(X) == 1 else f"{len(X)}×{X.shape[1]}"
        raise DataError("sample_width", found=found, wanted=width)
    return X


def _numbers(x: Any) -> np.ndarray:
    with np.errstate(over="ignore"):
        try:
            X = np.atleast_2d(np.asarray(x, np.float32))
        except (TypeError, ValueError):
            raise DataError("sample_not_numbers") from None
    if X.ndim > 2 or not np.isfinite(X).all():
        raise DataError("sample_not_numbers")
    return X


def _batch_of_one(y: Any) -> Any:
    target = np.atleast_1d(np.asarray(y))
    return target if len(target) == 1 else target[None]


def any_target(net: Any) -> Any:
    """A target that the network takes."""
    if hasattr(net, "classes_") and not _takes_amounts(net):
        return net.classes_[:1]
    return np.zeros((1, net.n_outputs_))


def read_target(net: Any, text: str) -> Any:
    """A target as it is typed: a class by its name, or numbers between commas.

    Raises
    ------
    DataError
        There is no such class, or it is no number.
    """
    if not hasattr(net, "classes_") or _takes_amounts(net):
        return read_numbers(text, "y")
    for label in net.classes_.tolist():
        if text == str(label) or (isinstance(label, int | float) and _is_equal(text, label)):
            return label
    known = ", ".join(map(str, net.classes_[:20].tolist()))
    raise DataError("unknown_class_among", found=text[:60], known=known)


def _is_equal(text: str, label: float) -> bool:
    """Whether a text is another spelling of a number: ``3.0`` of 3."""
    try:
        return float(text) == label
    except ValueError:
        return False


def _takes_amounts(net: Any) -> bool:
    """Whether a target is a number for each output."""
    return bool(getattr(net, "multilabel_", False))


def read_numbers(text: str, name: str) -> list[float]:
    """Numbers between commas.

    Raises
    ------
    DataError
        ``not_numbers``, with the first that is none.
    """
    found: list[float] = []
    for part in text.split(","):
        try:
            found.append(float(part))
        except ValueError:
            found.append(math.nan)
        if not math.isfinite(found[-1]):
            raise DataError("not_numbers", name=name, found=part.strip()[:60])
    return found
