"""What happens over samples and steps: tables, the curve of the objective, predictions, pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.errors import ProblemError
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Curve, Deriv, Inlines, Points, Sym, Table
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker
from byhand.ops import Name
from byhand.sources.names import known_name
from byhand.sources.problem import number_or_array
from byhand.sources.task import Task
from byhand.trace.forward import run_forward
from byhand.trace.lookup import value_in
from byhand.trace.run import Run

ROWS, COLUMNS = 12, 6


def sample_table(task: Task, run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """The wanted names for every sample, one row each."""
    done = run.first
    known = done.forwards[0].values
    names = [known_name(name, known, "table") for name in task.problem.table]
    if not names:
        return []
    rows = []
    for forward in done.forwards:
        rows.append(tuple([cell(forward.values[name], digits) for name in names]))
    return [speaker.heading(2, "lesson.samples"), Table(tuple([(Sym(name),) for name in names]), tuple(rows))]


def cell(value: Any, digits: int) -> Inlines:
    """A value in a table."""
    return (Board({}, {}, digits).number(value)[0],)


def shares(run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """Each sample's own gradient, and the gradient of the batch they make up."""
    done, plan = run.first, run.plan
    names = [name for name in plan.learn if not np.ndim(done.gradients[name])][:COLUMNS]
    if not names:
        return []
    columns: list[Inlines] = [
        (Sym(plan.differentiated),),
        *[(Deriv(Sym(plan.differentiated), Sym(name)),) for name in names],
    ]
    rows = []
    for k, (forward, backward) in enumerate(zip(done.forwards, done.backwards, strict=True)):
        cells = [
            cell(forward.values[plan.differentiated], digits),
            *[cell(backward.gradients[n], digits) for n in names],
        ]
        rows.append(((str(done.samples[k] + 1),), *cells))
    whole = [cell(done.objective, digits), *[cell(done.gradients[name], digits) for name in names]]
    label = speaker.inlines("lesson.mean" if plan.mean else "lesson.sum")
    kept = rows if len(rows) <= ROWS else [*rows[: ROWS - 1], (("…",),) * (len(names) + 2)]
    code = "lesson.shares_mean" if plan.mean else "lesson.shares_sum"
    return [
        speaker.heading(3, "lesson.shares"),
        speaker.paragraph(code, number=len(rows)),
        Table((speaker.inlines("lesson.column_sample"), *columns), (*kept, (label, *whole))),
    ]


def history(run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """The learned values and the objective over the steps, where there was more than one."""
    plan, count = run.plan, len(run.starts) - 1
    if count < 2 or plan.objective is None:
        return []
    names = [name for name in plan.learn if not np.ndim(run.given[name])][:COLUMNS]
    rows = []
    for k in some(count + 1):
        cells = [cell(run.starts[k][name], digits) for name in names]
        rows.append(((str(k + 1),), *cells, cell(run.objectives[k], digits)))
    head = (
        speaker.inlines("lesson.column_iteration"),
        *[(Sym(name),) for name in names],
        (Sym(plan.objective),),
    )
    blocks: list[Block] = [
        speaker.heading(2, "lesson.history"),
        speaker.paragraph(
            f"lesson.stopped_{run.stopped}", number=count, until=printed(plan.until or 0.0, digits)[0]
        ),
    ]
    if plan.online and plan.sample_count > 1:
        blocks.append(
            speaker.paragraph(
                "lesson.epochs_done", number=count // plan.sample_count, samples=plan.sample_count
            )
        )
    return [*blocks, Table(head, tuple(rows))]


def some(count: int) -> list[int]:
    """All of a few, or the first ones, evenly spread ones and the last."""
    if count <= ROWS:
        return list(range(count))
    return sorted({0, 1, 2, *(round(k) for k in np.linspace(2, count - 1, ROWS - 2))})


def prediction(task: Task, run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """What the learned values give for new inputs."""
    wanted = dict(task.problem.predict)
    if not wanted:
        return []
    result = str(wanted.pop("result"))
    done = run.passes[max(run.passes)]
    known = done.forwards[0].values
    result = known_name(result, known, "predict.result")
    inputs = {
        known_name(name, known, "predict"): number_or_array(name, value) for name, value in wanted.items()
    }
    values = {
        **run.given,
        **{name: column[0] for name, column in run.plan.samples.items()},
        **run.starts[-1],
        **inputs,
    }
    forward = run_forward(run.program, values)
    board = Board(forward.values, {}, digits)
    named = [part for name in inputs for part in (Sym(name), " = ", board.number(inputs[name])[0], " ")][:-1]
    return [
        speaker.heading(2, "lesson.prediction"),
        speaker.paragraph("lesson.predicted_for", inputs=tuple(named)),
        board.line(Name(result), value=forward.values[result], code="prediction"),
    ]


def pictures(task: Task, run: Run, speaker: Speaker) -> list[Block]:
    """The pictures the problem asks for."""
    blocks: list[Block] = []
    known = run.first.forwards[0].values
    for plot in task.problem.plot:
        if plot.kind == "curve" and len(run.objectives) > 1:
            of = known_name(plot.of or run.plan.differentiated, known, "plot.of")
            title = speaker.plain("lesson.curve", name=of)
            steps = tuple(float(k) for k in range(1, len(run.objectives) + 1))
            label = speaker.plain("lesson.column_iteration")
            blocks.append(Curve(title, steps, tuple(float(value) for value in run.objectives), label, of))
        if plot.kind == "points":
            blocks.append(_points(plot, run, known, speaker))
    return [speaker.heading(2, "lesson.pictures"), *blocks] if blocks else []


def _points(plot: Any, run: Run, known: Any, speaker: Speaker) -> Points:
    """One point a sample, grouped by a value."""
    x, y = known_name(plot.x, known, "plot.x"), known_name(plot.y, known, "plot.y")
    title = speaker.plain("lesson.points", x=x, y=y)
    columns = {name: np.atleast_1d(value_in(run, run.first, name)) for name in (x, y)}
    for name, column in columns.items():
        if column.ndim > 1:
            raise ProblemError("not_one_number", name=name, key="plot")
    if not plot.group:
        return Points(title, (("", tuple(columns[x].tolist()), tuple(columns[y].tolist())),), x, y)
    group = known_name(plot.group, known, "plot.group")
    of = np.broadcast_to(np.atleast_1d(value_in(run, run.first, group)), columns[x].shape)
    groups = tuple(
        (
            f"{group} = {float(value):g}",
            tuple(columns[x][of == value].tolist()),
            tuple(columns[y][of == value].tolist()),
        )
        for value in sorted(set(of.tolist()))
    )
    return Points(title, groups, x, y)
