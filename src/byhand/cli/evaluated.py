"""What an evaluation says: a document, a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from byhand.cli import grouped
from byhand.data import Preparation
from byhand.lesson.document import Block, Document, Heading, Inline, Inlines, Paragraph, Table
from byhand.lesson.numbers import printed
from byhand.networks.tasks.evaluating import Classified, Estimated, Evaluation, Mistake, Modelled
from byhand.networks.tasks.grouping import Grouped
from byhand.networks.tasks.reading import Chosen
from byhand.views import text as text_view
from byhand.words import say

SCHEMA = "byhand.evaluate/1"
MOST_CLASSES = 12  # whose confusion is shown as a square; of more only the most frequent mistakes
MOST_CONFUSED = 10


class Outcome(NamedTuple):
    """An evaluation with what was evaluated, and how many of the worst rows are told."""

    net: Any
    preparation: Preparation
    chosen: Chosen
    found: Evaluation
    worst: int


def told(outcome: Outcome, language: str, width: int) -> str:
    """All of it for a terminal."""
    return text_view.render(document(outcome, language), width)


def document(outcome: Outcome, language: str) -> Document:
    """All of it: the figures, the confusion, the classes one by one, the worst rows."""
    found, chosen = outcome.found, outcome.chosen
    facts = {"rows": found.rows, "data": chosen.data.name}
    match found:
        case Classified():
            body = _classified(found, outcome.worst, language)
        case Estimated():
            body = _estimated(found, outcome.worst, language)
        case Grouped():
            body = grouped.blocks(found, language)
        case Modelled():
            body = _modelled(found, language)
    return Document(
        _say("title", language, network=type(outcome.net).__name__, data=chosen.data.name),
        language,
        (Paragraph((_say(f"part_{chosen.part}", language, **facts),)), *body),
    )


def figures_told(found: Evaluation, language: str) -> list[tuple[str, Inline]]:
    """The few figures that say most, each with its name."""
    if isinstance(found, Classified):
        return [(_say("accuracy", language), _accuracy(found))]
    if isinstance(found, Grouped):
        return grouped.figures(found, language)
    if isinstance(found, Modelled):
        return [(_say(name, language), _number(value, 4)) for name, value in found.figures.items()]
    return [("RMSE", _number(found.rmse, 6)), ("MAE", _number(found.mae, 6)), ("R²", _number(found.r2, 3))]


def score(found: Evaluation) -> dict[str, Any]:
    """The same figures as numbers."""
    if isinstance(found, Grouped):
        return {"rows": found.rows, **found.errors, "purity": found.purity, "unmatched": found.unmatched}
    if isinstance(found, Modelled):
        return {"rows": found.rows, **found.figures}
    names = (
        ("rows", "accuracy", "standard_error")
        if isinstance(found, Classified)
        else ("rows", "rmse", "mae", "r2")
    )
    return {name: getattr(found, name) for name in names}


def record(outcome: Outcome) -> dict[str, Any]:
    """All of it as numbers, texts, lists and mappings."""
    found, chosen = outcome.found, outcome.chosen
    about = {
        "schema": SCHEMA,
        "network": type(outcome.net).__name__,
        "data": chosen.data.name,
        "part": chosen.part,
        **score(found),
    }
    if isinstance(found, Classified):
        return {
            **about,
            "most_frequent": found.most_frequent,
            "classes": found.classes,
            "confusion": found.confusion,
            "figures": [one._asdict() for one in found.figures],
            "mistakes": [one._asdict() for one in found.mistakes[: outcome.worst]],
        }
    if isinstance(found, Grouped):
        return {**about, **grouped.record(found)}
    if isinstance(found, Modelled):
        return about
    return {**about, "residuals": [one._asdict() for one in found.residuals[: outcome.worst]]}


def _classified(found: Classified, worst: int, language: str) -> list[Block]:
    code = "accuracy_with_error" if found.standard_error else "accuracy_told"
    blocks: list[Block] = [
        Paragraph((_say(code, language, accuracy=_accuracy(found)),)),
        Paragraph((_say("most_frequent", language, share=_percent(found.most_frequent)),)),
        Heading(2, (_say("heading_confusion", language),)),
        *_confusion(found, language),
        Heading(2, (_say("heading_classes", language),)),
        _table(
            ("class", "precision", "recall", "f1", "rows"),
            [
                (one.name, *map(_share, (one.precision, one.recall, one.f1)), one.rows)
                for one in found.figures
            ],
            language,
        ),
    ]
    shown = found.mistakes[:worst]
    if not shown:
        return blocks
    facts = {"shown": len(shown), "count": len(found.mistakes)}
    code = "heading_mistakes" if len(shown) < len(found.mistakes) else "heading_all_mistakes"
    return [*blocks, Heading(2, (_say(code, language, **facts),)), _mistakes(shown, language)]


def _mistakes(shown: Sequence[Mistake], language: str) -> Table:
    """Row by row, with probabilities where the network gives any."""
    rows: list[tuple[Any, ...]]
    if shown[0].margin is None:
        names = ["row", "true", "predicted", "probability", "true_probability"]
        rows = [
            (m.row, m.true, m.predicted, _share(m.probability), _share(m.true_probability)) for m in shown
        ]
    else:
        names = ["row", "true", "predicted", "margin"]
        rows = [(m.row, m.true, m.predicted, _number(m.margin, 3)) for m in shown]
    return _table(names, rows, language)


def _confusion(found: Classified, language: str) -> list[Block]:
    """The square of counts; of many classes what is taken for what most often."""
    if len(found.classes) <= MOST_CLASSES:
        names = [str(name) for name in found.classes]
        header = ((_say("true_predicted", language),), *[(name,) for name in names])
        rows = [
            ((name,), *[(str(count) if count else "·",) for count in counts])
            for name, counts in zip(names, found.confusion, strict=True)
        ]
        return [Table(header, tuple(rows))]
    pairs = [
        (count, str(found.classes[true]), str(found.classes[predicted]))
        for true, counts in enumerate(found.confusion)
        for predicted, count in enumerate(counts)
        if count and true != predicted
    ]
    most = sorted(pairs, key=lambda pair: -pair[0])[:MOST_CONFUSED]
    return [_table(("true", "predicted", "count"), [(a, b, n) for n, a, b in most], language)]


def _modelled(found: Modelled, language: str) -> list[Block]:
    """The figures with what they mean."""
    return [
        _figures(figures_told(found, language)),
        *[Paragraph((_say(f"{name}_meaning", language),)) for name in found.figures],
    ]


def _estimated(found: Estimated, worst: int, language: str) -> list[Block]:
    blocks: list[Block] = [_figures(figures_told(found, language)), Paragraph((_say("meaning", language),))]
    shown = found.residuals[:worst]
    if not shown:
        return blocks
    rows = [(one.row, *(_number(value, 6) for value in one[1:])) for one in shown]
    code = "heading_residuals" if len(shown) < len(found.residuals) else "heading_all_residuals"
    return [
        *blocks,
        Heading(2, (_say(code, language, shown=len(shown)),)),
        _table(("row", "true", "predicted", "residual"), rows, language),
    ]


def _figures(told: Sequence[tuple[str, Inline]]) -> Table:
    """A few figures under their names."""
    return Table(tuple([(name,) for name, _ in told]), (tuple([(value,) for _, value in told]),))


def _table(names: Sequence[str], rows: Sequence[tuple[Any, ...]], language: str) -> Table:
    header = tuple([(_say(f"column_{name}", language),) for name in names])
    return Table(header, tuple([tuple([_cell(value) for value in row]) for row in rows]))


def _cell(value: Any) -> Inlines:
    return (str(value) if isinstance(value, int | float) else value,)


def _say(code: str, language: str, **facts: Any) -> str:
    return say(f"evaluate_command.{code}", language, **facts)


def _accuracy(found: Classified) -> str:
    """In percent with its standard error, which cannot be estimated where all is right, or all wrong."""
    error = f" ± {100 * found.standard_error:.1f}" if found.standard_error else ""
    return f"{_percent(found.accuracy)}{error} %"


def _number(value: float | None, digits: int) -> Inline:
    return "–" if value is None else printed(value, digits)[0]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
