"""The forms a result can be written in, by name and by the ending of a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from byhand.errors import ProblemError


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
# Those of documents and pictures that a program made of one of these opens as its own.
FOREIGN = (".pdf", ".doc", ".docx", ".odt", ".ipynb", ".png", ".svg")


def form_of(path: Path | None) -> Form:
    """The form that the ending of a file asks for; text where it asks for none.

    Raises
    ------
    ProblemError
        The ending is that of a document which is not written here.
    """
    ending = path.suffix.lower() if path else ""
    if ending in FOREIGN:
        known = ", ".join(one for endings in ENDINGS.values() for one in endings)
        raise ProblemError("form_foreign", path=str(path)[:200], ending=ending, known=known)
    return next((form for form, endings in ENDINGS.items() if ending in endings), Form.text)
