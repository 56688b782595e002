"""Products of vectors, matrices and larger arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr
from byhand.ops.functions import apply, outer, transpose
from byhand.ops.table import Notation, Op, Shape, bounded, define, total

# The gradient of each operand by the number of axes of both: the products of a textbook.
_PULL_PRODUCT = {
    (1, 1): (lambda g, a, b, y: g * b, lambda g, a, b, y: g * a),
    (2, 1): (lambda g, a, b, y: outer(g, b), lambda g, a, b, y: transpose(a) @ g),
    (1, 2): (lambda g, a, b, y: b @ g, lambda g, a, b, y: outer(a, g)),
    (2, 2): (lambda g, a, b, y: g @ transpose(b), lambda g, a, b, y: transpose(a) @ g),
}


def _matmul(a: Any, b: Any) -> Any:
    if np.ndim(a) not in (1, 2) or np.ndim(b) not in (1, 2):
        raise ValueError
    bounded(*np.shape(a)[:-1], *np.shape(b)[1:])
    return a @ b


def _product_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return _PULL_PRODUCT[len(shapes[0]), len(shapes[1])][i]


def _product_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    left = shapes[0]
    row = index[: len(left) - 1]
    column = index[len(row) :]
    return total(at(0, (*row, k)) * at(1, (k, *column)) for k in range(left[-1]))


def _outer(a: Any, b: Any) -> Any:
    if np.ndim(a) != 1 or np.ndim(b) != 1:
        raise ValueError
    bounded(len(a), len(b))
    return a[:, None] * b[None, :]


def _outer_pull(i: int, shapes: Any, attrs: Any) -> Any:
    return (lambda g, a, b, y: g @ b, lambda g, a, b, y: transpose(g) @ a)[i]


def _einsum(*operands: Any, spec: str) -> Any:
    bounded(*_sizes(spec, tuple(map(np.shape, operands))).values())
    return np.einsum(spec, *operands)


def _sizes(spec: str, shapes: tuple[Shape, ...]) -> dict[str, int]:
    """How far each letter of a specification counts."""
    terms = spec.split("->")[0].split(",")
    return {
        letter: n
        for term, shape in zip(terms, shapes, strict=True)
        for letter, n in zip(term, shape, strict=True)
    }


def _einsum_pull(i: int, shapes: Any, attrs: Any) -> Any:
    """The other operand times what the result receives: each letter stands in one of the two."""
    terms, result = attrs["spec"].split("->")
    first, second = terms.split(",")
    if i:
        return lambda g, a, b, y: apply("einsum", a, g, spec=f"{first},{result}->{second}")
    return lambda g, a, b, y: apply("einsum", g, b, spec=f"{result},{second}->{first}")


def _einsum_element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    terms, result = attrs["spec"].split("->")
    first, second = terms.split(",")
    sizes = _sizes(attrs["spec"], shapes)
    summed = [letter for letter in sizes if letter not in result]
    found = []
    for counts in np.ndindex(*[sizes[letter] for letter in summed]):
        place = dict(zip((*result, *summed), (*index, *counts), strict=True))
        left, right = (tuple(place[letter] for letter in term) for term in (first, second))
        found.append(at(0, left) * at(1, right))
    return total(found)


define(
    Op(
        "matmul",
        _matmul,
        pull=_product_pull,
        element=_product_element,
        notation=Notation("infix", "@", ""),
        python="{0} @ {1}",
    ),
    Op(
        "dot",
        _matmul,
        pull=_product_pull,
        element=_product_element,
        notation=Notation("infix", "·", r"\cdot"),
        python="np.dot({0}, {1})",
    ),
    Op(
        "outer",
        _outer,
        pull=_outer_pull,
        element=lambda index, at, shapes, attrs: at(0, index[:1]) * at(1, index[1:]),
        notation=Notation("outer"),
        python="np.outer({0}, {1})",
    ),
    Op(
        "einsum",
        _einsum,
        pull=_einsum_pull,
        element=_einsum_element,
        notation=Notation("einsum"),
        python="np.einsum({spec}, {0}, {1})",
    ),
)
