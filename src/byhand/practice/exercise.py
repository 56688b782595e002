"""One exercise for one student, found by trying seeded draws until one teaches well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from byhand.api import Work, work
from byhand.errors import CalculationError
from byhand.lesson.document import Num
from byhand.lesson.numbers import printed
from byhand.practice.numbers import Exhausted, Numbers
from byhand.practice.quality import digits_of, faults, forward_faults
from byhand.practice.questions import Question, questions
from byhand.practice.topics import TOPICS, Draft
from byhand.sources.formula import read_lines
from byhand.sources.task import program_of
from byhand.trace.forward import run_forward
from byhand.trace.program import Program
from byhand.words import LANGUAGES, say

Size = Literal["small", "medium", "large"]
Blanks = Literal["results", "derivatives", "everything"]
SIZES: tuple[Size, ...] = ("small", "medium", "large")
TRIES, PLACES = 10_000, 9
_BLANK: Mapping[str, set[str]] = {
    "results": {"result"},
    "derivatives": {"result", "derivative"},
    "everything": {"result", "derivative", "step"},
}


@dataclass(frozen=True)
class Order:
    """What kind of exercise is wanted.

    Attributes
    ----------
    topic : str
        One of `TOPICS`.
    size : str
        ``small``, ``medium`` or ``large``.
    difficulty : int
        From 1 to 3.
    blanks : str
        What is left to fill in: ``results`` only, ``derivatives`` too, or ``everything``.
    digits : int
        Significant digits of the answers, where they do not come out as short decimals.
    seed : int
    """

    topic: str
    size: Size = "small"
    difficulty: int = 1
    blanks: Blanks = "everything"
    digits: int = 4
    seed: int = 1


@dataclass(frozen=True)
class Exercise:
    """An exercise and its solution.

    Attributes
    ----------
    order : Order
    student : str
    draft : Draft
    work : Work
    rows : list of Question
    tries : int
        How many draws were looked at.
    """

    order: Order
    student: str
    draft: Draft
    work: Work
    rows: list[Question]
    tries: int

    @property
    def digits(self) -> int:
        """To how many significant digits the answers are wanted."""
        return max(digits_of(row.value) for row in self.rows) if self.draft.exact else self.order.digits

    def is_blank(self, row: Question) -> bool:
        """Whether a number is to be filled in."""
        return row.stage in _BLANK[self.order.blanks]

    def answer(self, row: Question) -> Num:
        """A number as the key has it."""
        shown, _ = printed(row.value, self.digits)
        assert isinstance(shown, Num)
        return shown

    def problem(self) -> dict[str, Any]:
        """The keys of a problem file, its title and task in both languages."""
        return _problem(self.order, self.student, self.draft)


def exercise(order: Order, student: str = "") -> Exercise:
    """The exercise of one student: the same for the same order and name, another for every name.

    Parameters
    ----------
    order : Order
    student : str

    Examples
    --------
    >>> exercise(Order("neuron"), "Ada").draft == exercise(Order("neuron"), "Ada").draft
    True
    """
    level, size = order.difficulty, SIZES.index(order.size) + 1
    rng = Random(f"{order.seed}/{student}/{order.topic}/{size}/{level}")
    for tries in range(1, TRIES + 1):
        try:
            draft = TOPICS[order.topic](Numbers(rng), size, level)
            program = program_of(read_lines("\n".join(draft.lines)))
            draft = _aimed(draft, program)
            forward = run_forward(program, draft.given)
        except (Exhausted, CalculationError):
            continue
        if next(forward_faults(draft, forward, program, level), None) is not None:
            continue
        worked = work(_problem(order, student, draft))
        rows = questions(draft, worked)
        if next(faults(draft, worked, rows, level), None) is None:
            return Exercise(order, student, draft, worked, rows, tries)
    raise RuntimeError(f"no exercise in {TRIES} tries: {order}")


def _aimed(draft: Draft, program: Program) -> Draft:
    """The draft with its target set from its output, where it is to be."""
    if draft.aim is None:
        return draft
    target, output, error = draft.aim
    reached = float(run_forward(program, draft.given).values[output])
    return draft._replace(given={**draft.given, target: round(reached - error, PLACES)})


def _problem(order: Order, student: str, draft: Draft) -> dict[str, Any]:
    topic = order.topic.replace("-", "_")
    title = {language: _title(language, topic, student) for language in LANGUAGES}
    return {
        "title": title,
        "about": {key: say(f"practice.task_{topic}", key) for key in LANGUAGES},
        **draft.problem(),
    }


def _title(language: str, topic: str, student: str) -> str:
    name = say(f"practice.topic_{topic}", language)
    return say("practice.title_for", language, topic=name, student=student) if student else name
