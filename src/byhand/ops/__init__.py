"""What an operation is: one table, filled by the files beside it."""

from byhand.ops import (
    activations,
    arithmetic,
    choice,
    comparison,
    convolution,
    elementary,
    linear,
    losses,
    movement,
    normalisation,
    opaque,
    reductions,
    replacement,
    systems,
)
from byhand.ops.expression import Call as Call
from byhand.ops.expression import Derivative as Derivative
from byhand.ops.expression import Expr as Expr
from byhand.ops.expression import Name as Name
from byhand.ops.expression import Number as Number
from byhand.ops.table import OPS as OPS
from byhand.ops.table import Op as Op

__all__ = ["OPS", "Call", "Derivative", "Expr", "Name", "Number", "Op"]

_FILLED_BY = (
    *(activations, arithmetic, choice, comparison, convolution, elementary, linear, losses),
    *(movement, normalisation, opaque, reductions, replacement, systems),
)
