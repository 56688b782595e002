"""The marked copy of a page: each wrong number and formula marked in place, and a list at the end."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

from byhand.check.article.report import ArticleReport, Finding
from byhand.errors import visible
from byhand.words import say

_MACRO = r"\providecommand{\byhandwrong}[2]{\underline{#1}\ensuremath{^{[#2]}}}"


class _Edit(NamedTuple):
    """What is put in at a place."""

    place: int
    text: str


def marked_copy(report: ArticleReport, language: str = "en") -> str:
    """The page with its mistakes marked.

    Parameters
    ----------
    report : ArticleReport
    language : str

    Returns
    -------
    str
        In the format of the page: Markdown and HTML have each mistake told at its place, LaTeX and plain
        text have its number there. What follows from an earlier mistake stands in the list alone.
    """
    wrong = [finding for finding in report.findings if finding.verdict == "wrong"]
    numbers = {id(finding): k for k, finding in enumerate(wrong, start=1)}
    source, kind = report.page.source, report.page.kind
    edits: list[_Edit] = []
    for finding in wrong:
        edits += _edits(report, finding, numbers[id(finding)], language)
    lines = _told(report, numbers, language)
    if kind == "latex":
        edits += _in_latex(source, lines)
    elif kind == "html":
        end = source.lower().rfind("</body")
        items = "".join(f"<li>{escape(line)}</li>\n" for line in lines[1:])
        edits.append(
            _Edit(end if end >= 0 else len(source), f"\n<h2>{escape(lines[0])}</h2>\n<ul>\n{items}</ul>\n")
        )
    else:
        mark = "- " if kind == "markdown" else ""
        head = f"\n\n---\n\n**{lines[0]}**\n\n" if kind == "markdown" else f"\n\n{lines[0]}\n"
        edits.append(_Edit(len(source), head + "".join(f"{mark}{line}\n" for line in lines[1:])))
    return _applied(source, edits)


def _applied(source: str, edits: list[_Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: e.place):
        parts += [source[done : edit.place], edit.text]
        done = edit.place
    return "".join([*parts, source[done:]])


def _edits(report: ArticleReport, finding: Finding, number: int, language: str) -> list[_Edit]:
    source, kind = report.page.source, report.page.kind
    told = report.sentence(finding, language).replace("\n", " ")
    if kind == "text":
        return [_Edit(finding.end, f"⟦✗{number}⟧")]
    if kind == "latex":
        text = source[finding.start : finding.end]
        if "&" in text or "\\\\" in text or "$" in text:
            return [_Edit(finding.end, f"\\byhandwrong{{}}{{{number}}}")]
        return [_Edit(finding.start, "\\byhandwrong{"), _Edit(finding.end, f"}}{{{number}}}")]
    inside = _in_formula(report, finding)
    if kind == "html":
        if not inside and "<" not in source[finding.start : finding.end]:
            return [_Edit(finding.start, f'<mark title="{escape(told)}">'), _Edit(finding.end, "</mark>")]
        place = _after_formula(source, finding.end) if inside else finding.end
        return [_Edit(place, f"<mark>✗ {escape(told)}</mark>")]
    place = _after_formula(source, finding.end) if inside else finding.end
    return [_Edit(place, f" **[✗ {_plain(told)}]** ")]


def _plain(text: str) -> str:
    """Words inside Markdown: what would be a mark there is escaped."""
    return re.sub(r"([\\`*_\[\]$<>])", r"\\\1", text)


def _in_formula(report: ArticleReport, finding: Finding) -> bool:
    return any(
        piece.kind == "formula" and piece.places[0] <= finding.start <= piece.places[-1]
        for piece in report.page.pieces
    )


def _after_formula(source: str, place: int) -> int:
    """The place behind the formula in which a place stands."""
    ends = []
    for mark in ("$$", "\\]", "\\)", "</math>", "</script>", "$", "\\end{"):
        found = source.find(mark, place)
        if found >= 0:
            ends.append((found, -len(mark), mark))
    if not ends:
        return place
    at, _, mark = min(ends)
    if mark == "\\end{":
        closing = source.find("}", at)
        return closing + 1 if closing >= 0 else place
    return at + len(mark)


def _told(report: ArticleReport, numbers: dict[int, int], language: str) -> list[str]:
    """A heading, then every finding and everything that could not be read, a line each."""
    wrong = len(numbers)
    lines = [
        say(
            "article.found" if wrong else "article.nothing_found",
            language,
            count=wrong,
            checked=report.checked,
        )
    ]
    for finding in report.findings:
        number = numbers.get(id(finding))
        mark = f"✗{number} " if number else "↪ "
        lines.append(f"{mark}{report.place(finding.start, language)} {report.sentence(finding, language)}")
    for unread in report.unread:
        text = visible(" ".join(unread.text.split()))
        text = text if len(text) <= 80 else text[:79] + "…"
        lines.append(f"? {report.place(unread.start, language)} {say('article.unread', language, text=text)}")
    if not report.complete:
        lines.append(say("article.too_long", language))
    return [" ".join(line.split()) for line in lines]


def _in_latex(source: str, lines: list[str]) -> list[_Edit]:
    begin, end = source.find("\\begin{document}"), source.rfind("\\end{document}")
    comments = "".join(f"% {line}\n" for line in lines)
    return [
        _Edit(max(begin, 0), f"{_MACRO}\n"),
        _Edit(end if end >= 0 else len(source), f"\n{comments}"),
    ]
