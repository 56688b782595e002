"""Parts of a calculation's lesson, for a reader who is shown the essential lines."""

from __future__ import annotations

from byhand.api import Work
from byhand.lesson.backward import BackwardTeller
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Notice, Sym
from byhand.lesson.forward import forward_lines
from byhand.lesson.sentences import Speaker
from byhand.lesson.telling import labels_of
from byhand.lesson.updates import predicted_and_actual
from byhand.trace.program import lines_of


def board_of(worked: Work, digits: int) -> Board:
    """A board with the numbers of the first step."""
    first = worked.run.first
    return Board(first.forwards[0].values, first.backwards[0].gradients, digits)


def forward(worked: Work, digits: int, speaker: Speaker) -> list[Block]:
    """The forward pass of the first step."""
    program, labels = worked.run.program, labels_of(worked.task, speaker.language)
    board = board_of(worked, digits)
    lines = forward_lines(program, lines_of(program), board, labels, known=True, scalar=False)
    return [speaker.heading(2, "lesson.forward"), *lines]


def backward(worked: Work, names: set[str], digits: int, speaker: Speaker) -> list[Block]:
    """The gradients of some names, from the back."""
    objective, board = worked.run.plan.differentiated, board_of(worked, digits)
    teller = BackwardTeller(worked.run.program, objective, board, speaker, known=True, scalar=False)
    return [speaker.heading(2, "lesson.backward", objective=Sym(objective)), *teller.by_layers(names)]


def outcome(worked: Work, digits: int, speaker: Speaker) -> list[Block]:
    """What the first update was predicted to do, and did; nothing if Ctrl-C came before it."""
    run = worked.run
    if not run.first.updates:
        return []
    objective, board = run.plan.differentiated, board_of(worked, digits)
    return predicted_and_actual(run.first, run.objectives[1], objective, board, speaker)


def warned(worked: Work, digits: int, language: str) -> list[Block]:
    """The warnings of the whole lesson."""
    blocks = worked.lesson(language=language, digits=digits).document.blocks
    return [block for block in blocks if isinstance(block, Notice) and block.kind == "warning"]
