"""The kinds of mistake people make: one table, filled by the files beside it."""

from byhand.check.mistakes import derivative, operands, operations, update
from byhand.check.mistakes.table import MISTAKES as MISTAKES
from byhand.check.mistakes.table import Mistake as Mistake
from byhand.check.mistakes.table import Spot as Spot
from byhand.check.mistakes.table import Variant as Variant
from byhand.check.mistakes.table import spelled_out as spelled_out

__all__ = ["MISTAKES", "Mistake", "Spot", "Variant", "spelled_out"]

_FILLED_BY = (derivative, operands, operations, update)
