"""A checked sheet told: what is wrong first, what it should be, the likely mistake, and how to mend it."""

from __future__ import annotations

from dataclasses import replace

from byhand.check.book import Quantity, Ref, named, refs
from byhand.check.diagnose import Explanation
from byhand.check.report import Claim, Report
from byhand.lesson.board import Board
from byhand.lesson.document import (
    Block,
    Box,
    Document,
    Formula,
    Heading,
    Inline,
    Inlines,
    Paragraph,
    Row,
    Sign,
    Sym,
    Table,
)
from byhand.lesson.notation import box
from byhand.lesson.numbers import digits_apart, printed
from byhand.lesson.sentences import Speaker
from byhand.ops import Derivative, Expr, Name, Number
from byhand.ops.expression import substitute


def tell_report(report: Report, language: str, digits: int = 6, hint: int | None = None) -> Document:
    """The report as a lesson.

    Parameters
    ----------
    report : Report
    language : str
    digits : int
        Significant digits of our own numbers.
    hint : int, optional
        1 says only where the first wrong step is, 2 also what kind of mistake, 3 also the mend; the answer
        stays hidden.
    """
    return _Teller(report, Speaker(language), digits).document(hint)


class _Teller:
    def __init__(self, report: Report, speaker: Speaker, digits: int) -> None:
        self._report, self._speaker, self._digits = report, speaker, digits
        self._own = report.own
        self._claims = {c.quantity: c for c in report.claims if c.quantity is not None}

    def document(self, hint: int | None) -> Document:
        """The whole report, or a hint at its first wrong step."""
        blocks = self._summary() if hint is None else []
        wrong = self._in_order("wrong")
        if hint is not None:
            blocks += self._hint(wrong, hint)
        else:
            for claim in wrong:
                blocks += self._wrong(claim)
            blocks += [self._carried(claim) for claim in self._in_order("carried")]
            blocks += self._left_over()
        return Document(self._speaker.plain("check.title"), self._speaker.language, tuple(blocks))

    def _in_order(self, verdict: str) -> list[Claim]:
        place = self._report.book.place
        found = [(place(c.quantity), c) for c in self._report.claims if c.verdict == verdict and c.quantity]
        return [claim for _, claim in sorted(found, key=lambda one: one[0])]

    def _summary(self) -> list[Block]:
        report, speaker = self._report, self._speaker
        judged = [claim for claim in report.claims if claim.quantity is not None]
        counts = {verdict: sum(c.verdict == verdict for c in judged) for verdict in ("wrong", "carried")}
        blocks: list[Block] = []
        if report.first_wrong is None:
            blocks.append(speaker.paragraph("check.all_right", number=len(judged)))
        else:
            code = "check.some_carried" if counts["carried"] else "check.some_wrong"
            blocks.append(speaker.paragraph(code, number=len(judged), **counts))
            first = self._in_order("wrong")[0]
            blocks.append(speaker.paragraph("check.first_wrong", name=self._shown(first)))
        if report.factor is not None:
            factor, _ = printed(report.factor, self._digits)
            blocks.append(speaker.paragraph("check.convention", factor=factor))
        blocks += [speaker.paragraph(f"check.{code}") for code in report.conventions]
        keys = ("name", "claimed", "verdict", "expected")
        head = tuple([speaker.inlines(f"check.column_{key}") for key in keys])
        return [*blocks, Table(head, tuple(self._row(claim) for claim in report.claims))]

    def _row(self, claim: Claim) -> tuple[Inlines, ...]:
        def number(value: float | None) -> Inlines:
            return () if value is None else (printed(value, self._digits_of(claim, value))[0],)

        return (
            (_symbol(claim.quantity),) if claim.quantity else (claim.name,),
            (claim.claimed,),
            self._speaker.inlines(f"check.{claim.verdict}"),
            number(claim.expected),
        )

    def _shown(self, claim: Claim) -> Inline:
        """The number's name as the problem spells it."""
        return _symbol(claim.quantity) if claim.quantity else claim.name

    def _digits_of(self, claim: Claim, value: float) -> int:
        """Enough digits of what a number should be to see the difference from what was written."""
        number = self._own.written.get(claim.quantity) if claim.quantity else None
        if number is None:
            return self._digits
        digits = max(self._digits, number.digits)
        return max(digits, digits_apart(value, number.value, digits)) if claim.verdict == "wrong" else digits

    def _wrong(self, claim: Claim) -> list[Block]:
        """A wrong number: what it should be, why it is wrong, how to mend it."""
        speaker = self._speaker
        blocks: list[Block] = [
            Heading(2, (self._shown(claim),)),
            speaker.paragraph("check.wrong_here", name=self._shown(claim), claimed=claim.claimed),
        ]
        chain = self._should_be(claim)
        if chain is not None:
            blocks += [speaker.paragraph("check.should_be"), chain]
        return [*blocks, *self._causes(claim)]

    def _should_be(self, claim: Claim) -> Formula | None:
        """The number formed from the learner's own."""
        q = claim.quantity
        assert q is not None
        if self._report.book.formula(q) is None:
            return None
        formula = self._own.formula(q)
        value = self._own.of_formula(formula).value
        line = self._board(formula, self._digits_of(claim, value)).line(
            named(Ref(q)),
            named(formula),
            worked=substitute(formula, self._number),
            value=value,
            code="check",
        )
        return replace(line, parts=(_symbol(q), *line.parts[1:]))

    def _board(self, formula: Expr, digits: int) -> Board:
        """A board that knows the learner's numbers in a formula."""
        known = {named(Ref(q)): self._own.result(q).value for q in refs(formula)}
        values = {symbol.name: value for symbol, value in known.items() if isinstance(symbol, Name)}
        slopes = {symbol.by: value for symbol, value in known.items() if isinstance(symbol, Derivative)}
        return Board(values, slopes, digits)

    def _number(self, node: Expr) -> Expr | None:
        return Number(self._own.result(node.quantity).value) if isinstance(node, Ref) else None

    def _causes(self, claim: Claim) -> list[Block]:
        speaker = self._speaker
        if not claim.explanations:
            return [speaker.paragraph("check.no_cause")]
        first, *others = claim.explanations
        blocks: list[Block] = [speaker.paragraph(f"check.{first.certainty}", cause=self._cause(first))]
        blocks += self._true_used(first)
        seen = {first.codes}
        for other in others[:2]:
            if other.codes not in seen:
                seen.add(other.codes)
                blocks.append(speaker.paragraph("check.or_else", cause=self._cause(other)))
        mend = speaker.inlines(f"mend.{first.codes[0]}", **first.facts)
        return [*blocks, speaker.paragraph("check.mend", mend=mend)]

    def _cause(self, one: Explanation) -> Inlines:
        """The mistake in words; two of them joined."""
        first = self._speaker.inlines(f"cause.{one.codes[0]}", **one.facts)
        if len(one.codes) == 1:
            return first
        second = self._speaker.inlines(f"cause.{one.codes[1]}")
        return self._speaker.inlines("check.and_also", first=first, second=second)

    def _true_used(self, one: Explanation) -> list[Block]:
        """Where the mistake was made on a number that is right although it was written wrong."""
        found: list[Block] = []
        for q, used in one.used.items():
            claim = self._claims.get(q)
            if used.source == "true" and claim is not None:
                value, _ = printed(used.value, self._digits)
                name: Inline = _symbol(q)
                found.append(
                    self._speaker.paragraph("check.true_used", name=name, value=value, claimed=claim.claimed)
                )
        return found

    def _carried(self, claim: Claim) -> Paragraph:
        code = "check.carried_trivial" if self._is_trivial(claim) else "check.carried_from"
        by_name = {other.name: self._shown(other) for other in self._claims.values()}
        names = self._speaker.listed([by_name[name] for name in claim.rests_on])
        return self._speaker.paragraph(code, name=self._shown(claim), names=names)

    def _is_trivial(self, claim: Claim) -> bool:
        """Whether a zero, which the truth has not, made the number easy."""
        own, true = claim.from_own, claim.expected
        return own is not None and true is not None and own == 0 and true != 0

    def _left_over(self) -> list[Block]:
        report, speaker = self._report, self._speaker
        blocks: list[Block] = []
        unreadable = [f"{c.name} = {c.claimed}" for c in report.claims if c.verdict == "unreadable"]
        if unreadable:
            names = speaker.listed(list(unreadable))
            blocks.append(speaker.paragraph("check.unreadable_names", names=names))
        if report.missing:
            blocks.append(
                speaker.paragraph("check.missing_names", names=speaker.listed(list(report.missing)))
            )
        return blocks

    def _hint(self, wrong: list[Claim], hint: int) -> list[Block]:
        """A hint at the first wrong step only."""
        speaker = self._speaker
        if not wrong:
            return [speaker.paragraph("check.all_right", number=len(self._claims))]
        first = wrong[0]
        blocks: list[Block] = [speaker.paragraph("check.hint_where", name=self._shown(first))]
        if hint >= 2:
            code = f"check.{first.explanations[0].certainty}" if first.explanations else "check.no_cause"
            cause = self._cause(first.explanations[0]) if first.explanations else ()
            blocks.append(speaker.paragraph(code, cause=cause))
        if hint >= 3 and first.explanations:
            one = first.explanations[0]
            blocks.append(
                speaker.paragraph("check.mend", mend=speaker.inlines(f"mend.{one.codes[0]}", **one.facts))
            )
        return blocks


def _symbol(q: Quantity) -> Box:
    """A quantity as it is written."""
    made = box(named(Ref(q)))
    return made if q.step == 1 else Row((made, Sign("#"), Sym(str(q.step))))
