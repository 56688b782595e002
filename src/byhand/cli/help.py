"""The help of a command in the reader's language, in lines no wider than the terminal.

The parser measures letters and knows English alone; a Chinese letter takes two columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from rich.cells import cell_len

from byhand.views.text_lines import wrapped
from byhand.words import say

_Formatter: type[Any] = typer.Context.formatter_class
WIDEST = 30  # columns for the names of options

# What the parser writes by itself, and which sentence says it.
_WORDS = {
    "Usage": "usage",
    "Arguments": "arguments",
    "Options": "options",
    "Commands": "commands",
    "Show this message and exit.": "help",
    "Install completion for the current shell.": "install",
    "Show completion for the current shell, to copy it or customize the installation.": "show",
}


def in_language(command: Any, language: str) -> Any:
    """A command whose help is in a language, and that of all commands below it; its errors know it."""

    def said(key: str) -> str:
        return say(f"help.{key}", language)

    def translated(text: str) -> str:
        text = re.sub(r"\[required\]$", f"[{said('required')}]", text)
        return re.sub(r"\[default: (?=[^\[\]]*\]$)", f"[{said('default')}", text)

    class Formatter(_Formatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, re.sub(r"\{(\S+)\}", r"\1", args), said("usage"))

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':>{self.current_indent}}{said(_WORDS[heading])}\n")

        def write_text(self, text: str) -> None:
            indent = " " * self.current_indent
            for number, paragraph in enumerate(text.split("\n\n")):
                raw = paragraph.lstrip("\n").startswith("\b")
                lines = paragraph.replace("\b", "").strip("\n").split("\n")
                shown = lines if raw else wrapped(" ".join(lines), self.width - len(indent))
                self.write("\n" * (number > 0) + "".join(f"{indent}{line}\n" for line in shown))

        def write_dl(
            self, rows: Sequence[tuple[str, str]], col_max: int = WIDEST, col_spacing: int = 2
        ) -> None:
            indent = " " * self.current_indent
            named = [(_without_types(name), text) for name, text in rows]
            widest = min(col_max, self.width // 3)
            widths = [wide for name, _ in named if (wide := cell_len(name)) <= widest]
            column = max(widths, default=widest) + col_spacing
            for name, text in named:
                told = said(_WORDS[text]) if text in _WORDS else translated(text)
                first, *more = wrapped(told, max(self.width - column - len(indent), 10)) or [""]
                gap = " " * (column - cell_len(name))
                start = name + gap if len(gap) >= col_spacing else f"{name}\n{indent}{' ' * column}"
                rest = "".join(f"{indent}{' ' * column}{line}\n" for line in more)
                self.write(f"{indent}{start}{first}\n{rest}")

    class Context(command.context_class):
        formatter_class = Formatter

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
            if getattr(error, "ctx", self) is None:  # the parser of options does not say in which command
                error.ctx = self
            return super().__exit__(kind, error, trace)

    waiting = [command]
    while waiting:
        one = waiting.pop()
        one.context_class = Context
        waiting += getattr(one, "commands", {}).values()
    return command


def _without_types(name: str) -> str:
    """The name of an option or argument as the parser lists it, without the types of Python.

    Examples
    --------
    >>> [_without_types(name) for name in ("--seed <int range>", "--topic <list[mlp|loss]>", "SHEET <path>")]
    ['--seed N', '--topic <mlp|loss>', 'SHEET']
    """
    name = re.sub(r"<(int|float)( range)?>$", "N", name)
    name = re.sub(r"<list\[(.*\|.*)\]>$", r"<\1>", name)
    return re.sub(r" <[^|]*>$", "", name)
