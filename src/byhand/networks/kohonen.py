r"""The equations of the self-organising map, written once: read to be told, compiled to be learned.

.. math:: c = \arg\min_i \lVert x - w_i \rVert, \quad w_i \leftarrow w_i + \eta(t)\, h_{ci}(t)\, (x - w_i)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.words import say

if TYPE_CHECKING:
    from byhand.train.competitive import Form

DECAYS = {
    "asymptotic": "fade = 1/(1 + 2*t/T)",
    "exponential": "fade = 0.01^min(t/T, 1)",
    "linear": "fade = 1 - 0.99*min(t/T, 1)",
    "constant": "",
}
NEIGHBOURHOODS = {
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
LABELS = ("fade", "eta", "sigma", "D", "D2", "winner", "dr", "dc", "g2", "h", "share", "r", "c", "t", "T")


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


def equations(kind: Kind, *, batch: bool) -> tuple[str, str]:
    """What is calculated for a sample, or for all samples, and how the weights change."""
    rates = _rates(kind)
    if batch:
        return f"{rates}\n{BATCH}\n{around(kind, rows=True)}", BATCH_RULE
    return f"{rates}\n{ONLINE}\n{around(kind, rows=False)}", ONLINE_RULE


def _rates(kind: Kind) -> str:
    """The learning rate and the width of the neighbourhood after t samples."""
    fade = "*fade" if DECAYS[kind.decay] else ""
    return f"{DECAYS[kind.decay]}\neta = eta0{fade}\nsigma = sigma0{fade}".strip()


@lru_cache(maxsize=16)
def step(kind: Kind, batch: bool = False) -> Callable[..., Any]:
    """``step(params, sample, settings, draws)``: one sample learned, or all of them, for JAX.

    Parameters
    ----------
    kind : Kind
    batch : bool

    Returns
    -------
    callable
        Takes and gives the parameters ``W`` and ``t``, and gives its decisions: ``winner``.
    """
    from byhand.train.reading import read

    program = _program("\n".join(equations(kind, batch=batch)))

    def one(
        params: Any, sample: Mapping[str, Any], settings: Mapping[str, Any], draws: Mapping[str, Any]
    ) -> Any:
        values = read(program, {**params, **sample, **settings, **draws})
        return {name: values[f"{name}_new"] for name in params}, {"winner": values["winner"]}

    return one


@lru_cache(maxsize=16)
def form(kind: Kind, grid: tuple[int, int]) -> Form:
    """The equations as the compiled epochs take them."""
    from byhand.train.competitive import Form
    from byhand.train.reading import read

    rates, neighbourhood = _program(_rates(kind)), _program(around(kind, rows=True))

    def rates_at(t: Any, settings: Mapping[str, Any]) -> Any:
        values = read(rates, {**settings, "t": t})
        return values["eta"], values["sigma"]

    def factors(winner: Any, settings: Mapping[str, Any], sigma: Any) -> Any:
        h = read(neighbourhood, {**settings, "winner": winner, "sigma": sigma})["h"]
        return h if winner.ndim else h[0]

    separable = kind.neighbourhood == "gaussian" and not kind.hexagonal
    return Form(rates_at, factors, grid if separable else None)


@lru_cache(maxsize=64)
def _program(text: str) -> Program:
    return build(read_lines(text).expressions)


def labels(lines: str) -> dict[str, dict[str, str]]:
    """What the names in the equations mean, by language."""
    names = [name for name in LABELS if f"{name} = " in lines or name in ("r", "c", "t")]
    return {name: {language: say(f"map.{name}", language) for language in ("en", "zh")} for name in names}
