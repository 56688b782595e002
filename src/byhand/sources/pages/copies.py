"""Formulas three times in a row, as scraped pages have them: spaced text, LaTeX, squashed text.

The first copy shows the same characters in the same order as the LaTeX does; so the LaTeX is found by
comparing the two, and only it is read. The last copy has its fractions turned over and its minus signs lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from byhand.sources.characters import GREEK
from byhand.sources.pages.page import Piece, cut

MAX_COPY = 3000
_SEEN = {
    **GREEK,
    **{"phi": "ϕ", "varphi": "φ", "epsilon": "ϵ", "varepsilon": "ε", "nabla": "∇"},
    **{"times": "×", "cdot": "·", "approx": "≈", "partial": "∂", "sum": "∑", "prod": "∏", "int": "∫"},
    **{"le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "in": "∈", "infty": "∞"},
    **{"to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "pm": "±", "odot": "⊙"},
    **{"cdots": "⋯", "ldots": "…", "dots": "…", "quad": "", "qquad": "", "left": "", "right": ""},
    **{"exp": "exp", "ln": "ln", "log": "log", "tanh": "tanh", "max": "max", "min": "min", "sin": "sin"},
    **{"frac": "", "dfrac": "", "tfrac": "", "sqrt": "", "text": "", "mathrm": "", "mathbf": "", "sim": "∼"},
    **{"operatorname": "", "displaystyle": "", "boldsymbol": "", "mathcal": "", "prime": "'", "top": "⊤"},
    **{"big": "", "Big": "", "bigg": "", "Bigg": "", "cos": "cos", "mid": "∣", "vert": "|", "ast": "*"},
}
_ACCENTS = {"hat": "^", "widehat": "^", "bar": "ˉ", "overline": "ˉ", "tilde": "~", "vec": "⃗", "dot": "˙"}
_ALIKE = str.maketrans(
    {"−": "-", "–": "-", "⋅": "·", "∙": "·", "′": "'", "’": "'", "∗": "*", "ˆ": "^", "∣": "|"}
)
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\(.)", re.DOTALL)
_WORD = re.compile(r"\S+")
_OPERATORS = "+-*/·×÷=≈"
_CHINESE = "\u2e80-\u9fff\u3000-\u303f\uff00-\uffef"


class _Copy(NamedTuple):
    """LaTeX found between its two copies."""

    start: int
    latex: int
    end: int
    after: int


@dataclass
class Budget:
    """How many characters may still be compared on a page; hostile text runs out of it."""

    left: int = 3_000_000


def without_copies(piece: Piece, budget: Budget) -> Iterator[Piece]:
    """The pieces of a stretch of prose: formulas written three times are read once."""
    done = 0
    for copy in _copies(piece.text, budget):
        yield cut(piece, done, copy.start)
        yield cut(piece, copy.latex, copy.end, "formula")
        done = copy.after
    yield cut(piece, done, len(piece.text))


def _copies(text: str, budget: Budget) -> Iterator[_Copy]:
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= 4 * MAX_COPY and budget.left > 0:
            yield from _in_line(text, start, start + len(line), budget)
        start += len(line)


def _in_line(text: str, start: int, end: int, budget: Budget) -> Iterator[_Copy]:
    words = [
        (start + w.start() + part.start(), start + w.start() + part.end())
        for w in _WORD.finditer(text[start:end])
        for part in re.finditer(rf"[^{_CHINESE}]+", w[0])
    ]
    k, done = 0, start
    while k < len(words):
        found = _copy_at(text, words, k, end, budget) if words[k][0] >= done else None
        if found is None:
            k += 1
            continue
        yield found
        done = found.after
        while k < len(words) and words[k][1] <= done:
            k += 1
        if k < len(words) and words[k][0] < done:
            words[k] = (done, words[k][1])


def _copy_at(text: str, words: list[tuple[int, int]], k: int, end: int, budget: Budget) -> _Copy | None:
    """The copy whose first form starts at word k: the longest one in TeX's notation, else the shortest."""
    begin = words[k][0]
    plain: _Copy | None = None
    best: _Copy | None = None
    seen = ""
    for j in range(k, len(words) - 1):
        if re.search(rf"[{_CHINESE}\n]", text[words[j - 1][1] : words[j][0]] if j > k else ""):
            break
        word = text[words[j][0] : words[j][1]]
        if "\\" in word or len(seen) > MAX_COPY or budget.left <= 0:
            break
        seen += _squashed(word)
        if seen[-1] in _OPERATORS:
            continue  # the same term twice in a sum is no copy
        latex = words[j + 1][0]
        stop = _spells(text, latex, end, seen, budget)
        if stop is None or re.search(rf"[{_CHINESE}]", text[words[j][1] : latex]):
            continue
        found = _Copy(begin, latex, stop, _after_last(text, stop, end, seen))
        if re.search(r"[\\_^{]", text[latex:stop]):
            best = found
        elif plain is None and found.after > stop:
            plain = found
    return best or plain


def _squashed(word: str) -> str:
    return word.translate(_ALIKE)


def _spells(text: str, place: int, end: int, seen: str, budget: Budget) -> int | None:
    """Where LaTeX from `place` on has shown exactly the characters `seen`; None where it shows others."""
    rest, accents, depth = seen, [""], 0
    while place < end:
        budget.left -= 1
        if not rest and not any(accents) and depth <= 0:
            break
        c = text[place]
        if c == "\\":
            found = _COMMAND.match(text, place)
            if found is None:
                return None
            place = found.end()
            name = found[1]
            if name in _ACCENTS:
                # The accent stands behind its letter.
                accent, place = _ACCENTS[name], _past_spaces(text, place, end)
                if place < end and text[place] == "{":
                    depth += 1
                    accents.append(accent)
                    place += 1
                else:
                    letter = text[place : place + 1] + accent
                    if not rest.startswith(letter):
                        return None
                    rest, place = rest[len(letter) :], place + 1
                continue
            shown = (
                _SEEN.get(name)
                if name
                else {",": "", ";": "", "!": "", "\\": "", " ": ""}.get(found[2], found[2])
            )
            if shown is None or not rest.startswith(shown.translate(_ALIKE)):
                return None
            rest = rest[len(shown) :]
            continue
        if c == "{":
            depth += 1
            accents.append("")
        elif c == "}":
            if depth == 0:
                break
            depth -= 1
            accent = accents.pop()
            if not rest.startswith(accent):
                return None
            rest = rest[len(accent) :]
        elif c not in "_^&" and not c.isspace():
            if not rest:
                return None if depth else place
            if rest[0] != c.translate(_ALIKE):
                return None
            rest = rest[1:]
        elif c.isspace() and not rest and depth <= 0:
            break
        place += 1
    return place if not rest and depth == 0 else None


def _past_spaces(text: str, place: int, end: int) -> int:
    while place < end and text[place] == " ":
        place += 1
    return place


def _after_last(text: str, place: int, end: int, seen: str) -> int:
    """Where the last, squashed copy ends: its characters are among those seen, in another order."""
    left = Counter(seen)
    at = _past_spaces(text, place, end)
    start = at
    while at < end and not text[at].isspace():
        character = text[at].translate(_ALIKE)
        if not left[character] and character != "\u200b":
            break
        left[character] -= 1
        at += 1
    return at if at > start else place
