"""Systems of linear equations: their solution, and the inverse of a matrix.

By Cramer's rule and Laplace's expansion an element is one quotient of determinants: what is done by hand with
two or three unknowns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.exact import is_exact
from byhand.ops.expression import Call, Expr
from byhand.ops.functions import apply, outer, transpose
from byhand.ops.table import Notation, Op, bounded, define, total

MOST_SPELLED = 4  # unknowns: of n of them a determinant has n! products


def _solve(A: Any, b: Any) -> Any:
    if np.ndim(A) != 2 or len(A) != np.shape(A)[1] or np.ndim(b) not in (1, 2) or len(A) != len(b):
        raise ValueError
    bounded(*np.shape(A))
    if _is_singular(A):
        return np.full(np.shape(b), np.nan)
    return _eliminated(A, b) if is_exact(A) or is_exact(b) else np.linalg.solve(A, b)


def _is_singular(A: Any) -> bool:
    """Whether elimination meets a column of zeros, or of what rounding leaves of zeros."""
    if is_exact(A):
        return _eliminated(A, np.ones(len(A), object)) is None
    return bool(np.linalg.matrix_rank(A) < len(A))


def _eliminated(A: Any, b: Any) -> Any:
    """The solution by elimination, in the arithmetic of the operands; None where there is not just one."""
    n = len(A)
    rows = np.hstack([A, np.reshape(b, (n, -1))])
    for k in range(n):
        pivots = np.flatnonzero(rows[k:, k] != 0)
        if not len(pivots):
            return None
        rows[[k, k + pivots[0]]] = rows[[k + pivots[0], k]]
        rows[k] = rows[k] / rows[k, k]
        others = np.arange(n) != k
        rows[others] -= rows[others, k, None] * rows[k]
    return rows[:, n:].reshape(np.shape(b))


def _inverse(A: Any) -> Any:
    if np.ndim(A) != 2:
        raise ValueError
    one = np.eye(len(A), dtype=int)
    return _solve(A, one.astype(object) if is_exact(A) else one)


def _solve_pull(i: int, shapes: Any, attrs: Any) -> Any:
    if i:
        return lambda g, A, b, y: apply("solve", transpose(A), g)
    if len(shapes[1]) == 1:
        return lambda g, A, b, y: -outer(apply("solve", transpose(A), g), y)
    return lambda g, A, b, y: -(apply("solve", transpose(A), g) @ transpose(y))


def _inverse_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return lambda g, A, y: -(transpose(y) @ g @ transpose(y))


def _determinant(at: Any, rows: tuple[int, ...], columns: tuple[int, ...]) -> Expr:
    """The determinant of what stands in these rows and columns, along its first row."""
    if len(rows) == 1:
        return at(0, (rows[0], columns[0]))
    found: Expr | None = None
    for k, column in enumerate(columns):
        minor = _determinant(at, rows[1:], (*columns[:k], *columns[k + 1 :]))
        product = at(0, (rows[0], column)) * minor
        found = product if found is None else found - product if k % 2 else found + product
    assert found is not None
    return found


def _cofactor(at: Any, n: int, row: int, column: int) -> Expr | int:
    """The minor without one row and one column, with its sign."""
    if n == 1:
        return 1
    rows, columns = (tuple(k for k in range(n) if k != left_out) for left_out in (row, column))
    minor = _determinant(at, rows, columns)
    return -minor if (row + column) % 2 else minor


def _whole(at: Any, n: int) -> Expr:
    """The determinant of the whole matrix."""
    return _determinant(at, tuple(range(n)), tuple(range(n)))


def _solve_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    n = shapes[0][0]
    if n > MOST_SPELLED:
        column = Call("stack", tuple(at(1, (k, *index[1:])) for k in range(n)))
        return _entry("solve", (_matrix(at, n), column), index[:1])
    return total(at(1, (k, *index[1:])) * _cofactor(at, n, k, index[0]) for k in range(n)) / _whole(at, n)


def _inverse_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    n = shapes[0][0]
    if n > MOST_SPELLED:
        return _entry("inverse", (_matrix(at, n),), index)
    return _cofactor(at, n, index[1], index[0]) / _whole(at, n)


def _matrix(at: Any, n: int) -> Expr:
    return Call("stack", tuple(Call("stack", tuple(at(0, (i, j)) for j in range(n))) for i in range(n)))


def _entry(code: str, operands: tuple[Expr, ...], index: tuple[int, ...]) -> Expr:
    """One number of a solution that is not spelled out."""
    return Call("index", (Call(code, operands),), (("index", index),))


def _singular(A: Any, *_: Any) -> str | None:
    return "singular" if _is_singular(A) else None


define(
    Op(
        "solve",
        _solve,
        pull=_solve_pull,
        element=_solve_element,
        domain=_singular,
        notation=Notation("call", "solve", r"\operatorname{solve}"),
        python="np.linalg.solve({0}, {1})",
    ),
    Op(
        "inverse",
        _inverse,
        pull=_inverse_pull,
        element=_inverse_element,
        domain=_singular,
        notation=Notation("transpose", "⁻¹", "-1"),
        python="np.linalg.inv({0})",
    ),
)
