"""``byhand predict``: what a trained network says of new rows."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from byhand.cli.output import as_json, put
from byhand.words import say

SCHEMA = "byhand.predict/1"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"predict_command.{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def predict(
        model: Annotated[Path, typer.Argument(help=say("evaluate_command.model", language), metavar="MODEL")],
        data: Annotated[str, typer.Argument(help=text("data"), metavar="DATA", show_default=False)],
        proba: Annotated[bool, typer.Option("--proba", help=text("proba"))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        from byhand import load
        from byhand.errors import ProblemError
        from byhand.networks import reading

        net = load(model)
        if proba and not hasattr(net, "predict_proba"):
            raise ProblemError("no_probabilities", network=type(net).__name__)
        with _named(data) as source:
            samples = reading.read(net, source, with_target=False)
        preparation = reading.preparation_for(net, samples)
        X = preparation.inputs(samples)
        predicted = preparation.restored(net.predict(X)).tolist()
        shares = net.predict_proba(X) if proba else None
        name = preparation.target_name or "y"
        if as_object:
            found: dict[str, Any] = {"schema": SCHEMA, "target": name, "predictions": predicted}
            if shares is not None:
                found |= {"classes": net.classes_.tolist(), "probabilities": shares.tolist()}
            put(as_json(found), output)
            return
        heads = [name, *([f"p({label})" for label in net.classes_.tolist()] if proba else [])]
        numbers = [[f"{share:.6g}" for share in row] for row in shares] if shares is not None else []
        put(_written(heads, [[one, *more] for one, more in _beside(predicted, numbers)]), output)


@contextmanager
def _named(data: str) -> Iterator[str]:
    """A data set by its name or path; what comes in on standard input as a file."""
    if data != "-":
        yield data
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stdin.csv"
        path.write_bytes(sys.stdin.buffer.read())
        yield str(path)


def _beside(predicted: list[Any], numbers: list[list[str]]) -> Iterator[tuple[Any, list[str]]]:
    return zip(predicted, numbers or [[] for _ in predicted], strict=True)


def _written(heads: list[str], rows: list[list[Any]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([heads, *rows])
    return text.getvalue()
