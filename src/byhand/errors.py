"""The public errors: a code, its facts, and where it happened; the sentence is looked up in `words`."""

from __future__ import annotations

from typing import Any

from byhand.words import say


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
        What the sentence names: what was given, what is allowed.
    """

    def __init__(
        self, code: str, *, source: str = "", column: int | None = None, line: int | None = None, **facts: Any
    ) -> None:
        super().__init__(code)
        self.code, self.source, self.column, self.line, self.facts = code, source, column, line, facts

    def sentence(self, language: str = "en") -> str:
        """What is wrong and how to mend it, in one language."""
        return say(f"error.{self.code}", language, **self.facts)

    def __str__(self) -> str:
        return self.sentence()


class FormulaError(ByhandError):
    """A formula that cannot be read."""


class ProblemError(ByhandError):
    """A problem whose parts do not fit together."""


class CalculationError(ByhandError):
    """A calculation that cannot be carried out with these numbers."""
