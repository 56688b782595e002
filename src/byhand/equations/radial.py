r"""Networks of radial basis functions.

.. math:: \phi_j = e^{-\beta_j \lVert x - c_j \rVert^2}, \qquad \hat y = W \phi + b, \qquad
    \beta_j = \frac{1}{2 \sigma_j^2}

Row j of ``C`` is the centre of unit j.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from byhand.equations.step import Positive, Settings, Shapes, Step
from byhand.words import in_all_languages

UNITS = "r2 = sum((x - C)^2, axis=1)\nphi = exp(-beta*r2)"
OUTPUT = "yhat = W @ phi + b\nL = quadratic(y, yhat)"

ROLES = {
    **{"x": "input", "y": "target", "W": "weight", "b": "bias", "ridge": "setting"},
    **dict.fromkeys(("one", "c", "C", "beta"), "other"),
}
NAMED = ("C", "beta", "r2", "Phi", "phi", "one", "A", "ridge", "G", "r", "w", "W", "b")
TAKEN = "W_new = w[1:].T\nb_new = w[0]"


def least_squares(*, ridge: bool) -> str:
    """The normal equations of all samples at once.

    x has the shape (n, 1, inputs), so that each meets each centre.

    Examples
    --------
    >>> print(least_squares(ridge=True))
    r2 = sum((x - C)^2, axis=2)
    Phi = exp(-beta*r2)
    A = concat(one, Phi, axis=1)
    G = A.T @ A + ridge
    r = A.T @ y
    w = solve(G, r)
    yhat = A @ w
    E = quadratic(y, yhat)
    """
    return f"""\
r2 = sum((x - C)^2, axis=2)
Phi = exp(-beta*r2)
A = concat(one, Phi, axis=1)
G = A.T @ A{" + ridge" if ridge else ""}
r = A.T @ y
w = solve(G, r)
yhat = A @ w
E = quadratic(y, yhat)"""


class RBF(Settings):
    """Gaussian units under a weighted sum; y is the output's target.

    ``widths`` is one sigma for all units; otherwise beta is given, one a unit.
    """

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    widths: Positive | None = None
    training: Literal["least_squares", "descent", "full"] = "least_squares"
    alpha: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-6

    @property
    def learned(self) -> tuple[str, ...]:
        """What descends."""
        return ("C", "beta", "W", "b") if self.training == "full" else ("W", "b")

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, y, the units and the output's weights."""
        units: Shapes = {"C": ("units", "inputs")} | ({} if self.widths else {"beta": ("units",)})
        return {"x": ("inputs",), "y": ("outputs",), **units, "W": ("outputs", "units"), "b": ("outputs",)}

    def needed(self, shapes: Shapes, found: Mapping[str, Any]) -> set[str]:
        """All but what least squares do not look at."""
        return shapes.keys() - ({"W", "b"} if self.training == "least_squares" else set())

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """The normal equations of all samples, or a step of the descent."""
        beta = np.full(len(weights["C"]), 1 / (2 * self.widths**2)) if self.widths else weights["beta"]
        if self.training != "least_squares":
            aim = {"minimise": "L", "learn": list(self.learned)}
            lines = f"{UNITS}\n{OUTPUT}"
            return Step(lines, aim=aim, penalised=("W",), given={"beta": beta}, labels=_labels(lines))
        X, m = np.asarray(samples["x"]), len(weights["C"])
        ridge = {"ridge": np.diag([0.0, *[len(X) * self.alpha] * m])} if self.alpha else {}
        lines = least_squares(ridge=bool(ridge))
        columns = {"x": X[:, None], "y": np.asarray(samples["y"]), "one": np.ones((len(X), 1))}
        given = {**columns, **ridge, "beta": beta}
        roles = {name: ROLES[name] for name in (*given, *weights)}
        return Step(lines, TAKEN, given=given, labels=_labels(lines), roles=roles, together=True)


def _labels(lines: str) -> dict[str, dict[str, str]]:
    """What the names in the lines mean, by language."""
    names = {"W", "b", *re.findall(r"\w+", lines)}
    return {name: in_all_languages(f"radial.{name}") for name in NAMED if name in names}
