r"""The self-organising map.

.. math:: c = \arg\min_i \lVert x - w_i \rVert, \quad w_i \leftarrow w_i + \eta(t)\, h_{ci}(t)\, (x - w_i)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import PositiveInt

from byhand.equations.lattice import Lattice
from byhand.equations.step import AUTO, Positive, Settings, Shapes, Step
from byhand.errors import DataError
from byhand.words import in_all_languages

Decay = Literal["asymptotic", "exponential", "linear", "constant"]
Neighbourhood = Literal["gaussian", "bubble", "mexican_hat"]

DECAYS: Mapping[str, str] = {
    "asymptotic": "fade = 1/(1 + 2*t/T)",
    "exponential": "fade = 0.01^min(t/T, 1)",
    "linear": "fade = 1 - 0.99*min(t/T, 1)",
    "constant": "",
}
NEIGHBOURHOODS: Mapping[str, str] = {
    "gaussian": "h = exp(-g2/(2*sigma^2))",
    "bubble": "h = g2 <= sigma^2",
    "mexican_hat": "h = (1 - g2/sigma^2)*exp(-g2/(2*sigma^2))",
}
ONLINE = "D = norm(x - W, axis=1)\nwinner = argmin(D)"
ONLINE_RULE = "W_new = W + eta*h*(x - W)\nt_new = t + 1"
BATCH = "D2 = sum(X^2, axis=1, keepdims=1) - 2*X @ W.T + sum(W^2, axis=1)\nwinner = argmin(D2, axis=1)"
BATCH_RULE = """\
share = sum(h.T, axis=1, keepdims=1)
W_new = W + (h.T @ X - share*W)/(share + (share == 0))
t_new = t + n"""
GIVEN = ("W", "r", "c", "t", "T", "eta0", "sigma0")
ROLES = {
    **{"x": "input", "X": "input", "W": "weight", "T": "setting", "eta0": "setting", "sigma0": "setting"},
    **dict.fromkeys(("r", "c", "t", "n", "height", "width"), "other"),
}
LABELS = ("fade", "eta", "sigma", "D", "D2", "winner", "dr", "dc", "g2", "h", "share")


class Kind(NamedTuple):
    """What the equations of a map depend on."""

    neighbourhood: str
    decay: str
    hexagonal: bool
    torus: bool


def around(kind: Kind, *, rows: bool) -> str:
    """The neighbourhood of a winner: how far each unit is from it on the map, and its factor.

    Parameters
    ----------
    kind : Kind
    rows : bool
        Of many winners at once, one a row of the result; else of one, in a column.

    Returns
    -------
    str

    Examples
    --------
    >>> print(around(Kind("gaussian", "constant", hexagonal=False, torus=True), rows=False))
    dr = abs(r - take(r, winner))
    dr_near = min(dr, height - dr)
    dc = abs(c - take(c, winner))
    dc_near = min(dc, width - dc)
    g2 = dr_near^2 + dc_near^2
    h = exp(-g2/(2*sigma^2))
    """
    lines, end = [], ".T" if rows else ""
    for letter, size in (("r", "height"), ("c", "width")):
        apart = f"{letter}{end} - take({letter}, winner)"
        if kind.torus:
            lines += [f"d{letter} = abs({apart})", f"d{letter}_near = min(d{letter}, {size} - d{letter})"]
        else:
            lines.append(f"d{letter} = {apart}")
    near = "_near" if kind.torus else ""
    stretch = "0.75*" if kind.hexagonal else ""
    return "\n".join([*lines, f"g2 = {stretch}dr{near}^2 + dc{near}^2", NEIGHBOURHOODS[kind.neighbourhood]])


def rates(kind: Kind) -> str:
    """The learning rate and the width of the neighbourhood after t samples."""
    fade = "*fade" if DECAYS[kind.decay] else ""
    return f"{DECAYS[kind.decay]}\neta = eta0{fade}\nsigma = sigma0{fade}".strip()


def equations(kind: Kind, *, batch: bool) -> tuple[str, str]:
    """What is calculated for a sample, or for all samples, and how the weights change."""
    if batch:
        return f"{rates(kind)}\n{BATCH}\n{around(kind, rows=True)}", BATCH_RULE
    return f"{rates(kind)}\n{ONLINE}\n{around(kind, rows=False)}", ONLINE_RULE


class SOM(Settings):
    """The map; ``auto`` is None, and without a shape the units of W stand in a row."""

    optional: ClassVar[tuple[str, ...]] = ("t",)

    shape: tuple[PositiveInt, PositiveInt] | None = None
    hexagonal: bool = False
    torus: bool = False
    neighbourhood: Neighbourhood = "gaussian"
    sigma: Annotated[Positive | None, AUTO] = None
    learning_rate: Positive = 0.5
    decay: Decay = "asymptotic"
    decay_time: Annotated[PositiveInt | None, AUTO] = None
    batch: bool = False

    @property
    def kind(self) -> Kind:
        """What the lines depend on."""
        return Kind(self.neighbourhood, self.decay, self.hexagonal, self.torus)

    def lattice(self, units: int = 1) -> Lattice:
        """Where the units stand, so many in a row where no shape is set.

        Raises
        ------
        DataError
            There is no such map.
        """
        rows, columns = self.shape or (1, units)
        if self.hexagonal and self.torus and rows % 2:
            raise DataError("odd_torus", found=rows)
        if self.batch and self.neighbourhood == "mexican_hat":
            raise DataError("hat_in_batch")
        return Lattice(rows, columns, self.hexagonal, self.torus)

    def given(self, units: int, samples: int) -> dict[str, Any]:
        """What the equations need besides the weights and a sample, when so many samples are seen."""
        lattice = self.lattice(units)
        r, c = lattice.places()
        auto = max(1.0, max(lattice.rows, lattice.columns) / 4)
        found: dict[str, Any] = {"sigma0": self.sigma or auto, "eta0": self.learning_rate}
        found |= {"T": self.decay_time or samples, "r": r, "c": c}
        return found | ({"height": lattice.rows, "width": lattice.columns} if self.torus else {})

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, W and t."""
        units = self.shape[0] * self.shape[1] if self.shape else "units"
        return {"x": ("features",), "W": (units, "features"), "t": ()}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """One sample after the other, or all in a batch."""
        X = samples["x"]
        lines, update = equations(self.kind, batch=self.batch)
        given = self.given(len(weights["W"]), len(X))
        batch = {"X": np.asarray(X), "n": len(X)} if self.batch else {}
        names = {*GIVEN, *(line.partition(" = ")[0] for line in f"{lines}\n{update}".splitlines())}
        named = {name: in_all_languages(f"map.{name}") for name in (*GIVEN, *LABELS) if name in names}
        given |= batch
        roles = {name: ROLES[name] for name in {*given, *weights, *({} if self.batch else samples)}}
        return Step(lines, update, given=given, labels=named, roles=roles, together=self.batch)
