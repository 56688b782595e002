"""Names of numbers as people write them, brought to the quantities of a calculation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from byhand.check.book import Book, Quantity
from byhand.check.page import Page
from byhand.ops import OPS, Name
from byhand.rules import distinct
from byhand.sources.characters import GREEK, composed, plain, spelled
from byhand.sources.pages.names import NEW, NEW_BELOW
from byhand.trace.program import definition, lines_of
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
_CHANGE = re.compile(r"(?:Δ|∆|\\?Delta)[\s_]*(?=\S)")
_ERROR_TERM = re.compile(r"(?:δ|\\?delta|(?:Err|err|error)(?=_))[\s_^]*")
_STATE = re.compile(r"([msuv])(_?hat)?(?:_?[tk])?_?(\w.*)?$")
_NUMBER_ABOVE = re.compile(r"\^\{?\((\d+)\)\}?")
_SQUARE = re.compile(r"\^\{?2\}?|²")
_WINNERS = {"j", "c", "winner", "bmu", "winning", "获胜单元", "获胜神经元", "优胜神经元", "胜者"}
_INDEXED = re.compile(r"(.+?)\s*\[([\d,\s]+)\]$")


class Named(NamedTuple):
    """What a name stands for: its quantities (those of an array in order) and the array's shape."""

    quantities: tuple[Quantity, ...]
    shape: tuple[int, ...]


def read_name(text: str, book: Book, update: int | None = None) -> Named | None:
    """The quantities that a name stands for; None where it is not understood.

    Parameters
    ----------
    text : str
        ``z1``, ``dL/dw1``, ``∂L/∂w₁``, ``\\frac{\\partial L}{\\partial w_1}``, ``w_{11}^{(1)}``, ``W1[0,0]``,
        ``w1+``, ``w_1^{new}``, ``L#31``, ``Δw1``, ``δ_5``.
    book : Book
    update : int, optional
        Which update a new weight without a step is of; the last one by default.
    """
    if len(text) > MAX_LENGTH:
        return None
    body, _, step_text = _plain(text).partition("#")
    if step_text and not step_text.strip().isdigit():
        return None
    try:
        reader = _Reader(book, int(step_text) if step_text else None, update)
        return (
            reader.derivative(body)
            or reader.new(body)
            or reader.value(body)
            or reader.change(body)
            or reader.error_term(body)
            or reader.state(body)
        )
    except KeyError:
        return None


def is_error_term(name: str) -> bool:
    """Whether a name is that of an error term: ``δ_5``, ``Err_5``."""
    return _ERROR_TERM.match(_plain(name)) is not None


def _plain(text: str) -> str:
    """The name without the clothes of LaTeX."""
    text = plain(composed(text)).replace("$", "").replace("⁺", "+").strip()
    for _ in range(4):
        text = _FRACTION.sub(r"(\1)/(\2)", text)
    text = _HAT.sub(lambda m: f"{m[1] or m[2]}hat", text)
    text = _COMMAND.sub(r"\1", text)
    text = re.sub(r"\\(?:partial|mathrm\s*d)\b\s*", "∂", text)
    text = re.sub(r"\\(?:left|right|,|;|!|quad|displaystyle)", "", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _greek(m[1]) or m[0], text)
    return spelled(unicodedata.normalize("NFC", text)).strip()


def _greek(command: str) -> str:
    """A Greek letter of LaTeX by its name; a great letter that has a sign of its own stays great."""
    return command if command in GREEK else command.lower() if command.lower() in GREEK else ""


