"""The backward pass of a layered network by the four equations, unit by unit and in matrices."""

from __future__ import annotations

import numpy as np

from byhand.lesson.backpropagation import LayerDeltas, Matrices, layer_deltas, matrices
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Sym
from byhand.lesson.network import Network
from byhand.lesson.sentences import Speaker
from byhand.ops import Call, Derivative, Expr, Name
from byhand.ops.expression import in_a_row, substitute, times
from byhand.trace.evaluate import evaluate
from byhand.trace.run import Run


def delta_blocks(run: Run, network: Network, board: Board, speaker: Speaker, known: bool) -> list[Block]:
    """The deltas of every layer from the output back, and the gradients that follow from them.

    Parameters
    ----------
    run : Run
    network : Network
    board : Board
        Of one sample, inner steps included.
    speaker : Speaker
    known : bool
        Whether there are numbers; without them there is no matrix form.
    """
    objective = run.plan.differentiated
    found = layer_deltas(run.program, network, objective, board.values, board.gradients)
    named = _Named(objective, found, board)
    blocks: list[Block] = [speaker.rule("delta", objective=Sym(objective))]
    for k, own in enumerate(found):
        blocks.append(speaker.heading(3, "lesson.layer_from_back", number=k + 1))
        blocks += named.layer(own, known)
    made = matrices(found, board.values, board.gradients) if known else []
    if made:
        blocks.append(speaker.heading(3, "lesson.in_matrices"))
        blocks.append(speaker.paragraph("lesson.in_matrices_how"))
    for k, matrix in enumerate(made):
        blocks += _in_matrices(matrix, len(made) - k, objective, board)
    return blocks


class _Named:
    """The deltas written as ``δ_unit`` in place of a derivative by a weighted sum."""

    def __init__(self, objective: str, found: list[LayerDeltas], board: Board) -> None:
        self._objective = objective
        self._names = {delta.z: f"δ_{delta.a}" for own in found for delta in own.deltas}
        values = {self._names[delta.z]: delta.value for own in found for delta in own.deltas}
        self._board = Board({**board.values, **values}, board.gradients, board.digits)

    def layer(self, own: LayerDeltas, known: bool) -> list[Block]:
        """One layer: its deltas, then the gradients of its weights and biases."""
        blocks: list[Block] = []
        for delta in own.deltas:
            symbols = [self._spelled(delta.formula)]
            arrived = (
                times(Derivative(self._objective, delta.a), delta.slope) if delta.slope is not None else None
            )
            if arrived is not None and arrived != delta.formula:
                symbols.insert(0, in_a_row(arrived))
            value = delta.value if known else None
            blocks.append(self._board.line(Name(self._names[delta.z]), *symbols, value=value, code="delta"))
        for name, formula in {**own.weights, **own.biases}.items():
            value = self._board.gradients[name] if known else None
            left = Derivative(self._objective, name)
            blocks.append(self._board.line(left, self._spelled(formula), value=value, code="gradient"))
        return blocks

    def _spelled(self, formula: Expr) -> Expr:
        def named(node: Expr) -> Expr | None:
            known = isinstance(node, Derivative) and node.by in self._names
            return Name(self._names[node.by]) if known and isinstance(node, Derivative) else None

        return in_a_row(substitute(formula, named))


def _in_matrices(matrix: Matrices, number: int, objective: str, board: Board) -> list[Block]:
    """One layer's four equations on vectors and matrices of numbers."""
    delta, arriving = _of_layer("δ", number), Derivative(objective, "a", (number,))
    lines: list[tuple[Expr, Expr, Expr]] = []
    if matrix.arriving is not None:
        weight_above = Call("transpose", (_of_layer("W", number + 1),))
        lines.append((arriving, weight_above @ _of_layer("δ", number + 1), matrix.arriving))
    lines.append((delta, arriving * _of_layer("f′", number), matrix.delta))
    if any(matrix.layer.biases):
        lines.append((Derivative(objective, "b", (number,)), delta, matrix.bias))
    before = _of_layer("a", number - 1)
    lines.append((Derivative(objective, "W", (number,)), Call("outer", (delta, before)), matrix.weight))
    return [
        board.line(left, symbols, worked=worked, value=np.asarray(evaluate(worked, {})), code="matrix")
        for left, symbols, worked in lines
    ]


def _of_layer(letter: str, number: int) -> Expr:
    """The vector or matrix of one layer: ``a[1]``."""
    return Call("index", (Name(letter),), (("index", (number,)),))
