"""An exercise as a worksheet in TOML: the problem, and a claim to fill in for every number that is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from byhand.lesson.document import Num
from byhand.lesson.sentences import Speaker
from byhand.practice.exercise import Exercise
from byhand.practice.sheet import groups
from byhand.words import say

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def worksheet(made: Exercise, language: str, file: str, filled: bool = False) -> str:
    """The worksheet as text.

    Parameters
    ----------
    made : Exercise
    language : str
        Of its comments; title and task stand in both languages.
    file : str
        Its file's name, for the hint how to check it.
    filled : bool
        With the answers, as a key.
    """
    lines = [f"# {say(f'practice.{code}', language, file=file)}" for code in ("sheet_how", "sheet_check")]
    problem = made.problem()
    given = problem.pop("given")
    settings = problem.pop("rule_settings", None)
    for key, value in problem.items():
        lines += _entry(key, value)
    if settings:
        lines += ["", "[rule_settings]", *(f"{name} = {_written(value)}" for name, value in settings.items())]
    lines += ["", "[given]", *(f"{_key(name)} = {_written(value)}" for name, value in given.items())]
    lines += ["", "[policy]", f"digits = {made.digits}", "", "[claims]"]
    lines += _claims(made, Speaker(language), filled)
    return "\n".join(lines) + "\n"


def plain(number: Num) -> str:
    """A number as one types it: ``-1.25e-5``."""
    return number.digits if number.exponent is None else f"{number.digits}e{number.exponent}"


def _claims(made: Exercise, speaker: Speaker, filled: bool) -> Iterator[str]:
    for heading, rows in groups(made, speaker):
        yield f"# {''.join(map(str, heading))}"
        for row in rows:
            answer = plain(made.answer(row))
            if made.is_blank(row):
                yield f'{_key(row.name)} = "{answer if filled else ""}"'
            else:
                yield f"# {row.name} = {answer}  ({speaker.plain('practice.worked_for_you')})"


def _entry(key: str, value: Any) -> list[str]:
    if key == "problem":
        return ["", f'problem = """\n{value}"""']
    if isinstance(value, dict):
        return [f"{key}.{name} = {_written(text)}" for name, text in value.items()]
    return [f"{key} = {_written(value)}"]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _written(name)


def _written(value: Any) -> str:
    """A text, a number or a list of texts in TOML; whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
