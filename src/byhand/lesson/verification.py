"""A central difference beside each gradient."""

from __future__ import annotations

from byhand.lesson.document import Block, Sym, Table
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker
from byhand.trace.run import Run
from byhand.trace.verify import central_differences


def verification(run: Run, digits: int, speaker: Speaker) -> list[Block]:
    """The table of gradients worked out, differences measured, and whether they agree."""
    rows = []
    for checked in central_differences(run):
        verdict = {True: "agrees", False: "differs", None: "too_coarse"}[checked.agrees]
        index = tuple(str(k) for k in checked.index)
        rows.append(
            (
                (Sym(checked.name, index),),
                (printed(checked.analytic, digits)[0],),
                (printed(checked.numeric, digits)[0],),
                speaker.inlines(f"lesson.{verdict}", resolution=printed(checked.resolution, 2)[0]),
            )
        )
    head = tuple(
        speaker.inlines(f"lesson.column_{key}") for key in ("name", "gradient", "difference", "verdict")
    )
    return [
        speaker.heading(3, "lesson.verification"),
        speaker.paragraph("lesson.verify_how"),
        Table(head, tuple(rows)),
    ]
