"""What people type that is nearly a formula, and what they probably meant."""

from __future__ import annotations

import re

from byhand.errors import FormulaError
from byhand.sources.vocabulary import FUNCTIONS

_STRANGE = {
    "{": "braces",
    "}": "braces",
    "\\": "latex",
    "∂": "derivative",
    "'": "prime",
    "′": "prime",
    "’": "prime",
    "%": "percent",
    ".": "point",
    ";": "rows",
    '"': "quotes",
    "“": "quotes",
    "”": "quotes",
}
_WORDS = {
    "and",
    "or",
    "not",
    "if",
    "else",
    "for",
    "in",
    "while",
    "def",
    "return",
    "lambda",
    "import",
    "print",
}
_BEGINS_A_VALUE = re.compile(r"[^\W\d]\w*|\d[\d.]*|\.\d+|[(\[|‖√]")
_ENDS_A_VALUE = re.compile(r"([^\W\d]\w*|[\d.]+|[)\]|‖ᵀ])\s*$")
_POWER_OF_FUNCTION = re.compile(r"([^\W\d]\w*)\s*(\^\s*\w+|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
_SHOWN = {")": "(…)", "(": "(…)", "]": "[…]", "[": "[…]", "|": "|…|", "‖": "‖…‖", "√": "√…", "ᵀ": "…ᵀ"}
_COMPARISON = re.compile(r"[<>≤≥≠]|[=!]=")


def likely(line: str, column: int, found: str, allowed: set[str]) -> FormulaError | None:
    """The error that says what was probably meant.

    Parameters
    ----------
    line : str
        In the grammar's characters.
    column : int
        The first place that cannot be read.
    found : str
        What stands there; empty at the end of the line.
    allowed : set of str
        The terminals that may stand there.

    Returns
    -------
    FormulaError or None
        With its column; the line is the caller's to add.
    """
    guess = (
        _strange(line, column, found)
        or _left_side(line, column, found)
        or _bracket(line, column, found)
        or (_side_by_side(line, column, found) if "STAR" in allowed or found in ("|", "‖") else None)
        or _square(line, column, found)
        or _comma(line, column, found)
        or _comparison(line, column, found)
    )
    if guess is not None and guess.column is None:
        guess.column = column
    return guess


def _strange(line: str, column: int, found: str) -> FormulaError | None:
    code = _STRANGE.get(found[:1])
    if code == "point" and re.search(r"\d\s*$", line[:column]):
        return FormulaError("two_numbers", left=_last_number(line, column), right=found)
    return FormulaError(code, found=found[:1]) if code else None


def _left_side(line: str, column: int, found: str) -> FormulaError | None:
    equals = re.search(r":?=", line)
    if equals is None:
        return FormulaError("no_equals", column=0)
    if line.startswith("==", equals.start()) and column <= equals.end():
        return FormulaError("double_equals", column=equals.start())
    if column < equals.end():
        return FormulaError("left_side", column=0)
    return FormulaError("second_equals") if found == "=" else None


def _bracket(line: str, column: int, found: str) -> FormulaError | None:
    """A bracket that closes nothing, or (in an expression alone) is never closed."""
    opened: list[int] = []
    for at, mark in enumerate(line):
        if mark in "([":
            opened.append(at)
        elif mark in ")]":
            if not opened and at == column:
                return FormulaError("unopened", found=found)
            del opened[-1:]
    return (
        FormulaError("unclosed", column=opened[-1], found=line[opened[-1]]) if opened and not found else None
    )


def _side_by_side(line: str, column: int, found: str) -> FormulaError | None:
    """Two values with nothing between them."""
    begins, ends = _BEGINS_A_VALUE.match(line, column), _ENDS_A_VALUE.search(line[:column])
    if not begins or not ends:
        return None
    left, right = ends[1], begins[0]
    power = _POWER_OF_FUNCTION.search(line[:column])
    if left in _WORDS or right in _WORDS:
        return FormulaError("not_a_word", word=left if left in _WORDS else right)
    if power and power[1] in FUNCTIONS:
        return FormulaError("function_power", name=power[1])
    if left in FUNCTIONS:
        return FormulaError("needs_brackets", name=left, right=right if right not in "[|√‖" else "x")
    if re.search(r"\^\s*T\s*$", line[:column]):
        return FormulaError("transpose_power")
    if left[0].isdecimal() and right[0].isdecimal():
        return FormulaError("two_numbers", left=left, right=right)
    return FormulaError("product_sign", left=_SHOWN.get(left, left), right=_SHOWN.get(right, right))


def _square(line: str, column: int, found: str) -> FormulaError | None:
    """A function with its value in square brackets."""
    before = re.search(r"([^\W\d]\w*)\s*\[\s*$", line[:column])
    return (
        FormulaError("needs_brackets", name=before[1], right=found)
        if before and before[1] in FUNCTIONS
        else None
    )


def _comma(line: str, column: int, found: str) -> FormulaError | None:
    if found != ",":
        return None
    before, after = (
        re.search(r"(?<![\d.])([1-9]\d{0,2})\s*$", line[:column]),
        re.match(r"\s*(\d{3})(?!\d)", line[column + 1 :]),
    )
    if before and after:
        return FormulaError("thousands", number=before[1] + after[1])
    return FormulaError("comma")


def _comparison(line: str, column: int, found: str) -> FormulaError | None:
    earlier = _COMPARISON.search(line[:column])
    return FormulaError("chained") if earlier and _COMPARISON.match(found) else None


def _last_number(line: str, column: int) -> str:
    found = re.search(r"[\d.]+\s*$", line[:column])
    return found[0].strip() if found else ""
