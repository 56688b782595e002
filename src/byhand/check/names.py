"""Names of numbers as people write them, brought to the quantities of a calculation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from byhand.check.book import Book, Quantity
from byhand.sources.characters import GREEK, composed, plain, spelled
from byhand.sources.pages.names import NEW, NEW_BELOW
from byhand.trace.scalar import base_name, element_name

MAX_LENGTH = 200

_LETTERS = {letter: word for word, letter in GREEK.items() if word.islower()}
_FRACTION = re.compile(
    r"\\[cdt]?frac\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
)
_HAT = re.compile(r"\\(?:wide)?hat\s*(?:\{\s*(\w)\s*\}|(\w))")
_COMMAND = re.compile(r"\\(?:mathrm|text|mathbf|boldsymbol|mathit|operatorname|rm|bf)\s*\{([^{}]*)\}")
_ABOVE, _BELOW = (
    "|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in (NEW, NEW_BELOW)
)
_NEW = re.compile(
    rf"\^\s*\{{?\s*(?:{_ABOVE}|\*)\s*\}}?(?=_|$)|[_,\s]*\{{?\s*(?:{_BELOW})\s*\}}?$", re.IGNORECASE
)  # w^{(t+1)}_1; w_{1,new}, w1+
_NEW_BEFORE = re.compile(r"^(?:new\s+|updated\s+|新的?|更新后的?|更新的)\s*", re.IGNORECASE)
_LAYERED = re.compile(
    r"([^\W\d_]+)(?:_?\{?(\d)[,，]?(\d)?\}?)\^\{?\(?(\d)\)?\}?$|([^\W\d_]+)\^\{?\(?(\d)\)?\}?_\{?(\d)[,，]?(\d)?\}?$"
)
_INDEXED = re.compile(r"(.+?)\s*\[([\d,\s]+)\]$")


class Named(NamedTuple):
    """What a name stands for: its quantities (those of an array in order) and the array's shape."""

    quantities: tuple[Quantity, ...]
    shape: tuple[int, ...]


def read_name(text: str, book: Book) -> Named | None:
    """The quantities that a name stands for; None where it is not understood.

    Parameters
    ----------
    text : str
        ``z1``, ``dL/dw1``, ``∂L/∂w₁``, ``\\frac{\\partial L}{\\partial w_1}``, ``w_{11}^{(1)}``, ``W1[0,0]``,
        ``w1+``, ``w_1^{new}``, ``L#31``.
    book : Book
    """
    if len(text) > MAX_LENGTH:
        return None
    body, _, step_text = _plain(text).partition("#")
    if step_text and not step_text.strip().isdigit():
        return None
    try:
        reader = _Reader(book, int(step_text) if step_text else None)
        return reader.derivative(body) or reader.new(body) or reader.value(body)
    except KeyError:
        return None


def _plain(text: str) -> str:
    """The name without the clothes of LaTeX."""
    text = plain(composed(text)).replace("$", "").replace("⁺", "+").strip()
    for _ in range(4):
        text = _FRACTION.sub(r"(\1)/(\2)", text)
    text = _HAT.sub(lambda m: f"{m[1] or m[2]}hat", text)
    text = _COMMAND.sub(r"\1", text)
    text = re.sub(r"\\(?:partial|mathrm\s*d)\b\s*", "∂", text)
    text = re.sub(r"\\(?:left|right|,|;|!|quad|displaystyle)", "", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: m[1].lower() if m[1].lower() in GREEK else m[0], text)
    return spelled(unicodedata.normalize("NFC", text)).strip()


