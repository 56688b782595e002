"""What a training says: a text, a record, a learning curve."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.cli.evaluated import figures_told, score
from byhand.data import Dataset
from byhand.lesson.document import Block, Document, Heading, Listing, Notice, Table
from byhand.networks.tasks.evaluating import Evaluation, evaluate
from byhand.networks.tasks.origin import Origin
from byhand.networks.tasks.reading import Chosen, Part
from byhand.networks.tasks.training import Trained
from byhand.train.backend import threads
from byhand.views import text as text_view
from byhand.words import say

SCHEMA = "byhand.train/1"
# What a network notes in each epoch, by the code of its name.
CURVES = {
    **{"loss": "loss_curve_", "rate": "rate_curve_", "score": "validation_scores_", "mistakes": "mistakes_"},
    **{"distance": "distances_", "pseudo_likelihood": "pseudo_likelihoods_"},
    **{"reconstruction": "reconstruction_errors_", "difference": "differences_"},
    **{"discriminator": "discriminator_losses_", "generator": "generator_losses_"},
}


class Outcome(NamedTuple):
    """A training, with what it was done and where it lies."""

    trained: Trained
    data: Dataset
    origin: Origin
    path: Path


def told(outcome: Outcome, language: str, width: int) -> str:
    """All of it for a terminal."""
    net = outcome.trained.net
    parts = _parts(outcome)

    def heading(code: str) -> Heading:
        return Heading(2, (_say(f"heading_{code}", language),))

    blocks: list[Block] = [
        heading("data"),
        _listing([*_data(outcome, language), _divided(outcome, parts, language)]),
        heading("network"),
        _listing([net.makeup().sentence(language), _manner(net, language)]),
        *_layers(net, language),
        heading("result"),
        _scores(parts, language),
        *_ended(outcome, language),
        heading("next"),
        _listing([_say("saved", language, path=outcome.path), *_commands(net, outcome.path)]),
    ]
    title = _say("title", language, network=type(net).__name__, data=outcome.data.name)
    return text_view.render(Document(title, language, tuple(blocks)), width)


def _data(outcome: Outcome, language: str) -> list[str]:
    """What was learned from, and that no column was set aside where that may surprise."""
    lines = outcome.data.describe(language).splitlines()
    told = outcome.data.y is not None or outcome.trained.net.reads_text
    return lines if told else [*lines, _say("no_labels", language)]


def _parts(outcome: Outcome) -> dict[Part, Evaluation]:
    """How the network does on the training part and on what was held out, if anything was."""
    training, held_out = (
        np.arange(len(outcome.data))[part] for part in outcome.origin.division(outcome.data)
    )
    rows: dict[Part, np.ndarray] = {"training": training, "held_out": held_out}
    return {
        part: evaluate(outcome.trained.net, outcome.origin.preparation, Chosen(outcome.data, own, part))
        for part, own in rows.items()
        if len(own)
    }


def _divided(outcome: Outcome, parts: Mapping[Part, Evaluation], language: str) -> str:
    counts = {part: found.rows for part, found in parts.items()}
    published = outcome.origin.test is None and outcome.data.training_rows is not None
    divided = "divided_as_published" if published else "divided"
    code = divided if "held_out" in counts else "undivided"
    return _say(code, language, seed=outcome.origin.seed, **{"held_out": 0, **counts})


def _scores(parts: Mapping[Part, Evaluation], language: str) -> Table:
    """The figures of either part side by side."""
    figures = {part: figures_told(found, language) for part, found in parts.items()}
    header = [("",), *((name,) for name, _ in figures["training"])]
    rows = [((_say(part, language),), *((value,) for _, value in own)) for part, own in figures.items()]
    return Table(tuple(header), tuple(rows))


def _layers(net: Any, language: str) -> list[Table]:
    """What each layer gives and learns, where a network counts that."""
    counts = net.layer_counts()
    header = [(_say(code, language),) for code in ("layer", "gives", "learns", "unshared")]
    rows = [
        ((one.layer,), ("×".join(map(str, one.gives)),), (f"{one.parameters:,}",), (f"{one.unshared:,}",))
        for one in counts
    ]
    return [Table(tuple(header), tuple(rows))] if counts else []


def _commands(net: Any, path: Path) -> list[str]:
    """What may be asked of the network next."""
    asked = [
        ["evaluate", str(path)],
        *([["sample", str(path)]] if hasattr(net, "sample") else []),
        ["why", str(path), net.asked_first, "--sample", "0"],
    ]
    return [shlex.join(["byhand", *words]) for words in asked]


def _listing(lines: list[str]) -> Listing:
    return Listing(tuple([(line,) for line in lines]))


def _manner(net: Any, language: str) -> str:
    """The rule and the settings that were not left as they are, and the threads."""
    settings = net.get_params()
    default = type(net)().get_params()
    chosen = [
        f"{name}={settings[name]}"
        for name in settings
        if name not in ("verbose", "hidden_layer_sizes") and settings[name] != default[name]
    ]
    facts = {"rule": net.learning_rule(), "threads": threads()}
    code = "manner" if facts["rule"] else "manner_without_rule"
    return _say(code, language, settings=", ".join(chosen) or "–", **facts)


def _ended(outcome: Outcome, language: str) -> list[Notice]:
    """Why it stopped, and what was warned of."""
    stopped, warned = outcome.trained.stopped, list(outcome.trained.warned)
    ended = outcome.trained.net.ended(stopped)
    if ended and stopped == "epochs":
        warned = [one for one in warned if one.category is not ConvergenceWarning]  # says the same
    return [
        *([Notice("rule", "stopped", (ended.sentence(language),))] if ended else []),
        *[Notice("warning", "warned", (str(one.message),)) for one in warned],
    ]


def record(outcome: Outcome) -> dict[str, Any]:
    """All of it as numbers, texts, lists and mappings."""
    net, data, origin = outcome.trained.net, outcome.data, outcome.origin
    return {
        "schema": SCHEMA,
        "network": type(net).__name__,
        "settings": net.get_params(),
        "data": {"name": data.name, "source": origin.source, "rows": len(data), "target": data.target_name},
        "test": origin.test,
        "seed": origin.seed,
        **net.makeup().facts,
        "threads": threads(),
        "epochs": net.n_iter_,
        "stopped": outcome.trained.stopped,
        "warnings": [str(one.message) for one in outcome.trained.warned],
        **{part: score(found) for part, found in _parts(outcome).items()},
        "loss_curve": [float(loss) for loss in getattr(net, "loss_curve_", [])],
        "validation_scores": [float(one) for one in getattr(net, "validation_scores_", [])],
        "mistakes": getattr(net, "mistakes_", []),
        "model": str(outcome.path),
    }


def draw(outcome: Outcome, path: Path, language: str) -> None:
    """Draw how the training went, epoch by epoch, and what was learned."""
    from byhand.networks.tasks import pictures
    from byhand.networks.tasks.seen import Seen
    from byhand.views import charts, panels

    net, language, origin = outcome.trained.net, charts.legible(path, language), outcome.origin
    part = outcome.data.take(origin.division(outcome.data)[0])
    seen = Seen(origin.preparation.inputs(part), part.y, origin.preparation)
    title = _say("title", language, network=type(net).__name__, data=outcome.data.name)
    drawn: list[panels.Panel] = []
    for code, attribute in CURVES.items():
        if heights := getattr(net, attribute, []):
            name = _say(f"curve_{code}", language)
            line = panels.Group(name, range(1, len(heights) + 1), heights)
            is_loss = code == "loss" and min(heights) > 0
            drawn.append(panels.Lines(title, [line], _say("curve_epoch", language), name, is_loss))
    panels.draw(path, [*drawn, *pictures.panels_of(net, seen, language)])


def _say(code: str, language: str, **facts: Any) -> str:
    return say(f"train_command.{code}", language, **facts)
