"""Sentences with mathematics in them: a code's text, its placeholders filled with boxes."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from byhand.lesson.document import Heading, Inline, Inlines, Notice, Paragraph, Row, Sym
from byhand.lesson.numbers import printed
from byhand.trace.record import Coded
from byhand.words import agreed, catalogue, say


class Speaker:
    """Says codes in one language.

    Parameters
    ----------
    language : str
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def inlines(self, code: str, **facts: Inline | Inlines | int) -> Inlines:
        """A sentence as inlines; a fact may be text, a box, or several of both."""
        return _filled(agreed(code, self.language, facts), facts)

    def heading(self, level: int, code: str, **facts: Inline | Inlines | int) -> Heading:
        """A heading."""
        return Heading(level, self.inlines(code, **facts))

    def paragraph(self, code: str, **facts: Inline | Inlines | int) -> Paragraph:
        """A paragraph of one sentence."""
        return Paragraph(self.inlines(code, **facts))

    def rule(self, code: str, **facts: Inline | Inlines | int) -> Notice:
        """The notice of a rule that is being used."""
        return Notice("rule", code, self.inlines(f"rule.{code}", **facts))

    def plain(self, code: str, **facts: str) -> str:
        """A sentence as text, its facts texts too."""
        return say(code, self.language, **facts)

    def told(self, subject: str, coded: Coded, digits: int) -> Inlines:
        """The sentence of a convention or a warning: its numbers printed, its names listed.

        ``{percent:2}`` in a sentence asks for two significant digits.
        """
        sentence = agreed(f"{subject}.{coded.code}", self.language, coded.facts)
        wanted = {fact: int(spec) if spec else digits for _, fact, spec, _ in Formatter().parse(sentence)}
        return _filled(sentence, {key: self._fact(coded.facts[key], wanted[key]) for key in wanted if key})

    def _fact(self, value: Any, digits: int) -> Inline | Inlines:
        if isinstance(value, tuple):
            return self.listed([Sym(name) for name in value])
        if isinstance(value, str | int):
            return str(value)
        return Row((printed(value, digits)[0],))

    def listed(self, items: list[Inline]) -> Inlines:
        """Several things in one enumeration."""
        comma = catalogue(self.language)["lesson.comma"]
        made: list[Inline] = []
        for k, item in enumerate(items):
            made.extend((comma, item) if k else (item,))
        return tuple(made)


def _filled(sentence: str, facts: Mapping[str, Inline | Inlines | int]) -> Inlines:
    made: list[Inline] = []
    for text, fact, _, _ in Formatter().parse(sentence):
        if text:
            made.append(text)
        if fact is not None:
            value = facts[fact]
            made.extend(
                value if isinstance(value, tuple) else (str(value) if isinstance(value, int) else value,)
            )
    return tuple(made)
