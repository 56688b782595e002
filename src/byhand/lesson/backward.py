"""The backward pass told from the back: each value's gradient through every line that uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Heading, Inlines, Row, Sign, Sym
from byhand.lesson.sentences import Speaker
from byhand.ops import Derivative, Expr, Number
from byhand.ops.expression import in_a_row, times
from byhand.ops.table import Shape, total
from byhand.trace.derivative import pulled_terms
from byhand.trace.element import Speller
from byhand.trace.paths import between, count_paths, distances, paths, uses
from byhand.trace.program import Program, lines_of, operands_of

MOST_PATHS = 12


class BackwardTeller:
    """Tells the gradient of one objective.

    Parameters
    ----------
    program : Program
    objective : str
    board : Board
    speaker : Speaker
    known : bool
        Whether the values have numbers.
    scalar : bool
        Arrays are spelled out element by element.
    """

    def __init__(
        self, program: Program, objective: str, board: Board, speaker: Speaker, known: bool, scalar: bool
    ) -> None:
        self.program, self.objective, self.board, self.speaker = program, objective, board, speaker
        self.known, self.scalar = known, scalar
        self.users = uses(program)
        self.away = distances(program, objective, self.users)
        self.shapes: Mapping[str, Shape] = {name: np.shape(value) for name, value in board.values.items()}
        self._said: set[str] = set()

    def by_headings(self, only: set[str] | None, headings: Mapping[str, Inlines]) -> list[Block]:
        """Part by part from the back, each under the heading above its lines; then what is given."""
        lines = lines_of(self.program)
        begun = accumulate(name in headings for name in lines)
        parts = dict(zip(lines, begun, strict=True))
        titles = [*headings.values()]
        blocks: list[Block] = []
        for part, names in groupby(self._in_order(), lambda name: parts.get(name)):
            told = [name for name in names if self.away.get(name) and (only is None or name in only)]
            if told and part is None:
                blocks.append(self.speaker.heading(3, "lesson.given_from_back"))
            elif told and part:
                blocks.append(Heading(3, titles[part - 1]))
            for name in told:
                blocks.extend(self.gradient(name))
        return blocks

    def by_layers(self, only: set[str] | None = None) -> list[Block]:
        """Layer by layer from the back."""
        blocks: list[Block] = []
        layers: dict[int, list[str]] = {}
        for name in self._in_order():
            if self.away.get(name) and (only is None or name in only):
                layers.setdefault(self.away[name], []).append(name)
        for distance in sorted(layers):
            blocks.append(self.speaker.heading(3, "lesson.layer_from_back", number=distance))
            for name in layers[distance]:
                blocks.extend(self.gradient(name))
        return blocks

    def gradient(self, name: str) -> list[Block]:
        """One value's gradient: the chain rule through each line that uses it, and their sum."""
        through = [user for user in self.users[name] if user in self.away]
        terms = [term for user in through for term in self._terms(user, name)]
        blocks = self._rules(through, terms)
        chain = [self._link(user, name) for user in through]
        symbols = [_sum(terms)]
        if self.objective not in through and len(terms) == len(through):
            symbols.insert(0, _sum(chain))
        left = Derivative(self.objective, name)
        value: Any = self.board.gradients[name] if self.known else None
        blocks.append(self.board.line(left, *symbols, value=value, code="gradient"))
        if self.scalar and self.known and np.ndim(value):
            speller = Speller(self.board.values, self.board.gradients)
            for index in np.ndindex(np.shape(value)):
                element = Derivative(self.objective, name, index)
                blocks.append(
                    self.board.line(
                        element, speller.element(_sum(terms), index), value=value[index], code="gradient"
                    )
                )
        return blocks

    def by_paths(self, names: Iterable[str]) -> list[Block]:
        """Each name's gradient as the sum over its paths; the product of the local derivatives along each."""
        blocks: list[Block] = []
        for name in names:
            number = count_paths(self.program, self.users, name, self.objective)
            found = paths(self.users, name, self.objective, MOST_PATHS)
            left = Derivative(self.objective, name)
            blocks.append(
                self.speaker.paragraph(
                    "lesson.path_of" if number == 1 else "lesson.paths_of",
                    name=Sym(name),
                    objective=Sym(self.objective),
                    number=number,
                )
            )
            if number > MOST_PATHS:
                blocks.append(self.speaker.paragraph("lesson.paths_cut", shown=MOST_PATHS))
            products = []
            for way in found:
                chain, product = self._along(way)
                products.append(product)
                symbols = (product,) if number > 1 else (chain, product)
                value = self.board.value(product) if self.known else None
                start = chain if number > 1 else left
                blocks.append(
                    self.board.line(start, *symbols, value=value, remark=(_route(way),), code="path")
                )
            if 1 < number <= MOST_PATHS and self.known:
                summed = _sum([Number(self.board.value(product)) for product in products])
                blocks.append(
                    self.board.line(left, worked=summed, value=self.board.gradients[name], code="gradient")
                )
        return blocks

    def independent(self) -> list[str]:
        """The names that the objective does not depend on."""
        used = {arg for equations in lines_of(self.program).values() for arg in operands_of(equations)}
        named = [name for name in self.board.values if "." not in name]
        return [
            name
            for name in named
            if name not in self.away and (name in used or name not in lines_of(self.program))
        ]

    def _in_order(self) -> list[str]:
        """Lines from the back, then givens in the order they are first used."""
        lines = lines_of(self.program)
        return [
            *reversed(lines),
            *(name for name in self.board.values if name not in lines and "." not in name),
        ]

    def between(self, starts: Iterable[str]) -> set[str]:
        """Every name on a way from one of the starts to the objective, the starts included."""
        return between(self.users, starts, self.objective)

    def _terms(self, user: str, name: str) -> tuple[Expr, ...]:
        upstream = Number(1) if user == self.objective else Derivative(self.objective, user)
        return tuple(map(in_a_row, pulled_terms(self.program, user, name, upstream, self.shapes)))

    def _link(self, user: str, name: str) -> Expr:
        own = Derivative(user, name)
        return own if user == self.objective else Derivative(self.objective, user) * own

    def _along(self, way: list[str]) -> tuple[Expr, Expr]:
        """The chain of one path, in derivative symbols and in local derivatives."""
        chain: Expr = Number(1)
        product: Expr = Number(1)
        for user, name in pairwise(way):
            chain = times(chain, Derivative(user, name))
            local = _sum(list(pulled_terms(self.program, user, name, Number(1), self.shapes)))
            product = times(product, local)
        return in_a_row(chain), in_a_row(product)

    def _rules(self, through: list[str], terms: list[Expr]) -> list[Block]:
        """The notice of each rule where it is first used."""
        blocks: list[Block] = []
        if any(user != self.objective for user in through) and "chain" not in self._said:
            self._said.add("chain")
            blocks.append(self.speaker.rule("chain", objective=Sym(self.objective)))
        if len(terms) > 1 and "sum" not in self._said:
            self._said.add("sum")
            blocks.append(self.speaker.rule("sum", number=len(terms)))
        return blocks


def _route(way: list[str]) -> Row:
    """A path as ``w1 → h1 → L``."""
    arrow = Sign("→", r"\to")
    return Row(
        tuple(
            [
                part
                for k, name in enumerate(reversed(way))
                for part in ((arrow, Sym(name)) if k else (Sym(name),))
            ]
        )
    )


def _sum(terms: list[Expr]) -> Expr:
    return total(terms) if terms else Number(0)
