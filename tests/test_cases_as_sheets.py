"""The numbers that published pages print right, handed in as sheets: none is called wrong.

Only sheets of up to 60 numbers, of at most 50 training steps, are tried; ``cases/`` holds the pages.
"""

import pytest
from test_cases import PAGES, worked

from byhand.check.report import check_claims

MOST_NUMBERS, MOST_STEPS = 60, 50


def sheets() -> list[object]:
    found = []
    for page in sorted(PAGES):
        for k, calculation in enumerate(PAGES[page]["calculation"]):
            claims = {
                name.replace("*", ""): text
                for kind in ("printed", "last_digit")
                for name, text in calculation.get(kind, {}).items()
                if "." not in name and isinstance(text, str)
            }
            if 0 < len(claims) <= MOST_NUMBERS and calculation.get("steps", 1) <= MOST_STEPS:
                found.append(pytest.param(page, k, claims, id=f"{page} {calculation.get('part', k)}"))
    return found


@pytest.mark.parametrize(("page", "k", "claims"), sheets())
def test_what_a_page_prints_right_is_not_called_wrong(page: str, k: int, claims: dict[str, str]) -> None:
    report = check_claims(worked(page, k, False).run, claims)
    assert {c.name: c.verdict for c in report.claims if c.verdict == "wrong"} == {}
