"""One number told: its formula with the numbers put in, long sums and choices in a table, and so on back."""

from __future__ import annotations

import math
from fractions import Fraction

from byhand.lesson.board import Board
from byhand.lesson.document import Block, Box, Inlines, Num, Table
from byhand.lesson.numbers import FLOAT_DIGITS, printed
from byhand.lesson.sentences import Speaker
from byhand.lesson.updates import setting_lines, update_lines
from byhand.ops import Call, Derivative, Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.rules import Rule
from byhand.trace.lookup import Asked
from byhand.trace.moment import Account, title
from byhand.trace.reason import Members, Reason
from byhand.trace.scalar import element_name

FEWER = 3  # of the foremost members, for what a number rests on
MOST_PLACES = 10


def abridged(reason: Reason, terms: int | None) -> Expr | None:
    """The formula of a number, a long sum or choice in it by its first two members and its last."""
    if reason.formula is None:
        return None
    long = {id(one.node) for one in reason.members if one.is_long(terms)}

    def ends(node: Expr) -> Expr | None:
        if id(node) not in long or not isinstance(node, Call):
            return None
        return Call(node.op, (*node.args[:2], Name("…"), node.args[-1]))

    return substitute(reason.formula, ends)


class ReasonTeller:
    """Tells why numbers are what they are.

    Parameters
    ----------
    terms : int or None
        How many of the largest terms of a sum, or of the foremost of a choice, are shown; None for all.
    rule : Rule or None
        Of the updates.
    digits : int
    speaker : Speaker
    """

    def __init__(self, terms: int | None, rule: Rule | None, digits: int, speaker: Speaker) -> None:
        self.terms, self.rule, self.digits, self.speaker = terms, rule, digits, speaker

    def tell(self, account: Account) -> list[Block]:
        """The number, and what it rests on level by level."""
        blocks: list[Block] = []
        for level, reasons in enumerate(account.levels):
            if level:
                code = "why.level" if level == 1 else "why.level_further"
                blocks.append(self.speaker.heading(2, code, number=level))
            for reason in reasons:
                blocks += self.one(reason, level)
        return blocks

    def following(self, account: Account) -> list[Block]:
        """What may be asked next."""
        names = self.speaker.listed([title(what) for what in account.following])
        return [self.speaker.paragraph("why.following", names=names)] if names else []

    def one(self, reason: Reason, level: int) -> list[Block]:
        """One number: a line, and a table for each long sum or choice in it."""
        if reason.what.kind == "new":
            return self._update(reason)
        board, formula = (
            Board(reason.cone.values, reason.gradients, self.digits),
            abridged(reason, self.terms),
        )
        if reason.formula is None or formula is None:
            return [board.line(_left(reason.what), value=reason.value, code="why")]
        if reason.value is None:
            return [board.line(_left(reason.what), formula, code="why")]
        long = {id(one.node): one for one in reason.members if one.is_long(self.terms)}
        summed = substitute(reason.formula, lambda node: _whole(long.get(id(node))))
        worked = board.put_in(summed) if long else None
        line = board.line(_left(reason.what), formula, worked=worked, value=reason.value, code="why")
        terms = self.terms if self.terms is None or not level else min(self.terms, FEWER)
        return [line, *[block for one in long.values() for block in self._listed(one, terms, board)]]

    def _update(self, reason: Reason) -> list[Block]:
        """The settings of the rule, and its equations."""
        if reason.update is None or self.rule is None:
            return [self.speaker.paragraph("lesson.update_not_kept")]
        settings = {name: reason.update.working[name] for name in ("rate", *self.rule.settings)}
        settings |= {"norm": reason.update.working["norm"]} if self.rule.clips else {}
        lines = update_lines(reason.update, self.rule, reason.cone.of, self.digits, reason.cone.known)
        return [*setting_lines(settings, self.digits), *lines]

    def _listed(self, one: Members, terms: int | None, board: Board) -> list[Block]:
        """The foremost members of a sum or a choice."""
        return (self._chosen if one.is_choice else self._largest)(one, terms, board)

    def _chosen(self, one: Members, terms: int | None, board: Board) -> list[Block]:
        """The one chosen, those nearest to it, and how many come after them."""
        shown, say = one.foremost(terms), self.speaker
        hidden = len(one.values) - len(shown)
        rows: list[tuple[Inlines, ...]] = [
            ((board.line(one.node.args[k]).parts[0],), (printed(one.values[k], self.digits)[0],))
            for k in shown
        ]
        head = tuple([say.inlines(f"why.column_{key}") for key in ("candidate", "value")])
        code = f"{'first' if hidden else 'all'}_{one.node.op}"
        counted = say.paragraph(f"why.{code}", count=len(one.values), shown=len(shown), others=hidden)
        return [counted, Table(head, tuple(rows))]

    def _largest(self, one: Members, terms: int | None, board: Board) -> list[Block]:
        """The largest terms of a sum, and what the others sum to."""
        shown, say = one.foremost(terms), self.speaker
        hidden = len(one.values) - len(shown)
        values, others, whole = (
            [one.values[k] for k in shown],
            math.fsum(one.hidden(shown)),
            math.fsum(one.values),
        )
        place = _place([*values, others], whole, self.digits)
        rows: list[tuple[Inlines, ...]] = []
        for k, value in zip(shown, values, strict=True):
            line = board.line(one.node.args[k], worked=board.put_in(one.node.args[k]), value=value)
            numbers: Inlines = (line.parts[1],) if len(line.parts) > 2 else ()
            rows.append(((line.parts[0],), numbers, (_rounded(value, place),)))
        if any(one.hidden(shown)):
            rows.append((say.inlines("why.others", number=hidden), (), (_rounded(others, place),)))
        rows.append((say.inlines("why.sum"), (), (printed(whole, self.digits)[0],)))
        head = tuple([say.inlines(f"why.column_{key}") for key in ("term", "numbers", "value")])
        return [self._counted(one, shown), Table(head, tuple(rows))]

    def _counted(self, one: Members, shown: list[int]) -> Block:
        """How many terms there are, and how much those that are shown make up."""
        kind = "products" if all(isinstance(t, Call) and t.op == "mul" for t in one.node.args) else "terms"
        count, hidden = len(one.values), len(one.values) - len(shown)
        if not hidden:
            return self.speaker.paragraph(f"why.all_{kind}", count=count)
        if not any(one.hidden(shown)):
            return self.speaker.paragraph(f"why.others_zero_{kind}", count=count)
        share = math.fsum(abs(one.values[k]) for k in shown) / math.fsum(map(abs, one.values))
        return self.speaker.paragraph(
            f"why.largest_{kind}", count=count, shown=len(shown), others=hidden, percent=f"{100 * share:.3g}"
        )


