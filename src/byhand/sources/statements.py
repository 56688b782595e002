"""A text cut into statements: one a line, or more with ``;`` between them."""

from __future__ import annotations

import re
from typing import NamedTuple

from byhand.errors import FormulaError
from byhand.sources.characters import plain
from byhand.sources.vocabulary import FUNCTIONS

MAX_TEXT, MAX_STATEMENTS = 256 * 1024, 10_000

_MARK = re.compile(r"[()\[\];,]")
_ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*:?=(?!=)")
_SETTINGS = {key for function in FUNCTIONS.values() for key in function.settings}


class Statement(NamedTuple):
    """One statement as it was typed, and the number of the line it begins in."""

    text: str
    number: int


class _Bracket(NamedTuple):
    """An open bracket, by its line and column."""

    line: str
    number: int
    column: int


def statements(text: str) -> list[Statement]:
    """The statements of a text.

    A line goes on while a bracket is open; ``;`` separates two on one line, and so does a comma
    before another assignment (``x1 = 120, x2 = 1``); ``#`` begins a comment.

    Raises
    ------
    FormulaError
        A bracket that is never closed; a text that is too long.
    """
    if len(text) > MAX_TEXT:
        raise FormulaError("text_too_long", limit=MAX_TEXT // 1024)
    found: list[Statement] = []
    held: list[Statement] = []
    opened: list[_Bracket] = []
    for number, raw in enumerate(text.splitlines(), 1):
        marks = plain(raw)
        line = raw[: marks.find("#")] if "#" in marks else raw
        if opened and _begins_another(marks):
            raise _unclosed(opened[0])
        for part in _parts(line, number, opened):
            held.append(Statement(part.strip(), number))
            if not opened:
                _finish(held, found)
    if opened:
        raise _unclosed(opened[0])
    _finish(held, found)
    if len(found) > MAX_STATEMENTS:
        raise FormulaError("too_many_lines", count=len(found), limit=MAX_STATEMENTS)
    return found


def _parts(line: str, number: int, opened: list[_Bracket]) -> list[str]:
    """The parts of one line between separators outside brackets; `opened` holds the open brackets."""
    marks, parts, start = plain(line), [], 0
    for found in _MARK.finditer(marks):
        mark, at = found.group(), found.start()
        if mark in "([":
            opened.append(_Bracket(line, number, at))
        elif mark in ")]":
            del opened[-1:]
        elif not opened and (mark == ";" or _ASSIGNMENT.match(marks, at + 1)):
            parts.append(line[start:at])
            start = at + 1
    return [*parts, line[start:]]


def _unclosed(bracket: _Bracket) -> FormulaError:
    line, number, column = bracket
    return FormulaError("unclosed", source=line, line=number, column=column, found=line[column])


def _begins_another(marks: str) -> bool:
    """Whether a line that should go on inside a bracket is an assignment of its own."""
    assignment = _ASSIGNMENT.match(marks)
    return assignment is not None and assignment[1] not in _SETTINGS


def _finish(held: list[Statement], found: list[Statement]) -> None:
    """The parts held so far are one statement, if there is anything in them."""
    text = " ".join(part.text for part in held if part.text)
    if text:
        found.append(Statement(text, next(part.number for part in held if part.text)))
    held.clear()
