"""The main job, start to finish: a house price worked out as posed, then real ones learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from byhand.data import houses
from byhand.demo.learning import Trial, divided, learn, problem
from byhand.demo.measuring import errors
from byhand.demo.posed import posed
from byhand.demo.real import houses_told, learned_told, step_told
from byhand.demo.scores import next_told, scores_told
from byhand.lesson.document import Document
from byhand.views import text

SEEDS = (1, 2, 3, 4, 5)


def run(
    language: str,
    write: Callable[[str], None],
    width: int = 80,
    progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """Tell the demo.

    Parameters
    ----------
    language : str
    write : callable
        Takes each part as soon as it is there.
    width : int
        Columns of the terminal.
    progress : callable, optional
        Told how many steps of learning are done, and of how many.

    Returns
    -------
    list of Trial
        One a split. Ctrl-C while it learns ends the demo with what was done; the last one's
        ``work.run.stopped`` is then ``interrupted``.
    """

    def tell(document: Document) -> None:
        write(text.render(document, width) + "\n")

    tell(posed(language))
    ames = houses()
    splits = [divided(ames, seed) for seed in SEEDS]
    tell(houses_told(ames, splits[0], language))
    trials: list[Trial] = []
    for split in splits:
        trials.append(learn(ames, split, _counted(progress, len(trials))))
        if len(trials) == 1:
            tell(step_told(ames, trials[0], language))
            tell(learned_told(ames, trials[0], language))
        if trials[-1].work.run.stopped == "interrupted":
            break
    tell(scores_told(trials, [errors(ames, trial) for trial in trials], language))
    tell(next_told(language))
    return trials


def _counted(progress: Callable[[int, int], None] | None, trials: int) -> Callable[[int, Any], None] | None:
    """Counts the steps of one split on from those of the splits before."""
    if progress is None:
        return None
    steps = problem().steps or 1
    return lambda number, _: progress(trials * steps + number, len(SEEDS) * steps)
