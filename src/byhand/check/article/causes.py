"""Why a number on a page is wrong: by the problem it belongs to, or by the numbers of its line alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from byhand.check.article.notebook import Notebook, literals_in, written_as
from byhand.check.article.report import Cause
from byhand.check.book import Book, Quantity
from byhand.check.diagnose import best, explain
from byhand.check.literal import Written
from byhand.check.own import Own, habit_of
from byhand.errors import ByhandError
from byhand.ops import Call, Expr, Name, Number
from byhand.ops.expression import size, substitute
from byhand.sources.pages.mathematics import Literal
from byhand.trace.program import build, givens_of
from byhand.trace.run import Plan, run

_RESULT = Quantity("value", "result")


@dataclass
class Patience:
    """How much may still be tried on a page: a line costs the square of its size."""

    left: int = 20_000


def named_causes(q: Quantity, written: Written, own: Own) -> tuple[Cause, ...]:
    """The mistake, or the two, that most likely turned a number into the one written."""
    named = [one for one in best(explain(q, written, own)) if len(one.codes) == 1]
    return tuple({one.codes[0]: Cause(one.codes[0], one.facts, one.certainty) for one in named}.values())


class Lines:
    """Lines of plain numbers, each a problem of its own, its numbers the given ones.

    Parameters
    ----------
    notebook : Notebook
        What the page has said: some of its numbers are rounded ones.
    patience : Patience
    """

    def __init__(self, notebook: Notebook, patience: Patience) -> None:
        self._notebook, self._patience = notebook, patience

    def causes(self, formula: Expr, result: Literal | None) -> tuple[Cause, ...]:
        """The mistakes by which a formula of numbers gives the result that stands behind it."""
        number, cost = written_as(result) if result is not None else None, size(formula) ** 2
        if number is None or not isinstance(formula, Call) or cost > self._patience.left:
            return ()
        self._patience.left -= cost
        operands = {f"{literal.value:.15g}": literal for literal in literals_in(formula)}
        names = {value: f"n{k}" for k, value in enumerate(operands)}
        try:
            program = build([(_RESULT.of, _with_names(formula, names))])
            given = {name: float(value) for value, name in names.items() if name in givens_of(program)}
            book = Book(run(program, given, Plan(_RESULT.of)))
            ranges = {
                Quantity("value", names[value]): self._notebook.range_of(literal)
                for value, literal in operands.items()
            }
            written = {_RESULT: number}
            found = named_causes(_RESULT, number, Own(book, written, habit_of(written), ranges=ranges))
        except (ByhandError, ArithmeticError, KeyError, TypeError, ValueError):
            return ()
        shown = {
            told: value for value, name in names.items() for told in (name, f"{name} = {float(value):g}")
        }
        return tuple(
            one._replace(facts={key: shown.get(fact, fact) for key, fact in one.facts.items()})
            for one in found
        )


def _with_names(formula: Expr, names: Mapping[str, str]) -> Expr:
    """The formula with a name for each of its numbers; an exponent is part of the formula."""

    def named(node: Expr) -> Expr | None:
        match node:
            case Call("pow", (base, Number() as exponent)):
                return Call("pow", (substitute(base, named), exponent))
            case Literal(value):
                return Name(names[f"{value:.15g}"])
        return None

    return substitute(formula, named)
