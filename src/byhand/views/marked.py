"""The marked copy of a page: each wrong number and formula marked in place, and a list at the end."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from byhand.check.article.report import ArticleReport, Finding
from byhand.lesson.articles import tell, tell_article
from byhand.lesson.document import Document, Inlines
from byhand.sources.pages.page import Kind
from byhand.views import html, markdown, text
from byhand.views.text_lines import line_of, shown

_MACRO = r"\providecommand{\byhandwrong}[2]{\underline{#1}\ensuremath{^{[#2]}}}"


class _Edit(NamedTuple):
    """What is put in at a place."""

    place: int
    text: str


def marked_copy(
    report: ArticleReport, language: str = "en", digits: int | None = None, hint: int | None = None
) -> str:
    """The page with its mistakes marked, and all that was found listed at its end.

    Parameters
    ----------
    report : ArticleReport
    language : str
    digits, hint : int, optional
        As in `tell_article`; with a hint the first mistake alone is marked.

    Returns
    -------
    str
        In the format of the page: Markdown and HTML have each mistake told at its place, LaTeX and plain
        text have its number there. What follows from an earlier mistake stands in the list alone.
    """
    source, kind = report.page.source, report.page.kind
    wrong = [finding for finding in report.findings if finding.verdict == "wrong"]
    edits = [_Edit(max(source.find("\\begin{document}"), 0), f"{_MACRO}\n")] if kind == "latex" else []
    for number, finding in enumerate(wrong if hint is None else wrong[:1], start=1):
        edits += _edits(report, finding, number, tell(finding, language, digits, hint))
    return _applied(source, [*edits, _listed(source, kind, tell_article(report, language, digits, hint))])


def _listed(source: str, kind: Kind, told: Document) -> _Edit:
    """What was found, at the end of the page."""
    match kind:
        case "markdown":
            return _Edit(len(source), f"\n\n---\n\n{markdown.render(told)}")
        case "html":
            end = source.lower().rfind("</body")
            return _Edit(end if end >= 0 else len(source), f"\n{html.fragment(told)}")
        case "latex":
            end = source.rfind("\\end{document}")
            comments = "".join(f"% {line}".rstrip() + "\n" for line in text.render(told).splitlines())
            return _Edit(end if end >= 0 else len(source), f"\n{comments}")
    return _Edit(len(source), f"\n\n{text.render(told)}")


def _applied(source: str, edits: list[_Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: e.place):
        parts += [source[done : edit.place], edit.text]
        done = edit.place
    return "".join([*parts, source[done:]])


def _edits(report: ArticleReport, finding: Finding, number: int, told: Inlines) -> list[_Edit]:
    source, kind = report.page.source, report.page.kind
    if kind == "text":
        return [_Edit(finding.end, f"⟦✗{number}⟧")]
    if kind == "latex":
        marked = source[finding.start : finding.end]
        if "&" in marked or "\\\\" in marked or "$" in marked:
            return [_Edit(finding.end, f"\\byhandwrong{{}}{{{number}}}")]
        return [_Edit(finding.start, "\\byhandwrong{"), _Edit(finding.end, f"}}{{{number}}}")]
    inside = _in_formula(report, finding)
    if kind == "html":
        words = escape(shown(line_of(told)))
        if not inside and "<" not in source[finding.start : finding.end]:
            return [_Edit(finding.start, f'<mark title="{words}">'), _Edit(finding.end, "</mark>")]
        place = _after_formula(source, finding.end) if inside else finding.end
        return [_Edit(place, f"<mark>✗ {words}</mark>")]
    place = _after_formula(source, finding.end) if inside else finding.end
    return [_Edit(place, f" **[✗ {markdown.line(told)}]** ")]


def _in_formula(report: ArticleReport, finding: Finding) -> bool:
    return any(
        piece.kind == "formula" and piece.places[0] <= finding.start <= piece.places[-1]
        for piece in report.page.pieces
    )


def _after_formula(source: str, place: int) -> int:
    """The place behind the formula in which a place stands; behind the picture that keeps it as its text."""
    if source.rfind("<img", 0, place) > source.rfind(">", 0, place):
        return source.find(">", place) + 1
    if source.rfind("![", 0, place) > max(source.rfind("](", 0, place), source.rfind("\n", 0, place)):
        address = source.find("](", place)
        return source.find(")", address) + 1 if address >= 0 else place
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
