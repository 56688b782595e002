"""Every cause the checker names: a wrong sheet that yields it first, its sentences, its place in the docs."""

import re
import tomllib
from pathlib import Path

import pytest

import byhand
from byhand.check.mistakes import MISTAKES
from byhand.check.mistakes.writing import COSTS

ROOT = Path(__file__).parent.parent
CODES = {kind.code for kind in MISTAKES} | COSTS.keys()
SHEETS = tomllib.loads((ROOT / "tests/sheets/causes.toml").read_text("utf-8"))["sheet"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet["cause"])
def test_a_sheet_with_the_mistake_yields_its_cause_first(sheet):
    problem = {key: value for key, value in sheet.items() if key not in ("cause", "wrong")}
    checked = byhand.check(problem)
    assert sheet["wrong"] == checked.first_wrong
    (wrong,) = [claim for claim in checked.claims if claim.verdict == "wrong"]
    assert sheet["cause"] == wrong.cause


def test_every_cause_has_a_sheet():
    assert CODES == {sheet["cause"] for sheet in SHEETS}
    assert len(SHEETS) == len(CODES)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("section", ["cause", "mend"])
def test_every_cause_has_its_sentences(language, section):
    words = tomllib.loads((ROOT / f"src/byhand/words/{language}.toml").read_text("utf-8"))
    assert CODES == words[section].keys()


def test_the_page_of_causes_lists_exactly_the_causes():
    text = (ROOT / "docs/causes.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(CODES) == sorted(listed)
