"""``byhand practice``: exercises with keys, and the marking of what comes back."""

import os
import random
import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from byhand.api import Lesson
from byhand.api.form import Form, form_of
from byhand.cli.output import as_json, progress_line, put, width
from byhand.practice.exercise import Order
from byhand.practice.folder import KEYS, SHEETS, exercises, write_folder, written
from byhand.practice.mark import mark_folder, sheets_in
from byhand.practice.marks import as_csv, as_document, as_record
from byhand.practice.moodle import quiz
from byhand.practice.topics import TOPICS
from byhand.words import say

MOST_STUDENTS, SEEDS = 2000, 1_000_000
SCHEMA_TOPICS = "byhand.topics/1"
UsageError: Any = typer.BadParameter.__mro__[1]


class Topic(StrEnum):
    """What to practise: the names of `TOPICS`."""

    computational_graph = "computational-graph"
    chain_rule = "chain-rule"
    neuron = "neuron"
    perceptron = "perceptron"
    loss = "loss"
    update = "update"
    descent = "descent"
    mlp = "mlp"
    softmax = "softmax"
    convolution = "convolution"
    recurrent = "recurrent"
    attention = "attention"


class Size(StrEnum):
    """How many inputs, units or steps."""

    small = "small"
    medium = "medium"
    large = "large"


class Blanks(StrEnum):
    """What is left to fill in."""

    results = "results"
    derivatives = "derivatives"
    everything = "everything"


class Format(StrEnum):
    """What a sheet can be written as."""

    text = "text"
    markdown = "markdown"
    latex = "latex"
    html = "html"
    toml = "toml"
    moodle = "moodle"


