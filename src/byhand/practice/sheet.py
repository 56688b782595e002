"""An exercise as a page to hand out: the task, what is given, the formulas, and a table to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Document, Formula, Heading, Inlines, Paragraph, Table
from byhand.lesson.forward import forward_lines
from byhand.lesson.notation import symbol
from byhand.lesson.numbers import TRUE_DIGITS, printed
from byhand.lesson.sentences import Speaker
from byhand.lesson.updates import setting_lines, update_lines
from byhand.practice.exercise import Exercise
from byhand.practice.questions import Question
from byhand.sources.problem import text_in
from byhand.trace.program import lines_of

_GROUP = {"value": "forward", "derivative": "backward", "new": "update"}


def sheet(made: Exercise, language: str) -> Document:
    """The page for one student."""
    speaker, problem = Speaker(language), made.work.task.problem
    blocks: list[Block] = [*_name(made.student, speaker), Paragraph((text_in(problem.about, language),))]
    blocks += [speaker.heading(2, "lesson.given"), _given(made, speaker)]
    blocks.append(speaker.heading(2, "practice.formulas"))
    run = made.work.run
    board = Board(run.first.forwards[0].values, {}, TRUE_DIGITS)
    blocks += forward_lines(run.program, lines_of(run.program), board, {}, known=False, scalar=False)
    if made.work.run.first.updates:
        names = speaker.listed([symbol(name) for name in made.work.run.first.updates])
        blocks += [speaker.paragraph("practice.rule_is", names=names), *rule_lines(made)]
    blocks += [speaker.heading(2, "practice.fill_in"), precision(made, speaker), *_tables(made, speaker)]
    return Document(text_in(problem.title, language), language, tuple(blocks))


def _name(student: str, speaker: Speaker) -> Iterator[Block]:
    """The student's name, or room for it on a sheet that has only a number."""
    if student.isdecimal():
        yield speaker.paragraph("practice.number", number=student, blank=speaker.plain("practice.blank"))
    elif student:
        yield speaker.paragraph("practice.name", student=student)


def precision(made: Exercise, speaker: Speaker) -> Paragraph:
    """To how many digits the answers are wanted."""
    if made.draft.exact:
        return speaker.paragraph("practice.exactly")
    return speaker.paragraph("practice.to_digits", digits=made.digits)


def groups(made: Exercise, speaker: Speaker) -> Iterator[tuple[Inlines, list[Question]]]:
    """The numbers that are asked under their headings: forward, backward, update, of each step."""
    for (step, kind), rows in groupby(made.rows, key=lambda row: (row.step, row.kind)):
        heading = speaker.inlines(f"practice.{_GROUP[kind]}")
        if made.draft.steps > 1:
            last = step > made.draft.steps
            heading = (
                speaker.inlines("practice.end")
                if last
                else (
                    *speaker.inlines("practice.step", number=step),
                    *speaker.inlines("lesson.comma"),
                    *heading,
                )
            )
        yield heading, list(rows)


def _given(made: Exercise, speaker: Speaker) -> Table:
    head = tuple([speaker.inlines(f"lesson.column_{key}") for key in ("name", "value")])
    rows = [((symbol(name),), (printed(value, TRUE_DIGITS)[0],)) for name, value in made.draft.given.items()]
    return Table(head, tuple(rows))


def rule_lines(made: Exercise) -> list[Formula]:
    """The update rule, written for the first weight, and its settings."""
    plan, updates = made.work.run.plan, made.work.run.first.updates
    if plan.rule is None or not updates:
        return []
    first = next(iter(updates.values()))
    lines = update_lines(first, plan.rule, plan.differentiated, made.digits, known=False)
    return [
        line for line in (*lines, *setting_lines(plan.settings, TRUE_DIGITS)) if isinstance(line, Formula)
    ]


def _tables(made: Exercise, speaker: Speaker) -> Iterator[Block]:
    head = (speaker.inlines("practice.column_quantity"), speaker.inlines("practice.column_answer"))
    blank = speaker.inlines("practice.blank")
    for heading, rows in groups(made, speaker):
        yield Heading(3, heading)
        yield Table(
            head,
            tuple([((row.symbol,), blank if made.is_blank(row) else (made.answer(row),)) for row in rows]),
        )
