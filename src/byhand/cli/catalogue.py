"""``byhand list``: what is built in, and the settings of a network."""

from typing import Annotated, Any

import typer

from byhand import api
from byhand.cli.output import as_json, put, width
from byhand.data import names
from byhand.equations.known import NETWORKS
from byhand.lesson.document import Document, Heading, Paragraph, Table
from byhand.rules import RULES
from byhand.sources.problem import text_in
from byhand.sources.vocabulary import FUNCTIONS
from byhand.views import text as text_view
from byhand.words import catalogue, say

SCHEMA, SETTINGS_SCHEMA = "byhand.list/1", "byhand.settings/1"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    @app.command(
        "list",
        help=say("cli.list_help", language),
        short_help=say("cli.list_short", language),
        epilog=say("cli.list_examples", language),
    )
    def built_in(
        network: Annotated[
            str | None, typer.Argument(help=say("cli.list_network", language), metavar="NETWORK")
        ] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        if network is not None:
            put(_settings(network, lang, as_object=as_object))
            return
        found = _found(lang)
        put(as_json({"schema": SCHEMA, **found}) if as_object else _told(found, lang))


def _settings(network: str, language: str, *, as_object: bool) -> str:
    """Those of one network."""
    from byhand.networks.tasks.named import kinds, settings_of

    classes, found = [kind.__name__ for kind in kinds(network)], settings_of(network)
    if as_object:
        listed = [one._asdict() for one in found]
        return as_json({"schema": SETTINGS_SCHEMA, "network": network, "settings": listed})
    named = [
        one.name
        if len(one.kinds) == len(classes)
        else say("cli.list_settings_only", language, name=one.name, kinds=", ".join(one.kinds))
        for one in found
    ]
    head = tuple((say(f"cli.list_column_{name}", language),) for name in ("name", "default", "allowed"))
    rows = tuple(((name,), (one.default,), (one.allowed,)) for name, one in zip(named, found, strict=True))
    title = say("cli.list_settings_title", language, network=network)
    note = Paragraph((say("cli.list_settings_note", language, mapping="{…}", kind=classes[0]),))
    return text_view.render(Document(title, language, (Table(head, rows), note)), width())


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

    functions = say("cli.list_functions", language, names=" ".join(found["functions"]))
    blocks = [block for key in ("networks", "equations", "data", "examples", "rules") for block in table(key)]
    listed = (*blocks, Paragraph((functions,)))
    return text_view.render(Document(say("cli.list_title", language), language, listed), width())
