"""``byhand evaluate``: how good a trained network is, and where it errs most."""

from pathlib import Path
from typing import Annotated

import typer

from byhand.cli.output import as_json, check_writable, put, width
from byhand.words import say


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"evaluate_command.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def evaluate(
        model: Annotated[Path, typer.Argument(help=text("model"), metavar="MODEL", show_default=False)],
        data: Annotated[str | None, typer.Option(help=text("data"), metavar="DATA")] = None,
        worst: Annotated[int, typer.Option(min=0, max=1000, help=text("worst"))] = 8,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand import load
        from byhand.networks.tasks import evaluating, reading

        if output is not None:
            from byhand.views.charts import SUFFIXES, check_drawable

            check_drawable(output, (".html", *SUFFIXES))
            check_writable(output)
        net = load(model)
        chosen = reading.chosen(net, data)
        preparation = reading.preparation_for(net, chosen.data)
        found = evaluating.evaluate(net, preparation, chosen)
        from byhand.cli import evaluated as telling

        outcome = telling.Outcome(net, preparation, chosen, found, worst)
        put(as_json(telling.record(outcome)) if as_object else telling.told(outcome, lang, width()))
        if output is not None:
            from byhand.cli import drawn

            drawn.draw(outcome, output, lang)
