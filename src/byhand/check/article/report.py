"""What was found on a page, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from byhand.check.diagnose import Certainty
from byhand.sources.pages.page import Page

Verdict = Literal["wrong", "carried"]
FEW_DIGITS = 6


class Cause(NamedTuple):
    """A mistake that explains what was found: its sentence is ``cause.<code>``, and how sure it is."""

    code: str
    facts: Mapping[str, str] = {}
    certainty: Certainty = "likely"


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
    expected : float or None
        The number that should stand there; None where it is a formula.
    digits : int
        To how many significant digits the page would give it.
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
    expected: float | None = None
    digits: int = FEW_DIGITS
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
