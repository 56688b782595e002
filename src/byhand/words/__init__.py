"""Sentences by code, one file a language; nothing else in the package holds a sentence.

A catalogue is TOML: a table a subject, a sentence a key, facts as ``{name}``, and words that
depend on a count as ``{count:value|values}``. It is read with `tomllib` when a language is first
used, so there is no compiled form to keep in step.
"""

from __future__ import annotations

import locale
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "zh")
_FORM = r"((?:[^{|}]|\{[^{|}]*\})*)"  # text that may hold facts
_FORMS = re.compile(rf"\{{(\w+):{_FORM}\|{_FORM}\}}")
_spoken: ContextVar[str] = ContextVar("_spoken", default="")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of a language by its full code (``"error.unknown_name"``)."""
    text = resources.files("byhand.words").joinpath(f"{language}.toml").read_text("utf-8")
    flat: dict[str, str] = {}
    for subject, sentences in tomllib.loads(text).items():
        flat.update({f"{subject}.{key}": sentence for key, sentence in sentences.items()})
    return flat


def agreed(code: str, language: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a code, its facts still open, its words in the form that goes with their counts."""
    return _FORMS.sub(
        lambda forms: forms[2] if str(facts[forms[1]]) == "1" else forms[3], catalogue(language)[code]
    )


def say(code: str, language: str = "en", **facts: Any) -> str:
    """The sentence of a code with its facts filled in.

    Examples
    --------
    >>> say("check.some_wrong", wrong=1, number=1), say("check.some_wrong", wrong=1, number=2)
    ('Wrong: 1 of 1 number.', 'Wrong: 1 of 2 numbers.')
    """
    return agreed(code, language, facts).format(**facts)


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
