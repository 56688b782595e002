"""The public errors: a code, its facts, and where it happened; the sentence is looked up in `words`."""

from __future__ import annotations

import unicodedata
from errno import errorcode
from typing import Any

from byhand.words import catalogue, say

WIDEST = 72  # cells of a source line that are shown


class ByhandError(Exception):
    """Something given to byhand cannot be used.

    Parameters
    ----------
    code : str
        Which error, stable; its sentence is ``error.<code>`` in every language.
    source : str, optional
        The line or file text in which it happened.
    column : int, optional
        Where in `source`, counted from 0.
    line : int, optional
        The line number of `source`, counted from 1.
    **facts
        What the sentence names: what was given, what is allowed. A tuple of errors is told one a line,
        a list of (name, shape) as shapes, an OSError by its reason.
    """

    def __init__(
        self, code: str, *, source: str = "", column: int | None = None, line: int | None = None, **facts: Any
    ) -> None:
        super().__init__(code)
        self.code, self.source, self.column, self.line, self.facts = code, source, column, line, facts

    def sentence(self, language: str = "en") -> str:
        """What is wrong and how to mend it, in one language."""
        return say(
            f"error.{self.code}",
            language,
            **{name: _told(fact, language) for name, fact in self.facts.items()},
        )

    def explained(self, language: str = "en") -> str:
        """The whole of it for a person.

        Parameters
        ----------
        language : str

        Returns
        -------
        str
            The sentence; where there is a source line, the line with a caret under the place; and
            what may stand there.
        """
        parts = [self.sentence(language)]
        if self.source:
            label = say("error.in_line", language, number=self.line) if self.line else ""
            parts.append(_pointed(f"{label}  ", self.source, self.column))
        if self.facts.get("expected"):
            things = [_expected(thing, language) for thing in self.facts["expected"]]
            parts.append(say("error.expected", language, things=say("lesson.comma", language).join(things)))
        return "\n".join(parts)

    def __str__(self) -> str:
        return self.explained()


class FormulaError(ByhandError):
    """A formula that cannot be read."""


class ProblemError(ByhandError):
    """A problem whose parts do not fit together."""


class DataError(ProblemError, ValueError):
    """Data or settings with which a network cannot be fitted; a ValueError, as scikit-learn has it."""


class CalculationError(ByhandError):
    """A calculation that cannot be carried out with these numbers."""


def visible(text: str) -> str:
    """The text with every character that a terminal would obey or could not print replaced, one for one."""
    return "".join(
        c if c.isprintable() else " " if c == "\t" or unicodedata.category(c) == "Zs" else "\ufffd"
        for c in text
    )


def _told(fact: Any, language: str) -> Any:
    if isinstance(fact, tuple) and all(isinstance(part, ByhandError) for part in fact):
        return "\n".join(f"- {part.sentence(language)}" for part in fact)
    if isinstance(fact, OSError):
        known = catalogue(language).get(f"system.{errorcode.get(fact.errno or 0, '')}")
        return known or visible(fact.strerror or str(fact))
    if isinstance(fact, list):
        return say("lesson.comma", language).join(_shape(name, shape, language) for name, shape in fact)
    return visible(fact) if isinstance(fact, str) else fact


def _shape(name: str, shape: tuple[int | str, ...], language: str) -> str:
    size = "×".join(_size(one, language) for one in shape) or say("error.a_scalar", language)
    return f"{name} ({size})" if name else f"({size})"


def _size(one: int | str, language: str) -> str:
    """A number of entries, or what they are one each of: ``units``, ``units2`` of the second layer."""
    if isinstance(one, int):
        return str(one)
    bare = one.rstrip("0123456789")
    return say(f"size.{bare}", language) + one[len(bare) :]


def _expected(thing: str, language: str) -> str:
    """A kind of thing in words; a sign stands for itself."""
    return catalogue(language).get(f"error.a_{thing}", f"“{thing}”")


def _pointed(label: str, source: str, column: int | None) -> str:
    """The line behind its label, a long one cut round the column, with a caret under the column."""
    text = source.replace("\n", " ")
    at = min(column or 0, len(text))
    if len(text) > WIDEST:
        start = max(0, min(at - WIDEST // 2, len(text) - WIDEST))
        text = (
            ("…" if start else "")
            + text[start : start + WIDEST]
            + ("…" if start + WIDEST < len(text) else "")
        )
        at += (1 if start else 0) - start
    shown = visible(text)
    if column is None:
        return label + shown
    return f"{label}{shown}\n{' ' * _cells(label + shown[:at])}^"


def _cells(text: str) -> int:
    """How many cells a text takes in a terminal: Chinese characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
