"""The forms a result can be written in, by name and by the ending of a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Form(StrEnum):
    """What a result can be written as."""

    text = "text"
    markdown = "markdown"
    latex = "latex"
    html = "html"
    json = "json"
    python = "python"


# The endings of each form's files; the first is the one a new file gets.
ENDINGS = {
    **{Form.text: (".txt",), Form.markdown: (".md",), Form.latex: (".tex",), Form.html: (".html", ".htm")},
    **{Form.json: (".json",), Form.python: (".py",)},
}


def form_of(path: Path | None) -> Form:
    """The form that the ending of a file asks for; text where it asks for none."""
    ending = path.suffix.lower() if path else ""
    return next((form for form, endings in ENDINGS.items() if ending in endings), Form.text)
