"""The parser of the formula grammar, its tables worked out beforehand.

Working them out takes longer than all else that a start does, so they ship as ``grammar.json``. After a
change of ``grammar.lark``: `write`. A test says where this was forgotten.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from lark import Lark, Transformer
from lark.grammar import Rule
from lark.lexer import TerminalDef

_FOLDER = resources.files("byhand").joinpath("sources")
_TABLES = "grammar.json"


def parser(transformer: Transformer[Any, Any]) -> Lark:
    """The parser, which gives each rule to the transformer."""
    made = json.loads(_FOLDER.joinpath(_TABLES).read_text("utf-8"))
    made["memo"] = _by_number(made["memo"])
    tables = made["data"]["parser"]["parser"]
    tables["tokens"] = _by_number(tables["tokens"])
    tables["states"] = {key: _by_number(row) for key, row in _by_number(tables["states"]).items()}
    loaded: Lark = Lark.__new__(Lark)._load(made, transformer=transformer)
    return loaded


def digest() -> str:
    """The SHA-256 of the grammar as it is now; the tables carry that of the grammar they were made from."""
    return sha256(_FOLDER.joinpath("grammar.lark").read_text("utf-8").encode()).hexdigest()


def _by_number(mapping: dict[str, Any]) -> dict[int, Any]:
    """A mapping with its keys as the numbers they were before JSON."""
    return {int(key): value for key, value in mapping.items()}


def write() -> None:
    """Work the tables of the grammar out and put them beside it."""
    grammar = _FOLDER.joinpath("grammar.lark").read_text("utf-8")
    lark = Lark(grammar, parser="lalr", start="assignment", maybe_placeholders=True)
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    made = {"grammar": digest(), "data": data, "memo": memo}
    path = Path(str(_FOLDER.joinpath(_TABLES)))
    path.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")
