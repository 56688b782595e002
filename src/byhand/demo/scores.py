"""The errors of every split, whether the network beats the simple ways; what to try next."""

from __future__ import annotations

from collections.abc import Sequence

from byhand.demo.learning import Trial
from byhand.demo.measuring import Errors, average
from byhand.demo.real import money
from byhand.lesson.document import Block, Document, Inlines, Listing, Paragraph, Table
from byhand.lesson.sentences import Speaker
from byhand.words import say

NEXT = {
    "apples": "byhand work apples",
    "house": "byhand work house-price",
    "why": "byhand work house-price --why dL/dw1",
    "change": "byhand work house-price x1=1.2 y=0.3",
    "own": 'byhand work -e "L = (w*x - y)^2" w=0.5 x=2 y=3',
    "list": "byhand list",
}


def scores_told(trials: Sequence[Trial], measured: Sequence[Errors], language: str) -> Document:
    """The errors, and what they say."""
    speaker = Speaker(language)
    mean = average(measured)
    keys = ("split", "baseline", "linear", "network")
    rows = [_row((str(trial.split.seed),), errors) for trial, errors in zip(trials, measured, strict=True)]
    rows.append(_row(speaker.inlines("demo.average"), mean))
    run = trials[-1].work.run
    blocks: list[Block] = [
        speaker.paragraph("demo.scores_how"),
        Table(tuple([speaker.inlines(f"demo.column_{key}") for key in keys]), tuple(rows)),
        verdict(mean, speaker),
    ]
    if run.stopped == "interrupted":
        seed, done = trials[-1].split.seed, len(run.starts) - 1
        blocks.append(speaker.paragraph("demo.interrupted", seed=seed, done=done, steps=run.plan.steps))
    return Document(say("demo.scores", language), language, tuple(blocks))


def next_told(language: str) -> Document:
    """What to try next."""
    widest = max(map(len, NEXT.values()))
    items = [f"{command:{widest}}  {say(f'demo.next_{key}', language)}" for key, command in NEXT.items()]
    return Document(say("demo.next", language), language, (Listing(tuple([(item,) for item in items])),))


def _row(label: Inlines, errors: Errors) -> tuple[Inlines, ...]:
    return (label, *[(money(error),) for error in errors])


def verdict(errors: Errors, speaker: Speaker) -> Paragraph:
    """Whether the network is better than the two simple ways."""
    mean, linear, network = errors
    if network >= mean:
        facts = {"network": money(network), "mean": money(mean), "linear": money(linear)}
        return speaker.paragraph("demo.beats_neither", **facts)
    facts = {
        "network": money(network),
        "by_mean": _percent(network, mean),
        "by_linear": _percent(network, linear),
    }
    return speaker.paragraph("demo.beats_both" if network < linear else "demo.beats_mean", **facts)


def _percent(one: float, other: float) -> str:
    """By how many percent of the other the two differ."""
    return f"{100 * abs(one - other) / other:.1f}"
