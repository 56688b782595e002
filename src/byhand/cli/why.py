"""``byhand why``: one number of a trained network derived."""

from pathlib import Path
from typing import Annotated, Any

import typer

from byhand.api.form import Form, form_of
from byhand.cli.output import check_writable, put, width
from byhand.errors import ProblemError
from byhand.words import say


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"why_command.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def why(
        model: Annotated[Path, typer.Argument(help=text("model"), metavar="MODEL", show_default=False)],
        value: Annotated[str, typer.Argument(help=text("value"), metavar="VALUE", show_default=False)],
        x: Annotated[str | None, typer.Option("--x", help=text("x"), metavar="NUMBERS")] = None,
        y: Annotated[str | None, typer.Option("--y", help=text("y"), metavar="TARGET")] = None,
        data: Annotated[str | None, typer.Option(help=text("data"), metavar="DATA")] = None,
        sample: Annotated[int, typer.Option(min=0, help=text("sample"))] = 0,
        terms: Annotated[int, typer.Option(min=1, help=text("terms"))] = 10,
        full: Annotated[bool, typer.Option("--full", help=text("full"))] = False,
        depth: Annotated[int, typer.Option(min=0, help=text("depth"))] = 2,
        digits: Annotated[int, typer.Option(min=1, max=17, help=say("cli.work_digits", language))] = 6,
        format: Annotated[Form | None, typer.Option("--format", help=text("format"))] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.work_json", language))] = False,
        output: Annotated[
            Path | None, typer.Option("-o", help=say("cli.work_output", language), metavar="FILE")
        ] = None,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand import load

        form = Form.json if as_object else format or form_of(output)
        check_writable(output)
        net = load(model)
        inputs, target = _sample(net, x, y, data, sample)
        how = {"terms": None if full else terms, "depth": depth, "digits": digits, "language": lang}
        found = net.why(value, inputs, target, **how)
        put(found.written(form, width()), output)


def _sample(net: Any, x: str | None, y: str | None, data: str | None, sample: int) -> tuple[Any, Any]:
    """The inputs and the target, None where there is none."""
    from byhand.networks.base.asking import read_numbers, read_target
    from byhand.networks.tasks.reading import preparation_for, read

    typed = None if y is None else read_target(net, y.strip())
    if x is not None:
        return read_numbers(x, "x"), typed
    if data is None and not hasattr(net, "origin_"):
        raise ProblemError("no_sample_given")
    samples = read(net, data, with_target=y is None)
    one = samples.take(slice(sample, sample + 1))
    if not len(one):
        raise ProblemError(
            "no_such_sample", path=data or samples.name, count=len(samples), last=len(samples) - 1
        )
    preparation = preparation_for(net, samples)
    if y is None and one.y is not None:
        typed = preparation.targets(one)[0]
    return preparation.inputs(one)[0], typed
