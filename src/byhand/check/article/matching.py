"""A formula and the same formula with numbers put in, laid side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from byhand.check.article.links import disagreement, exactly
from byhand.check.article.notebook import Key, Notebook, key_of, names_in, written_as
from byhand.ops import Call, Expr, Name, Number
from byhand.sources.pages.mathematics import Literal


@dataclass
class Match:
    """How two formulas lie on each other.

    Attributes
    ----------
    fits : bool
        Whether they have one shape, up to the sign of a term.
    agreeing : list
        The number that a name has, and the number that stands for it and can be the same one.
    differing : list
        A name, the number it has (None where it has none) and the number that stands for it.
    signs : int
        How many terms have the other sign.
    rounded : list of Literal
        Numbers that stand for whole terms, and are not exactly what those give.
    """

    fits: bool = True
    agreeing: list[tuple[Literal, Literal]] = field(default_factory=list)
    differing: list[tuple[Key, Literal | None, Literal]] = field(default_factory=list)
    signs: int = 0
    rounded: list[Literal] = field(default_factory=list)

    @property
    def unknown(self) -> list[tuple[Key, Literal]]:
        """Names that had no number, with the number that now stands for them."""
        return [(key, found) for key, known, found in self.differing if known is None]

    @property
    def slips(self) -> int:
        """In how many places the numbers put in are not those that the names have."""
        return self.signs + sum(known is not None for _, known, _ in self.differing)


def match(symbols: Expr, numbers: Expr, book: Notebook) -> Match:
    """Lay a formula with names and one with numbers side by side."""
    found = Match()
    _laid(symbols, numbers, book, found)
    return found


_TERMS = {"add", "sub"}


def _laid(a: Expr, b: Expr, book: Notebook, found: Match) -> None:
    if not found.fits:
        return
    key = key_of(a)
    if key is not None and isinstance(b, Literal):
        known = book.known(key)
        if known is not None and agree(known, b):
            found.agreeing.append((known, b))
        else:
            found.differing.append((key, known, b))
        return
    if key is not None and key == key_of(b):
        return
    if isinstance(a, Number) and isinstance(b, Number):
        found.fits = a.value == b.value
        return
    if isinstance(a, Call) and isinstance(b, Literal):
        _worked_out(a, b, book, found)
        return
    if isinstance(a, Call) and isinstance(b, Call) and len(a.args) == len(b.args):
        if a.op != b.op:
            if not {a.op, b.op} <= _TERMS:
                found.fits = False
                return
            if isinstance(a.args[1], Call) and isinstance(b.args[1], Literal):
                a = Call(b.op, (a.args[0], -a.args[1]))  # a − (−2)·3 put in as 1 + 6
            else:
                found.signs += 1
        if a.op == "apply" and a.args[0] != b.args[0]:
            found.fits = False
            return
        for one, other in zip(a.args, b.args, strict=True):
            if not (a.op == "apply" and isinstance(one, Name) and one == other):
                _laid(one, other, book, found)
        return
    found.fits = False


def _worked_out(term: Call, number: Literal, book: Notebook, found: Match) -> None:
    """A number that stands for a whole term, 0.24 for w·x, or for the same with the other sign."""
    value = book.filled(book.resolved(term))
    if value is not None and disagreement(value, number, book) is not None:
        value = -value
        found.signs += 1
    found.fits = value is not None and disagreement(value, number, book) is None
    if value is not None and not exactly(value, number):
        found.rounded.append(number)
    known = [book.known(Key(name)) for name in names_in(term)]
    found.agreeing += [(one, one) for one in known if one is not None]


def agree(one: Literal, other: Literal) -> bool:
    """Whether two numbers as written can be the same one, rounded or cut differently."""
    a, b = written_as(one), written_as(other)
    return a is not None and b is not None and a.possible.meets(b.possible) and _close(a.value, b.value)


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 0.1 * max(abs(a), abs(b)) + 1e-12
