"""What a good teacher would point out on the same page, the most important first."""

from __future__ import annotations

from byhand.lesson.data_warnings import no_probability, no_rate, out_of_reach, unscaled, updated_data
from byhand.lesson.learning_warnings import inexact, overshoots, undefined, unfinished, unreached, vanished
from byhand.lesson.scene import Scene
from byhand.lesson.scene import Warning as Warning
from byhand.lesson.tie_warnings import near_ties
from byhand.lesson.unit_warnings import alike, inactive, out_of_digits, saturated, thrown
from byhand.sources.task import Task
from byhand.trace.run import Run

_IN_ORDER = (
    no_rate,
    updated_data,
    undefined,
    out_of_reach,
    no_probability,
    unscaled,
    saturated,
    thrown,
    out_of_digits,
    vanished,
    inactive,
    unreached,
    alike,
    overshoots,
    unfinished,
)


def warnings(task: Task, run: Run) -> list[Warning]:
    """The warnings of a calculation, at most one of each kind.

    Parameters
    ----------
    task : Task
    run : Run

    Returns
    -------
    list of Warning
        None in a lesson of symbols alone, and none about gradients where the problem neither learns by them
        nor names what is to be made small or large.
    """
    if task.symbolic:
        return []
    if run.plan.objective is None:
        return list(near_ties(run))
    scene = Scene(task, run, run.plan.objective)
    problem = task.problem
    wanted = bool(run.plan.learn or problem.learn or problem.steps or problem.minimise or problem.maximise)
    found = [warning for look in _IN_ORDER for warning in look(scene)] if wanted else []
    return [*found, *inexact(scene)]
