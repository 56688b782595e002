"""What the checker finds on a page, in short."""

from byhand.check.article.article import check_article
from byhand.lesson.numbers import printed
from byhand.views.text_math import math_text


def wrong(text, kind="markdown"):
    """What is wrong on a page: codes and texts, in order."""
    report = check_article(text, kind)
    return [(f.code, f.text) for f in report.findings if f.verdict == "wrong"]


def expected_at(finding):
    """The number that should stand there, as it is told."""
    return math_text(printed(finding.expected, finding.digits)[0])


def lines(*formulas):
    return "\n\n".join(f"${formula}$" for formula in formulas)
