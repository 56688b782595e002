"""The pictures of an evaluation: confusion matrix, worst mistakes, decision boundary, residuals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from byhand.cli.evaluated import Outcome, document
from byhand.networks.tasks import pictures
from byhand.networks.tasks.evaluating import Classified, Estimated
from byhand.networks.tasks.seen import Seen, plane
from byhand.views import html, panels
from byhand.views.charts import legible
from byhand.words import say

_MOST_POINTS = 1000


def draw(outcome: Outcome, path: Path, language: str) -> None:
    """Draw an evaluation into a picture, or into a page with all that is told.

    Raises
    ------
    OSError
    """
    language = legible(path, language)
    found = outcome.found
    if isinstance(found, Classified):
        shown = [
            _confusion(found, language),
            *_worst(outcome, found, language),
            *_boundary(outcome, language),
        ]
    elif isinstance(found, Estimated):
        shown = [_residuals(outcome, found, language)]
    else:
        shown = _learned(outcome, language)
    if path.suffix.lower() == ".html":
        drawings = [panels.svg(panel, number) for number, panel in enumerate(shown, 1)]
        path.write_text(html.render(document(outcome, language), drawings), "utf-8")
    else:
        panels.draw(path, shown)


def _learned(outcome: Outcome, language: str) -> list[panels.Panel]:
    """What a network that learns without targets makes of the rows."""
    preparation, chosen = outcome.preparation, outcome.chosen
    part = chosen.data.take(chosen.rows)
    seen = Seen(preparation.inputs(part), part.y, preparation)
    return pictures.panels_of(outcome.net, seen, language)


def _confusion(found: Classified, language: str) -> panels.Matrix:
    labels = [str(name) for name in found.classes]
    words = [_say(code, language) for code in ("heading_confusion", "column_predicted", "column_true")]
    return panels.Matrix(words[0], labels, found.confusion, *words[1:])


def _worst(outcome: Outcome, found: Classified, language: str) -> list[panels.Panel]:
    """The worst mistakes as pictures, where the samples are pictures."""
    data, mistakes = outcome.chosen.data, found.mistakes[: outcome.worst]
    if len(data.sample_shape) not in (2, 3) or not mistakes:
        return []
    pictures = [
        (
            _say("caption", language, row=one.row, true=one.true, predicted=one.predicted),
            data.X[one.row].reshape(data.sample_shape),
        )
        for one in mistakes
    ]
    return [panels.Photographs(_say("title_mistakes", language), pictures)]


def _boundary(outcome: Outcome, language: str) -> list[panels.Panel]:
    """Which class each place is taken for, where there are two inputs."""
    preparation, chosen = outcome.preparation, outcome.chosen
    data = chosen.data.take(chosen.rows)
    if len(data.columns) != 2 or len(preparation.input_names) != 2 or data.y is None:
        return []
    names, classes = data.feature_names, outcome.net.classes_.tolist()
    seen = Seen(preparation.inputs(data), data.y, preparation)
    wrong = outcome.net.predict(seen.X) != data.y
    some = slice(None, None, 1 + (len(data) - 1) // _MOST_POINTS)
    X, y = data.X[some], data.y[some]
    groups = [panels.Group(str(label), *X[y == label].T) for label in classes]
    marked = panels.Group(_say("wrong", language), *X[wrong[some]].T)
    field = plane(outcome.net, seen)
    return [panels.Regions(_say("title_boundary", language), field, groups, marked, *names)]


def _residuals(outcome: Outcome, found: Estimated, language: str) -> panels.Cloud:
    predicted = [one.predicted for one in found.residuals]
    residuals = [one.residual for one in found.residuals]
    target = outcome.chosen.data.target_name
    return panels.Cloud(
        _say("title_residuals", language),
        panels.Group("", predicted, residuals),
        _say("axis_predicted", language, target=target),
        _say("axis_residual", language, target=target),
    )


def _say(code: str, language: str, **facts: Any) -> str:
    return say(f"evaluate_command.{code}", language, **facts)
