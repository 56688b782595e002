"""``byhand predict``: what a trained network says of new rows."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from byhand.cli.output import as_csv, as_json, check_writable, put, shortened
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
        import numpy as np

        from byhand import load
        from byhand.errors import ProblemError
        from byhand.networks.tasks import reading

        check_writable(output)
        net = load(model)
        if proba and not hasattr(net, "predict_proba"):
            raise ProblemError("no_probabilities", network=type(net).__name__)
        with _named(data) as source:
            samples = reading.read(net, source, with_target=False)
        preparation = reading.preparation_for(net, samples)
        X = preparation.inputs(samples)
        fills = hasattr(net, "fill") and preparation.columns[0].is_text
        answers = np.array(net.fill(X), object) if fills else net.predict(X)
        name = (preparation.target_name if net.needs_target else "") or net.answer
        if answers.ndim == 1:
            own = {name: (preparation.restored(answers) if net.needs_target else answers).tolist()}
            beside = {} if fills else _beside(net, X, proba)
        elif answers.dtype.kind == "i":  # a state for each unit
            units = net.get_feature_names_out(preparation.input_names).tolist()
            own, beside = dict(zip(units, answers.T.tolist(), strict=True)), {}
        else:  # what it makes of each input
            columns = preparation.columns_of(answers)
            own = {f"{name}({one})": values for one, values in columns.items()}
            beside = _beside(net, X, proba)
        if as_object:
            predicted = own[name] if answers.ndim == 1 else _rows(own)
            found: dict[str, Any] = {"schema": SCHEMA, "target": name, "predictions": predicted}
            if proba:
                found |= {"classes": net.classes_.tolist(), "probabilities": _rows(beside)}
            elif beside:
                found["positions" if hasattr(net, "groups") else "code"] = _rows(beside)
            put(as_json(found), output)
            return
        exact = own if answers.ndim == 1 else {}
        put(as_csv({**shortened({**own, **beside}), **exact}), output)


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


def _beside(net: Any, X: Any, proba: bool) -> dict[str, list[float]]:
    """The columns beside the prediction: probabilities, or where on a map a sample lies."""
    if proba:
        names, rows = [f"p({label})" for label in net.classes_.tolist()], net.predict_proba(X)
    elif hasattr(net, "transform") and not net.needs_target:
        names, rows = net.get_feature_names_out(), net.transform(X)
    else:
        return {}
    return dict(zip(names, rows.T.tolist(), strict=True))


def _rows(columns: dict[str, list[Any]]) -> list[list[Any]]:
    return [list(row) for row in zip(*columns.values(), strict=True)]
