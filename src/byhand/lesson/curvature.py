"""The largest curvature of an objective that is quadratic in what is learned: it bounds the learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.errors import ByhandError
from byhand.trace.run import Run, work_pass

MOST_NUMBERS = 20
STRAIGHT = 1e-7


def largest_curvature(run: Run, at: dict[str, Any]) -> float | None:
    """The largest eigenvalue of the second derivatives of the objective by all learned numbers.

    Gradient descent on such an objective comes closer only with a rate below 2 over it. The second
    derivatives are differences of gradients, which have no error of method where the objective is quadratic.

    Parameters
    ----------
    run : Run
    at : dict
        The learned values where to look.

    Returns
    -------
    float or None
        None where the objective is not quadratic, is not bounded below, or too much is learned.
    """
    names = list(at)
    start = (
        np.concatenate([np.ravel(np.asarray(at[name], dtype=float)) for name in names])
        if names
        else np.zeros(0)
    )
    if not 0 < start.size <= MOST_NUMBERS:
        return None

    def gradient(point: Any) -> Any:
        done = work_pass(run.program, {**run.given, **_named(point, at)}, run.plan, 1, None)
        return np.concatenate([np.ravel(np.asarray(done.gradients[name], dtype=float)) for name in names])

    try:
        middle = gradient(start)
        rows, scale = [], float(np.max(np.abs(middle)))
        for k, size in enumerate(np.maximum(np.abs(start), 1.0)):
            step = np.zeros(start.size)
            step[k] = size / 2
            above, below = gradient(start + step), gradient(start - step)
            scale = max(scale, float(np.max(np.abs(above))), float(np.max(np.abs(below))))
            if np.max(np.abs(above + below - 2 * middle)) > STRAIGHT * scale:
                return None
            rows.append((above - below) / size)
        skew = np.cos(1.0 + np.arange(start.size)) * np.maximum(np.abs(start), 1.0)
        if np.max(np.abs(gradient(start + skew) + gradient(start - skew) - 2 * middle)) > STRAIGHT * scale:
            return None
    except (ByhandError, TypeError, ValueError):
        return None
    curvatures = np.linalg.eigvalsh((np.array(rows) + np.array(rows).T) / 2)
    largest = float(curvatures[-1])
    return largest if largest > 0 and curvatures[0] > -STRAIGHT * largest else None


def _named(point: Any, like: dict[str, Any]) -> dict[str, Any]:
    """The flat numbers as named values in the shapes of `like`."""
    values: dict[str, Any] = {}
    taken = 0
    for name, value in like.items():
        part = point[taken : taken + np.size(value)]
        values[name] = part.reshape(np.shape(value)) if np.ndim(value) else float(part[0])
        taken += np.size(value)
    return values
