"""A checked page told: each thing that is wrong with its place, then what could not be read."""

from __future__ import annotations

from byhand.check.article.report import ArticleReport, Finding, Unread
from byhand.errors import visible
from byhand.lesson.document import Block, Document, Inlines, Listing
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker

LONGEST = 80


def tell_article(
    report: ArticleReport, language: str, digits: int | None = None, hint: int | None = None
) -> Document:
    """The findings on a page as a lesson, what is wrong in a numbered list.

    Parameters
    ----------
    report : ArticleReport
    language : str
    digits : int, optional
        The fewest significant digits of our own numbers; by default as many as the page has there.
    hint : int, optional
        1 says only where the first mistake is, 2 also what kind of mistake, 3 also the mend; the answer
        stays hidden.
    """
    speaker = Speaker(language)
    title = speaker.plain("article.title")

    def told(found: list[Finding]) -> tuple[Inlines, ...]:
        return tuple([(place(report, one, language), *tell(one, language, digits, hint)) for one in found])

    wrong = [finding for finding in report.findings if finding.verdict == "wrong"]
    carried = [finding for finding in report.findings if finding.verdict == "carried"]
    if wrong and hint is not None:
        return Document(title, language, (Listing(told(wrong[:1]), numbered=True),))
    code = "found" if wrong else "nothing_found" if report.checked else "nothing_to_check"
    blocks: list[Block] = [speaker.paragraph(f"article.{code}", count=len(wrong), checked=report.checked)]
    if wrong:
        blocks += [speaker.heading(2, "article.heading_wrong"), Listing(told(wrong), numbered=True)]
    if carried:
        blocks += [speaker.heading(2, "article.heading_carried"), Listing(told(carried))]
    if report.unread:
        lines = tuple([(place(report, one, language), _short(one.text)) for one in report.unread])
        blocks += [speaker.heading(2, "article.heading_unread"), Listing(lines)]
    if not report.complete:
        blocks.append(speaker.paragraph("article.too_long"))
    return Document(title, language, tuple(blocks))


def place(report: ArticleReport, one: Finding | Unread, language: str) -> str:
    """Line and column in words."""
    line, column = report.page.position(one.start)
    return Speaker(language).plain("article.place", line=str(line), column=str(column))


def tell(finding: Finding, language: str, digits: int | None = None, hint: int | None = None) -> Inlines:
    """One finding in words, with its cause where one is known; of a hint only so much."""
    speaker = Speaker(language)
    if hint is not None:
        return _hinted(finding, speaker, hint)
    facts = {"text": finding.text, "name": finding.name, **finding.facts}
    shown: dict[str, Inlines] = {key: (_short(str(value)),) for key, value in facts.items()}
    if finding.expected is not None:
        shown["expected"] = (printed(finding.expected, max(finding.digits, digits or 0))[0],)
    return (*speaker.inlines(f"article.{finding.code}", **shown), *_causes(finding, speaker))


def _causes(finding: Finding, speaker: Speaker) -> Inlines:
    joined: Inlines = ()
    for cause in finding.causes:
        joined += speaker.inlines("article.cause_or") if joined else ()
        joined += speaker.inlines(f"cause.{cause.code}", **cause.facts)
    return speaker.inlines(f"article.{finding.causes[0].certainty}", cause=joined) if joined else ()


def _hinted(finding: Finding, speaker: Speaker, hint: int) -> Inlines:
    """Where to look; from 2 on what kind of mistake it is, from 3 on how to mend it."""
    told = speaker.inlines("check.hint_where", name=_short(finding.text))
    if hint >= 2:
        told += _causes(finding, speaker)
    if hint >= 3 and finding.causes:
        first = finding.causes[0]
        mend = speaker.inlines(f"mend.{first.code}", **first.facts)
        told += speaker.inlines("article.mend", mend=mend)
    return told


def _short(text: str) -> str:
    """A formula on one line, cut where it is long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
