"""One row of an array replaced: what a network does that changes the winner alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.ops.expression import Expr
from byhand.ops.functions import apply, equal, where
from byhand.ops.table import Notation, Op, define


def _replace(a: Any, k: Any, part: Any) -> Any:
    if np.ndim(a) == 0 or k != int(k) or not 0 <= k < len(a) or np.shape(part) != np.shape(a)[1:]:
        raise ValueError
    changed = np.array(a, dtype=np.result_type(np.asarray(a), np.asarray(part)))
    changed[int(k)] = part
    return changed


def _element(index: Any, at: Any, shapes: Any, attrs: Any) -> Expr:
    element: Expr = where(equal(at(1, ()), index[0]), at(2, index[1:]), at(0, index))
    return element


def _pull(i: int, shapes: Any, attrs: Any) -> Any:
    return (
        lambda g, a, k, part, y: apply("replace", g, k, 0 * part),
        lambda g, a, k, part, y: 0 * k,
        lambda g, a, k, part, y: apply("take", g, k),
    )[i]


define(
    Op(
        "replace",
        _replace,
        pull=_pull,
        element=_element,
        notation=Notation("call", "replace", r"\operatorname{replace}"),
        python="replace({0}, {1}, {2})",
    ),
)
