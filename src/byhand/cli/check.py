"""``byhand check``: a worksheet or an article checked."""

from pathlib import Path
from typing import Annotated

import typer

import byhand
from byhand.api.article import Article
from byhand.api.form import Form, form_of
from byhand.api.result import Result
from byhand.cli.output import WRONG, put, width
from byhand.sources.pages.page import ENDINGS
from byhand.words import say


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"cli.check_{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def check(
        sheet: Annotated[Path, typer.Argument(help=text("sheet"), metavar="SHEET", show_default=False)],
        hint: Annotated[int | None, typer.Option(min=1, max=3, help=text("hint"), show_default=False)] = None,
        problem: Annotated[Path | None, typer.Option(help=text("problem"), metavar="FILE")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        digits: Annotated[
            int | None, typer.Option(min=1, max=17, help=text("digits"), show_default=False)
        ] = None,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        form = Form.json if as_object else form_of(output)
        if sheet.suffix.lower() in ENDINGS:
            _article(byhand.check_article(sheet, problem), as_object, output, lang, digits, hint)
            return
        checked = byhand.check(sheet, problem=problem)
        put(_written(checked, form, lang, digits, hint), output)
        if checked.verdict == "wrong":
            raise typer.Exit(WRONG)


def _article(
    checked: Article, as_object: bool, output: Path | None, lang: str, digits: int | None, hint: int | None
) -> None:
    """A page: what was found on it; with a file, the marked copy in it."""
    if output is not None:
        put(checked.marked(lang, digits, hint), output)
    put(_written(checked, Form.json if as_object else Form.text, lang, digits, hint))
    if checked.verdict == "wrong":
        raise typer.Exit(WRONG)


def _written(checked: Result, form: Form, lang: str, digits: int | None, hint: int | None) -> str:
    if form == Form.json:
        return checked.to_json(hint=hint)
    return checked.written(form, width(), language=lang, digits=digits, hint=hint)
