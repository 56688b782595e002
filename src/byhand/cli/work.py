"""``byhand work``: a problem, an example or a formula worked out."""

import difflib
import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from byhand import api
from byhand.api.form import Form, form_of
from byhand.api.worked import posed
from byhand.cli.output import INTERRUPTED, ProgressLine, check_writable, progress_line, put, width
from byhand.errors import ProblemError
from byhand.sources.characters import plain
from byhand.sources.names import check_used
from byhand.sources.pages.page import ENDINGS
from byhand.sources.problem import Problem, parse_problem, read_problem
from byhand.words import say

EVERY = 1000


class By(StrEnum):
    """How the backward pass is told."""

    layers = "layers"
    paths = "paths"
    delta = "delta"


def add(app: typer.Typer, language: str) -> None:
    """Add the command to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"cli.work_{key}", language)

    @app.command(help=text("help"), short_help=text("short"), epilog=text("examples"))
    def work(
        source: Annotated[
            str, typer.Argument(help=text("source"), metavar="SOURCE", show_default=False)
        ] = "",
        values: Annotated[list[str] | None, typer.Argument(help=text("values"), metavar="NAME=VALUE")] = None,
        expression: Annotated[
            list[str] | None, typer.Option("-e", help=text("expression"), metavar="FORMULA")
        ] = None,
        format: Annotated[Form | None, typer.Option("--format", help=text("format"))] = None,
        as_object: Annotated[bool, typer.Option("--json", help=text("json"))] = False,
        digits: Annotated[int, typer.Option(min=1, max=17, help=text("digits"))] = 6,
        exact: Annotated[bool, typer.Option("--exact", help=text("exact"))] = False,
        scalar: Annotated[bool, typer.Option("--scalar", help=text("scalar"))] = False,
        steps: Annotated[int | None, typer.Option(min=1, help=text("steps"), show_default=False)] = None,
        why: Annotated[str | None, typer.Option(help=text("why"), metavar="NAME")] = None,
        by: Annotated[By, typer.Option(help=text("by"))] = By.layers,
        verify: Annotated[bool, typer.Option("--verify", help=text("verify"))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("output"), metavar="FILE")] = None,
        lang: Annotated[str, typer.Option(help=say("cli.lang", language), metavar="en|zh")] = language,
    ) -> None:
        pairs = [*([source] if expression and source else []), *(values or [])]
        problem: Any = {"problem": "\n".join(expression)} if expression else _source(source)
        options = _values_of(pairs)
        form = Form.json if as_object else format or form_of(output)
        check_writable(output)
        if steps is not None:
            options["steps"] = steps
        line = progress_line()
        asked = posed(problem, options)
        if not asked.network:
            check_used(options, asked)
        worked = api.work(asked, exact=exact, progress=_now_and_then(line))
        if line is not None:
            line(0, 0)
        how = {"language": lang, "digits": digits, "scalar": scalar, "by": by.value, "verify": verify}
        result = worked if why is None else worked.why(why)
        put(result.written(form, width(), **how), output)
        if worked.run.stopped == "interrupted":
            raise typer.Exit(INTERRUPTED)


def _source(source: str) -> Problem:
    """The problem a word names: a file, ``-`` for standard input, or a built-in example."""
    if source == "-":
        text = sys.stdin.read()
        return parse_problem(text, is_json=text.lstrip().startswith("{"))
    path = Path(source)
    if source in api.examples() and not path.is_file():
        return api.example(source)
    if path.is_file() and ENDINGS.get(path.suffix.lower(), "text") != "text":
        raise ProblemError("page_is_checked", path=str(path)[:200])
    if path.suffix.lower() in (".toml", ".json") or (source and path.exists()):
        return read_problem(path)
    known = api.examples()
    near = difflib.get_close_matches(source, known, 1)
    code = "unknown_source_near" if near else "unknown_source" if source else "no_source"
    raise ProblemError(code, name=source[:60], near="".join(near), known=", ".join(known))


def _values_of(pairs: list[str]) -> dict[str, Any]:
    """The values that were typed, by their names."""
    values: dict[str, Any] = {}
    for name, value in map(_pair, pairs):
        if name in values:
            raise ProblemError("given_twice", name=name[:60])
        values[name] = value
    return values


def _pair(text: str) -> tuple[str, Any]:
    """A name and its value: a number, a list, ``?``, or words between commas for ``learn``."""
    at = plain(text).find("=")
    name, value = text[: max(at, 0)].strip(), text[at + 1 :].strip()
    if not name or not value:
        raise ProblemError("not_a_pair", found=text[:60])
    if name == "learn":
        return name, [word.strip() for word in plain(value).split(",")]
    for read in (json.loads, float):
        try:
            return name, read(plain(value))
        except (ValueError, RecursionError):
            continue
    return name, value


def _now_and_then(line: ProgressLine | None) -> Callable[[int, Any], None] | None:
    """The progress line, told of every thousandth step."""
    return (
        None
        if line is None
        else lambda number, objective: line(number, None) if number % EVERY == 0 else None
    )
