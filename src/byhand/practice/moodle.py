"""Exercises as questions for Moodle: cloze questions whose gaps take a number within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree

from byhand.lesson.sentences import Speaker
from byhand.practice.exercise import Exercise
from byhand.practice.questions import Question
from byhand.practice.sheet import groups, precision, rule_lines
from byhand.practice.worksheet import plain
from byhand.sources.problem import text_in
from byhand.views.text_math import math_text
from byhand.words import say

EXACT_DIGITS = 9


def quiz(exercises: list[Exercise], language: str) -> str:
    """A quiz in Moodle's XML format, one question an exercise, in a category for each topic.

    References
    ----------
    Moodle documentation, "Moodle XML format" and "Embedded Answers (Cloze) question type".
    """
    root = ElementTree.Element("quiz")
    category = ""
    for number, made in enumerate(exercises, 1):
        topic = say(f"practice.topic_{made.order.topic.replace('-', '_')}", language)
        if topic != category:
            category = topic
            path = f"$course$/{say('practice.quiz_category', language, topic=topic)}"
            _text(_child(root, "question", type="category"), "category", path)
        question = _child(root, "question", type="cloze")
        _text(question, "name", f"{number:03d} {text_in(made.work.task.problem.title, language)}")
        _text(question, "questiontext", _body(made, language), format="html")
        _text(question, "generalfeedback", _feedback(made), format="html")
        _child(question, "penalty").text = "0.3333333"
        _child(question, "hidden").text = "0"
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def tolerance(made: Exercise, row: Question) -> float:
    """How far an answer may be off: one unit of the last digit asked; hardly anything of an exact one."""
    digits = EXACT_DIGITS if made.draft.exact else made.digits
    return 10.0 ** (math.floor(math.log10(abs(row.value))) + 1 - digits) if row.value else 10.0**-digits


def _body(made: Exercise, language: str) -> str:
    """The question in HTML, its gaps as ``{1:NUMERICAL:=0.25:0.001}``."""
    speaker, problem = Speaker(language), made.work.task.problem
    given = ", ".join(f"{name} = {value:.12g}" for name, value in made.draft.given.items())
    parts = [
        f"<p>{escape(text_in(problem.about, language))}</p>",
        f"<pre>{escape(problem.problem.strip())}</pre>",
        f"<p>{escape(given)}</p>",
        *_rule(made),
        f"<p>{escape(''.join(map(str, precision(made, speaker).text)))}</p>",
    ]
    for heading, rows in groups(made, speaker):
        parts.append(f"<h4>{escape(''.join(map(str, heading)))}</h4>")
        cells = [
            f"<tr><td>{escape(math_text(row.symbol))}</td><td>{_gap(made, row)}</td></tr>" for row in rows
        ]
        parts.append(f"<table>{''.join(cells)}</table>")
    return "\n".join(parts)


def _gap(made: Exercise, row: Question) -> str:
    answer = plain(made.answer(row))
    return f"{{1:NUMERICAL:={answer}:{tolerance(made, row):.3g}}}" if made.is_blank(row) else answer


def _rule(made: Exercise) -> Iterator[str]:
    for line in rule_lines(made):
        yield f"<p>{escape(' = '.join(map(math_text, line.parts)))}</p>"


def _feedback(made: Exercise) -> str:
    answers = [f"{row.name} = {plain(made.answer(row))}" for row in made.rows]
    return f"<p>{escape('; '.join(answers))}</p>"


def _child(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _text(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    _child(_child(parent, tag, **attributes), "text").text = text