def _left(what: Asked) -> Expr:
    """What a line begins with."""
    if what.kind == "derivative":
        return Derivative(element_name(what.of, what.of_index), what.by, what.by_index)
    return Name(element_name(what.of, what.of_index))


def _whole(one: Members | None) -> Expr | None:
    if one is None:
        return None
    return Number(one.order[0] if one.is_choice else math.fsum(one.values))


def _place(terms: list[float], whole: float, digits: int) -> int:
    """The last decimal place of the terms with which what is printed adds up to the printed sum."""
    last = _exponent(whole or max(map(abs, terms), default=0.0)) - digits + 1
    place = last
    for place in range(last - 1, last - FLOAT_DIGITS, -1):
        if _cut(sum(_cut(term, place) for term in terms), last) == _cut(whole, last):
            break
    while place < 0 and all(_cut(term, place) == _cut(term, place + 1) for term in terms):
        place += 1  # zeros at the end of all of them
    return place


def _exponent(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def _cut(value: float | Fraction, place: int) -> Fraction:
    """A number rounded to a decimal place."""
    unit = Fraction(10) ** place
    return round(Fraction(value) / unit) * unit


def _rounded(value: float, place: int) -> Box:
    """A number as printed to a decimal place."""
    cut = float(_cut(value, place))
    if 0 <= -place <= MOST_PLACES:
        return Num(f"{cut:.{-place}f}")
    return printed(cut, min(max(_exponent(cut) - place + 1, 1), FLOAT_DIGITS))[0]
