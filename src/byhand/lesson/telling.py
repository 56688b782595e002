"""A whole calculation told as a lesson: what is given, forward, backward, update, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import numpy as np

from byhand.lesson.backward import BackwardTeller
from byhand.lesson.board import Board
from byhand.lesson.conventions import conventions
from byhand.lesson.delta import delta_blocks
from byhand.lesson.document import Block, Document, Inlines, Listing, Notice, Paragraph, Sym, Table
from byhand.lesson.forward import headed_lines, section_heading
from byhand.lesson.layers import layers
from byhand.lesson.learning import history, pictures, prediction, sample_table, shares
from byhand.lesson.local import iterations, local_history
from byhand.lesson.roles import roles
from byhand.lesson.sentences import Speaker
from byhand.lesson.updates import (
    direction,
    norm_line,
    predicted_and_actual,
    setting_lines,
    update_lines,
)
from byhand.lesson.verification import verification
from byhand.lesson.warnings import warnings
from byhand.sources.problem import text_in
from byhand.sources.task import Task
from byhand.trace.program import lines_of
from byhand.trace.run import Pass, Run

MOST_UPDATES = 24


@dataclass(frozen=True)
class Telling:
    """How a lesson is told.

    Attributes
    ----------
    language : str
    digits : int
        Significant digits.
    scalar : bool
        Arrays spelled out element by element.
    by : str
        The backward pass by ``layers`` from the back, by ``paths``, or by ``delta`` for layered networks.
    verify : bool
        A central difference beside each gradient.
    terms : int or None
        How many of the largest terms of a long sum are shown; None for all.
    depth : int
        How many levels back the derivation of one number goes; None for as far as reads well.
    """

    language: str = "en"
    digits: int = 6
    scalar: bool = False
    by: Literal["layers", "paths", "delta"] = "layers"
    verify: bool = False
    terms: int | None = 10
    depth: int | None = None


def tell(task: Task, run: Run, how: Telling) -> Document:
    """The lesson of a calculation.

    Parameters
    ----------
    task : Task
    run : Run
    how : Telling

    Returns
    -------
    Document
    """
    speaker = Speaker(how.language)
    title = text_in(task.problem.title, how.language) or speaker.plain("lesson.untitled")
    blocks: list[Block] = [*_texts(task.problem.about, how.language), *_givens(task, run, how, speaker)]
    if run.plan.carried:
        labels = labels_of(task, how.language)
        headings = headings_of(task, how.language)
        blocks += iterations(task, run, labels, headings, how.digits, how.scalar, speaker)
        blocks += local_history(task, run, how.digits, speaker)
    elif run.plan.objective is None:
        blocks += _forward(task, run, how, speaker)
        blocks += [] if task.symbolic else sample_table(task, run, how.digits, speaker)
    else:
        blocks += _first_pass(task, run, how, speaker)
    if not task.symbolic:
        blocks += history(run, how.digits, speaker)
        blocks += prediction(task, run, how.digits, speaker)
        blocks += pictures(task, run, speaker)
        blocks += _warned(task, run, how.digits, speaker)
    blocks += _texts(task.problem.conclusion, how.language)
    return Document(title, how.language, tuple(blocks))


def _texts(text: Any, language: str) -> list[Block]:
    return [
        Paragraph((part.replace("\n", " ").strip(),))
        for part in text_in(text, language).split("\n\n")
        if part.strip()
    ]


def labels_of(task: Task, language: str) -> dict[str, Inlines]:
    """What names mean, in the reader's language."""
    return _in_language(task.problem.labels, language)


def headings_of(task: Task, language: str) -> dict[str, Inlines]:
    """What stands above lines, by the names they define."""
    return _in_language(task.problem.headings, language)


def _in_language(texts: Mapping[str, Any], language: str) -> dict[str, Inlines]:
    return {name: (text_in(text, language),) for name, text in texts.items()}


def _givens(task: Task, run: Run, how: Telling, speaker: Speaker) -> list[Block]:
    """What is given, with the role each value plays, and the conventions used."""
    board = _board(run.first, 0, how.digits)
    lines = lines_of(run.program)
    labels = labels_of(task, how.language)
    network = layers(run.program, board.values)
    role_of = {**roles(run.program, run.plan, network), **task.problem.roles}
    rows = []
    for name, value in board.values.items():
        if "." in name or name in lines:
            continue
        known = name not in run.plan.numberless
        differs = name in run.plan.samples and len(run.first.samples) > 1
        shown = (
            speaker.inlines("lesson.sample_values", number=run.plan.sample_count)
            if differs
            else (board.number(value)[0],)
            if known
            else ("?",)
        )
        rows.append(
            ((Sym(name),), shown, speaker.inlines(f"role.{role_of.get(name, 'other')}"), labels.get(name, ()))
        )
    blocks: list[Block] = [speaker.heading(2, "lesson.given")]
    head = [speaker.inlines(f"lesson.column_{key}") for key in ("name", "value", "role", "meaning")]
    columns = 4 if any(row[3] for row in rows) else 3
    blocks.append(Table(tuple(head[:columns]), tuple(tuple(row[:columns]) for row in rows)))
    units = [
        speaker.inlines(
            "lesson.units_of_role",
            role=speaker.inlines(f"role.{role}"),
            names=speaker.listed([Sym(n) for n in members]),
        )
        for role in ("hidden", "output", "objective")
        if (members := [name for name, own in role_of.items() if own == role and name in lines])
    ]
    blocks.extend([Listing(tuple(units))] if units and not task.problem.table else [])
    used = conventions(task, run)
    blocks.extend(Notice("convention", c.code, speaker.told("convention", c, how.digits)) for c in used)
    return blocks


