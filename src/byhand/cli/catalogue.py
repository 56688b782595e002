"""``byhand list``: what is built in."""

from typing import Annotated, Any

import typer

from byhand import api
from byhand.cli.output import as_json, put, width
from byhand.data import names
from byhand.equations.known import NETWORKS
from byhand.lesson.document import Document, Heading, Table
from byhand.rules import RULES
from byhand.sources.problem import text_in
from byhand.sources.vocabulary import FUNCTIONS
from byhand.views import text as text_view
from byhand.words import catalogue, say

SCHEMA = "byhand.list/1"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    @app.command(
        "list",
        help=say("cli.list_help", language),
        short_help=say("cli.list_short", language),
        epilog=say("cli.list_examples", language),
    )
    def built_in(
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        found = _found(lang)
        put(as_json({"schema": SCHEMA, **found}) if as_object else _told(found, lang))


def _found(language: str) -> dict[str, Any]:
    return {
        "networks": {
            code.removeprefix("network."): words
            for code, words in catalogue(language).items()
            if code.startswith("network.")
        },
        "equations": {
            name: f"{', '.join(kind().shapes({}))}; {', '.join(kind.model_fields) or '-'}"
            for name, kind in NETWORKS.items()
        },
        "data": names(language),
        "examples": {name: text_in(api.example(name).title, language) for name in api.examples()},
        "rules": {name: rule.source for name, rule in RULES.items()},
        "functions": sorted(FUNCTIONS),
    }


def _told(found: dict[str, Any], language: str) -> str:
    def table(key: str) -> list[Heading | Table]:
        head = tuple([(say(f"cli.list_column_{name}", language),) for name in ("name", key)])
        rows = tuple([((name,), (meaning,)) for name, meaning in found[key].items()])
        return [Heading(2, (say(f"cli.list_{key}_heading", language),)), Table(head, rows)]

    blocks = [block for key in ("networks", "equations", "data", "examples", "rules") for block in table(key)]
    named = Document(say("cli.list_title", language), language, tuple(blocks))
    functions = say("cli.list_functions", language, names=" ".join(found["functions"]))
    return text_view.render(named, width()) + "\n" + functions
