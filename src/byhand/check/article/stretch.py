"""A stretch of a page in which every name means one thing, and what is claimed on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from byhand.check.article.links import Mismatch
from byhand.check.article.notebook import Key, Notebook
from byhand.ops import Expr
from byhand.sources.pages.statements import Member


@dataclass
class Claim:
    """A number or a formula that the page gives for something.

    Attributes
    ----------
    key : Key or None
        What it is a value of.
    tree : Expr
        The number, or the formula.
    start, end : int
    mismatch : Mismatch or None
        How it disagrees with what stands before it in its chain.
    inner : bool
        It is the argument in f(number): the value of the weighted sum inside `key`.
    supported : bool
        What stands before it in its chain gives it.
    again : bool
        Something else was written for `key` before: another sample, another round.
    exact : bool
        It is what stands before it in its chain gives, to the last digit and beyond.
    before : Member or None
        The numbers that stand before it.
    certain : bool
        It disagrees with them even if each of them is a rounded one.
    from_wrong : bool
        It follows from numbers of its chain that were put in wrongly.
    """

    key: Key | None
    tree: Expr
    start: int
    end: int
    mismatch: Mismatch | None = None
    inner: bool = False
    supported: bool = False
    again: bool = False
    exact: bool = False
    before: Member | None = None
    certain: bool = False
    from_wrong: bool = False


@dataclass
class Stretch:
    """A stretch of the page in which every name means one thing.

    Attributes
    ----------
    book : Notebook
    claims : list of Claim
        Numbers.
    formulas : list of Claim
        Formulas given for derivatives.
    """

    book: Notebook
    claims: list[Claim] = field(default_factory=list)
    formulas: list[Claim] = field(default_factory=list)
