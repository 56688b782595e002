"""Problem files: TOML, or JSON with the same keys, read within limits."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from byhand.data.files import file_bytes
from byhand.errors import ProblemError
from byhand.sources.characters import plain
from byhand.sources.misfits import MAX_DEPTH, check_entries

MAX_FILE = 256 * 1024

# What the two readers say, in English, and the code of our own sentence for it.
_REASONS = {
    r"twice|overwrite|redefine|mutate|[Dd]uplicate": "key_twice",
    r"Expected '=' after|':' delimiter": "file_no_equals",
    r"Unclosed|Unterminated|Expected [\"']|',' delimiter|Extra data": "file_unclosed",
    r"control character|[Ii]llegal character|invalid character": "file_character",
    r"[Ee]scape|Unescaped": "file_escape",
    r"Expected newline|Invalid statement|key part|property name": "file_statement",
    r"Invalid value|Expecting value|Invalid date|Invalid hex": "file_value",
}
# Quotation marks and points as people type them in prose, and what a file needs.
_STRAIGHT = {**dict.fromkeys("“”„", '"'), **dict.fromkeys("‘’", "'"), "。": "."}
_SIGNS = frozenset("\"'=,:.#[]{}+-0123456789")
# A key of many parts takes the TOML reader time and memory that grow with the square of their number.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){33}""")


def file_text(path: Path, limit: int = MAX_FILE) -> str:
    """The text of a file of at most so many bytes.

    Raises
    ------
    ProblemError
        It cannot be opened, is too large, or is no UTF-8.
    """
    raw = file_bytes(path, limit)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError("not_utf8", path=str(path)[:200]) from None


def mapping(text: str, is_json: bool) -> dict[str, Any]:
    """The keys and values of a problem's text.

    Raises
    ------
    ProblemError
        It is no TOML or JSON, a key stands there twice, or it holds too much.
    """
    if len(text) > MAX_FILE:
        raise ProblemError("text_too_long", limit=MAX_FILE // 1024)
    if not is_json and _LONG_KEY.search(text):
        raise ProblemError("nested_too_deep", limit=MAX_DEPTH)
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates) if is_json else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise _unreadable(text, str(error), "JSON" if is_json else "TOML") from None
    except RecursionError:
        raise ProblemError("nested_too_deep", limit=MAX_DEPTH) from None
    except ValueError:  # a whole number of thousands of digits
        raise ProblemError("file_value", format="JSON" if is_json else "TOML") from None
    if not isinstance(data, dict):
        raise ProblemError("not_a_mapping")
    check_entries(data)
    return data


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ProblemError("key_twice", format="JSON")
        table[key] = value
    return table


def _unreadable(text: str, said: str, file_format: str) -> ProblemError:
    """Where a reader stopped, and why, in a sentence of ours."""
    code = next((code for pattern, code in _REASONS.items() if re.search(pattern, said)), "file_statement")
    lines = text.splitlines()
    place = re.search(r"line (\d+),? col(?:umn)? (\d+)", said)
    number, column = (int(place[1]), int(place[2]) - 1) if place else (len(lines), None)
    source = lines[number - 1] if 1 <= number <= len(lines) else ""
    before, found = source[:column], source[len(source) if column is None else column :][:1]
    name = _unquoted_name(source, len(before)) if file_format == "TOML" else ""
    instead = _STRAIGHT.get(found) or plain(found).strip()
    if name:
        code = "file_key"
    elif instead != found and instead in _SIGNS:
        code = "file_sign"
    elif code == "file_character" and not found:
        code = "file_unclosed"  # a text goes on to the end of its line
    elif code == "file_statement" and re.search(r"\d[,./]?$", before):
        code = "file_value"  # 0,5 or 1/2
    elif code == "file_statement" and file_format == "JSON":
        code = "file_json"
    return ProblemError(
        code,
        source=source,
        line=number,
        column=column,
        format=file_format,
        found=found,
        instead=instead,
        key=name[:60],
    )


def _unquoted_name(line: str, column: int) -> str:
    """The name in whose midst the TOML reader stopped, because it holds more than letters and digits."""
    left = re.match(r"\[?([^\[\]=\"'“”‘’]+)[=\]]", line.lstrip())
    if left is None or column >= len(line) - len(line.lstrip()) + left.end(1):
        return ""
    name = left[1].strip()
    return "" if re.fullmatch(r"[\w.-]*", name, re.ASCII) else name
