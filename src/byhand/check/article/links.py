"""Whether two neighbours in a chain of equalities agree within what was written."""

from __future__ import annotations

import math
from typing import NamedTuple

from byhand.check.article.notebook import Notebook, names_in, readings, slopes_in, written_as
from byhand.check.enclosure import enclose
from byhand.errors import ByhandError
from byhand.ops import OPS, Call, Expr, Number
from byhand.ops.interval import EVERYTHING, Interval
from byhand.sources.pages.mathematics import Literal
from byhand.trace.evaluate import evaluate

FEWEST_DIGITS, MOST_DIGITS = 3, 15


class Range(NamedTuple):
    """What a member can be: its value, and the interval of it."""

    value: float
    interval: Interval


def digits_of(*trees: Expr) -> int:
    """To how many digits a chain is worked out: the most that any of its numbers has."""
    digits = FEWEST_DIGITS
    for tree in trees:
        stack = [tree]
        while stack:
            node = stack.pop()
            if isinstance(node, Literal):
                number = written_as(node)
                digits = max(digits, number.digits if number else 0)
            elif isinstance(node, Call):
                stack.extend(node.args)
    return min(digits, MOST_DIGITS)


def worth(tree: Expr, book: Notebook, digits: int) -> Range | None:
    """The value of a formula of numbers, its inner results rounded in the head; None where it has none."""
    if names_in(tree) or slopes_in(tree) or not _usual(tree):
        return None
    try:
        value = float(evaluate(tree, {}))
    except (ArithmeticError, ValueError, TypeError, ByhandError, MemoryError):
        return None
    if not math.isfinite(value):
        return None
    interval = _range(tree, tree, book, digits)
    return None if interval == EVERYTHING else Range(value, interval)


def _usual(tree: Expr) -> bool:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Call):
            if node.op not in OPS or node.op == "stack":
                return False
            stack.extend(node.args)
        elif not isinstance(node, Number):
            return False
    return True


def _range(tree: Expr, root: Expr, book: Notebook, digits: int) -> Interval:
    if isinstance(tree, Literal):
        if tree is root:
            number = written_as(tree)
            return number.possible if number else Interval(tree.value, tree.value)
        return book.range_of(tree)

    def inner(node: Expr) -> Interval | None:
        if isinstance(node, Literal):
            return book.range_of(node)
        if node is tree or not isinstance(node, Call):
            return None
        return _in_the_head(_range(node, root, book, digits), digits)

    return enclose(tree, inner)


def _in_the_head(interval: Interval, digits: int) -> Interval:
    """An inner result may have been rounded or cut to the digits of the chain, where it has more."""
    size = max(abs(interval.low), abs(interval.high))
    if not size or math.isinf(size):
        return interval
    unit = 10.0 ** (math.floor(math.log10(size)) - digits + 1)
    middle = (interval.low + interval.high) / 2
    short = (
        interval.width <= abs(middle) * 1e-12
        and abs(round(middle / unit) * unit - middle) <= abs(middle) * 1e-12
    )
    return interval if short else interval.widened(unit)


class Mismatch(NamedTuple):
    """Two members that do not agree.

    Attributes
    ----------
    expected : float
        What should stand there.
    reckoned : Expr
        The formula of numbers that gives it.
    """

    expected: float
    reckoned: Expr


def disagreement(left: Expr, right: Expr, book: Notebook) -> Mismatch | None:
    """How two members disagree; None where they agree in one of their readings, or have no value.

    Parameters
    ----------
    left, right : Expr
        With numbers for their names.
    book : Notebook
    """
    first: Mismatch | None = None
    for a in readings(left):
        for b in readings(right):
            compared, found = _between(a, b, book)
            if not compared:
                continue
            if found is None:
                return None
            first = first or found
    return first


def _between(left: Expr, right: Expr, book: Notebook) -> tuple[bool, Mismatch | None]:
    """Whether the two could be compared, and how they disagree."""
    inside = _same_function(left, right)
    if inside is not None:
        return _between(*inside, book)
    digits = digits_of(left, right)
    a, b = worth(left, book, digits), worth(right, book, digits)
    if a is None or b is None:
        return False, None
    slack = 1e-12 * max(abs(a.value), abs(b.value))
    if a.interval.widened(slack).meets(b.interval):
        return True, None
    return True, Mismatch(a.value, left)


def _same_function(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """The arguments where both are the same one-to-one function: σ(24.5) = σ(24.2) hides its mistake."""
    match left, right:
        case (Call("sigmoid" | "tanh" | "exp" as f, (a,)), Call(g, (b,))) if f == g and a != b:
            return a, b
    return None


def exactly(tree: Expr, literal: Literal) -> bool:
    """Whether a formula of numbers gives a number and no digit more."""
    worths = [worth(reading, Notebook(), MOST_DIGITS) for reading in readings(tree)]
    return any(one is not None and abs(one.value - literal.value) <= 1e-12 * abs(one.value) for one in worths)
