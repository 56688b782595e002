"""What a page has said so far: functions, definitions, values given and values worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import NamedTuple

from byhand.check.literal import Written, read_number
from byhand.ops import OPS, Call, Expr, Name, Number
from byhand.ops.expression import leaves, size, substitute
from byhand.ops.interval import Interval
from byhand.sources.pages.mathematics import Literal, Slope
from byhand.trace.derivative import pulled
from byhand.trace.program import build

MOST_READINGS = 6
LONGEST_CHAIN, LARGEST = 40, 3000
FRIENDLY_DIGITS = 2
_ARGUMENT = "the argument"


class Key(NamedTuple):
    """What a chain speaks of: a value, or (with `by`) a derivative."""

    of: str
    by: str = ""

    def __str__(self) -> str:
        return f"d{self.of}/d{self.by}" if self.by else self.of


class Function(NamedTuple):
    """A function that the page defines: its arguments and its formula."""

    arguments: tuple[str, ...]
    body: Expr


def written_as(literal: Literal) -> Written | None:
    """A literal with what its last digit says."""
    return read_number(literal.text.replace("\\%", "%"))


def value_of_text(text: str) -> float | None:
    """The value of a number as written; None where it is none."""
    number = read_number(text.replace("\\%", "%"))
    return number.value if number else None


def key_of(tree: Expr | None) -> Key | None:
    """What a member names, if it is a name or the derivative of one name by another."""
    match tree:
        case Name(name):
            return Key(name)
        case Slope(Name(of), by):
            return Key(of, by)
        case Call("apply", (Name(name), *arguments)) if arguments and all(
            isinstance(a, Name) for a in arguments
        ):
            return Key(name)
    return None


def names_in(tree: Expr) -> set[str]:
    """The values a formula uses; a derivative's names count, a function's name does not."""
    found: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        match node:
            case Name(name):
                found.add(name)
            case Slope(of, by):
                found.add(by)
                stack.append(of)
            case Call("apply", (_, *arguments)):
                stack.extend(arguments)
            case Call(_, args):
                stack.extend(args)
    return found


def slopes_in(tree: Expr) -> list[Slope]:
    """The derivatives that stand in a formula."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Slope)]


