"""``byhand demo``: the main job, start to finish."""

from typing import Annotated

import typer

from byhand.cli.output import INTERRUPTED, progress_line, put, width
from byhand.words import say


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    @app.command(
        help=say("cli.demo_help", language),
        short_help=say("cli.demo_short", language),
        epilog=say("cli.demo_examples", language),
    )
    def demo(
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand import demo as main_job

        trials = main_job.run(lang, put, width(), progress_line())
        if trials[-1].work.run.stopped == "interrupted":
            raise typer.Exit(INTERRUPTED)
