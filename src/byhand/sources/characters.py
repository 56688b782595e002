"""Characters as people type them, brought one for one to those of the grammar.

Every character becomes exactly one, so that a column in the result is a column in what was typed.
"""

from __future__ import annotations

import unicodedata

_SAME = {
    "*": "·×∗⋅•✕",
    "/": "÷∕⁄",
    "-": "−–—－‐",
    "Σ": "∑",
    "σ": "𝜎ϭ",
    "ᵀ": "⊤",
    "π": "𝜋",
    " ": "\u3000\u00a0\t。",
    ",": "、",
    "[": "【",
    "]": "】",
    "|": "∣",
    "‖": "∥",
    ";": "；",
}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_TABLE = str.maketrans(
    {typed: plain for plain, all_typed in _SAME.items() for typed in all_typed}
    | _SUBSCRIPTS
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "－；"}
)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def composed(text: str) -> str:
    """The text with accents joined to their letters; what errors show."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """The text in the grammar's characters, of the same length."""
    return text.translate(_TABLE)


def spelled(name: str) -> str:
    """A name with its hat written out: ``ŷ`` is ``yhat``."""
    return "".join(
        part[0] + "hat" if len(part := unicodedata.normalize("NFD", letter)) == 2 and part[1] == "\u0302" else letter
        for letter in name
    )
