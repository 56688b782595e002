"""A sentence agrees with its counts: 1 value, 2 values."""

import re

import pytest

import byhand
from byhand.lesson.scene import Warning
from byhand.lesson.sentences import Speaker
from byhand.words import catalogue, say
from tests.sentences import counts, facts

AGREEING = [code for code, sentence in catalogue("en").items() if counts(sentence)]


@pytest.mark.parametrize(
    ("code", "one", "two"),
    [
        ("check.all_right", "The one number is in order.", "All 2 numbers are in order."),
        ("lesson.sample_values", "1 value, one a sample", "2 values, one a sample"),
        ("lesson.stopped_steps", "1 update; each row", "2 updates; each row"),
        ("why.others", "the other one", "the other 2"),
    ],
)
def test_words_agree_with_their_count(code, one, two):
    for number, words in ((1, one), (2, two)):
        assert say(code, number=number).startswith(words)
        assert "".join(Speaker("en").inlines(code, number=number)).startswith(words)


@pytest.mark.parametrize(("steps", "words"), [(1, "after 1 update L"), (21, "after 21 updates L")])
def test_a_warning_agrees_with_its_count(steps, words):
    warning = Warning("unfinished", {"steps": steps, "objective": "L", "percent": 3})
    assert words in "".join(Speaker("en").told("warning", warning, 6))


@pytest.mark.parametrize("code", AGREEING)
def test_one_is_not_told_as_many(code):
    sentence = catalogue("en")[code]
    others = dict.fromkeys(facts(sentence), 7)
    one, two = (say(code, **others | dict.fromkeys(counts(sentence), number)) for number in (1, 2))
    assert one.replace("1", "2") != two
    assert not re.search(r"\b1 (?!is\b|was\b|backwards)([a-z]*s|are|were)\b", one)


def test_a_sheet_of_one_number():
    checked = byhand.check({"problem": "y = 2*x", "given": {"x": 3}, "claims": {"y": "6"}})
    assert "The one number is in order." in checked.written("text", language="en")
    assert "这个数没有问题。" in checked.written("text", language="zh")
