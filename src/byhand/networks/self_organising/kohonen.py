"""The equations of the self-organising map, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from byhand.equations.kohonen import Kind, around, equations, rates
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build

if TYPE_CHECKING:
    from byhand.train.competitive import Form


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

    fading, neighbourhood = _program(rates(kind)), _program(around(kind, rows=True))

    def rates_at(t: Any, settings: Mapping[str, Any]) -> Any:
        values = read(fading, {**settings, "t": t})
        return values["eta"], values["sigma"]

    def factors(winner: Any, settings: Mapping[str, Any], sigma: Any) -> Any:
        h = read(neighbourhood, {**settings, "winner": winner, "sigma": sigma})["h"]
        return h if winner.ndim else h[0]

    separable = kind.neighbourhood == "gaussian" and not kind.hexagonal
    return Form(rates_at, factors, grid if separable else None)


@lru_cache(maxsize=64)
def _program(text: str) -> Program:
    return build(read_lines(text).expressions)
