"""What was found on a page, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from byhand.errors import visible
from byhand.sources.pages.page import Page
from byhand.words import say

Verdict = Literal["wrong", "carried"]


class Cause(NamedTuple):
    """A mistake that explains what was found: its sentence is ``cause.<code>``."""

    code: str
    facts: Mapping[str, str] = {}


class Finding(NamedTuple):
    """Something on the page that is not right.

    Attributes
    ----------
    code : str
        Its sentence is ``article.<code>``.
    verdict : str
        ``wrong``, or ``carried``: it follows from an earlier wrong number.
    start, end : int
        Its place in the page.
    text : str
        What stands there.
    name : str
        What it is said of: ``h1``, ``dL/dw1``.
    expected : str
        What should stand there; empty where that is told by the causes.
    causes : tuple of Cause
        The mistakes that explain it, the likeliest first.
    facts : mapping
        What the sentence names besides.
    """

    code: str
    verdict: Verdict
    start: int
    end: int
    text: str
    name: str
    expected: str = ""
    causes: tuple[Cause, ...] = ()
    facts: Mapping[str, Any] = {}


class Unread(NamedTuple):
    """A formula that could not be read."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class ArticleReport:
    """What was found on a page.

    Attributes
    ----------
    page : Page
    findings : tuple of Finding
        In the order of the page.
    unread : tuple of Unread
    checked : int
        How many equalities, formulas and values could be checked.
    complete : bool
        False where the page was too long to be checked to its end.
    """

    page: Page
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    checked: int
    complete: bool = True

    @property
    def verdict(self) -> str:
        """``wrong`` if something on the page is wrong."""
        return "wrong" if any(f.verdict == "wrong" for f in self.findings) else "right"

    def sentence(self, finding: Finding, language: str = "en") -> str:
        """One finding in words, with its cause where one is known."""
        facts = {"text": finding.text, "name": finding.name, "expected": finding.expected, **finding.facts}
        facts = {key: visible(str(value)) for key, value in facts.items()}
        told = say(f"article.{finding.code}", language, **facts)
        causes = [say(f"cause.{cause.code}", language, **cause.facts) for cause in finding.causes]
        if causes:
            told += say("article.cause", language, cause=say("article.cause_or", language).join(causes))
        return told

    def place(self, start: int, language: str = "en") -> str:
        """Line and column in words."""
        line, column = self.page.position(start)
        return say("article.place", language, line=line, column=column)
