"""Planted mistakes: the first wrong step found, the mistake named; and nothing said against right sheets.

The planter, in `planting/`, works everything out by itself. These are samples of the study in
`benchmarks/planted.py`, whose tables stand in `docs/checker-study.md`.
"""

from collections import Counter

import pytest
from planting.learner import Style, claims, work
from planting.problem import Problem, Values, step
from planting.sequences import PROBLEMS
from planting.study import both_found, false_alarms, generator, is_named, judge, planted, planted_pair, right

import byhand

RIGHT, PLANTED, TWICE = 250, 150, 40


def test_there_are_forty_different_problems():
    assert len(PROBLEMS) >= 40


@pytest.mark.parametrize("title", sorted(PROBLEMS))
def test_the_planter_and_byhand_agree_to_all_digits(title):
    problem = PROBLEMS[title](generator(0, title))
    values = Values(problem.numbers)
    for one in problem.steps:
        values[one.name] = float(one.right(values))
    checked = byhand.check(problem.sheet({one.name: f"{values[one.name]:.12e}" for one in problem.steps}))
    assert {"right"} == {claim.verdict for claim in checked.claims}


def test_no_false_alarm_on_right_sheets():
    rng = generator(1, "right")
    said = [false_alarms(byhand.check, right(rng)) for _ in range(RIGHT)]
    assert [] == [alarm for alarms in said for alarm in alarms]


@pytest.fixture(scope="module")
def outcomes():
    rng, redrawn = generator(1, "planted"), Counter()
    return [judge(byhand.check, planted(rng, redrawn)) for _ in range(PLANTED)]


def test_the_first_wrong_step_is_found(outcomes):
    assert [] == [(one.title, one.kind) for one in outcomes if not one.found]


def test_the_mistake_is_among_two_that_are_named(outcomes):
    missed = [(one.title, one.kind, one.named) for one in outcomes if not (is_named(one) or one.same_formula)]
    assert len(missed) <= 0.05 * PLANTED, missed


def test_what_follows_from_a_written_mistake_is_not_wrong_again(outcomes):
    again = [(one.title, one.kind) for one in outcomes if one.written and one.wrong_again]
    assert len(again) <= 0.01 * PLANTED, again


def test_every_name_and_number_is_read(outcomes):
    assert 0 == sum(one.unreadable for one in outcomes)


def test_two_independent_mistakes_are_both_found():
    rng, redrawn, found = generator(1, "pairs"), Counter(), []
    while len(found) < TWICE:
        pair = planted_pair(rng, redrawn)
        if not pair.dependent:
            found.append(both_found(byhand.check, pair))
    assert sum(found) >= 0.9 * TWICE


def test_a_checker_that_sees_nothing_fails_the_study():
    problem = Problem(
        "z", "z = w*x", {"w": 2.0, "x": 3.0}, {"w": 2.0, "x": 3.0}, [step("z", lambda v: v.w * v.x)]
    )
    sheet = work(problem, Style(3, False, False, True, 0.0, False, False), generator(0, "z"))
    assert {"z": "6.00"} == claims(sheet, generator(0, "z"))
    assert "wrong" == byhand.check(problem.sheet({"z": "6.01"})).verdict
