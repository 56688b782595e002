"""The command line: what was typed, brought to a command; what went wrong, said once, with an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from byhand.cli import usage
from byhand.cli.help import in_language
from byhand.cli.output import FINE, INTERRUPTED, UNUSABLE, complain
from byhand.errors import ByhandError, ProblemError
from byhand.words import LANGUAGES, say, speaking, system_language

COMMANDS = {
    "work": "work",
    "check": "check",
    "why": "why",
    "train": "train",
    "evaluate": "evaluate",
    "predict": "predict",
    "sample": "sample",
    "practice": "practice",
    "compare": "compare",
    "list": "catalogue",
    "demo": "demo",
    "doctor": "doctor",
}
TRAINING = ("jax", "optax", "safetensors", "scipy", "sklearn")  # what byhand[train] brings
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def main() -> None:
    """Run the command that was typed and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns
    -------
    int
        0 fine, 1 the answer is no, 2 unusable input, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    language = system_language()
    try:
        language = _language(arguments)
        with speaking(language):
            command = _open_to_ctrl_c(typer.main.get_command(_app(language, arguments)))
            command = in_language(command, language)
            code = command(list(arguments), standalone_mode=False, obj=list(arguments))
        sys.stdout.flush()
    except ByhandError as error:
        return _unusable(error.explained(language), language)
    except UsageError as error:
        return _unusable(usage.told(error, language), language)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in TRAINING:
            raise
        return _unusable(say("cli.needs_training", language, package=package), language)
    except (KeyboardInterrupt, typer.Abort):
        print(say("cli.interrupted", language), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has seen enough; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        refused = ProblemError("cannot_save", path=str(error.filename or ""), reason=error)
        return _unusable(refused.explained(language), language)
    return code if isinstance(code, int) else FINE


def _app(language: str, arguments: Sequence[str]) -> typer.Typer:
    """The app with the command that was typed; with all of them where none was."""
    app = typer.Typer(
        name="byhand",
        help=say("cli.byhand", language),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def byhand(
        version: bool = typer.Option(False, "--version", help=say("cli.version", language)),
        lang: str = typer.Option(language, help=say("cli.lang", language), metavar="en|zh"),
    ) -> None:
        if version:
            from byhand import __version__

            print(f"byhand {__version__}")
            raise typer.Exit

    typed = arguments[0] if arguments else ""
    for module in [COMMANDS[typed]] if typed in COMMANDS else dict.fromkeys(COMMANDS.values()):
        import_module(f"byhand.cli.{module}").add(app, language)
    return app


def _open_to_ctrl_c(command: Any) -> Any:
    """The command with Ctrl-C passed on as an abort: the parser would leave on it without a word."""
    invoke = command.invoke

    def invoked(context: typer.Context) -> Any:
        try:
            return invoke(context)
        except KeyboardInterrupt:
            raise typer.Abort from None

    command.invoke = invoked
    return command


def _language(arguments: Sequence[str]) -> str:
    """The language asked for with ``--lang``, wherever it stands; the locale's where it is not.

    Raises
    ------
    ProblemError
        There is no such language.
    """
    for k, argument in enumerate(arguments):
        name, sign, value = argument.partition("=")
        if name == "--lang":
            wanted = value if sign else "".join(arguments[k + 1 : k + 2])
            if wanted not in LANGUAGES:
                raise ProblemError("unknown_language", name=wanted[:60], known=", ".join(LANGUAGES))
            return wanted
    return system_language()


def _unusable(message: str, language: str) -> int:
    complain(say("cli.error", language, message=message))
    return UNUSABLE
