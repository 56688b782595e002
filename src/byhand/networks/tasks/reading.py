"""Data for a network that is there: read as those it was trained with, and the rows to judge it by."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal, NamedTuple

import numpy as np

from byhand.data.dataset import Dataset, Task
from byhand.data.known import PUBLISHED, spelled
from byhand.data.loading import load
from byhand.data.mnist import is_here
from byhand.data.preparation import Preparation
from byhand.errors import ProblemError
from byhand.networks.tasks.origin import digest, origin_of

Part = Literal["held_out", "training", "all"]


class Chosen(NamedTuple):
    """Rows of a data set.

    Attributes
    ----------
    data : Dataset
        The whole set.
    rows : ndarray of int
        Which of its rows, counted from 0.
    part : str
        Those held out from training, those trained with, or ``all`` of a set that was not trained with.
    """

    data: Dataset
    rows: np.ndarray
    part: Part


def read(net: Any, source: str | None = None, *, with_target: bool = True) -> Dataset:
    """A data set for a network, read as the one it was trained with.

    Parameters
    ----------
    net : estimator
    source : str, optional
        A name or a path; by default the data it was trained with.
    with_target : bool
        Whether a target is read, where there is one.

    Raises
    ------
    ProblemError
        It is not known what the network was trained with, or the data cannot be read or do not fit it.
    """
    several = net.needs_target and getattr(net, "n_outputs_", 1) > 1 and not hasattr(net, "classes_")
    if getattr(net, "multilabel_", False) or several:
        raise ProblemError("one_target_only")
    origin = origin_of(net)
    if source is None:
        source = _trained_with(net)
    if origin is None:
        data = _plain(net, source)
    elif with_target:
        data = load(source, like=origin.preparation)
    else:
        data = load(source, like=origin.preparation.model_copy(update={"target_name": ""}))
    if with_target and net.needs_target and data.y is not None and data.task != task_of(net):
        raise ProblemError("network_task", network=type(net).__name__, data=data.name)
    return data


def chosen(net: Any, source: str | None = None) -> Chosen:
    """The rows to judge a network by: those held out, of data it was trained with.

    Parameters
    ----------
    net : estimator
    source : str, optional
        As for `read`.

    Returns
    -------
    Chosen
        The rows trained with, where none was held out.

    Raises
    ------
    ProblemError
        As of `read`; the data lack a target the network needs, or are no longer those it was trained with.
    """
    data, origin = read(net, source), origin_of(net)
    if data.y is None and net.needs_target:
        raise ProblemError("no_target", name=origin.preparation.target_name[:60] if origin else "y")
    everything = np.arange(len(data))
    if origin is None or digest(data) != origin.digest:
        if source is None:
            raise ProblemError("data_changed", data=_trained_with(net))
        return Chosen(data, everything, "all")
    training, held_out = (everything[rows] for rows in origin.division(data))
    return Chosen(data, held_out, "held_out") if len(held_out) else Chosen(data, training, "training")


def preparation_for(net: Any, data: Dataset) -> Preparation:
    """What becomes of a set's columns on their way into a network; nothing, if it knows of nothing.

    Raises
    ------
    ProblemError
        It knows of nothing, and a column holds categories or lacks values, or their number is wrong.
    """
    if origin := origin_of(net):
        return origin.preparation
    if len(data.columns) != net.n_features_in_:
        raise ProblemError("data_width", found=len(data.columns), wanted=net.n_features_in_, data=data.name)
    for column, values in zip(data.columns, data.X.T, strict=True):
        if column.levels is not None or np.isnan(values).any():
            raise ProblemError("plain_inputs", name=column.name[:60])
    return Preparation.fit(data, "none")


def task_of(net: Any) -> Task | None:
    """What a network does with its inputs, as its targets say; None where it needs none."""
    if not net.needs_target:
        return None
    return "classification" if hasattr(net, "classes_") else "regression"


def _trained_with(net: Any) -> str:
    """The data that a network's file names; a file alone never makes anything be fetched."""
    origin = origin_of(net)
    if origin is None:
        raise ProblemError("no_origin")
    name = spelled(origin.source)
    if name in PUBLISHED and not is_here(name):
        raise ProblemError("data_not_here", data=name)
    return origin.source


def _plain(net: Any, source: str) -> Dataset:
    """A set for a network that knows only how many inputs it has; one column more is the target."""
    with suppress(ProblemError):  # such as a column of many words, which as a target is none
        data = load(source, target=None, task=task_of(net))
        if len(data.columns) == net.n_features_in_:
            return data
    return load(source, task=task_of(net))
