"""A given without a number (``"?"``): symbols alone, and nowhere a number that nobody gave."""

import json
import re

import pytest

import byhand
from byhand.errors import ProblemError

OPEN = {"problem": "z = w₁*x\nL = (z - 7)^2", "given": {"w₁": "?", "x": 2}, "rate": 0.1, "steps": 3}
OPEN |= {"predict": {"result": "z", "x": 5}, "plot": [{"kind": "curve"}]}


def numbers_in(found):
    """Every number of a JSON-ready value."""
    match found:
        case dict():
            return [one for value in found.values() for one in numbers_in(value)]
        case list():
            return [one for value in found for one in numbers_in(value)]
    return [found] if isinstance(found, float) else []


def test_only_what_is_given_has_a_number():
    work = byhand.work(OPEN)
    assert {"x": 2.0, "w1": None, "z": None, "L": None} == work.values
    assert {None} == set(work.gradients.values())
    assert {"w1", "x"} == work.updates.keys()
    assert {None} == {one.new for one in work.updates.values()}
    found = {name: work.number(name) for name in ("x", "w1", "L", "dL/dw1", "x_new", "x#2", "L#4")}
    assert {**dict.fromkeys(found), "x": 2.0} == found


def test_json_holds_only_numbers_that_were_given():
    found = json.loads(byhand.work(OPEN, steps=1).to_json())
    steps = found.pop("steps")
    assert [2.0, 7.0] == sorted({*numbers_in(found), *numbers_in(steps)})
    assert {None} == {step["value"] for step in steps}
    assert [None, None] == found["history"]


AMONG_ARRAYS = {
    "problem": "z = W @ x\nL = s*sum(z^2)",
    "given": {"W": [[2] * 7] * 3, "x": [2] * 7, "s": "?"},
    **{"rate": 0.1, "rule": "adam"},
}


@pytest.mark.parametrize(
    ("problem", "names"),
    [
        (OPEN, ["L", "dL/dx", "dL/dw1", "dz/dz", "w1_new"]),
        (
            AMONG_ARRAYS,
            ["L", "z[1]", "dL/dW[0,1]", "W[0,0]_new", "z", "dL/dW", "dz[0]/dz", "W_new", "dz[0]/ds"],
        ),
    ],
)
def test_an_account_holds_only_numbers_that_were_given(problem, names):
    work = byhand.work(problem, steps=1)
    for name in names:
        account = work.why(name)
        assert account.value is None
        assert {2.0, 7.0, 0.0} >= {*numbers_in(account.record())}, name  # no terms sum to 0
        assert not re.search(r"^  [LWwz∂].* [=≈] ([−\d.]+|\[.*)$", str(account), re.MULTILINE), name


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["L", "dL/dw1", "w1_new", "dL/dx"])
def test_one_number_is_told_in_symbols_alone(name, language):
    told = byhand.work(OPEN, steps=1).why(name, language=language).to_text()
    assert "w1·x" in told or "w1_new" in told
    assert not re.search(r"[=≈] [−\d.]+$", told, re.MULTILINE)


def test_the_lesson_shows_no_number_that_nobody_gave():
    told = byhand.work(OPEN).to_text(language="en")
    assert "∂L/∂w1" in told
    assert not re.search(r"Step by step|[=≈] [−\d.]+$", told, re.MULTILINE)


@pytest.mark.parametrize(("language", "said"), [("en", "w1 has no number"), ("zh", "w1 没有给出数值")])
def test_there_is_nothing_to_check_against(language, said):
    with pytest.raises(ProblemError) as caught:
        byhand.check(OPEN, {"z": "14"})
    assert said in caught.value.sentence(language)
    with pytest.raises(ProblemError):
        byhand.check_gradients({"w1": 28}, OPEN)
