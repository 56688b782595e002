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
from byhand.networks.evaluating import Evaluation, evaluate
from byhand.networks.gradient import GradientNetwork
from byhand.networks.named import layer_sizes, parameter_count
from byhand.networks.origin import Origin
from byhand.networks.reading import Chosen, Part
from byhand.networks.training import Trained
from byhand.train.backend import threads
from byhand.views import text as text_view
from byhand.words import say

SCHEMA = "byhand.train/1"


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
        _listing([*outcome.data.describe(language).splitlines(), _divided(outcome, parts, language)]),
        heading("network"),
        _listing([_layers(net, language), _manner(net, language)]),
        heading("result"),
        _scores(parts, language),
        *_ended(outcome, language),
        heading("next"),
        _listing([_say("saved", language, path=outcome.path), *_commands(net, outcome.path)]),
    ]
    title = _say("title", language, network=type(net).__name__, data=outcome.data.name)
    return text_view.render(Document(title, language, tuple(blocks)), width)


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


def _commands(net: Any, path: Path) -> list[str]:
    """What may be asked of the network next."""
    evaluation, derivation = ["evaluate", str(path)], ["why", str(path), "L", "--sample", "0"]
    asked = [evaluation, derivation] if hasattr(net, "why") else [evaluation]
    return [shlex.join(["byhand", *words]) for words in asked]


def _listing(lines: list[str]) -> Listing:
    return Listing(tuple([(line,) for line in lines]))


def _layers(net: Any, language: str) -> str:
    sizes = "-".join(map(str, layer_sizes(net)))
    form = getattr(net, "_form", None)
    functions = ", ".join((*form.activations, form.loss)) if form else "step"
    facts = {"sizes": sizes, "parameters": f"{parameter_count(net):,}", "functions": functions}
    return _say("layers", language, **facts)


def _manner(net: Any, language: str) -> str:
    """The rule and the settings that were not left as they are, and the threads."""
    settings = net.get_params()
    default = type(net)().get_params()
    chosen = [
        f"{name}={settings[name]}"
        for name in settings
        if name not in ("verbose", "hidden_layer_sizes") and settings[name] != default[name]
    ]
    facts = {"rule": settings.get("rule", ""), "threads": threads()}
    code = "manner" if facts["rule"] else "manner_without_rule"
    return _say(code, language, settings=", ".join(chosen) or "–", **facts)


def _ended(outcome: Outcome, language: str) -> list[Notice]:
    """Why it stopped, and what was warned of."""
    net, stopped = outcome.trained.net, outcome.trained.stopped
    warned = list(outcome.trained.warned)
    if not isinstance(net, GradientNetwork):
        ended = [] if stopped == "epochs" else [_say("no_mistakes", language, epochs=net.n_iter_)]
    elif stopped == "epochs":
        warned = [one for one in warned if one.category is not ConvergenceWarning]  # says the same
        ended = [_say("not_converged", language, epochs=net.n_iter_, more=2 * net.max_iter)]
    elif net.strategy != "descent":
        ended = [_say("annealed", language, epochs=net.n_iter_)]
    else:
        facts = {"epochs": net.n_iter_, "patience": net.n_iter_no_change}
        ended = [_say("converged", language, **facts)]
    return [
        *[Notice("rule", "stopped", (line,)) for line in ended],
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
        "layers": list(layer_sizes(net)),
        "parameters": parameter_count(net),
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
    """Draw the loss over the epochs, and the validation score where there is one."""
    from byhand.views import charts, panels

    net, language = outcome.trained.net, charts.legible(path, language)

    def curve(code: str, heights: list[float], logarithmic: bool = False) -> Any:
        name = _say(f"curve_{code}", language)
        line = panels.Group(name, range(1, len(heights) + 1), heights)
        epoch = _say("curve_epoch", language)
        title = _say("title", language, network=type(net).__name__, data=outcome.data.name)
        return panels.Lines(title, [line], epoch, name, logarithmic)

    drawn = (
        [curve("loss", net.loss_curve_, logarithmic=min(net.loss_curve_) > 0)]
        if hasattr(net, "loss_curve_")
        else [curve("mistakes", net.mistakes_)]
    )
    if hasattr(net, "validation_scores_"):
        drawn.append(curve("score", net.validation_scores_))
    panels.draw(path, drawn)


def _say(code: str, language: str, **facts: Any) -> str:
    return say(f"train_command.{code}", language, **facts)
