r"""How good a network is: what it gets right, what it takes for what, and where it errs most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.data.preparation import Preparation
from byhand.errors import ProblemError
from byhand.networks.tasks.grouping import Grouped, grouped
from byhand.networks.tasks.reading import Chosen


class ClassFigures(NamedTuple):
    """How one class is recognised; None where nothing can be divided by.

    Attributes
    ----------
    name : str or int
    precision : float or None
        Of what is taken for it, the share that is it.
    recall : float or None
        Of what is it, the share that is taken for it.
    f1 : float or None
        Their harmonic mean.
    rows : int
    """

    name: Any
    precision: float | None
    recall: float | None
    f1: float | None
    rows: int


class Mistake(NamedTuple):
    """A row that is taken for another class.

    Attributes
    ----------
    row : int
        Of the whole set, from 0.
    true, predicted : str or int
    probability, true_probability : float or None
        Of the class predicted, and of the true one; None where a network gives none.
    margin : float or None
        Of such a network: by how much z of the class predicted exceeds z of the true one; of a single
        unit the size of z.
    """

    row: int
    true: Any
    predicted: Any
    probability: float | None
    true_probability: float | None
    margin: float | None


class Classified(NamedTuple):
    r"""How a classifier does.

    Attributes
    ----------
    rows : int
    accuracy : float
    standard_error : float
        :math:`\sqrt{p (1 - p) / n}` of the accuracy p.
    most_frequent : float
        What answering always the most frequent class would get right.
    classes : list
    confusion : list of list of int
        A row for each true class, a column for each predicted one.
    figures : list of ClassFigures
    mistakes : list of Mistake
        The worst first.
    """

    rows: int
    accuracy: float
    standard_error: float
    most_frequent: float
    classes: list[Any]
    confusion: list[list[int]]
    figures: list[ClassFigures]
    mistakes: list[Mistake]


class Residual(NamedTuple):
    """How far a prediction is from the truth, in the unit of the data: ``true - predicted``."""

    row: int
    true: float
    predicted: float
    residual: float


class Estimated(NamedTuple):
    r"""How a regressor does, in the unit of the data.

    Attributes
    ----------
    rows : int
    rmse, mae : float
        :math:`\sqrt{\frac1n \sum (y - \hat y)^2}` and :math:`\frac1n \sum |y - \hat y|`.
    r2 : float or None
        :math:`1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2`; None where all y are equal.
    residuals : list of Residual
        The worst first.
    """

    rows: int
    rmse: float
    mae: float
    r2: float | None
    residuals: list[Residual]


class Modelled(NamedTuple):
    """How well a network that learned what samples are like knows some rows.

    Attributes
    ----------
    rows : int
    figures : dict of str to float
        By name: ``reconstruction_error``, ``pseudo_likelihood``, ``log_likelihood``.
    """

    rows: int
    figures: Mapping[str, float]


Evaluation = Classified | Estimated | Grouped | Modelled


def evaluate(net: Any, preparation: Preparation, chosen: Chosen) -> Evaluation:
    """How a network does on some rows.

    Parameters
    ----------
    net : estimator
    preparation : Preparation
    chosen : Chosen

    Returns
    -------
    Classified, Estimated, Grouped or Modelled

    Raises
    ------
    ProblemError
        The rows do not fit the network.
    """
    part = chosen.data.take(chosen.rows)
    X = preparation.inputs(part)
    if not net.needs_target and not hasattr(net, "groups"):
        return Modelled(len(X), net.errors(X))
    if not net.needs_target:
        return grouped(net, X, part.y if part.task == "classification" else None)
    assert part.y is not None
    if hasattr(net, "classes_"):
        return _classified(net, X, part.y, chosen.rows)
    predicted = preparation.restored(net.predict(X).astype(np.float64))
    return _estimated(part.y.astype(np.float64), predicted, chosen.rows)


def _classified(net: Any, X: np.ndarray, y: np.ndarray, rows: np.ndarray) -> Classified:
    known = net.classes_.tolist()
    strange = [label for label in np.unique(y).tolist() if label not in known]
    classes = known + strange
    if len(strange) == len(np.unique(y)):
        raise ProblemError("classes_strange", found=_listed(strange), known=_listed(known))
    place = {label: k for k, label in enumerate(classes)}
    true = np.array([place[label] for label in y.tolist()])
    predicted = np.array([place[label] for label in net.predict(X).tolist()])
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (true, predicted), 1)
    accuracy = float(np.mean(true == predicted))
    return Classified(
        len(y),
        accuracy,
        math.sqrt(accuracy * (1 - accuracy) / len(y)),
        float(confusion.sum(axis=1).max() / len(y)),
        classes,
        confusion.tolist(),
        [_figures(name, confusion, k) for k, name in enumerate(classes)],
        _mistakes(net, X, true, predicted, rows, classes),
    )


def _figures(name: Any, confusion: np.ndarray, k: int) -> ClassFigures:
    right, taken, rows = confusion[k, k], confusion[:, k].sum(), confusion[k].sum()

    def share(part: int, whole: int) -> float | None:
        return float(part / whole) if whole else None

    return ClassFigures(
        name, share(right, taken), share(right, rows), share(2 * right, taken + rows), int(rows)
    )


def _mistakes(
    net: Any, X: np.ndarray, true: np.ndarray, predicted: np.ndarray, rows: np.ndarray, classes: list[Any]
) -> list[Mistake]:
    """The wrong answers, those of the highest loss first."""
    wrong = np.flatnonzero(true != predicted)
    if not len(wrong):
        return []
    gives_probabilities = hasattr(net, "predict_proba")
    scores = net.predict_proba(X[wrong]) if gives_probabilities else net.decision_function(X[wrong])
    if scores.ndim == 1:  # one unit; its sign decides between two classes
        scores = np.stack([-scores, scores], axis=1) / 2
    unseen = np.zeros((len(wrong), len(classes) - scores.shape[1]))
    scores = np.hstack([scores, unseen]).astype(np.float64)
    at = np.arange(len(wrong))
    own, other = scores[at, predicted[wrong]], scores[at, true[wrong]]
    order = np.lexsort((-own, other) if gives_probabilities else (other - own,))
    return [
        Mistake(
            int(rows[wrong[k]]),
            classes[true[wrong[k]]],
            classes[predicted[wrong[k]]],
            float(own[k]) if gives_probabilities else None,
            float(other[k]) if gives_probabilities else None,
            None if gives_probabilities else float(own[k] - other[k]),
        )
        for k in order
    ]


def _estimated(y: np.ndarray, predicted: np.ndarray, rows: np.ndarray) -> Estimated:
    residuals = y - predicted
    spread = float(np.square(y - y.mean()).sum())
    return Estimated(
        len(y),
        float(np.sqrt(np.square(residuals).mean())),
        float(np.abs(residuals).mean()),
        1 - float(np.square(residuals).sum()) / spread if spread else None,
        [
            Residual(int(rows[k]), float(y[k]), float(predicted[k]), float(residuals[k]))
            for k in np.argsort(-np.abs(residuals), kind="stable")
        ],
    )


def _listed(labels: list[Any]) -> str:
    return ", ".join(map(str, labels[:20]))