class _Reader:
    """Reads names of one iteration."""

    def __init__(self, book: Book, step: int | None) -> None:
        self._book, self._step, self._asked = book, step or 1, step is not None
        page = book.page(self._step)
        self._names = [*page.given, *page.lines]
        self._bases: dict[str, tuple[int, ...]] = {}
        for name in self._names:
            base, bracket, index = name.partition("[")
            own = tuple(int(part) + 1 for part in index.rstrip("]").split(",")) if bracket else ()
            known = self._bases.get(base, own)
            self._bases[base] = tuple(map(max, known, own)) if len(known) == len(own) else own

    def derivative(self, text: str) -> Named | None:
        """dA/dB, where both are values."""
        bare = text.replace("(", "").replace(")", "") if "∂" in text else text
        for version in dict.fromkeys((text, bare)):
            for cut in [k for k, letter in enumerate(version) if letter == "/"]:
                top, bottom = version[:cut].strip(" ()"), version[cut + 1 :].strip(" ()")
                if top[:1] in ("d", "∂", "δ") and bottom[:1] in ("d", "∂", "δ"):
                    of, by = self.value(top[1:]), self.value(bottom[1:])
                    if of and by and (not of.shape or not by.shape):
                        pairs = [(a.of, b.of) for a in of.quantities for b in by.quantities]
                        found = tuple(Quantity("derivative", a, b, self._step) for a, b in pairs)
                        return Named(found, of.shape or by.shape)
        return None

    def new(self, text: str) -> Named | None:
        """A weight after an update."""
        plan = self._book.plan
        if text in self._bases and text not in plan.carried.values():
            return None
        indexed = _INDEXED.match(text)
        before = _NEW_BEFORE.sub("", text)
        stripped = before if before != text else _NEW.sub("", text)
        if stripped == text and indexed:
            stripped = f"{_NEW.sub('', indexed[1])}[{indexed[2]}]"  # W1_new[0,2]
        if stripped == text:
            return None
        value = self.value(stripped)
        if value is None or base_name(value.quantities[0].of) not in plan.learn:
            return None
        step = self._step if self._asked else max(1, len(self._book.run.starts) - 1)
        return Named(tuple(self._book.after(q.of, step) for q in value.quantities), value.shape)

    def value(self, text: str) -> Named | None:
        """A named value, an element of an array, or a row of one."""
        for name in self._candidates(text.strip()):
            indexed = _INDEXED.match(name)
            if indexed:
                index = tuple(int(part) for part in re.findall(r"\d+", indexed[2]))
                whole = element_name(indexed[1].strip(), index)
                if whole in self._names:
                    return Named((Quantity("value", whole, "", self._step),), ())
                return self._part(indexed[1].strip(), index)
            elif name in self._bases:
                shape = self._bases[name]
                elements = (
                    tuple(element_name(name, index) for index in np.ndindex(shape)) if shape else (name,)
                )
                if all(element in self._names for element in elements):
                    return Named(tuple(Quantity("value", e, "", self._step) for e in elements), shape)
        return None

    def _part(self, name: str, index: tuple[int, ...]) -> Named | None:
        """A row of an array: ``W[1]`` of a matrix."""
        shape = self._bases.get(name, ())[len(index) :]
        elements = [element_name(name, (*index, *rest)) for rest in np.ndindex(shape)]
        if not shape or not all(element in self._names for element in elements):
            return None
        return Named(tuple(Quantity("value", one, "", self._step) for one in elements), shape)

    def _candidates(self, text: str) -> Iterator[str]:
        """The names a spelling may stand for, the plainest first."""
        yield text
        bare = re.sub(r"[{}()\s\\]", "", text)
        yield bare
        yield bare.replace("^", "")
        yield bare.replace("_", "").replace("^", "")
        yield from self._alike(bare)
        layered = _LAYERED.match(re.sub(r"\s", "", text))
        if layered:
            yield from _by_layer(layered)
        single = re.match(r"([^\W\d_]+)_?(\d+)$", bare)
        if single and single[1] in self._bases and len(self._bases[single[1]]) == 1:
            yield f"{single[1]}[{int(single[2]) - 1}]"
        double = re.match(r"([^\W\d_]+\d?)_(\d)(\d)$", bare)
        if double and len(self._bases.get(double[1], ())) == 2:
            yield f"{double[1]}[{int(double[2]) - 1},{int(double[3]) - 1}]"

    def _alike(self, bare: str) -> Iterator[str]:
        """Known names that differ only in underscores, Greek spelled out, or in case."""
        wanted = _key(bare)
        same = [base for base in self._bases if _key(base) == wanted]
        if not same:
            same = [base for base in self._bases if _key(base).casefold() == wanted.casefold()]
        if len(same) == 1:
            yield same[0]


def _key(name: str) -> str:
    """A name without underscores and carets, Greek letters spelled out."""
    return "".join(_LETTERS.get(letter, letter) for letter in name.replace("_", "").replace("^", ""))


def _by_layer(match: re.Match[str]) -> Iterator[str]:
    """w_{12}^{(1)} as w12_1, w12, or as the element [0,1] of W1, counted from 1."""
    letter, layer = match[1] or match[5], match[4] or match[6]
    i, j = (match[2], match[3]) if match[1] else (match[7], match[8])
    index = f"{int(i) - 1},{int(j) - 1}" if j else f"{int(i) - 1}"
    for base in (f"{letter}{layer}", f"{letter.upper()}{layer}", f"{letter.lower()}{layer}"):
        yield f"{base}[{index}]"
    yield f"{letter}{i}{j or ''}_{layer}"
    yield f"{letter}{i}{j or ''}{layer}"
    yield f"{letter}{layer}{i}{j or ''}"
    yield f"{letter}{layer}_{i}{j or ''}"
