"""A wrong number put into the right formula: another target, another index, one read or copied wrong."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator

from byhand.check.book import Ref, refs
from byhand.check.mistakes.table import Spot, Variant, everywhere, mistake, once_or_everywhere, one_spot
from byhand.check.mistakes.writing import exchanged, with_a_digit_wrong
from byhand.check.page import Page
from byhand.ops import Expr, Number
from byhand.trace.comparisons import comparisons, differences

_ELEMENT = re.compile(r"(.+)\[(\d+),(\d+)\]$")
_NUMBER = re.compile(r"\d+")
MOST_ALIKE = 12


@mistake("wrong_target", 1.4)
def wrong_target(spot: Spot) -> Iterator[Variant]:
    """The target of another output or sample."""
    yield from _exchanged(spot, targets=True)


@mistake("wrong_index", 1.3)
def wrong_index(spot: Spot) -> Iterator[Variant]:
    """A neighbour's value: w2 for w3, x1 for x2, another unit."""
    yield from _exchanged(spot, targets=False)


def _exchanged(spot: Spot, targets: bool) -> Iterator[Variant]:
    page = spot.book.page(spot.quantity.step)
    found = _targets(page)
    known = [*page.given, *page.lines]
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind != "value" or (q.of in found) != targets or q.of == spot.quantity.of:
            continue
        for name in _neighbours(q.of, known):
            if name == spot.quantity.of:
                continue
            other = Ref(q._replace(of=name))
            for formula in once_or_everywhere(spot.formula, lambda n: other if n == Ref(q) else None):  # noqa: B023
                yield Variant(formula, {"name": q.of, "other": name})


def _targets(page: Page) -> set[str]:
    """The givens with which calculated values are compared."""
    compared = [*comparisons(page.program), *differences(page.program, ())]
    return {pair.target for pair in compared}


def _neighbours(name: str, known: list[str]) -> list[str]:
    """Names that differ from one in their numbers; of many, those that differ in a single one."""
    alike = [other for other in known if other != name and _family(other) == _family(name)]
    if len(alike) <= MOST_ALIKE:
        return alike
    own = _NUMBER.findall(name)
    return [other for other in alike if sum(map(operator.ne, own, _NUMBER.findall(other))) == 1]


def _family(name: str) -> str:
    """A name without its numbers: the values that are easily taken for one another."""
    return _NUMBER.sub("", name)


@mistake("transpose", 1.3)
def transpose(spot: Spot) -> Iterator[Variant]:
    """The elements of a matrix taken by columns in place of rows."""
    page = spot.book.page(spot.quantity.step)

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref):
            return None
        match = _ELEMENT.match(node.quantity.of)
        if match is None:
            return None
        turned = f"{match[1]}[{match[3]},{match[2]}]"
        known = turned in page.given or turned in page.lines
        return Ref(node.quantity._replace(of=turned)) if known and turned != node.quantity.of else None

    for formula in everywhere(spot.formula, change):
        yield Variant(formula)


@mistake("read_wrong", 1.7)
def read_wrong(spot: Spot) -> Iterator[Variant]:
    """A number of the formula replaced by another that stands on the sheet: 0.2 read for 0.5."""
    page = spot.book.page(spot.quantity.step)
    numbers = {float(value): name for name, value in reversed([*page.given.items()])}
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind != "value" or q.of not in page.given:
            continue
        value = float(page.given[q.of])
        for number, name in numbers.items():
            if number != value and _family(name) != _family(q.of):
                facts = {"given": f"{q.of} = {value:g}", "other": f"{number:g}"}
                for formula in one_spot(
                    spot.formula,
                    lambda n: iter([Number(number)] if n == Ref(q) else []),  # noqa: B023
                ):
                    yield Variant(formula, facts)


@mistake("copied_wrong", 1.8)
def copied_wrong(spot: Spot) -> Iterator[Variant]:
    """A given number copied wrong: its sign lost, its point moved, two of its digits exchanged."""
    yield from _copied(spot, exchanged)


@mistake("copied_wrong", 2.6)
def copied_with_a_digit_wrong(spot: Spot) -> Iterator[Variant]:
    """A given number copied with one digit wrong."""
    yield from _copied(spot, with_a_digit_wrong)


def _copied(spot: Spot, changes: Callable[[float], Iterator[float]]) -> Iterator[Variant]:
    page = spot.book.page(spot.quantity.step)
    for q in dict.fromkeys(refs(spot.formula)):
        if q.kind == "value" and q.of in page.given:
            value = float(page.given[q.of])
            for copy in changes(value):
                facts = {"given": f"{q.of} = {value:g}", "other": f"{copy:g}"}
                for formula in once_or_everywhere(
                    spot.formula,
                    lambda n: Number(copy) if n == Ref(q) else None,  # noqa: B023
                ):
                    yield Variant(formula, facts)
