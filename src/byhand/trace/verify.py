"""Gradients checked against central differences: move one number a little and calculate again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.errors import CalculationError
from byhand.trace.forward import run_forward
from byhand.trace.program import Program
from byhand.trace.run import Run

MOST_ELEMENTS = 50
_EPS = float(np.finfo(np.float64).eps)
_NONE = (float("nan"), float("inf"))


@dataclass(frozen=True, slots=True)
class Checked:
    """One partial derivative, worked out and measured.

    Attributes
    ----------
    name : str
    index : tuple of int
        The element; empty for a scalar.
    analytic, numeric : float
        By the chain rule, and by the central difference (NaN where the objective cannot be calculated
        on both sides).
    difference : float
        Their distance.
    resolution : float
        What the difference can resolve at best: rounding of the objective, eps·|L|/h; more where two
        step lengths disagree by more, or at a corner.
    agrees : bool or None
        None where the resolution is too coarse to tell.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    difference: float
    resolution: float
    agrees: bool | None


def central_differences(run: Run, names: Iterable[str] | None = None) -> list[Checked]:
    """Measure the gradients of the first iteration by central differences.

    Parameters
    ----------
    run : Run
        An exact run is measured in floats.
    names : iterable of str, optional
        Which givens; by default those that are learned, or all where nothing is.

    Returns
    -------
    list of Checked
        One a scalar, one an element; of an array of more than 50 elements, 50 evenly spaced ones.

    Raises
    ------
    KeyError
        A name that is not given.
    """
    if run.plan.objective is None:
        return []
    measured = _Objective(run)
    found = []
    for name in names if names is not None else run.plan.learn or run.given:
        gradient = as_floats(run.first.gradients[name])
        for index in _chosen(np.shape(measured.given[name])):
            analytic = float(gradient[index]) if index else gradient
            found.append(_checked(measured, name, index, analytic))
    return found


def as_floats(value: Any) -> Any:
    """A number or an array with every fraction as a float."""
    return np.asarray(value, dtype=np.float64) if isinstance(value, np.ndarray) else float(value)


class _Objective:
    """The objective of the first iteration as a function of one number."""

    def __init__(self, run: Run) -> None:
        equations = [
            eq._replace(args=tuple([float(arg) if isinstance(arg, Fraction) else arg for arg in eq.args]))
            for eq in run.program.equations
        ]
        self._program = Program(tuple(equations), run.program.lines)
        self._name, self._mean = run.plan.differentiated, run.plan.mean
        self.given = {name: as_floats(value) for name, value in run.given.items()}
        self._samples = [
            {name: as_floats(column[k]) for name, column in run.plan.samples.items()}
            for k in run.first.samples
        ]
        self.value = self._at(self.given)

    def moved(self, name: str, index: tuple[int, ...], to: float) -> float | None:
        """The objective with one number changed; None where it cannot be calculated."""
        whole: Any = to
        if index:
            whole = self.given[name].copy()
            whole[index] = to
        try:
            return self._at({**self.given, name: whole})
        except CalculationError:
            return None

    def _at(self, given: Mapping[str, Any]) -> float:
        shares = [
            run_forward(self._program, {**given, **sample}).values[self._name] for sample in self._samples
        ]
        return float(sum(shares)) / (len(shares) if self._mean else 1)


def _chosen(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    size = int(np.prod(shape))
    for k in np.unique(np.linspace(0, size - 1, min(size, MOST_ELEMENTS)).astype(int)):
        yield tuple([int(i) for i in np.unravel_index(k, shape)]) if shape else ()


def _checked(measured: _Objective, name: str, index: tuple[int, ...], analytic: float) -> Checked:
    numeric, resolution = _measured(measured, name, index)
    difference = abs(analytic - numeric)
    return Checked(
        name, index, analytic, numeric, difference, resolution, _verdict(analytic, difference, resolution)
    )


def _verdict(analytic: float, difference: float, resolution: float) -> bool | None:
    if difference == 0:
        return True
    if not difference <= 10 * resolution + 1e-6 * abs(analytic):
        return False if np.isfinite(difference) else None
    return None if 10 * resolution > abs(analytic) / 100 else True


def _measured(measured: _Objective, name: str, index: tuple[int, ...]) -> tuple[float, float]:
    """The central difference and its resolution; a smaller step where the usual one leaves the domain."""
    x = float(measured.given[name][index]) if index else measured.given[name]
    for size in (max(1.0, abs(x)), abs(x)):
        h = float(np.cbrt(_EPS)) * size
        places = [x - 2 * h, x - h, x + h, x + 2 * h]
        at = [value for place in places if (value := measured.moved(name, index, place)) is not None]
        if len(at) == len(places) and h > 0:
            return _difference(measured.value, places, at, h)
    return _NONE


def _difference(middle: float, x: list[float], at: list[float], h: float) -> tuple[float, float]:
    near = (at[2] - at[1]) / (x[2] - x[1])
    far = (at[3] - at[0]) / (x[3] - x[0])
    rounding = _EPS * max(abs(middle), *map(abs, at)) / h
    # The slopes to the left and to the right differ by h·f'' where f is smooth, by a constant at a corner.
    gap = abs((at[2] - middle) - (middle - at[1])) / h
    wide = abs((at[3] - middle) - (middle - at[0])) / (2 * h)
    corner = gap / 2 if gap > 100 * rounding and wide < 1.5 * gap else 0.0
    return near, max(rounding, abs(near - far), corner)
