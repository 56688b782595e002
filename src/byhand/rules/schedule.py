r"""Learning-rate schedules, each written once: the rate of update t from the rate it is all measured by.

With m updates of warm-up and T updates in all, and :math:`p_t = (t - 1 - m)/(T - m)` the share of the way
after it:

.. math::
    \eta_t &= \eta \min(1, t/m)\,(1 - (1 - e)\,p_t) && \text{linear} \\
    \eta_t &= \eta \min(1, t/m)\,\bigl(e + (1 - e)(1 + \cos \pi p_t)/2\bigr) && \text{cosine} \\
    \eta_t &= \eta \min(1, t/m)\,d^{(t - 1 - m)/n} && \text{exponential} \\
    \eta_t &= \eta \min(1, t/m)\,d^{\lfloor (t - 1 - m)/n \rfloor} && \text{step}

with e the share of the rate at its end, and d what is left of it after each n updates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from numbers import Real
from typing import Any

from byhand.errors import DataError
from byhand.ops import Expr, Name, Number
from byhand.ops.expression import names, substitute
from byhand.ops.functions import apply, cos
from byhand.rules.gradient import Rule

rate, t, eta, warm, way = names("rate t eta warm way")
updates, warmup, end, drop, every = names("updates warmup end drop every")


@dataclass(frozen=True, eq=False)
class Schedule:
    """A schedule as data.

    Attributes
    ----------
    name : str
    way : Expr or None
        How far the descent is after the warm-up, from the updates made since.
    share : Expr
        What is left of the rate there.
    settings : dict
        Its settings and their usual values; ``updates`` has none, and is 0 here.
    source : str
        Where it was published.
    """

    name: str
    way: Expr | None
    share: Expr
    settings: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


def _since(warms: bool) -> Expr:
    """Updates made since the warm-up."""
    return apply("maximum", t - 1 - warmup, 0) if warms else t - 1


_MADE = Name("made")
_TO_THE_END = apply("minimum", 1, _MADE / updates)

_SCHEDULES = (
    Schedule("constant", None, Number(1)),
    Schedule(
        "linear",
        _TO_THE_END,
        1 - (1 - end) * way,
        {"updates": 0.0, "end": 0.0},
        source="Devlin, Chang, Lee & Toutanova 2019, after a linear warm-up",
    ),
    Schedule(
        "cosine",
        _TO_THE_END,
        end + (1 - end) * (1 + cos(math.pi * way)) / 2,
        {"updates": 0.0, "end": 0.0},
        source="Loshchilov & Hutter 2017, without restarts",
    ),
    Schedule("exponential", _MADE / every, drop**way, {"drop": 0.5, "every": 1000.0}),
    Schedule("step", apply("floor", _MADE / every), drop**way, {"drop": 0.5, "every": 1000.0}),
)

SCHEDULES: Mapping[str, Schedule] = {schedule.name: schedule for schedule in _SCHEDULES}


def schedule_settings(name: str, own: Mapping[str, Any]) -> dict[str, float]:
    """A schedule's settings: those of one's own, and the usual values of the others.

    Parameters
    ----------
    name : str
    own : mapping
        ``warmup`` may be a share of all updates, where these are known; one of 0 is left out.

    Raises
    ------
    DataError
        There is no such schedule or setting, one has no such value, or the number of updates is missing.

    Examples
    --------
    >>> schedule_settings("linear", {"updates": 200, "warmup": 0.1})
    {'updates': 200.0, 'end': 0.0, 'warmup': 20.0}
    """
    if name not in SCHEDULES:
        raise DataError("unknown_schedule", name=name[:60], known=", ".join(SCHEDULES))
    known = {**SCHEDULES[name].settings, "warmup": 0.0}
    for key in own.keys() - known.keys():
        raise DataError("unknown_schedule_setting", schedule=name, name=str(key)[:60], known=", ".join(known))
    for key, value in own.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            raise DataError("schedule_setting", name=key, found=str(value)[:60])
    found = {**known, **{key: float(value) for key, value in own.items()}}
    if found.get("updates") == 0:
        raise DataError("schedule_open", schedule=name)
    if 0 < found["warmup"] < 1 and "updates" in found:
        found["warmup"] = float(round(found["warmup"] * found["updates"]))
    for key, value in found.items():
        if not (math.isfinite(value) and _ALLOWED[key](value)):
            raise DataError("schedule_setting", name=key, found=value)
    if found.get("updates", math.inf) <= found["warmup"]:
        raise DataError("schedule_warmup", warmup=int(found["warmup"]), updates=int(found["updates"]))
    return {key: value for key, value in found.items() if key != "warmup" or value}


_ALLOWED: Mapping[str, Callable[[float], bool]] = {
    "updates": lambda value: value >= 1 and value.is_integer(),
    "warmup": lambda value: value >= 0 and value.is_integer(),
    "every": lambda value: value >= 1 and value.is_integer(),
    "end": lambda value: 0 <= value <= 1,
    "drop": lambda value: 0 < value <= 1,
}


@lru_cache(maxsize=16)
def rate_equations(name: str, *, warms: bool) -> tuple[tuple[str, Expr], ...]:
    """The equations of a schedule; the last one is ``("eta", …)``, the rate of update t.

    Parameters
    ----------
    name : str
        Of `SCHEDULES`.
    warms : bool
        Whether the rate rises at first: ``warmup`` is a setting then, the number of those updates.
    """
    schedule = SCHEDULES[name]

    def meant(node: Expr) -> Expr | None:
        if node == _MADE:
            return _since(warms)
        return updates - warmup if warms and node == updates else None

    rising = [("warm", apply("minimum", 1, t / warmup))] if warms else []
    going = [("way", substitute(schedule.way, meant))] if schedule.way else []
    factors = [*([warm] if warms else []), *([schedule.share] if going else [])]
    whole: Expr = rate
    for factor in factors:
        whole = whole * factor
    return (*rising, *going, ("eta", whole))


def scheduled(rule: Rule, name: str, *, warms: bool) -> Rule:
    """The rule with the rate of each update in place of one rate for all.

    Examples
    --------
    >>> from byhand.rules import RULES
    >>> rule = scheduled(RULES["sgd"], "linear", warms=False)
    >>> [name for name, _ in rule.equations], dict(rule.settings)
    (['way', 'eta', 'w'], {'updates': 0.0, 'end': 0.0})
    """
    if name == "constant" and not warms:
        return rule
    before = rate_equations(name, warms=warms)
    after = [
        (key, substitute(expr, lambda node: eta if node == rate else None)) for key, expr in rule.equations
    ]
    return replace(
        rule,
        equations=(*before, *after),
        settings={**rule.settings, **SCHEDULES[name].settings, **({"warmup": 0.0} if warms else {})},
        shared=(*rule.shared, *(key for key, _ in before)),
    )
