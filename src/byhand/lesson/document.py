"""A lesson as content without markup: blocks, inlines, and mathematics as boxes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

# -- mathematics ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Num:
    """A printed number: its digits ("0.2", "-3.77173"), and a power of ten if it has one."""

    digits: str
    exponent: int | None = None


@dataclass(frozen=True, slots=True)
class Sym:
    """A named value as the user spells it (``yhat``, ``w1``); `mark` is "new" after an update."""

    name: str
    index: tuple[str, ...] = ()
    mark: Literal["", "new"] = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator or relation, by its plain sign (``+ − · × @ = ≈ <``)."""

    text: str
    latex: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Frac:
    """A fraction."""

    top: Box
    bottom: Box


@dataclass(frozen=True, slots=True)
class Power:
    """A base and its exponent (a transpose has the exponent ``ᵀ``)."""

    base: Box
    exponent: Box


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Box


@dataclass(frozen=True, slots=True)
class Fenced:
    """Something between two fences: ( ), [ ], | |, ‖ ‖."""

    left: str
    body: Box
    right: str


@dataclass(frozen=True, slots=True)
class Func:
    """A function by name, with its arguments in parentheses."""

    name: str
    args: tuple[Box, ...]
    latex: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """An array with its numbers, row by row; `vector` where it has one axis only (a single row here)."""

    rows: tuple[tuple[Box, ...], ...]
    vector: bool = False


@dataclass(frozen=True, slots=True)
class Deriv:
    """The symbol ∂of/∂by (d/d where `partial` is false)."""

    of: Box
    by: Box
    partial: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words inside mathematics, such as the shape of a large array."""

    text: str


Box = Num | Sym | Sign | Row | Frac | Power | Root | Fenced | Func | Matrix | Deriv | Words

# -- text -------------------------------------------------------------------------------------

Inline = str | Box
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter of the lesson."""

    level: int
    text: Inlines


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: Inlines


@dataclass(frozen=True)
class Formula:
    """One displayed chain ``first = second ≈ third``.

    Attributes
    ----------
    parts : tuple of Box
        The members of the chain.
    signs : tuple of str
        The relation between each two members: ``=`` or ``≈`` (one fewer than parts).
    remark : Inlines
        A few words beside it.
    code : str
        What kind of line it is (``forward``, ``gradient``, ``update`` …).
    """

    parts: tuple[Box, ...]
    signs: tuple[str, ...]
    remark: Inlines = ()
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table of inlines."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True)
class Listing:
    """A list, with bullets or with numbers."""

    items: tuple[Inlines, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Notice:
    """Something to notice: a rule that is being used, a convention, or a warning."""

    kind: Literal["rule", "convention", "warning"]
    code: str
    text: Inlines


@dataclass(frozen=True)
class Curve:
    """A curve of y over x, such as the loss over the steps."""

    title: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str
    y_label: str


@dataclass(frozen=True)
class Points:
    """Points of one or more groups: (group's label, xs, ys)."""

    title: str
    groups: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    x_label: str
    y_label: str


Block = Heading | Paragraph | Formula | Table | Listing | Notice | Curve | Points


@dataclass(frozen=True)
class Document:
    """A whole lesson in one language."""

    title: str
    language: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)

    def followed_by(self, other: Document) -> Document:
        """This lesson, and another as a chapter after it."""
        return replace(self, blocks=(*self.blocks, Heading(1, (other.title,)), *other.blocks))
