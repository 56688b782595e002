"""A folder of exercises: a sheet and a key for every student."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from byhand.api import Lesson
from byhand.api.form import ENDINGS, Form
from byhand.practice.exercise import Exercise, Order, exercise
from byhand.practice.moodle import quiz
from byhand.practice.sheet import sheet
from byhand.practice.worksheet import worksheet

SHEETS, KEYS, QUIZ = "sheets", "keys", "quiz.xml"

Progress = Callable[[int, int | None], None] | None


def exercises(
    order: Order, topics: Sequence[str], students: Sequence[str], progress: Progress = None
) -> list[Exercise]:
    """One exercise a student; several topics take turns."""
    made = []
    for number, student in enumerate(students):
        made.append(exercise(replace(order, topic=topics[number % len(topics)]), student))
        if progress:
            progress(number + 1, len(students))
    return made


def write_folder(
    folder: Path, made: Sequence[Exercise], formats: Iterable[str], language: str, progress: Progress = None
) -> None:
    """Write sheets to hand out and keys, in every format.

    Raises
    ------
    OSError
        Something of that name is there already: a sheet that was filled in is never written over.
    """
    wanted = list(dict.fromkeys(formats))
    if wanted != ["moodle"]:
        (folder / SHEETS).mkdir(parents=True, exist_ok=True)
        (folder / KEYS).mkdir(exist_ok=True)
    for number, one in enumerate(made, 1):
        name = file_name(number, one.student, len(made))
        for form in wanted:
            _write(folder, name, one, form, language)
        if progress:
            progress(number, len(made))
    if "moodle" in wanted:
        folder.mkdir(parents=True, exist_ok=True)
        _new(folder / QUIZ, quiz(list(made), language))


def file_name(number: int, student: str, of: int) -> str:
    """A file's name for a student's sheet, without ending: a number, and the name where it has one.

    Examples
    --------
    >>> file_name(7, "Ada / Lovelace", 30), file_name(3, "3", 30)
    ('07-Ada-Lovelace', '03')
    """
    place = f"{number:0{len(str(of))}d}"
    word = re.sub(r"[^\w]+", "-", student).strip("-")[:40]
    return place if word in ("", str(number)) else f"{place}-{word}"


def written(
    made: Exercise, form: str, language: str, key: bool, file: str = "sheet.toml", width: int = 80
) -> str:
    """A sheet, or its key, in one format."""
    if form == "toml":
        return worksheet(made, language, file, filled=key)
    digits = max(made.digits, 6)
    lesson = made.work.lesson(language=language, digits=digits) if key else Lesson(sheet(made, language))
    return lesson.written(Form(form), width)


def _write(folder: Path, name: str, made: Exercise, form: str, language: str) -> None:
    if form == "moodle":
        return
    file = name + (".toml" if form == "toml" else ENDINGS[Form(form)][0])
    _new(folder / SHEETS / file, written(made, form, language, key=False, file=file))
    _new(folder / KEYS / file, written(made, form, language, key=True, file=file))


def _new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
