"""The house-price problem as posed: its essential lines, and why that network can never learn."""

from __future__ import annotations

from byhand.api import Work, example, work
from byhand.demo.excerpts import backward, forward, outcome, warned
from byhand.lesson.document import Block, Deriv, Document, Paragraph, Row, Sign, Sym, Table
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker
from byhand.sources.problem import text_in
from byhand.words import say

DIGITS = 6
FOLLOWED_BACK = {"yhat", "z", "w7", "h1", "z1", "w1"}


def posed(language: str) -> Document:
    """The first chapter."""
    speaker = Speaker(language)
    worked = work(example("house-price"))
    problem = worked.task.problem
    task, *_ = text_in(problem.about, language).split("\n\n")
    *_, cure = text_in(problem.conclusion, language).split("\n\n")
    blocks: list[Block] = [
        Paragraph((task,)),
        *forward(worked, DIGITS, speaker),
        *backward(worked, FOLLOWED_BACK, DIGITS, speaker),
        speaker.paragraph("demo.one_weight_a_layer"),
        speaker.heading(2, "lesson.update"),
        speaker.rule("update_down"),
        _updates(worked),
        *outcome(worked, DIGITS, speaker),
        speaker.heading(2, "demo.never"),
        *warned(worked, DIGITS, language),
        Paragraph((cure.strip(),)),
    ]
    return Document(say("demo.posed", language), language, tuple(blocks))


def _updates(worked: Work) -> Table:
    """All nine weights: before, gradient, after."""
    rows = []
    for update in worked.updates.values():
        old, gradient = printed(update.old, DIGITS)[0], printed(update.gradient, DIGITS)[0]
        new = printed(update.new, DIGITS, near=update.old)[0]
        rows.append(((Sym(update.name),), (old,), (gradient,), (new,)))
    rate = printed(worked.run.plan.settings["rate"], DIGITS)[0]
    slope = Deriv(Sym(worked.run.plan.differentiated), Sym("w"))
    after = Row((Sym("w"), Sign("−", "-"), rate, Sign("·", r"\cdot"), slope))
    return Table(((), (Sym("w"),), (slope,), (after,)), tuple(rows))
