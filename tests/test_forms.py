"""Every result is told and written in the same ways, and the ending of a file says in which."""

import json

import numpy as np
import pytest

import byhand
from byhand.api.form import ENDINGS, Form, form_of
from byhand.api.result import Result
from byhand.cli import run
from byhand.errors import ProblemError

SHEET = {"problem": "z = w*x\nL = (z - y)^2", "given": {"w": 0.5, "x": 3, "y": 1}}
START = {"text": "", "markdown": "# ", "latex": "\\documentclass", "html": "<!DOCTYPE html>", "json": "{"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    page = tmp_path_factory.mktemp("page") / "page.md"
    page.write_text("$2 + 3 = 6$\n", "utf-8")
    return {
        "work": byhand.work(SHEET),
        "why": byhand.work(SHEET).why("dL/dw"),
        "check": byhand.check(SHEET, {"z": "1.6"}),
        "check_article": byhand.check_article(page),
        "check_gradients": byhand.check_gradients({"w": 3.0, "x": 0.5, "y": np.nan}, SHEET),
    }


@pytest.mark.parametrize("form", [form for form in Form if form != Form.python])
@pytest.mark.parametrize("name", ["work", "why", "check", "check_article", "check_gradients"])
def test_every_result_is_written_in_every_form(results, name, form):
    result = results[name]
    assert isinstance(result, Result)
    text = result.written(form)
    assert text == getattr(result, f"to_{form}")()
    assert text.startswith(START[form])
    if form == Form.json:
        assert json.loads(text)["schema"].startswith("byhand.")
    else:
        assert text != result.written(form, language="zh" if byhand.words.system_language() == "en" else "en")


@pytest.mark.parametrize("name", ["why", "check", "check_article", "check_gradients"])
def test_only_a_whole_calculation_is_a_script(results, name):
    assert results["work"].written(Form.python) == results["work"].to_python()
    with pytest.raises(ProblemError) as caught:
        results[name].written(Form.python)
    assert "python" in caught.value.sentence("en")


def test_a_notebook_shows_every_result(results):
    assert all("<" in result._repr_html_() for result in results.values())


@pytest.mark.parametrize(("form", "ending"), [(form, one) for form in START for one in ENDINGS[Form(form)]])
def test_a_checked_sheet_goes_into_a_file_of_its_ending(tmp_path, form, ending):
    sheet, path = tmp_path / "sheet.json", tmp_path / f"marked{ending}"
    sheet.write_text(json.dumps({**SHEET, "claims": {"z": "1.6"}}), "utf-8")
    assert 1 == run(["check", str(sheet), "-o", str(path)])
    assert path.read_text("utf-8").startswith(START[form])
    assert form == form_of(path)
