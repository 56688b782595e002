"""Learning by the problem's own update lines: an iteration in full, then the table of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Inlines, Notice, Sym, Table
from byhand.lesson.forward import forward_lines, headed_lines
from byhand.lesson.learning import COLUMNS, cell, some
from byhand.lesson.sentences import Speaker
from byhand.ops import Name
from byhand.sources.names import known_name
from byhand.sources.task import Task
from byhand.trace.lookup import pass_at
from byhand.trace.program import definition, lines_of
from byhand.trace.run import Pass, Run

LARGEST_CELL = 6


def iterations(
    task: Task,
    run: Run,
    labels: Mapping[str, Inlines],
    headings: Mapping[str, Inlines],
    digits: int,
    scalar: bool,
    speaker: Speaker,
) -> list[Block]:
    """The first iteration in full, and if it changes nothing the first that does.

    Parameters
    ----------
    task : Task
    run : Run
    labels : mapping
        What names mean, in the reader's language.
    headings : mapping
        What stands above a line, by the name it defines.
    digits : int
    scalar : bool
        Arrays are spelled out element by element.
    speaker : Speaker
    """
    known = not task.symbolic
    changing = next((k for k in range(1, len(run.starts)) if _changes(run, k)), 1) if known else 1
    told = (
        _iteration(run, k, labels, headings, digits, known, scalar, speaker) for k in sorted({1, changing})
    )
    return [block for blocks in told for block in blocks]


def _iteration(
    run: Run,
    number: int,
    labels: Mapping[str, Inlines],
    headings: Mapping[str, Inlines],
    digits: int,
    known: bool,
    scalar: bool,
    speaker: Speaker,
) -> list[Block]:
    """One iteration: its values, and the new values that its update lines calculate."""
    done = pass_at(run, number)
    board, carried = Board(done.forwards[0].values, {}, digits), run.plan.carried
    names = [name for name in lines_of(run.program) if name not in carried.values()]
    blocks: list[Block] = []
    if len(run.starts) > 2:
        code = "local.iteration_sample" if run.plan.samples else "local.iteration"
        blocks.append(speaker.heading(2, code, number=number, sample=done.samples[0] + 1))
    blocks.append(speaker.heading(3, "lesson.forward"))
    blocks += headed_lines(run.program, names, board, labels, headings, known, scalar)
    blocks.append(speaker.heading(3, "lesson.update"))
    if number == 1:
        blocks.append(Notice("rule", "local", speaker.inlines("local.rule")))
    if scalar or not known:
        return [*blocks, *forward_lines(run.program, carried.values(), board, labels, known, scalar)]
    for name, line in carried.items():
        old, new = board.values[name], board.values[line]
        near = None if np.ndim(old) or old == new else old
        formula = definition(run.program, line)
        blocks.append(board.line(Name(line), formula, value=new, near=near, code="update"))
    return blocks


def local_history(task: Task, run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """A row for each iteration, and how many changed something, epoch by epoch."""
    steps, samples = len(run.starts) - 1, run.plan.sample_count
    if steps < 2 or task.symbolic:
        return []
    known = run.first.forwards[0].values
    carried = list(run.plan.carried.values())
    wanted = [known_name(name, known, "table") for name in task.problem.table]
    wanted = wanted or [*run.plan.samples, *(name for name in lines_of(run.program) if name not in carried)]
    names = [name for name in (*wanted, *carried) if np.size(known[name]) <= LARGEST_CELL]
    names = [*names[:COLUMNS], *[name for name in names[COLUMNS:] if name in carried][:COLUMNS]]
    head = [speaker.inlines("lesson.column_iteration"), *[(Sym(name),) for name in names]]
    rows = [_row(pass_at(run, k + 1), names, digits) for k in some(steps)]
    if run.plan.samples:
        head.insert(1, speaker.inlines("lesson.column_sample"))
    else:
        rows = [(first, *rest) for first, _, *rest in rows]
    blocks: list[Block] = [speaker.heading(2, "lesson.history"), Table(tuple(head), tuple(rows))]
    if samples > 1 and steps >= samples:
        counts = [
            sum(_changes(run, k) for k in range(start, start + samples))
            for start in range(1, steps - samples + 2, samples)
        ]
        shown = [str(count) for count in counts]
        listed = speaker.listed([*shown[:COLUMNS], *(["…"] if len(shown) > COLUMNS else [])])
        blocks.append(speaker.paragraph("local.changes", samples=samples, counts=listed))
        if not counts[-1]:
            blocks.append(speaker.paragraph("local.settled"))
    return blocks


def _row(done: Pass, names: list[str], digits: int) -> tuple[Any, ...]:
    values = done.forwards[0].values
    return (
        (str(done.number),),
        (str(done.samples[0] + 1),),
        *[cell(values[name], digits) for name in names],
    )


def _changes(run: Run, number: int) -> bool:
    """Whether an iteration changes a learned value."""
    before, after = run.starts[number - 1], run.starts[number]
    return any(not np.array_equal(before[name], after[name]) for name in before)
