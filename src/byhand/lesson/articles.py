"""A checked page told: each thing that is wrong with its place, then what could not be read."""

from __future__ import annotations

from byhand.check.article.report import ArticleReport
from byhand.errors import visible
from byhand.lesson.document import Block, Document, Inlines, Listing
from byhand.lesson.sentences import Speaker

LONGEST = 80


def tell_article(report: ArticleReport, language: str) -> Document:
    """The findings on a page as a lesson.

    Parameters
    ----------
    report : ArticleReport
    language : str
    """
    speaker = Speaker(language)
    wrong = sum(finding.verdict == "wrong" for finding in report.findings)
    code = "article.found" if wrong else "article.nothing_found"
    blocks: list[Block] = [speaker.paragraph(code, count=wrong, checked=report.checked)]
    for heading, verdict in (("wrong", "wrong"), ("carried", "carried")):
        found = [finding for finding in report.findings if finding.verdict == verdict]
        if found:
            told: list[Inlines] = [
                (report.place(f.start, language) + " " + report.sentence(f, language),) for f in found
            ]
            blocks += [speaker.heading(2, f"article.heading_{heading}"), Listing(tuple(told))]
    if report.unread:
        lines: list[Inlines] = [
            (report.place(unread.start, language) + " " + _short(unread.text),) for unread in report.unread
        ]
        blocks += [speaker.heading(2, "article.heading_unread"), Listing(tuple(lines))]
    if not report.complete:
        blocks.append(speaker.paragraph("article.too_long"))
    return Document(speaker.plain("article.title"), language, tuple(blocks))


def _short(text: str) -> str:
    """A formula on one line, cut where it is long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
