"""The forward pass told line by line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Heading, Inlines
from byhand.lesson.sentences import Speaker
from byhand.ops import OPS, Call, Expr, Name
from byhand.ops.expression import leaves
from byhand.trace.element import Speller
from byhand.trace.program import Program, Section, definition

MOST_SPELLED = 12


def forward_lines(
    program: Program,
    names: Iterable[str],
    board: Board,
    labels: Mapping[str, Inlines],
    known: bool,
    scalar: bool,
) -> list[Block]:
    """Each line in symbols, with its numbers, and its result; arrays spelled out if wanted.

    Parameters
    ----------
    program : Program
    names : iterable of str
        The lines, in order.
    board : Board
    labels : mapping
        What a name means, in the reader's language.
    known : bool
        Whether there are numbers.
    scalar : bool
        Arrays are spelled out element by element.
    """
    blocks: list[Block] = []
    for name in names:
        formula = definition(program, name)
        value: Any = board.values[name] if known else None
        forms: list[Expr] = [formula.args[0] if formula.op == "copy" else formula]
        if known and not np.ndim(value) and 1 < _elements(formula, board) <= MOST_SPELLED:
            forms.append(Speller(board.values, board.gradients, chosen=True).element(formula, ()))
        limit = OPS[formula.op].range.high
        near = limit if limit < math.inf and not np.ndim(value) else None
        remark = labels.get(name, ())
        blocks.append(board.line(Name(name), *forms, value=value, near=near, remark=remark, code="forward"))
        if scalar and known and np.ndim(value):
            blocks.extend(_spelled(name, formula, value, board))
    return blocks


def headed_lines(
    program: Program,
    names: Iterable[str],
    board: Board,
    labels: Mapping[str, Inlines],
    headings: Mapping[str, Inlines],
    known: bool,
    scalar: bool,
) -> list[Block]:
    """The same, each line under the heading that stands above it."""
    blocks: list[Block] = []
    for name in names:
        if name in headings:
            blocks.append(Heading(4, headings[name]))
        blocks += forward_lines(program, [name], board, labels, known, scalar)
    return blocks


def section_heading(path: tuple[Section, ...], number: int, speaker: Speaker) -> list[Block]:
    """The heading of a section; none where a lesson begins outside all sections.

    Parameters
    ----------
    path : tuple of Section
        The outermost first.
    number : int
        How many groups of lines came before.
    speaker : Speaker
    """
    if not path:
        return [speaker.heading(3, "section.outside")] if number else []
    parts = [speaker.plain(f"section.{part.kind}", name=part.name, number=str(part.number)) for part in path]
    return [Heading(3, (" › ".join(parts),))]


def _elements(formula: Call, board: Board) -> int:
    """How many elements the arrays of a formula have together; 1 where it has none."""
    return sum(np.size(board.value(leaf)) for leaf in leaves(formula) if np.ndim(board.value(leaf))) or 1


def _spelled(name: str, formula: Call, value: Any, board: Board) -> list[Block]:
    speller = Speller(board.values, board.gradients)
    blocks: list[Block] = []
    for index in np.ndindex(np.shape(value)):
        element = Call("index", (Name(name),), (("index", index),))
        blocks.append(
            board.line(element, speller.element(formula, index), value=value[index], code="forward")
        )
    return blocks
