"""``byhand compare``: strategies side by side, or the error surface over two weights."""

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from string import ascii_uppercase
from typing import Annotated, Any

import typer

from byhand.api import Lesson
from byhand.cli.output import INTERRUPTED, as_json, check_writable, progress_line, put, width
from byhand.data import Dataset, Preparation, load
from byhand.errors import ByhandError, ProblemError
from byhand.words import say


class Study(StrEnum):
    """The names of `byhand.networks.studies.STUDIES`."""

    batch = "batch"
    rules = "rules"
    loss = "loss"
    depth = "depth"
    data = "data"
    stopping = "stopping"
    penalty = "penalty"
    start = "start"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"compare.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def compare(
        network: Annotated[str, typer.Argument(help=text("network"))],
        data: Annotated[str, typer.Option(help=text("data"), metavar="NAME")],
        study: Annotated[Study | None, typer.Option(help=text("study"), show_default=False)] = None,
        strategies: Annotated[str, typer.Option(help=text("strategies"), show_default=False)] = "",
        seeds: Annotated[int, typer.Option(min=1, max=1000, help=text("seeds"))] = 5,
        test: Annotated[float, typer.Option(min=0.05, max=0.95, help=text("test"))] = 0.25,
        hidden: Annotated[int, typer.Option(min=1, help=text("hidden"))] = 32,
        epochs: Annotated[int, typer.Option(min=1, help=text("epochs"))] = 40,
        surface: Annotated[str, typer.Option(help=text("surface"), metavar="NAMES")] = "",
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        if output is not None:
            from byhand.views.charts import check_drawable

            check_drawable(output)
            check_writable(output)
        if bool(study) + bool(strategies) > 1 or not (study or strategies or surface):
            raise ProblemError("compare_what", known=", ".join(Study))
        samples = load(data)
        net = _network(network, hidden, epochs, samples)
        wanted = _studied(study, net, samples, hidden) if study else _typed(strategies, net)
        if surface:
            from byhand.cli import surfaced

            found = surfaced.found(net, samples, _names(surface), wanted)
            put(as_json(surfaced.record(found)) if as_object else _told(surfaced.document(found, lang)))
            if output is not None:
                surfaced.draw(found, output, lang)
            return
        from byhand.cli import compared
        from byhand.networks.comparing import outcomes

        done = []
        line = progress_line()
        total, interrupted = seeds * len(wanted), False
        try:
            for outcome in outcomes(net, wanted, samples, seeds=range(seeds), test=test):
                done.append(outcome)
                if line is not None:
                    line(len(done), total)
        except KeyboardInterrupt:
            interrupted = True
            print(say("compare.interrupted", lang, done=len(done), total=total), file=sys.stderr)
        about = compared.About(
            type(net).__name__,
            samples.name,
            samples.task == "classification",
            study or "",
            len(samples),
            test,
            seeds,
            interrupted,
        )
        shown = as_json(compared.record(about, wanted, done)) if as_object else None
        put(shown or _told(compared.document(about, wanted, done, lang)))
        if output is not None and done:
            compared.draw(about, done, output, lang)
        if interrupted:
            raise typer.Exit(INTERRUPTED)


def _told(document: Any) -> str:
    return Lesson(document).to_text(width())


def _network(kind: str, hidden: int, epochs: int, data: Dataset) -> Any:
    """A new network of a kind that fits the targets."""
    from sklearn.base import is_classifier

    from byhand.networks.gradient import GradientNetwork
    from byhand.networks.saving import REGISTRY
    from byhand.networks.studies import BASE

    kinds = {name.lower(): found for name, found in REGISTRY.items() if issubclass(found, GradientNetwork)}
    if kind.lower() not in kinds:
        raise ProblemError(
            "unknown_network", name=kind[:60], known=", ".join(found.__name__ for found in kinds.values())
        )
    net = kinds[kind.lower()]()
    wanted = {"hidden_layer_sizes": hidden, "max_iter": epochs, **BASE}
    net.set_params(**{name: value for name, value in wanted.items() if name in net.get_params()})
    if data.task != ("classification" if is_classifier(net) else "regression"):
        raise ProblemError("data_kind", data=data.name, network=type(net).__name__)
    return net


def _studied(study: Study, net: Any, data: Dataset, hidden: int) -> list[Any]:
    """The strategies of a study."""
    from byhand.networks.studies import STUDIES, Setting

    inputs, classes = len(Preparation.fit(data).input_names), data.task == "classification"
    outputs = len(data.classes or ()) if classes else 1
    made = STUDIES[study](Setting(classes, len(data), inputs, outputs, hidden, net.max_iter))
    for strategy in made:
        _check_names(strategy.settings, net)
    return made


def _typed(text: str, net: Any) -> list[Any]:
    """Strategies as they are typed, A, B, C …: settings between blanks, strategies between semicolons."""
    from sklearn.base import clone

    from byhand.networks.comparing import Strategy

    found: list[Strategy] = []
    parts = text.replace("；", ";").strip(" ;").split(";")  # without any settings, the network as it is
    for part in parts[: len(ascii_uppercase)]:
        settings = dict(map(_setting, part.split()))
        _check_names(settings, net)
        try:
            clone(net).set_params(**settings)._validate_params()
        except ByhandError:
            raise
        except ValueError as error:
            raise ProblemError("bad_parameter", message=str(error)) from None
        found.append(Strategy(ascii_uppercase[len(found)], settings))
    return found


def _check_names(settings: Mapping[str, Any], net: Any) -> None:
    """Whether the network has all these parameters."""
    for name in settings.keys() - net.get_params().keys():
        raise ProblemError("unknown_parameter", name=name[:60], known=", ".join(net.get_params()))


def _setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise ProblemError("not_a_pair", found=text[:60])
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, {"True": True, "False": False}.get(value, value)


def _names(text: str) -> Sequence[str]:
    """Names between commas; the comma within brackets belongs to a name."""
    return [f"{name.strip(' ,')}]" for name in text.split("]") if name.strip(" ,")]
