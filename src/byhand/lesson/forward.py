"""The forward pass told line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Inlines
from byhand.ops import Call, Name
from byhand.trace.element import Speller
from byhand.trace.program import Program, definition

SQUASHING = {"sigmoid", "tanh", "softmax", "gaussian"}


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
        value = board.values[name] if known else None
        shown = formula.args[0] if formula.op == "copy" else formula
        near = 1.0 if formula.op in SQUASHING and not np.ndim(value) else None
        remark = labels.get(name, ())
        blocks.append(board.line(Name(name), shown, value=value, near=near, remark=remark, code="forward"))
        if scalar and known and np.ndim(value):
            blocks.extend(_spelled(name, formula, value, board))
    return blocks


def _spelled(name: str, formula: Call, value: Any, board: Board) -> list[Block]:
    speller = Speller(board.values, board.gradients)
    blocks: list[Block] = []
    for index in np.ndindex(np.shape(value)):
        element = Call("index", (Name(name),), (("index", index),))
        blocks.append(board.line(element, speller.element(formula, index), value=value[index], code="forward"))
    return blocks
