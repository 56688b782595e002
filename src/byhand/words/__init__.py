"""Sentences by code, one file a language; nothing else in the package holds a sentence.

A catalogue is TOML: a table a subject, a sentence a key, facts as ``{name}``. It is read
with `tomllib` when a language is first used, so there is no compiled form to keep in step.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "zh")
_spoken: ContextVar[str] = ContextVar("_spoken", default="")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of a language by its full code (``"error.unknown_name"``)."""
    text = resources.files("byhand.words").joinpath(f"{language}.toml").read_text("utf-8")
    flat: dict[str, str] = {}
    for subject, sentences in tomllib.loads(text).items():
        flat.update({f"{subject}.{key}": sentence for key, sentence in sentences.items()})
    return flat


def say(code: str, language: str = "en", **facts: Any) -> str:
    """The sentence of a code with its facts filled in."""
    return catalogue(language)[code].format(**facts)


def in_all_languages(code: str, **facts: Any) -> dict[str, str]:
    """The same sentence by language."""
    return {language: say(code, language, **facts) for language in LANGUAGES}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have `system_language` be this one for a while."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def system_language() -> str:
    """The language that is spoken, else that of the locale; English where it is not one of ours."""
    if _spoken.get():
        return _spoken.get()
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if str(locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
