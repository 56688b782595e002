"""``byhand train``: a network trained with a data set, into a file."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from byhand.cli.output import INTERRUPTED, as_json, check_writable, put, width
from byhand.errors import ProblemError
from byhand.words import say


class Scaling(StrEnum):
    """How numbers are brought to the order of 1."""

    standard = "standard"
    range = "range"
    none = "none"


class Task(StrEnum):
    """What the target is taken for."""

    classification = "classification"
    regression = "regression"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"train_command.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def train(
        context: typer.Context,
        network: Annotated[str, typer.Argument(help=text("network"), metavar="NETWORK")],
        settings: Annotated[
            list[str] | None, typer.Argument(help=text("settings"), metavar="NAME=VALUE")
        ] = None,
        data: Annotated[str, typer.Option(help=text("data"), metavar="DATA", show_default=False)] = "",
        target: Annotated[str | None, typer.Option(help=text("target"), metavar="COLUMN")] = None,
        drop: Annotated[list[str] | None, typer.Option(help=text("drop"), metavar="COLUMN")] = None,
        task: Annotated[Task | None, typer.Option(help=text("task"), show_default=False)] = None,
        test: Annotated[
            float | None, typer.Option(min=0, max=0.95, help=text("test"), metavar="SHARE")
        ] = None,
        seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help=text("seed"))] = 0,
        scaling: Annotated[Scaling | None, typer.Option(help=text("scaling"), show_default=False)] = None,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="MODEL")] = None,
        resume: Annotated[bool, typer.Option("--resume", help=text("resume"))] = False,
        force: Annotated[bool, typer.Option("--force", help=text("force"))] = False,
        plot: Annotated[Path | None, typer.Option(help=text("plot"), metavar="FILE")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand.data import load
        from byhand.data.text import SCHEME
        from byhand.networks.tasks import named, origin, training

        if not data:
            raise ProblemError("no_data")
        needs_target = named.needs_target(network)
        file = data.removeprefix(SCHEME)
        source = f"{SCHEME}{file}" if named.reads_text(network) else data
        wanted = {"random_state": seed, **dict(map(named.setting, settings or ()))}
        if plot is not None:
            from byhand.views.charts import check_drawable

            check_drawable(plot)
        path = output or Path(f"{network.lower()}-{Path(file).stem}.byhand")
        if path.exists() and not (resume or force):
            raise ProblemError("model_exists", path=str(path))
        check_writable(path, plot)
        column: Any = (-1 if needs_target else None) if target is None else target
        how: dict[str, Any] = {"task": task.value if task else None, "texts": named.takes_texts(network)}
        samples = load(source, target=column, drop=drop or (), **how)
        if samples.y is None and needs_target:
            raise ProblemError("no_target", name=target or "")
        net = named.network(network, samples, wanted)
        if "verbose" in net.get_params():
            net.set_params(verbose=sys.stderr.isatty())
        scale = scaling.value if scaling else net.scaling
        where = origin.Origin.of(samples, source, scale, test, seed)
        trained = training.train(net, samples, where, path, resume)
        from byhand.cli import trained as telling

        outcome = telling.Outcome(trained, samples, where, path)
        if as_object:
            put(as_json(telling.record(outcome)))
        elif trained.stopped != "interrupted":
            put(telling.told(outcome, lang, width()))
        if plot is not None:
            telling.draw(outcome, plot, lang)
        if trained.stopped == "interrupted":
            print(_interrupted(trained.net, path, context.obj, lang), file=sys.stderr)
            raise typer.Exit(INTERRUPTED)


def _interrupted(net: Any, path: Path, typed: list[str], language: str) -> str:
    """Where the training stopped, and the command that goes on with it."""
    words = [word for word in typed if word not in ("--force", "--resume")]
    facts = {"epochs": net.n_iter_, "path": str(path), "command": shlex.join(["byhand", *words, "--resume"])}
    return say("train_command.interrupted", language, **facts)
