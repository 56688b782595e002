"""``byhand sample``: what a trained network makes of itself: rows, pictures, texts."""

from pathlib import Path
from typing import Annotated, Any

import typer

from byhand.cli.output import as_csv, as_json, check_writable, put, shortened
from byhand.words import say

SCHEMA = "byhand.sample/1"
_LENGTH, _COUNT, _DRAWN = 200, 16, 64


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"sample_command.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def sample(
        model: Annotated[Path, typer.Argument(help=say("evaluate_command.model", language), metavar="MODEL")],
        count: Annotated[int | None, typer.Option(min=1, max=100_000, help=text("count"))] = None,
        start: Annotated[str | None, typer.Option(help=text("start"), metavar="TEXT")] = None,
        length: Annotated[int | None, typer.Option(min=1, max=100_000, help=text("length"))] = None,
        temperature: Annotated[float | None, typer.Option(help=text("temperature"))] = None,
        seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help=text("seed"))] = 0,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        plot: Annotated[Path | None, typer.Option(help=text("plot"), metavar="FILE")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand import load
        from byhand.errors import ProblemError

        check_writable(output, plot)
        net = load(model)
        of_text = {"--start": start, "--length": length, "--temperature": temperature}
        of_rows = {"--count": count, "--plot": plot}
        if not hasattr(net, "sample"):
            raise ProblemError("no_samples", network=type(net).__name__)
        for option, given in (of_rows if net.reads_text else of_text).items():
            if given is not None:
                code = "no_rows_to_sample" if net.reads_text else "no_text_to_sample"
                raise ProblemError(code, network=type(net).__name__, option=option)
        if net.reads_text:
            prompt = str(net.characters_[0]) if start is None else start
            degree = 1.0 if temperature is None else temperature
            written = net.sample(length or _LENGTH, prompt, degree, random_state=seed)
            found = {"schema": SCHEMA, "start": prompt, "text": written}
            put(as_json(found) if as_object else prompt + written, output)
            return
        from byhand.networks.tasks.origin import origin_of

        origin = origin_of(net)
        if plot is not None:
            _check_pictures(plot, net, origin)
        made = net.sample(count or _COUNT, random_state=seed)
        if origin:
            columns = origin.preparation.columns_of(made)
        else:
            columns = {f"x{number}": own for number, own in enumerate(made.T.tolist(), 1)}
        if plot is not None and origin:
            _draw(plot, made.reshape(-1, *origin.preparation.sample_shape), type(net).__name__, lang)
        found = {"schema": SCHEMA, "columns": columns}
        put(as_json(found) if as_object else as_csv(shortened(columns)), output)


def _check_pictures(path: Path, net: Any, origin: Any) -> None:
    """Whether samples can be drawn into this file.

    Raises
    ------
    ProblemError
        They are no pictures, or it is no file of pictures.
    """
    from byhand.errors import ProblemError
    from byhand.views.charts import check_drawable

    check_drawable(path)
    if origin is None or len(origin.preparation.sample_shape) < 2:
        raise ProblemError("no_pictures_to_sample", network=type(net).__name__)


def _draw(path: Path, pictures: Any, network: str, language: str) -> None:
    from byhand.views import panels
    from byhand.views.charts import legible

    shown = [("", one) for one in pictures[:_DRAWN]]
    facts = {"shown": len(shown), "count": len(pictures), "network": network}
    title = say("sample_command.title", legible(path, language), **facts)
    panels.draw(path, [panels.Photographs(title, shown)])
