"""Names as people write them in formulas, brought to one spelling: ``w_{11}``, ``w11``, ``\\hat y``."""

from __future__ import annotations

import re

from byhand.sources.characters import GREEK

NEW = {"new", "(new)", "+", "新", "'", "updated", "t+1", "(t+1)", "k+1", "(k+1)", "next", "更新后"}
NEW_BELOW = NEW - {"t+1", "k+1"}  # w_{t+1} may be an element of a series
OLD = {"old", "(old)", "旧", "t", "(t)", "k", "(k)", "current"}
LETTERS = {**GREEK, "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "ell": "l"}
ACCENTS = {
    **{"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "vec": ""},
    **{"dot": "dot", "mathbf": "", "boldsymbol": "", "mathcal": "", "mathit": "", "bm": ""},
}
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
MAX_PART = 24


def flat(text: str) -> str:
    """The characters of an index: braces, spaces and commas gone, Greek letters as letters."""
    text = _COMMAND.sub(lambda m: LETTERS.get(m[1], "" if m[1] in _DRESS else m[1]), text)
    return re.sub(r"[\s{},_^]", "", text)


_DRESS = {"mathrm", "text", "rm", "mathit", "textit", "mathbf", "operatorname", "left", "right", "textrm"}


def index_like(text: str) -> bool:
    """Whether a superscript is an index, as in w^{(1)}, and no power."""
    return re.fullmatch(r"[(\[<]\w{1,8}(?:[-+]\d)?[)\]>]", text) is not None


def joined(base: str, subscript: str, superscript: str = "") -> str | None:
    """One name of its parts; None where they make no name that can be told from others."""
    sub, sup = flat(subscript), flat(superscript)
    if len(sub) > MAX_PART or len(sup) > MAX_PART:
        return None
    ending = ""
    for mark in ("(new)", "new", "新"):
        if sub.endswith(mark) and sub != mark:
            sub, ending = sub[: -len(mark)], "_new"
    if sub in NEW_BELOW:
        sub, ending = "", "_new"
    if sub in OLD - {"t", "k"}:
        sub = ""
    if sup in NEW:
        sup, ending = "", "_new"
    if sup in OLD:
        sup = ""
    sub, sup = (_neighbour(part.strip("()[]<>") if index_like(part) else part) for part in (sub, sup))
    if not re.fullmatch(r"\w*", sub) or not re.fullmatch(r"\w*", sup):
        return None
    name = base + (("" if sub[0].isdigit() and len(base) == 1 else "_") + sub if sub else "")
    return name + (f"_{sup}" if sup else "") + ending


def _neighbour(index: str) -> str:
    """t-1 as t_minus_1, which can be part of a name."""
    return re.sub(r"(?<=\w)([-+])(?=\d$)", lambda m: "_minus_" if m[1] == "-" else "_plus_", index)


def is_new(name: str) -> bool:
    """Whether a name is that of a weight after an update."""
    return name.endswith("_new") and len(name) > 4


def base_of(name: str) -> str:
    """The name of a weight before its update."""
    return name[:-4] if is_new(name) else name
