"""An error surface: made, told, recorded, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.base import clone

from byhand.cli.compared import label
from byhand.data import Dataset, Preparation
from byhand.lesson.document import Document, Paragraph, Table
from byhand.networks.fits.interrupts import whole_fits
from byhand.networks.tasks.comparing import Strategy
from byhand.networks.tasks.surface import Path as Way
from byhand.networks.tasks.surface import Surface, surface
from byhand.views.charts import Labels, Mark, draw_surface, legible
from byhand.words import say

SCHEMA = "byhand.surface/1"


def found(net: Any, data: Dataset, names: Sequence[str], strategies: Sequence[Strategy]) -> Surface:
    """Train on all samples with the seed 0; the surface round what the first strategy reached."""
    preparation = Preparation.fit(data)
    X, y = preparation.inputs(data), preparation.targets(data)
    nets, paths = [], {}
    for strategy in strategies:
        way = Way(names)
        fresh = clone(net).set_params(**strategy.settings, random_state=0)
        with whole_fits():
            nets.append(fresh.fit(X, y, callbacks=[way]))
        paths[strategy.name] = way.places
    return surface(nets[0], X, y, names, paths=paths)


def document(made: Surface, language: str) -> Document:
    """The points where both slopes are 0."""
    header = ("kind", *made.names, "J")
    rows = [
        (say(f"compare.{one.kind}", language), *(f"{value:.6g}" for value in (*one.place, one.loss)))
        for one in made.critical
    ]
    facts = {
        "first": made.names[0],
        "second": made.names[1],
        "low": made.losses.min(),
        "high": made.losses.max(),
    }
    none = Paragraph((say("compare.no_critical", language),))
    table = Table(
        tuple([(say("compare.column_kind", language) if name == "kind" else name,) for name in header]),
        tuple([tuple([(cell.replace("-", "−"),) for cell in row]) for row in rows]),
    )
    told = Paragraph((say("compare.surface_intro", language, **facts),))
    return Document(
        say("compare.surface_title", language, **facts), language, (told, table if rows else none)
    )


def record(made: Surface) -> dict[str, Any]:
    """The surface as numbers, texts, lists and mappings."""
    arrays = {name: getattr(made, name).tolist() for name in ("first", "second", "losses")}
    paths = {name: way.tolist() for name, way in made.paths.items()}
    critical = [one._asdict() for one in made.critical]
    return {"schema": SCHEMA, "names": list(made.names), **arrays, "paths": paths, "critical": critical}


def draw(made: Surface, path: Path, language: str) -> None:
    """Draw the surface with the descent and the points marked."""
    language = legible(path, language)
    facts = {"first": made.names[0], "second": made.names[1]}
    title = say("compare.surface_title", language, **facts)
    ways = {
        say("compare.path", language, strategy=label(name, language)): way for name, way in made.paths.items()
    }
    marks = [Mark(one.kind, say(f"compare.{one.kind}", language), *one.place) for one in made.critical]
    labels = Labels(title, *made.names, say("compare.height", language))
    draw_surface(path, made.first, made.second, made.losses, ways, marks, labels)