class _Reader:
    """Reads names of one iteration."""

    def __init__(self, book: Book, step: int | None, update: int | None) -> None:
        self._book, self._step = book, step or 1
        self._update = step or update or max(1, len(book.run.starts) - 1)
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
        return Named(tuple(self._book.after(q.of, self._update) for q in value.quantities), value.shape)

    def change(self, text: str) -> Named | None:
        """What an update adds to a weight: Δw1, or a value that the problem calls dw1."""
        bare = _CHANGE.sub("", text, count=1)
        if not _CHANGE.match(text):
            return None
        own = self.value(f"d{bare}") or self.value(f"delta_{bare}")
        if own is not None:
            return own
        after = self.new(f"{bare}_new")
        if after is None:
            return None
        changes = [self._book.change_to(q) for q in after.quantities]
        return Named(tuple(q for q in changes if q is not None), after.shape)

    def error_term(self, text: str) -> Named | None:
        """The derivative of the objective by the weighted sum of a unit: δ of z5, or of net5."""
        match = _ERROR_TERM.match(text)
        if match is None or match.end() == len(text):
            return None
        page = self._book.page(self._step)
        sums = [
            base_name(name)
            for name in page.lines
            if any(_is_activation(page, user, name) for user in page.users.get(name, ()))
        ]
        ending = re.sub(r"[{}()\s]", "", text[match.end() :])
        wanted = [
            base for base in dict.fromkeys(sums) if re.fullmatch(rf"[^\W\d]+?_?{re.escape(ending)}", base)
        ]
        if len(wanted) != 1:
            return None
        return self.derivative(f"d{self._book.objective}/d{wanted[0]}")

    def state(self, text: str) -> Named | None:
        """What a rule keeps for a weight, or works out on its way: m, v, v_hat; v_w1 of several weights."""
        rule, match = self._book.plan.rule, _STATE.match(re.sub(r"[{}()\s\\]", "", text))
        if rule is None or match is None:
            return None
        known = {name for name, _ in distinct(rule)}
        name = f"{match[1]}{'_hat' if match[2] else ''}_new"
        if len(rule.state) == 1 and match[1] in "mv" and not match[2]:
            name = f"{rule.state[0]}_new"
        learned = [w for w in self._book.page(self._step).given if base_name(w) in self._book.plan.learn]
        weight = self.value(match[3]) if match[3] else None
        of = weight.quantities if weight else [Quantity("value", w) for w in learned[:1] if len(learned) == 1]
        if name not in known or not of or (match[3] and weight is None):
            return None
        made = tuple(Quantity("state", name, q.of, self._step) for q in of)
        return Named(made, weight.shape if weight else ())

    def value(self, text: str) -> Named | None:
        """A named value, an element of an array, or a row of one."""
        for name in self._candidates(text.strip()):
            indexed = _INDEXED.match(name)
            if indexed:
                index = tuple(int(part) for part in re.findall(r"\d+", indexed[2]))
                whole = element_name(indexed[1].strip(), index)
                if whole in self._names:
                    return Named((Quantity("value", whole, "", self._step),), ())
                part = self._part(indexed[1].strip(), index)
                if part is not None:
                    return part
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
        if bare.casefold() in _WINNERS:
            chosen = [name for name in self._names if self._is_choice(name)]
            yield from chosen if len(chosen) == 1 else ()
        if f"{bare}1" in self._bases and f"{bare}2" not in self._bases:
            yield f"{bare}1"  # the only round of a search
        layered = _LAYERED.match(re.sub(r"\s", "", text))
        if layered:
            yield from _by_layer(layered)
        counted = re.sub(r"[{}()\s\\]", "", _NUMBER_ABOVE.sub(r"_\1", text))  # z^{(3)} of the third sample
        single = re.match(r"([^\W\d_]+)_?(\d+)$", _SQUARE.sub("", counted))
        if single:
            for base in dict.fromkeys((single[1], single[1].swapcase(), *self._alike(single[1]))):
                is_rows = self._bases.get(base, ())[-1:] > (1,) or len(self._bases.get(base, ())) == 1
                if is_rows and (counted == single[0] or self._is_distance(base)):
                    yield f"{base}[{int(single[2]) - 1}]"
        double = re.match(r"([^\W\d_]+\d?)_(\d)(\d)$", bare)
        if double:
            for base in (double[1], *self._alike(double[1])):
                if len(self._bases.get(base, ())) == 2:
                    yield f"{base}[{int(double[2]) - 1},{int(double[3]) - 1}]"

    def _is_choice(self, name: str) -> bool:
        page = self._book.page(self._step)
        return name in page.lines and definition(page.program, name).op in ("argmin", "argmax")

    def _is_distance(self, base: str) -> bool:
        program = self._book.run.program
        return base in lines_of(program) and definition(program, base).op == "norm"

    def _alike(self, bare: str) -> Iterator[str]:
        """Known names that differ only in underscores, Greek spelled out, or in case."""
        wanted = _key(bare)
        same = [base for base in self._bases if _key(base) == wanted]
        if not same:
            same = [base for base in self._bases if _key(base).casefold() == wanted.casefold()]
        if len(same) == 1:
            yield same[0]


def _is_activation(page: Page, line: str, of: str) -> bool:
    """Whether a line is the activation of a value."""
    made = definition(page.program, line)
    return OPS[made.op].kind == "activation" and Name(of) in made.args


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
