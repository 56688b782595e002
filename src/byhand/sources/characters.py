"""Characters as people type them, brought one for one to those of the grammar.

Every character becomes exactly one, so that a column in the result is a column in what was typed.
"""

from __future__ import annotations

import re
import unicodedata

_SAME = {
    "*": "·×∗⋅∙•・✕⊙",
    "/": "÷∕⁄",
    "-": "−–—－‐‑",
    "Σ": "∑",
    "σ": "ϭ",
    "ᵀ": "⊤",
    " ": "\u3000\u00a0\u2002\u2003\u2009\u200a\u200b\u200c\u200d\u202f\u2060\ufeff\t。",
    ",": "、",
    "[": "【",
    "]": "】",
    "|": "∣",
    "‖": "∥",
    ";": "；",
}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "－；"}
# The italic and bold letters that come out of a PDF: 𝑤, 𝜎, 𝟏.
_MATHEMATICAL = {
    chr(code): letter
    for code in range(0x1D400, 0x1D800)
    if len(letter := unicodedata.normalize("NFKC", chr(code))) == 1
}
_TABLE = str.maketrans(
    _MATHEMATICAL
    | {typed: plain for plain, all_typed in _SAME.items() for typed in all_typed}
    | _SUBSCRIPTS
    | _FULL_WIDTH
)
# A full stop inside a number is its point; before a Chinese word the digits may begin a sentence.
_POINT = re.compile(r"(?<![\d.．。])(\d+)。(?=\d+(?![\d.．]|。\d|\s*[\u4e00-\u9fff]))")
# The Greek letters by the names that LaTeX and people give them.
GREEK = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η"},
    **{"theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π"},
    **{"rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ"},
    **{"omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π"},
    **{"Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω"},
}
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
PARTS_OF_ONE = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def composed(text: str) -> str:
    """The text with accents joined to their letters; what errors show."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """The text in the grammar's characters, of the same length."""
    return _POINT.sub(r"\1.", text).translate(_TABLE)


def canonical(typed: str) -> str:
    """A name as formulas spell it, however it was typed: ``ŷ₁`` is ``yhat1``."""
    return spelled(plain(composed(typed)))


def spelled(name: str) -> str:
    """A name with its hat written out: ``ŷ`` is ``yhat``."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).replace("\u0302", "hat"))
