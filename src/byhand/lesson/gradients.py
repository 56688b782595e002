"""A learner's gradients beside the true ones, told."""

from __future__ import annotations

from collections.abc import Sequence

from byhand.check.gradients import Compared
from byhand.lesson.document import Block, Document, Inlines, Sym, Table
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker


def tell_gradients(compared: Sequence[Compared], language: str, digits: int = 6) -> Document:
    """The comparison as a lesson.

    Parameters
    ----------
    compared : sequence of Compared
        From the last parameter to the first.
    language : str
    digits : int
    """
    speaker = Speaker(language)
    wrong = [one for one in compared if one.verdict != "right"]
    keys = ("name", "verdict", "where", "own", "true")
    head = tuple([speaker.inlines(f"gradients.column_{key}") for key in keys])
    blocks: list[Block] = [
        speaker.paragraph("gradients.first_wrong", name=Sym(wrong[0].name))
        if wrong
        else speaker.paragraph("gradients.all_right", number=len(compared)),
        Table(head, tuple([_row(one, speaker, digits) for one in compared])),
    ]
    blocks += [_told(one, speaker) for one in wrong]
    return Document(speaker.plain("gradients.title"), language, tuple(blocks))


def _row(one: Compared, speaker: Speaker, digits: int) -> tuple[Inlines, ...]:
    verdict = speaker.inlines(f"gradients.{one.verdict}")
    if one.verdict != "wrong":
        return (Sym(one.name),), verdict, (), (), ()
    place = "[" + ", ".join(map(str, one.place)) + "]" if one.place else ""
    return (
        (Sym(one.name),),
        verdict,
        (place,),
        (printed(one.own, digits)[0],),
        (printed(one.true, digits)[0],),
    )


def _told(one: Compared, speaker: Speaker) -> Block:
    """The cause of one wrong gradient in words."""
    name = Sym(one.name)
    if one.verdict == "missing":
        return speaker.paragraph("gradients.cause_missing", name=name)
    if one.cause is None:
        code = "gradients.cause_shape" if one.verdict == "shape" else "gradients.cause_unknown"
        return speaker.paragraph(code, name=name, **one.facts)
    return speaker.paragraph(f"gradients.cause_{one.cause}", name=name, **one.facts)
