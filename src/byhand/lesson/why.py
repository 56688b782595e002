"""Why one number is what it is, as a document."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from byhand.lesson.backward import BackwardTeller
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Document, Inlines, Paragraph, Sym, Table
from byhand.lesson.forward import forward_lines
from byhand.lesson.learning import ROWS, cell
from byhand.lesson.reasons import ReasonTeller
from byhand.lesson.sentences import Speaker
from byhand.lesson.telling import Telling
from byhand.lesson.updates import update_lines
from byhand.ops.expression import is_number
from byhand.rules import Rule
from byhand.trace.moment import Account, Batch, title
from byhand.trace.program import lines_of
from byhand.trace.reason import Reason
from byhand.trace.scalar import element_name

MOST_BETWEEN = 24  # names on the way back of which whole paths are still read


def explained(found: Account, rule: Rule | None, labels: Mapping[str, Inlines], how: Telling) -> Document:
    """A number accounted for: in full in the order of calculation, else from the number back.

    Parameters
    ----------
    found : Account
    rule : Rule or None
        Of the updates.
    labels : mapping
        What names mean, in the reader's language.
    how : Telling

    Returns
    -------
    Document
    """
    speaker, name = Speaker(how.language), title(found.what)
    blocks: list[Block] = []
    if found.number is not None:
        blocks.append(speaker.paragraph("lesson.in_iteration", number=found.number))
    if found.batch is not None:
        blocks.append(speaker.paragraph("lesson.why_sample", number=found.batch.samples[0] + 1))
    teller = ReasonTeller(how.terms, rule, how.digits, speaker)
    at_once = _at_once(found.first, speaker)
    if at_once is not None:
        blocks.append(at_once)
    elif found.in_full:
        blocks += _in_order(found.first, labels, how, speaker)
    else:
        blocks += teller.tell(found)
    if found.batch is not None:
        blocks += _shares(found.batch, how.digits, speaker)
    if found.in_full and found.what.kind == "new":
        blocks += _update(found.first, rule, how.digits, speaker)
    if found.value is not None:
        shown = cell(found.value, how.digits)[0]
        blocks.append(Paragraph(speaker.inlines("lesson.so_it_is", name=name, value=shown)))
    blocks += [] if found.in_full else teller.following(found)
    return Document(speaker.plain("lesson.why_title", name=name), how.language, tuple(blocks))


def _at_once(first: Reason, speaker: Speaker) -> Block | None:
    """What is said of a number to which no calculation leads."""
    what, formula = first.what, first.formula
    if what.kind == "value" and formula is None:
        return speaker.paragraph("lesson.is_given", name=element_name(what.of, what.of_index))
    if what.kind == "derivative" and formula is not None and is_number(formula, 0):
        of, by = element_name(what.of, what.of_index), element_name(what.by, what.by_index)
        return speaker.paragraph("lesson.no_path", of=of, by=by)
    return None


def _in_order(first: Reason, labels: Mapping[str, Inlines], how: Telling, speaker: Speaker) -> list[Block]:
    """What leads to a number forwards; for a derivative then its way back."""
    cone, what = first.cone, first.what
    differentiates = what.kind != "value"
    board = Board(cone.values, cone.gradients if differentiates else {}, how.digits)
    scalar = how.scalar and not differentiates
    forward = forward_lines(cone.program, lines_of(cone.program), board, labels, cone.known, scalar)
    if not differentiates:
        return forward
    by = what.by if what.kind == "derivative" else what.of
    teller = BackwardTeller(cone.program, cone.of, board, speaker, cone.known, scalar)
    between = teller.between([by])
    by_paths = len(between) <= MOST_BETWEEN and all(not np.ndim(cone.values[name]) for name in between)
    return [
        speaker.heading(2, "lesson.forward"),
        *forward,
        speaker.heading(2, "lesson.backward", objective=Sym(cone.of)),
        *(teller.by_paths([by]) if by_paths else teller.by_layers(between)),
    ]


def _update(first: Reason, rule: Rule | None, digits: int, speaker: Speaker) -> list[Block]:
    """The update that a gradient leads to."""
    heading = speaker.heading(2, "lesson.update")
    if first.update is None or rule is None:
        return [heading, speaker.paragraph("lesson.update_not_kept")]
    return [heading, *update_lines(first.update, rule, first.cone.of, digits, first.cone.known)]


def _shares(batch: Batch, digits: int, speaker: Speaker) -> list[Block]:
    """The number in each sample, and what the batch takes of them."""
    count, name = len(batch.samples), title(batch.what)
    rows: list[tuple[Inlines, ...]] = [
        ((str(sample + 1),), cell(share, digits))
        for sample, share in zip(batch.samples, batch.shares, strict=True)
    ]
    if count > ROWS:
        rows = [*rows[: ROWS - 1], (("…",), ("…",))]
    if batch.taken in ("mean", "sum"):
        rows.append((speaker.inlines(f"lesson.{batch.taken}"), cell(batch.value, digits)))
    return [
        speaker.heading(2, "lesson.samples" if batch.taken == "each" else "lesson.shares"),
        speaker.paragraph(f"why.batch_{batch.taken}", number=count, name=name),
        Table((speaker.inlines("lesson.column_sample"), (name,)), tuple(rows)),
    ]