def _board(done: Pass, sample: int, digits: int) -> Board:
    gradients = done.backwards[sample].gradients if done.backwards else {}
    return Board(done.forwards[sample].values, gradients, digits)


def _first_pass(task: Task, run: Run, how: Telling, speaker: Speaker) -> list[Block]:
    """The first iteration in full: its first sample worked out, the others' shares beside it."""
    done, objective = run.first, run.plan.objective
    assert objective is not None
    known = not task.symbolic
    blocks: list[Block] = []
    if run.plan.learn and (run.plan.steps > 1 or run.plan.until is not None or run.plan.samples):
        blocks.append(speaker.heading(2, "lesson.iteration_one"))
        blocks += [_epoch_note(run, speaker)] if run.plan.samples else []
    board = _board(done, 0, how.digits)
    blocks += _forward(task, run, how, speaker)
    blocks.append(speaker.heading(2, "lesson.backward", objective=Sym(objective)))
    teller = BackwardTeller(run.program, objective, board, speaker, known, how.scalar)
    blocks += _backward(task, run, how, speaker, teller)
    unreached = teller.independent()
    if unreached:
        names = speaker.listed([Sym(name) for name in unreached])
        blocks.append(speaker.paragraph("lesson.independent", objective=Sym(objective), names=names))
    if known:
        blocks += _gradient_table(run, how.digits, speaker)
        if len(done.samples) > 1:
            blocks += shares(run, how.digits, speaker)
        if how.verify:
            blocks += verification(run, how.digits, speaker)
        blocks += _update(run, how.digits, speaker)
    return blocks


def _forward(task: Task, run: Run, how: Telling, speaker: Speaker) -> list[Block]:
    """The forward pass of the first sample."""
    blocks: list[Block] = []
    if run.plan.sample_count > 1:
        blocks.append(speaker.paragraph("lesson.first_sample", number=run.plan.sample_count))
    blocks.append(speaker.heading(2, "lesson.forward"))
    board, labels = _board(run.first, 0, how.digits), labels_of(task, how.language)
    lines, headings = lines_of(run.program), headings_of(task, how.language)
    for number, (path, names) in enumerate(groupby(lines, lambda name: run.program.sections.get(name, ()))):
        blocks += section_heading(path, number, speaker)
        blocks += headed_lines(run.program, names, board, labels, headings, not task.symbolic, how.scalar)
    return blocks


def _epoch_note(run: Run, speaker: Speaker) -> Paragraph:
    number = run.plan.sample_count
    code = "lesson.epoch_online" if run.plan.online else "lesson.epoch_batch"
    return speaker.paragraph(code, number=number)


def _backward(task: Task, run: Run, how: Telling, speaker: Speaker, teller: BackwardTeller) -> list[Block]:
    scalars = all(not np.ndim(value) for value in teller.board.values.values())
    blocks: list[Block] = []
    if how.by == "paths" and scalars:
        wanted = run.plan.learn or [name for name in run.given if name in teller.away]
        return teller.by_paths(wanted)
    if how.by == "delta":
        network = layers(run.program, teller.board.values)
        if network is not None:
            return delta_blocks(run, network, teller.board, speaker, not task.symbolic)
        blocks.append(speaker.paragraph("lesson.not_layered"))
    if how.by == "paths":
        blocks.append(speaker.paragraph("lesson.paths_need_scalars"))
    told = teller.between(run.plan.learn) if run.plan.learn else None
    headings = headings_of(task, how.language)
    return [*blocks, *(teller.by_headings(told, headings) if headings else teller.by_layers(told))]


def _gradient_table(run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """Each learned name's gradient with a sentence on which way to turn it."""
    objective = run.plan.objective
    assert objective is not None
    names = run.plan.learn or tuple(name for name in run.given if name not in run.plan.samples)
    board = Board({}, run.first.gradients, digits)
    rows = []
    for name in names:
        gradient = run.first.gradients[name]
        sentence = speaker.inlines(direction(gradient), name=Sym(name), objective=Sym(objective))
        rows.append(((Sym(name),), (board.number(gradient)[0],), sentence))
    head = tuple(speaker.inlines(f"lesson.column_{key}") for key in ("name", "gradient", "direction"))
    return [speaker.heading(2, "lesson.gradients"), Table(head, tuple(rows))]


def _update(run: Run, digits: int, speaker: Speaker) -> list[Block]:
    done, plan = run.first, run.plan
    if not done.updates or plan.rule is None or plan.objective is None:
        return []
    blocks: list[Block] = [
        speaker.heading(2, "lesson.update"),
        speaker.rule(f"update_{'up' if plan.maximise else 'down'}"),
    ]
    blocks += setting_lines(plan.settings, digits)
    told = list(done.updates.values())[:MOST_UPDATES]
    if plan.rule.clips:
        learned = {name: done.gradients[name] for name in plan.learn}
        blocks.append(norm_line(told[0].working["norm"], learned, plan.objective, digits))
    for number, update in enumerate(told):
        blocks += update_lines(update, plan.rule, plan.objective, digits, again=number > 0)
    if len(done.updates) > MOST_UPDATES:
        blocks.append(speaker.paragraph("lesson.more_updates", number=len(done.updates) - MOST_UPDATES))
    if len(run.objectives) > 1 and not plan.online:
        board = Board({}, done.gradients, digits)
        blocks += predicted_and_actual(done, run.objectives[1], plan.objective, board, speaker)
    return blocks


def _warned(task: Task, run: Run, digits: int, speaker: Speaker) -> list[Block]:
    found = warnings(task, run)
    if not found:
        return []
    notices = [Notice("warning", w.code, speaker.told("warning", w, digits)) for w in found]
    return [speaker.heading(2, "lesson.warnings"), *notices]
