"""The derivation of one number along its own paths, and nothing else."""

from __future__ import annotations

import numpy as np

from byhand.lesson.backward import BackwardTeller
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Document, Paragraph, Sym
from byhand.lesson.forward import forward_lines
from byhand.lesson.numbers import printed
from byhand.lesson.reasons import ReasonTeller
from byhand.lesson.sentences import Speaker
from byhand.lesson.telling import Telling, labels_of
from byhand.lesson.updates import update_lines
from byhand.ops import Call, Derivative, Name
from byhand.rules import Rule
from byhand.sources.task import Task
from byhand.trace.backward import run_backward
from byhand.trace.derivative import pulled
from byhand.trace.element import Speller
from byhand.trace.lookup import Asked, asked, number, one_at, pass_at
from byhand.trace.moment import Account, Moment, account, title
from byhand.trace.paths import leading_to
from byhand.trace.program import definition, lines_of
from byhand.trace.run import Pass, Run


def why(task: Task, run: Run, wanted: str, how: Telling) -> Document:
    """Why one number is what it is.

    Parameters
    ----------
    task : Task
    run : Run
    wanted : str
        Its name: ``h1``, ``dL/dw1``, ``dL/dW1[0,2]``, ``w1_new``, ``L#5``.
    how : Telling

    Returns
    -------
    Document

    Raises
    ------
    ProblemError
        There is no such number.
    """
    what, value = asked(wanted, run.first.forwards[0].values, run.plan.learn), number(run, wanted)
    speaker = Speaker(how.language)
    last = len(run.starts) - 1
    step = what.step or (last if what.kind == "new" else 1)
    done = pass_at(run, step)
    blocks: list[Block] = []
    if len(run.starts) > 1:
        blocks.append(speaker.paragraph("lesson.in_iteration", number=step))
    if len(done.samples) > 1:
        blocks.append(speaker.paragraph("lesson.why_sample", number=done.samples[0] + 1))
    if what.kind == "value":
        blocks += _value(task, run, done, what, how, speaker)
    elif what.of in run.plan.carried:
        line = what._replace(kind="value", of=run.plan.carried[what.of])
        blocks += _value(task, run, done, line, how, speaker)
    elif what.kind == "derivative":
        blocks += _derivative(task, run, done, what, how, speaker)
    else:
        blocks += _new(task, run, step, what, how, speaker)
    board = Board({}, {}, how.digits)
    if value is not None:
        shown = speaker.inlines("lesson.so_it_is", name=wanted, value=board.number(value)[0])
        blocks.append(Paragraph(shown))
    return Document(speaker.plain("lesson.why_title", name=wanted), how.language, tuple(blocks))


def accounted(task: Task, run: Run, wanted: str, how: Telling) -> Account | None:
    """One number among arrays accounted for in single numbers.

    None for a whole array, where all values are single numbers anyway, for one of several samples, and for an
    update that was not kept.

    Raises
    ------
    ProblemError
        There is no such number.
    """
    what, value = asked(wanted, run.first.forwards[0].values, run.plan.learn), number(run, wanted)
    done = pass_at(run, what.step or (len(run.starts) - 1 if what.kind == "new" else 1))
    values = done.forwards[0].values
    arrays = any(map(np.ndim, values.values()))
    if np.ndim(value) or not arrays or len(done.samples) > 1 or task.symbolic:
        return None
    if what.kind == "new" and what.of not in done.updates:
        return None
    given = {name: value for name, value in values.items() if name not in lines_of(run.program)}
    kept = {name: update.working for name, update in done.updates.items()}
    moment = Moment(run.program, given, run.plan, done.number, kept)
    return account(moment, title(what), how.terms, how.depth)


def explained(found: Account, rule: Rule | None, how: Telling) -> Document:
    """A number accounted for, as a document."""
    speaker, name = Speaker(how.language), title(found.first.what)
    teller = ReasonTeller(how.terms, rule, how.digits, speaker)
    shown = speaker.inlines("lesson.so_it_is", name=name, value=printed(found.first.value, how.digits)[0])
    blocks = (*teller.tell(found), Paragraph(shown), *teller.following(found))
    return Document(speaker.plain("lesson.why_title", name=name), how.language, blocks)


def _value(task: Task, run: Run, done: Pass, what: Asked, how: Telling, speaker: Speaker) -> list[Block]:
    """The lines that lead to a value; of an array's element, only that element at the end."""
    board = Board(done.forwards[0].values, {}, how.digits)
    names = leading_to(run.program, what.of)
    if not names:
        return [speaker.paragraph("lesson.is_given", name=Sym(what.of))]
    labels = labels_of(task, how.language)
    if not what.of_index:
        return forward_lines(run.program, names, board, labels, not task.symbolic, how.scalar)
    blocks = forward_lines(run.program, names[:-1], board, labels, not task.symbolic, False)
    left = Call("index", (Name(what.of),), (("index", what.of_index),))
    formula = Speller(board.values, {}).element(definition(run.program, what.of), what.of_index)
    shown = None if task.symbolic else board.values[what.of][what.of_index]
    return [*blocks, board.line(left, formula, value=shown, code="forward")]


def _derivative(task: Task, run: Run, done: Pass, what: Asked, how: Telling, speaker: Speaker) -> list[Block]:
    """The values needed, then the gradients on the paths from A back to B."""
    forward = done.forwards[0]
    gradients = run_backward(
        run.program, forward, what.of, one_at(forward.values[what.of], what.of_index)
    ).gradients
    board = Board(forward.values, gradients, how.digits)
    teller = BackwardTeller(run.program, what.of, board, speaker, not task.symbolic, False)
    if what.by not in teller.away:
        return [speaker.paragraph("lesson.no_path", of=Sym(what.of), by=Sym(what.by))]
    labels = labels_of(task, how.language)
    blocks: list[Block] = [speaker.heading(2, "lesson.forward")]
    blocks += forward_lines(
        run.program, leading_to(run.program, what.of), board, labels, not task.symbolic, False
    )
    blocks.append(speaker.heading(2, "lesson.backward", objective=Sym(what.of)))
    between = teller.between([what.by])
    if all(not np.ndim(forward.values[name]) for name in {*between, what.by}):
        return [*blocks, *teller.by_paths([what.by])]
    blocks += teller.by_layers(between)
    if what.by_index:
        terms = [
            pulled(run.program, user, what.by, Derivative(what.of, user), teller.shapes)
            for user in teller.users[what.by]
            if user in teller.away and user != what.of
        ]
        if len(terms) == 1:
            element = Speller(board.values, board.gradients).element(terms[0], what.by_index)
            left = Derivative(what.of, what.by, what.by_index)
            shown = None if task.symbolic else gradients[what.by][what.by_index]
            blocks.append(board.line(left, element, value=shown, code="gradient"))
    return blocks


def _new(task: Task, run: Run, step: int, what: Asked, how: Telling, speaker: Speaker) -> list[Block]:
    """The gradient of a weight, then its update."""
    objective = str(run.plan.objective)
    done = run.passes.get(step)
    blocks = _derivative(task, run, pass_at(run, step), Asked("derivative", objective, what.of), how, speaker)
    blocks.append(speaker.heading(2, "lesson.update"))
    if done is None or run.plan.rule is None or what.of not in done.updates:
        return [*blocks, speaker.paragraph("lesson.update_not_kept")]
    update = done.updates[what.of]
    return [*blocks, *update_lines(update, run.plan.rule, objective, how.digits, not task.symbolic)]
