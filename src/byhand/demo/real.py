"""Real house prices: what the network sees, its first step of learning in full, and what it has learned."""

from __future__ import annotations

import numpy as np

from byhand.api import work
from byhand.data import Houses
from byhand.demo.excerpts import backward, board_of, forward, outcome, warned
from byhand.demo.learning import Split, Trial, inputs, inputs_of, location_of, problem
from byhand.demo.measuring import linear_prices, network_prices
from byhand.lesson.board import Board
from byhand.lesson.document import Block, Curve, Document, Inlines, Sym, Table
from byhand.lesson.forward import forward_lines
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker
from byhand.lesson.updates import update_lines
from byhand.ops import Name
from byhand.words import say

DIGITS, SHOWN = 4, 4
AREAS, LOCATIONS = (100.0, 150.0, 200.0), (0.0, 1.0)
FOLLOWED_BACK = {"yhat", "w2", "b2", "H", "Z", "W1", "b1"}


def houses_told(houses: Houses, split: Split, language: str) -> Document:
    """The houses, how they are divided, and what the network sees of them."""
    speaker = Speaker(language)
    counts = {"total": len(houses.price), "training": len(split.training), "held_out": len(split.held_out)}
    seen = len(np.unique(houses.neighbourhood[split.training]))
    quantities = {"area": split.area, "location_label": split.location, "price": split.price}
    rows = [
        (speaker.inlines(f"demo.{key}"), _cell(scale.centre, 6), _cell(scale.spread, 6))
        for key, scale in quantities.items()
    ]
    blocks: tuple[Block, ...] = (
        speaker.paragraph("demo.houses", **{key: money(count) for key, count in counts.items()}),
        speaker.paragraph(
            "demo.location", median=money(split.median), dear=len(split.dear), neighbourhoods=seen
        ),
        speaker.paragraph("demo.standardised"),
        Table(_head(speaker, "column_quantity", "column_mean", "column_spread"), tuple(rows)),
        speaker.paragraph("demo.first_houses"),
        _first_houses(houses, split, speaker),
    )
    return Document(say("demo.real", language), language, blocks)


def _first_houses(houses: Houses, split: Split, speaker: Speaker) -> Table:
    """The first houses of the training part as they are, and as the network sees them."""
    known = split.training[:SHOWN]
    location = location_of(houses.neighbourhood[known], split.dear)
    X, y = inputs_of(houses, split, known), split.price.scaled(houses.price[known])
    rows = []
    for row, k in enumerate(known):
        facts = (
            str(houses.neighbourhood[k]),
            f"{houses.area[k]:.1f}",
            f"{location[row]:.0f}",
            money(houses.price[k]),
        )
        rows.append((*[(fact,) for fact in facts], _cell(X[row, 0]), _cell(X[row, 1]), _cell(y[row])))
    named = _head(speaker, "column_neighbourhood", "area", "location_label", "price")
    seen = Sym("X", ("i", "0")), Sym("X", ("i", "1")), Sym("y", ("i",))
    return Table((*named, *[(symbol,) for symbol in seen]), tuple(rows))


def step_told(houses: Houses, trial: Trial, language: str) -> Document:
    """The network, and its first step of learning in full."""
    speaker, run = Speaker(language), trial.work.run
    count = money(len(trial.split.training))
    blocks: list[Block] = [
        speaker.paragraph("demo.same_network", training=count, X=Sym("X"), b1=Sym("b1"), b2=Sym("b2")),
        *forward(trial.work, DIGITS, speaker),
        *_one_house(houses, trial, speaker),
        *backward(trial.work, FOLLOWED_BACK, DIGITS, speaker),
        speaker.heading(2, "lesson.update"),
        speaker.rule("update_down"),
    ]
    assert run.plan.rule is not None
    for update in run.first.updates.values():
        blocks += update_lines(update, run.plan.rule, run.plan.differentiated, DIGITS)
    blocks += outcome(trial.work, DIGITS, speaker)
    return Document(say("demo.first_step", language), language, tuple(blocks))


def _one_house(houses: Houses, trial: Trial, speaker: Speaker) -> list[Block]:
    """The forward pass of the first house number by number: the same equations on one row."""
    split, own = trial.split, trial.split.training[0]
    given = trial.work.run.given
    row = work(problem(), {**given, "X": given["X"][:1], "y": given["y"][:1]}, steps=1)
    board = board_of(row, DIGITS)
    price, mean, spread = [
        Name(say(f"demo.{key}_symbol", speaker.language)) for key in ("price", "mean", "spread")
    ]
    known = {
        mean.name: split.price.centre,
        spread.name: split.price.spread,
        "yhat": float(board.values["yhat"][0]),
    }
    in_dollars, dollars = mean + spread * Name("yhat"), Board(known, {}, 6)
    return [
        speaker.heading(2, "demo.one_house"),
        speaker.paragraph(
            "demo.one_house_is",
            X=Sym("X"),
            area=f"{houses.area[own]:.1f}",
            neighbourhood=str(houses.neighbourhood[own]),
            price=money(houses.price[own]),
        ),
        *forward_lines(row.run.program, ("Z", "H", "yhat"), board, {}, known=True, scalar=True),
        speaker.paragraph("demo.back_to_money"),
        dollars.line(price, in_dollars, value=dollars.value(in_dollars)),
    ]


def learned_told(houses: Houses, trial: Trial, language: str) -> Document:
    """The loss over the steps, and what the network makes of a house now."""
    speaker, run = Speaker(language), trial.work.run
    own = trial.split.training[:1]
    X = inputs_of(houses, trial.split, own)
    steps = tuple(float(k) for k in range(len(run.objectives)))
    blocks: tuple[Block, ...] = (
        Curve(
            say("demo.loss_curve", language),
            steps,
            tuple(run.objectives),
            say("demo.step_label", language),
            "L",
        ),
        speaker.paragraph(
            "demo.learned",
            steps=len(run.starts) - 1,
            first=_cell(run.objectives[0]),
            last=_cell(run.objectives[-1]),
        ),
        speaker.paragraph(
            "demo.house_after",
            before=money(network_prices(trial, X, step=0)[0]),
            after=money(network_prices(trial, X)[0]),
            price=money(houses.price[own[0]]),
        ),
        *(warned(trial.work, DIGITS, language) or [speaker.paragraph("demo.no_warnings")]),
        speaker.paragraph("demo.prices_learned"),
        _prices(houses, trial, speaker),
    )
    return Document(say("demo.learning", language), language, blocks)


def _prices(houses: Houses, trial: Trial, speaker: Speaker) -> Table:
    """Prices for a few areas and both locations by the network and by least squares."""
    wanted = [(area, location) for location in LOCATIONS for area in AREAS]
    X = inputs(trial.split, *np.transpose(wanted))
    columns = *np.transpose(wanted), network_prices(trial, X), linear_prices(houses, trial.split, X)
    rows = tuple([tuple([(money(value),) for value in row]) for row in zip(*columns, strict=True)])
    return Table(_head(speaker, "area", "location_label", "column_network", "column_linear"), rows)


def _head(speaker: Speaker, *keys: str) -> tuple[Inlines, ...]:
    return tuple([speaker.inlines(f"demo.{key}") for key in keys])


def _cell(value: float, digits: int = DIGITS) -> Inlines:
    return (printed(value, digits)[0],)


def money(value: float) -> str:
    """An amount or a number of things: whole, with commas."""
    return f"{value:,.0f}"
