"""Where a network's samples are from: kept in its file, so that they are read and prepared alike again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ValidationError

from byhand.data.columns import STRICT
from byhand.data.dataset import Dataset, Rows
from byhand.data.preparation import Preparation
from byhand.errors import ProblemError
from byhand.networks.fits.checkpoint import Checkpoint

SMALL = 10  # rows of which none can be spared


class Origin(BaseModel):
    """Which data a network was trained with, how they were divided, and what became of their columns.

    Parameters
    ----------
    source : str
        The name or path of the data.
    test : float or None
        The share held out; None for the publisher's own division or a fifth, 0 for nothing.
    seed : int
        Of the division.
    digest : str
        SHA-256 of the data, which tells whether they are still the same.
    preparation : Preparation
    """

    model_config = STRICT
    source: str
    test: float | None
    seed: int
    digest: str
    preparation: Preparation

    @classmethod
    def of(cls, data: Dataset, source: str, scaling: Any, test: float | None, seed: int) -> Self:
        """The origin of a network that will be trained with a data set.

        Raises
        ------
        ProblemError
            The set cannot be divided or prepared.
        """
        if test is None and len(data) < SMALL:
            test = 0
        training, _ = divided(data, test, seed)
        preparation = Preparation.fit(data.take(training), scaling)
        return cls(source=source, test=test, seed=seed, digest=digest(data), preparation=preparation)

    def division(self, data: Dataset) -> tuple[Rows, Rows]:
        """The rows that were learned from, and those held out."""
        return divided(data, self.test, self.seed)

    def state(self) -> dict[str, Any]:
        """All of it as tables, lists, texts and numbers, to be saved."""
        return self.model_dump(mode="json")


def origin_of(net: Any) -> Origin | None:
    """Where a network's samples are from, if it knows.

    Raises
    ------
    ProblemError
        What it knows cannot be read.
    """
    if not hasattr(net, "origin_"):
        return None
    try:
        return Origin.model_validate(net.origin_)
    except ValidationError:
        raise ProblemError("no_preparation") from None


def divided(data: Dataset, test: float | None, seed: int) -> tuple[Rows, Rows]:
    """The rows to learn from and those held out; none of these where the share is 0."""
    return (slice(None), slice(0)) if test == 0 else data.division(test, seed)


def digest(data: Dataset) -> str:
    """SHA-256 of the inputs and the targets of a set."""
    found = hashlib.sha256(np.ascontiguousarray(data.X).data)
    y = None if data.y is None else data.y.tolist()
    found.update(repr(([*data.feature_names], y)).encode())
    return found.hexdigest()


class OriginCheckpoint(Checkpoint):
    """A checkpoint that notes in the network where its samples are from.

    Parameters
    ----------
    path : str or Path
    origin : Origin
    """

    def __init__(self, path: str | Path, origin: Origin) -> None:
        super().__init__(path)
        self._state = origin.state()

    def save(self, network: Any) -> None:
        """As of `Checkpoint`."""
        network.origin_ = self._state
        super().save(network)