def add(app: typer.Typer, language: str) -> None:
    """Add the command with its subcommands to the app, its help in one language."""

    def text(key: str) -> str:
        return say(f"practice.{key}", language)

    practice = typer.Typer(rich_markup_mode=None, help=text("help"), epilog=text("examples"))
    app.add_typer(practice, name="practice")
    language_option = typer.Option(help=say("cli.lang", language), metavar="en|zh")

    @practice.callback(invoke_without_command=True, help=text("help"), epilog=text("examples"))
    def make(
        context: typer.Context,
        topic: Annotated[list[Topic] | None, typer.Option(help=text("opt_topic"))] = None,
        size: Annotated[Size, typer.Option(help=text("opt_size"))] = Size.small,
        difficulty: Annotated[int, typer.Option(min=1, max=3, help=text("opt_difficulty"))] = 1,
        blanks: Annotated[Blanks, typer.Option(help=text("opt_blanks"))] = Blanks.everything,
        digits: Annotated[int, typer.Option(min=2, max=12, help=text("opt_digits"))] = 4,
        seed: Annotated[int | None, typer.Option(min=0, help=text("opt_seed"), show_default=False)] = None,
        students: Annotated[
            str, typer.Option(help=text("opt_students"), metavar="WHO", show_default=False)
        ] = "",
        format: Annotated[list[Format] | None, typer.Option("--format", help=text("opt_format"))] = None,
        key: Annotated[bool, typer.Option("--key", help=text("opt_key"))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("opt_output"), metavar="FOLDER")] = None,
        lang: Annotated[str, language_option] = language,
    ) -> None:
        if context.invoked_subcommand is not None:
            return
        chosen_seed = random.SystemRandom().randrange(SEEDS) if seed is None else seed
        topics = [one.value for one in topic or ()] or [random.Random(chosen_seed).choice(sorted(TOPICS))]
        order = Order(topics[0], size.value, difficulty, blanks.value, digits, chosen_seed)
        names = _students(students, lang)
        formats = [one.value for one in format or ()]
        if output is None and (len(names) > 1 or len(formats) > 1) and formats != ["moodle"]:
            raise UsageError(say("practice.needs_folder", lang))
        line = progress_line()
        made = exercises(order, topics, names, line)
        if formats == ["moodle"]:
            put(quiz(made, lang), output)
        elif output is None:
            form = formats[0] if formats else "text"
            put(written(made[0], form, lang, key=False, width=width()))
            if key:
                put("\n" + written(made[0], form, lang, key=True, width=width()))
            elif form == "text":
                put("\n" + say("practice.want_key", lang, command=_again(order, names[0])))
        else:
            write_folder(output, made, formats or ["markdown", "toml"], lang, line)
            facts = {"folder": output, "sheets_folder": output / SHEETS, "keys_folder": output / KEYS}
            put(say("practice.made", lang, sheets=len(made), seed=chosen_seed, **facts))

    @practice.command(help=text("mark_help"), short_help=text("mark_short"), epilog=text("mark_examples"))
    def mark(
        folder: Annotated[Path, typer.Argument(help=text("mark_folder"), metavar="FOLDER")],
        keys: Annotated[Path | None, typer.Option(help=text("mark_keys"), metavar="FOLDER")] = None,
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        output: Annotated[Path | None, typer.Option("-o", help=text("mark_output"), metavar="FILE")] = None,
        lang: Annotated[str, language_option] = language,
    ) -> None:
        for wanted in (folder, *([keys] if keys else [])):
            if not wanted.is_dir():
                raise UsageError(say("practice.no_such_folder", lang, folder=wanted))
        if not sheets_in(folder):
            raise UsageError(say("practice.no_sheets", lang, folder=folder))
        rows = mark_folder(folder, keys, lang, os.cpu_count() or 1, progress_line())
        form = Form.json if as_object else form_of(output)
        if form == Form.json:
            put(as_json(as_record(rows)), output)
        elif output and output.suffix.lower() == ".csv":
            put(as_csv(rows), output)
        else:
            put(Lesson(as_document(rows, lang)).written(form, width()), output)

    @practice.command(help=text("topics_help"))
    def topics(
        as_object: Annotated[bool, typer.Option("--json", help=say("cli.json", language))] = False,
        lang: Annotated[str, language_option] = language,
    ) -> None:
        names = {name: say(f"practice.topic_{name.replace('-', '_')}", lang) for name in TOPICS}
        longest = max(map(len, names))
        told = "\n".join([f"{name:<{longest}}  {title}" for name, title in names.items()])
        put(as_json({"schema": SCHEMA_TOPICS, "topics": names}) if as_object else told)


def _students(typed: str, language: str) -> list[str]:
    """The students meant: a number of them, a file of names, or names between commas."""
    if not typed:
        return [""]
    if typed.startswith("--"):
        raise UsageError(say("cli.no_value", language, name="--students"))
    if typed.strip().isdecimal():
        names = [str(k + 1) for k in range(min(int(typed), MOST_STUDENTS + 1))]
    else:
        text = Path(typed).read_text("utf-8") if Path(typed).is_file() else typed
        names = [name.strip() for line in text.splitlines() for name in _between_commas(line) if name.strip()]
    if not 1 <= len(names) <= MOST_STUDENTS:
        raise UsageError(say("practice.bad_students", language, found=typed[:60], limit=MOST_STUDENTS))
    for name in names:
        if names.count(name) > 1:
            raise UsageError(say("practice.named_twice", language, name=name[:60]))
    return names


def _between_commas(line: str) -> list[str]:
    for comma in "，、":
        line = line.replace(comma, ",")
    return line.split(",")


def _again(order: Order, student: str) -> str:
    """The command that shows the key of the same exercise."""
    parts = [f"--topic {order.topic}"]
    parts += [f"--size {order.size}"] if order.size != "small" else []
    parts += [f"--difficulty {order.difficulty}"] if order.difficulty > 1 else []
    parts += [f"--blanks {order.blanks}"] if order.blanks != "everything" else []
    parts += [f"--digits {order.digits}"] if order.digits != 4 else []
    parts += [f"--students {shlex.quote(student)}"] if student else []
    return f"byhand practice {' '.join(parts)} --seed {order.seed} --key"
