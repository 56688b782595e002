"""The marks of a class as a table: text, CSV, JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from byhand.lesson.document import Block, Document, Inlines, Table
from byhand.lesson.sentences import Speaker
from byhand.practice.mark import Row, mistakes, summary

SCHEMA = "byhand.marks/1"
MOST_PLACES = 5
_NUMBER = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_record(rows: Sequence[Row]) -> dict[str, Any]:
    """One JSON object: every sheet, the commonest mistakes, the summary."""
    return {
        "schema": SCHEMA,
        "sheets": [row._asdict() for row in rows],
        "mistakes": [mistake._asdict() for mistake in mistakes(rows)],
        "summary": summary(rows),
    }


def as_csv(rows: Sequence[Row]) -> str:
    """One line a sheet. A text that a spreadsheet would calculate gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def as_document(rows: Sequence[Row], language: str) -> Document:
    """The table of marks, and the commonest mistakes."""
    speaker = Speaker(language)
    keys = ("sheet", "marks", "first_wrong", "written", "expected", "cause", "blank")
    head = tuple([speaker.inlines(f"practice.column_{key}") for key in keys])
    counts = summary(rows)
    blocks: list[Block] = [
        speaker.paragraph("practice.summary", **{key: str(value) for key, value in counts.items()}),
        Table(head, tuple([_line(row, speaker) for row in rows])),
    ]
    found = mistakes(rows)
    if found:
        names = tuple([speaker.inlines(f"practice.column_{key}") for key in ("mistake", "times", "where")])
        comma = speaker.plain("lesson.comma")
        lines = [
            (_cause(one.cause, speaker), (str(one.sheets),), (comma.join(one.where[:MOST_PLACES]),))
            for one in found
        ]
        blocks += [speaker.heading(2, "practice.commonest"), Table(names, tuple(lines))]
    return Document(speaker.plain("practice.marks"), language, tuple(blocks))


def _line(row: Row, speaker: Speaker) -> tuple[Inlines, ...]:
    blank: Inlines = (str(row.blank) if row.blank else "",)
    if row.verdict == "unreadable":
        reason = speaker.inlines("practice.unreadable", reason=row.error.partition("\n")[0])
        return (row.sheet,), ("—",), reason, ("",), ("",), ("",), blank
    first = speaker.inlines("practice.all_right") if row.verdict == "right" else (row.first_wrong,)
    cause = _cause(row.cause, speaker) if row.verdict == "wrong" else ("",)
    return (row.sheet,), (f"{row.marks:g}/{row.of:g}",), first, (row.written,), (row.expected,), cause, blank


def _cause(code: str, speaker: Speaker) -> Inlines:
    """The kind of mistake in words; what it was made on differs from sheet to sheet."""
    if not code:
        return speaker.inlines("practice.unexplained")
    return speaker.inlines(f"cause.{code}", name="…", given="…", other="…", factor="…")
