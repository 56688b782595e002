"""What becomes of one column: a scaled number, or one input for each category."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from byhand.data.dataset import Column, Kind, Scaling
from byhand.errors import ProblemError

STRICT = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Scale(BaseModel):
    """Numbers brought to the order of 1: (x − centre)/spread.

    Examples
    --------
    >>> scale = Scale.of(np.array([1.0, 3.0, 5.0]), "range")
    >>> scale
    Scale(centre=1.0, spread=4.0)
    >>> scale.scaled(np.array([2.0])), scale.restored(np.array([0.25]))
    (array([0.25]), array([2.]))
    """

    model_config = STRICT
    centre: float = 0.0
    spread: float = Field(default=1.0, gt=0)

    @classmethod
    def of(cls, values: np.ndarray, scaling: Scaling) -> Self:
        """The scale of some values; equal ones are only centred."""
        if scaling == "none":
            return cls()
        with np.errstate(over="ignore", invalid="ignore"):
            if scaling == "standard":
                centre, spread = values.mean(), values.std()
            else:
                centre, spread = values.min(), np.ptp(values)
        if not np.isfinite([centre, spread]).all():
            raise ProblemError("scale_too_large")
        tiny = 1e-12 * max(1.0, abs(float(centre)))  # what is left of equal values by rounding
        return cls(centre=float(centre), spread=float(spread) if spread > tiny else 1.0)

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """The values, scaled."""
        return (values - self.centre) / self.spread

    def restored(self, values: np.ndarray) -> np.ndarray:
        """Scaled values in their own unit again."""
        return values * self.spread + self.centre


class Prepared(BaseModel):
    """What becomes of one column: a scaled number, one input for each category, or a text as it is."""

    model_config = STRICT
    name: str
    fill: float = 0.0
    scale: Scale = Scale()
    levels: tuple[str, ...] | None = None
    missing_level: bool = False
    is_text: bool = False

    @property
    def kind(self) -> Kind:
        """What the column holds."""
        return "text" if self.is_text else "number" if self.levels is None else "category"

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs made of it."""
        if self.levels is None:
            return [self.name]
        return [f"{self.name}={level}" for level in (*self.levels, *("?" * self.missing_level))]

    @classmethod
    def of(cls, column: Column, values: np.ndarray, scaling: Scaling) -> Self:
        """What the training part asks for: the median, the scale, the levels seen."""
        missing = np.isnan(values)
        if column.is_text:
            return cls(name=column.name, is_text=True)
        if column.levels is not None:
            seen = tuple(column.levels[int(place)] for place in np.unique(values[~missing]))
            return cls(name=column.name, levels=seen, missing_level=bool(missing.any()))
        if missing.all():
            raise ProblemError("column_empty", name=column.name[:60])
        fill = np.median(values[~missing])
        scale = Scale.of(np.where(missing, fill, values), scaling)
        return cls(name=column.name, fill=float(fill), scale=scale)

    def spelled_out(self, levels: tuple[str, ...], places: np.ndarray) -> np.ndarray:
        """One column of 0 and 1 for each own level.

        Parameters
        ----------
        levels : tuple of str
            Those of the set that is prepared.
        places : ndarray of float, shape (rows,)
            Places in `levels`, NaN where missing.

        Returns
        -------
        ndarray of bool, shape (rows, inputs)
        """
        own = {level: place for place, level in enumerate(self.levels or ())}
        unseen = len(self.inputs)
        missing = unseen - 1 if self.missing_level else unseen
        known = np.array([*(own.get(level, unseen) for level in levels), missing])
        which = known[np.where(np.isnan(places), len(levels), places).astype(int)]
        return which[:, None] == np.arange(unseen)

    def restored(self, inputs: np.ndarray) -> list[float] | list[str]:
        """The column again, in its own unit: of categories the one whose input is largest.

        Parameters
        ----------
        inputs : ndarray, shape (rows, inputs)
        """
        if self.levels is None:
            own: list[float] = self.scale.restored(inputs[:, 0]).tolist()
            return own
        names = (*self.levels, *("" for _ in range(self.missing_level)))
        return [names[place] for place in inputs.argmax(axis=1).tolist()]
