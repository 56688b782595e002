"""``byhand compare``: strategies side by side, or the error surface over two weights."""

import sys
from collections.abc import Sequence
from itertools import chain, product
from pathlib import Path
from string import ascii_uppercase
from typing import Annotated, Any

import typer

from byhand.api import Lesson
from byhand.cli.output import INTERRUPTED, as_json, check_writable, progress_line, put, width
from byhand.data import Dataset, Preparation, load
from byhand.errors import ProblemError
from byhand.words import say


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"compare.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def compare(
        network: Annotated[str, typer.Argument(help=text("network"), metavar="NETWORK")],
        data: Annotated[str, typer.Option(help=text("data"), metavar="NAME")],
        study: Annotated[str, typer.Option(help=text("study"), metavar="NAME", show_default=False)] = "",
        strategies: Annotated[
            str, typer.Option(help=text("strategies"), metavar="SETTINGS", show_default=False)
        ] = "",
        seeds: Annotated[int, typer.Option(min=1, max=1000, help=text("seeds"))] = 5,
        test: Annotated[float, typer.Option(min=0.05, max=0.95, help=text("test"))] = 0.25,
        hidden: Annotated[int, typer.Option(min=1, help=text("hidden"))] = 32,
        epochs: Annotated[int, typer.Option(min=1, help=text("epochs"))] = 40,
        surface: Annotated[str, typer.Option(help=text("surface"), metavar="NAMES")] = "",
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand.networks.tasks import named
        from byhand.networks.tasks.studies import STUDIES

        if output is not None:
            from byhand.views.charts import check_drawable

            check_drawable(output)
            check_writable(output)
        if bool(study) + bool(strategies) > 1 or not (study or strategies or surface):
            raise ProblemError("compare_what", known=", ".join(STUDIES))
        if study and study not in STUDIES:
            raise named.unknown("study_name", study, STUDIES)
        named.kinds(network)
        samples = load(data)
        net = _network(network, hidden, epochs, samples)
        wanted = _studied(study, net, samples, hidden) if study else _typed(strategies)
        for strategy in wanted:
            named.network(network, samples, {**net.get_params(), **strategy.settings})
        if surface:
            from byhand.cli import surfaced

            found = surfaced.found(net, samples, _names(surface), wanted)
            put(as_json(surfaced.record(found)) if as_object else _told(surfaced.document(found, lang)))
            if output is not None:
                surfaced.draw(found, output, lang)
            return
        from byhand.cli import compared
        from byhand.networks.tasks.comparing import outcomes

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
            study,
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


def _network(name: str, hidden: int, epochs: int, data: Dataset) -> Any:
    """The network that the strategies change."""
    from byhand.networks.base.gradient import GradientNetwork
    from byhand.networks.tasks import named
    from byhand.networks.tasks.studies import BASE

    known = named.network(name, data, {}).get_params()
    wanted = {"hidden_layer_sizes": hidden, "max_iter": epochs, **BASE}
    net = named.network(name, data, {key: value for key, value in wanted.items() if key in known})
    kinds = {one: named.kinds(one)[0] for one in named.NAMES if named.needs_target(one)}
    comparable = ", ".join(one for one, kind in kinds.items() if issubclass(kind, GradientNetwork))
    if not net.needs_target:
        raise ProblemError("nothing_to_compare_by", network=type(net).__name__, known=comparable)
    if not isinstance(net, GradientNetwork):
        raise ProblemError("no_descent", network=type(net).__name__, known=comparable)
    return net


def _studied(study: str, net: Any, data: Dataset, hidden: int) -> list[Any]:
    """The strategies of a study."""
    from byhand.networks.tasks.studies import STUDIES, Setting

    inputs, classes = len(Preparation.fit(data).input_names), data.task == "classification"
    outputs = len(data.classes or ()) if classes else 1
    return STUDIES[study](Setting(classes, len(data), inputs, outputs, hidden, net.max_iter))


def _typed(text: str) -> list[Any]:
    """Strategies as they are typed, A, B, C …: settings between blanks, strategies between semicolons."""
    from byhand.networks.tasks import named
    from byhand.networks.tasks.comparing import Strategy

    parts = text.replace("；", ";").strip(" ;").split(";")  # without any settings, the network as it is
    letters = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    return [
        Strategy(letter, dict(map(named.setting, part.split())))
        for letter, part in zip(letters, parts, strict=False)
    ]


def _names(text: str) -> Sequence[str]:
    """Names between commas; the comma within brackets belongs to a name."""
    return [f"{name.strip(' ,')}]" for name in text.split("]") if name.strip(" ,")]