def literals_in(tree: Expr) -> list[Literal]:
    """The numbers that stand in a formula."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Literal)]


def readings(tree: Expr) -> Iterator[Expr]:
    """A formula in each of the ways it can be read."""
    found: list[Call] = []

    def collect(node: Expr) -> None:
        if isinstance(node, Call):
            if node.op == "either" and node not in found:
                found.append(node)
            for arg in node.args:
                collect(arg)

    collect(tree)
    choices = product(*(range(len(node.args)) for node in found))
    for choice in islice(choices, MOST_READINGS):
        chosen = dict(zip(found, choice, strict=True))

        def pick(node: Expr, chosen: dict[Call, int] = chosen) -> Expr | None:
            if isinstance(node, Call) and node.op == "either":
                return substitute(node.args[chosen[node]], pick)
            return None

        yield substitute(tree, pick)


def all_rounded(formula: Expr) -> Notebook:
    """A notebook by which every number of a formula, but for whole ones, may be a rounded one."""
    return Notebook(results={abs(one.value) for one in literals_in(formula) if not one.value.is_integer()})


def _in_house(tree: Expr) -> bool:
    return not isinstance(tree, Call) or (tree.op in OPS and all(map(_in_house, tree.args)))


@dataclass
class Notebook:
    """What a page has said so far.

    Attributes
    ----------
    functions : dict
        By name.
    definitions : dict
        For each name the formula that the page calculates it by.
    given : dict
        Values stated, as written.
    values : dict
        The latest value written for a name or a derivative that is calculated.
    sure : set of float
        Every value that was given, by its number.
    results : dict
        Texts of numbers that came out of a calculation.
    forms : list
        Closed formulas that a chain has shown equal to something: σ(24.2) is h1.
    slips : dict
        For a value written wrong the number that its own chain gives, to as many places.
    """

    functions: dict[str, Function] = field(default_factory=dict)
    definitions: dict[str, Expr] = field(default_factory=dict)
    given: dict[str, Literal] = field(default_factory=dict)
    values: dict[Key, Literal] = field(default_factory=dict)
    sure: set[float] = field(default_factory=set)
    results: set[float] = field(default_factory=set)
    forms: list[tuple[Expr, Key]] = field(default_factory=list)
    slips: dict[Key, Literal] = field(default_factory=dict)

    def resolved(self, tree: Expr) -> Expr:
        """The formula with the page's functions written out; σ is the sigmoid where it says nothing else."""

        def meant(node: Expr) -> Expr | None:
            if not (isinstance(node, Call) and node.op == "apply"):
                return None
            name, arguments = node.args[0], tuple(substitute(arg, meant) for arg in node.args[1:])
            assert isinstance(name, Name)
            function = self.functions.get(name.name)
            if function is not None and len(function.arguments) == len(arguments):
                if size(function.body) * max(map(size, arguments)) > LARGEST:
                    return Call("apply", (name, *arguments))
                given = dict(zip(function.arguments, arguments, strict=True))
                return substitute(function.body, lambda n: given.get(n.name) if isinstance(n, Name) else None)
            if name.name == "σ" and len(arguments) == 1:
                return Call("sigmoid", arguments)
            if name.name.endswith("'") and len(arguments) == 1:
                slope = self._slope(name.name[:-1])
                if slope is not None:
                    return substitute(slope, lambda n: arguments[0] if n == Name(_ARGUMENT) else None)
            return Call("apply", (name, *arguments))

        return substitute(tree, meant)

    def _slope(self, function: str) -> Expr | None:
        """The derivative of a known function, in terms of its argument."""
        body = next(readings(self.resolved(Call("apply", (Name(function), Name(_ARGUMENT))))))
        if any(isinstance(leaf, Slope) for leaf in leaves(body)) or not _in_house(body):
            return None
        program = build([("result", body)])
        return substitute(
            pulled(program, "result", _ARGUMENT, Number(1), {}),
            lambda n: body if n == Name("result") else None,
        )

    def known(self, key: Key) -> Literal | None:
        """The number that the page has written for something."""
        if key in self.values:
            return self.values[key]
        return None if key.by else self.given.get(key.of)

    def filled(self, tree: Expr) -> Expr | None:
        """The formula with the page's numbers for its names, or their formulas; None where it has neither."""
        return _Filling(self).of(tree, 0)

    def range_of(self, literal: Literal) -> Interval:
        """What a number in a calculation can stand for: itself if given or short, else its rounding."""
        number = written_as(literal)
        if number is None:
            return Interval(literal.value, literal.value)
        exact = Interval(number.value, number.value)
        size = abs(number.value)
        if size in self.results:
            return number.possible
        if size in self.sure or number.decimals == 0 or number.digits <= FRIENDLY_DIGITS:
            return exact
        return number.possible

    def give(self, name: str, literal: Literal) -> None:
        """Write down a value that the page states."""
        self.given[name] = literal
        self.sure.add(abs(literal.value))

    def write(self, key: Key, literal: Literal, exact: bool = False) -> None:
        """Write down a value that the page has worked out; an exact one stands for itself alone."""
        self.values[key] = literal
        if exact:
            self.sure.add(abs(literal.value))
        elif abs(literal.value) not in self.sure:
            self.results.add(abs(literal.value))

    def round_again(self, known: Literal, shorter: Literal) -> None:
        """A result put in with fewer digits, 0.75 for 0.7503, stands for what can be rounded to it."""
        if abs(known.value) in self.results and abs(shorter.value) not in self.sure:
            self.results.add(abs(shorter.value))

    def note_slip(self, key: Key, literal: Literal, expected: float | None) -> None:
        """Remember what a value should have been that was just written wrong; one written anew is no slip."""
        self.slips.pop(key, None)
        number = written_as(literal)
        if expected is not None and number is not None and number.decimals is not None:
            text = f"{expected:.{max(number.decimals, 0)}f}"
            self.slips[key] = Literal(float(text), text)

    def without_slips(self) -> Notebook:
        """What the page has said, with the values that were written wrong as they should be."""
        right = {abs(literal.value) for literal in self.slips.values()}
        return replace(self, values={**self.values, **self.slips}, results=self.results | right)


class _Filling:
    """Puts numbers in; a formula that grows too large has none."""

    def __init__(self, book: Notebook) -> None:
        self._book, self._room = book, LARGEST

    def of(self, tree: Expr, depth: int) -> Expr | None:
        """The tree filled; None where something is missing."""
        self._room -= 1
        if self._room < 0 or depth > LONGEST_CHAIN:
            return None
        if isinstance(tree, Call) and tree.op == "either":
            # A reading whose names have no values is none: e^x, where e is no name of the page.
            options = [one for arg in tree.args if (one := self.of(arg, depth)) is not None]
            return options[0] if len(options) == 1 else Call("either", tuple(options)) if options else None
        key = key_of(tree)
        if key is not None:
            return self._known(key, depth)
        if isinstance(tree, Slope):
            return None
        if not isinstance(tree, Call):
            return tree
        parts = tree.args[1:] if tree.op == "apply" else tree.args
        made: list[Expr] = []
        for part in parts:
            one = self.of(part, depth)
            if one is None:
                return None
            made.append(one)
        return Call(tree.op, (*tree.args[: len(tree.args) - len(parts)], *made), tree.attrs)

    def _known(self, key: Key, depth: int) -> Expr | None:
        number = self._book.known(key)
        if number is not None:
            return number
        formula = None if key.by else self._book.definitions.get(key.of)
        return None if formula is None else self.of(self._book.resolved(formula), depth + 1)
