"""The derivatives that a page states as formulas: which of them are not the true ones."""

from __future__ import annotations

import re

from byhand.check.article.formulas import closure, points, slope_agrees
from byhand.check.article.notebook import Key, Notebook, literals_in, names_in, readings, slopes_in
from byhand.check.article.shapes import closure_names
from byhand.check.article.stretch import Claim, Stretch
from byhand.errors import ByhandError
from byhand.ops import Expr

_STRUCTURAL = {0.0, 0.5, 1.0, 2.0, 3.0}


def wrong_formulas(stretch: Stretch) -> tuple[list[Claim], int]:
    """The formulas that are not the derivative they are given for, and how many could be tried."""
    wrong: list[Claim] = []
    tried = 0
    for claim in stretch.formulas:
        assert claim.key is not None
        verdict = slope_agrees(stretch.book, claim.key, claim.tree)
        tried += verdict is not None
        if verdict is False and _sure(stretch.book, claim.key, claim.tree):
            wrong.append(claim)
    return wrong, tried


def _sure(book: Notebook, key: Key, tree: Expr) -> bool:
    """Whether a formula that differs from the derivative is wrong beyond doubt."""
    return _pure(tree) and _complete(book, key, tree) and not _right_here(book, key, tree)


def _complete(book: Notebook, key: Key, tree: Expr) -> bool:
    """Whether nothing in the formula may depend on the variable in a way that the page leaves out."""
    return not hidden(book, key, closure_names(book, key.of, *names_in(tree)))


def hidden(book: Notebook, key: Key, names: set[str]) -> set[str]:
    """Names without a formula whose like have one that leads to the variable: h2 beside an h1 that does."""
    alike = {
        _letters(name) for name in book.definitions if name != key.by and key.by in closure_names(book, name)
    }
    before = closure_names(book, key.by)
    return {n for n in names if n not in book.definitions and n not in before and _letters(n) in alike}


def _letters(name: str) -> str:
    """A name without its index: h of h2, out of out_o1."""
    return re.sub(r"\d+$", "", name.partition("_")[0])


def _pure(tree: Expr) -> bool:
    """Whether no numbers were put in: only such as stand in a derivative's formula."""
    return all(abs(literal.value) in _STRUCTURAL for literal in literals_in(tree)) and not any(
        literals_in(slope.of) for slope in slopes_in(tree)
    )


def _right_here(book: Notebook, key: Key, tree: Expr) -> bool:
    """Whether the formula gives the true derivative with the page's given numbers."""
    resolved = next(readings(book.resolved(tree)))
    fixed = {name: literal.value for name, literal in book.given.items()}
    definitions = closure(book, {key.of, key.by} | names_in(resolved))
    try:
        for point in points(definitions, fixed):
            true, found = point.derivative(key.of, key.by), point.value(resolved)
            return abs(true - found) <= 1e-9 * max(abs(true), abs(found), 1e-300)
    except (ByhandError, ArithmeticError, KeyError, TypeError):
        return True
    return False
