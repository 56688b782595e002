"""The part of an estimator whose rate has a schedule and whose gradients may be clipped."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from byhand.networks.base.network import Network
from byhand.rules import SCHEDULES, rate_equations, schedule_settings
from byhand.trace.forward import run_forward
from byhand.trace.program import build


class Paced(Network):
    """How it goes on, update by update."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "schedule": [StrOptions(set(SCHEDULES))],
        "schedule_settings": [dict, None],
        "clip_norm": [Interval(Real, 0, None, closed="neither"), None],
    }
    learned: ClassVar[tuple[str, ...]] = (*Network.learned, "updates_")

    # What a family is set by that does not take these parameters.
    schedule: str = "constant"
    schedule_settings: dict[str, float] | None = None
    clip_norm: float | None = None

    def _spans_the_fit(self) -> bool:
        """Whether its rate is to come to its end with the updates of the fit, which are its ``updates_``."""
        own = self.schedule_settings or {}
        return "updates" in SCHEDULES[self.schedule].settings and "updates" not in own

    def _may_change(self) -> tuple[str, ...]:
        return ("verbose",) if self._spans_the_fit() else super()._may_change()

    def _pace(self, every: int = 1) -> dict[str, Any]:
        """Its schedule and clipping, by the keys of a problem; nothing where it has neither.

        Of a part of it that is updated once in `every` updates the fit has so many fewer.
        """
        spans = {"updates": -(-getattr(self, "updates_", 0) // every)} if self._spans_the_fit() else {}
        settings = schedule_settings(self.schedule, {**(self.schedule_settings or {}), **spans})
        paced = {"schedule": self.schedule, "schedule_settings": settings} if settings else {}
        return {**paced, **({} if self.clip_norm is None else {"clip_norm": float(self.clip_norm)})}

    def _pace_settings(self, every: int = 1) -> dict[str, float]:
        """The same as numbers, for a compiled step."""
        pace = self._pace(every)
        clipping = {key: pace[key] for key in ("clip_norm",) if key in pace}
        return {**pace.get("schedule_settings", {}), **clipping}

    def _rate_at(self, update: int, rate: float) -> float:
        """The rate of an update, by its number from 1 and the rate that the schedule changes."""
        settings = self._pace_settings()
        program = build(rate_equations(self.schedule, warms="warmup" in settings))
        return float(run_forward(program, {"rate": rate, "t": float(update), **settings}).values["eta"])
