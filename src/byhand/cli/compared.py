"""What a comparison says: a document, a record, a chart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from byhand.lesson.document import Document, Listing, Paragraph, Table
from byhand.networks.tasks.comparing import Estimate, Outcome, Point, Row, Strategy, summary
from byhand.views.charts import Labels, Line, draw_lines, legible
from byhand.words import catalogue, say

SCHEMA = "byhand.compare/1"
_COLUMNS = ("strategy", "seeds", "training", "test", "difference", "epochs", "updates", "seconds")


class About(NamedTuple):
    """What was compared.

    Attributes
    ----------
    network, data : str
    classes : bool
        Whether classes are predicted.
    study : str
        Empty where the strategies were typed.
    samples : int
    test : float
        The part of them that is not trained on.
    seeds : int
    interrupted : bool
    """

    network: str
    data: str
    classes: bool
    study: str
    samples: int
    test: float
    seeds: int
    interrupted: bool


def document(
    about: About, strategies: Sequence[Strategy], done: Sequence[Outcome], language: str
) -> Document:
    """The table of strategies with what its numbers mean."""

    def told(code: str, **facts: Any) -> Paragraph:
        return Paragraph((say(f"compare.{code}", language, **facts),))

    cells = [_cells(row, language) for row in summary(done)]
    columns = [name for name in _COLUMNS if about.interrupted or name != "seeds"]
    header = tuple([(say(f"compare.column_{name}", language),) for name in columns])
    rows = tuple([tuple([(row[name],) for name in columns]) for row in cells])
    kind = "error_classes" if about.classes else "error_amounts"
    facts = {"samples": about.samples, "test": about.test, "seeds": about.seeds}
    return Document(
        say("compare.title", language, network=about.network, data=about.data),
        language,
        (
            *([told(f"study_{about.study}")] if about.study else []),
            told("intro", **facts),
            Table(header, rows),
            told(kind),
            told("meaning"),
            Listing(tuple([(_settings(one, done, language),) for one in strategies])),
        ),
    )


def _cells(row: Row, language: str) -> dict[str, str]:
    return {
        "strategy": label(row.strategy, language),
        "seeds": str(row.seeds),
        "training": _written(row.training),
        "test": _written(row.test),
        "difference": _written(row.difference, sign="+") if row.difference else "",
        "epochs": f"{row.epochs:.0f}",
        "updates": f"{row.updates:.0f}",
        "seconds": f"{row.seconds:.2f}",
    }


def label(strategy: str, language: str) -> str:
    """A strategy's name in words, where it has one."""
    return catalogue(language).get(f"compare.strategy_{strategy}", strategy)


def _written(estimate: Estimate, sign: str = "") -> str:
    """A mean and its standard error in percent."""
    mean = f"{100 * estimate.mean:{sign}.2f}".replace("-", "−")
    return mean if estimate.error is None else f"{mean}±{100 * estimate.error:.2f}"


def _settings(strategy: Strategy, done: Sequence[Outcome], language: str) -> str:
    """A strategy's settings, and what cross-validation chose for each seed."""
    parts = [f"{name}={value}" for name, value in strategy.settings.items()]
    parts += [say("compare.share", language, share=f"{strategy.share:.4g}")] if strategy.share < 1 else []
    for name in strategy.search:
        found = [str(one.chosen[name]) for one in done if one.strategy == strategy.name]
        parts.append(say("compare.chosen", language, name=name, found=", ".join(found)))
    separator = say("lesson.comma", language)
    settings = separator.join(parts) or say("compare.as_it_is", language)
    return say("compare.settings", language, name=label(strategy.name, language), settings=settings)


def record(about: About, strategies: Sequence[Strategy], done: Sequence[Outcome]) -> dict[str, Any]:
    """The comparison as numbers, texts, lists and mappings."""
    return {
        "schema": SCHEMA,
        **about._asdict(),
        "strategies": [
            {"name": one.name, "settings": dict(one.settings), "search": dict(one.search), "share": one.share}
            for one in strategies
        ],
        "summary": [
            {
                **row._asdict(),
                **{
                    key: None if value is None else {"mean": value.mean, "standard_error": value.error}
                    for key in ("training", "test", "difference")
                    for value in [getattr(row, key)]
                },
            }
            for row in summary(done)
        ],
        "outcomes": [{**one._asdict(), "curve": [point._asdict() for point in one.curve]} for one in done],
    }


def draw(about: About, done: Sequence[Outcome], path: Path, language: str) -> None:
    """Draw the losses of every strategy over the epochs: the mean of its seeds."""
    language = legible(path, language)
    lines = []
    for colour, name in enumerate(dict.fromkeys(one.strategy for one in done)):
        curves = [one.curve for one in done if one.strategy == name]
        points = [_mean(at) for at in zip(*curves, strict=False)]  # as far as every seed went
        epochs = [point.epoch for point in points]
        for part in ("training", "test"):
            text = say(f"compare.line_{part}", language, strategy=label(name, language))
            heights = [getattr(point, part) for point in points]
            lines.append(Line(text, epochs, heights, colour, dashed=part == "training"))
    title = say("compare.title", language, network=about.network, data=about.data)
    draw_lines(path, lines, Labels(title, *[say(f"compare.axis_{a}", language) for a in ("epoch", "loss")]))


def _mean(points: Sequence[Point]) -> Point:
    count = len(points)
    training, test = (sum(getattr(p, part) for p in points) / count for part in ("training", "test"))
    return Point(points[0].epoch, training, test)
