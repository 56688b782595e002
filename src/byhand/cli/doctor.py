"""``byhand doctor``: what is installed here, and whether the terminal can show it."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from byhand.cli.output import as_json, put, width
from byhand.data.mnist import data_folder
from byhand.words import say, system_language

SCHEMA = "byhand.doctor/1"
NEEDED = ("byhand", "numpy", "lark", "pydantic", "typer", "rich", "plotext")
EXTRA = ("matplotlib", "jax", "optax", "scikit-learn", "safetensors")


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    @app.command(
        help=say("cli.doctor_help", language),
        short_help=say("cli.doctor_short", language),
        epilog=say("cli.doctor_examples", language),
    )
    def doctor(
        train: Annotated[bool, typer.Option("--train", help=say("cli.doctor_train", language))] = False,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        found = _found() | (_training() if train else {})
        put(as_json({"schema": SCHEMA, **found}) if as_object else _told(found, lang))


def _found() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "language": system_language(),
        "encoding": sys.stdout.encoding,
        "columns": width(),
        "data folder": str(data_folder()),
        "packages": {name: _version(name) for name in (*NEEDED, *EXTRA)},
    }


def _training() -> dict[str, Any]:
    """How JAX runs here, which has to start for it."""
    from byhand.train.cache import cache_folder
    from byhand.train.environment import environment

    found = environment()
    shown = {name: found[name] for name in ("backend", "device", "threads")}
    return {**shown, "compiled code": str(cache_folder() or "-")}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _told(found: dict[str, Any], language: str) -> str:
    missing = say("cli.not_installed", language)
    own = {key: value for key, value in found.items() if key != "packages"}
    lines = {_label(key, language): value for key, value in own.items()} | found["packages"]
    longest = max(map(cell_len, lines))
    return "\n".join(
        f"{name}{' ' * (longest - cell_len(name))}  {missing if value is None else value}"
        for name, value in lines.items()
    )


def _label(key: str, language: str) -> str:
    """What stands before a line; the names of programs are the same in every language."""
    return key if key == "python" else say(f"cli.doctor_{key.split()[0]}", language)
