"""A formula alone, read as the right side of a line."""

from byhand.ops import Expr
from byhand.sources.formula import read_lines


def read_expression(text: str) -> Expr:
    """The tree of a formula without a name of its own."""
    ((_, expr),) = read_lines(f"it = {text}").expressions
    return expr
