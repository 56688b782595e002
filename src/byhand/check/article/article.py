"""The front door of this folder: a page's text to a report."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from byhand.check.article.causes import Lines, Patience
from byhand.check.article.derivatives import wrong_formulas
from byhand.check.article.links import disagreement
from byhand.check.article.notebook import Function, Key, Notebook, names_in, value_of_text, written_as
from byhand.check.article.report import FEW_DIGITS, ArticleReport, Cause, Finding, Unread
from byhand.check.article.shapes import closure_names
from byhand.check.article.stretch import Claim, Stretch
from byhand.check.article.tied import Told, formula_causes, number_of, tie
from byhand.check.article.updates import contradictions, update_cause
from byhand.check.article.walk import Walk
from byhand.check.article.wording import Said, said
from byhand.check.book import Quantity
from byhand.ops.expression import Expr
from byhand.sources.pages.code import CodeRead, read_code
from byhand.sources.pages.mathematics import Literal
from byhand.sources.pages.page import Kind, Page
from byhand.sources.pages.reading import read_page
from byhand.sources.pages.statements import MAX_TOKENS, Statement, lex, statements

TIME_LIMIT = 10.0
FEWEST_DIGITS = 3
_SMALL = [Literal(float(k)) for k in range(-3, 4)]


class Code(NamedTuple):
    """A piece of code on the page: where it begins and what it says."""

    start: int
    read: CodeRead


def check_article(
    text: str,
    kind: Kind,
    formulas: Mapping[str, Expr] | None = None,
    given: Mapping[str, float] | None = None,
) -> ArticleReport:
    """Check a page.

    Parameters
    ----------
    text : str
        The page as it is.
    kind : str
        ``markdown``, ``html``, ``latex`` or ``text``.
    formulas, given : mapping, optional
        A problem's formulas and single numbers, which hold where the page states none of its own.

    Returns
    -------
    ArticleReport

    Raises
    ------
    ProblemError
        The page is too large.
    """
    page = read_page(text, kind)
    tokens = lex(page)
    chains = [chain for chain in statements(tokens, value_of_text) if _speaks(page, chain)]
    walk = Walk()
    walk.book.definitions.update(formulas or {})
    for name, value in (given or {}).items():
        walk.book.give(name, Literal(float(value), repr(float(value))))
    walk.look_ahead(chains)
    deadline = time.monotonic() + TIME_LIMIT
    told: list[Statement | Said | Code] = sorted(
        [*chains, *said(tokens, text), *_read_codes(page)], key=_start
    )
    findings: list[Finding] = []
    patience = Patience()
    complete = len(tokens) < MAX_TOKENS
    for one in told:
        if time.monotonic() > deadline:
            complete = False
            break
        if isinstance(one, Said):
            findings += _of_words(walk, one, patience)
        elif isinstance(one, Code):
            _take_code(walk.book, one.read)
        else:
            walk.take(one)
    for stretch in walk.stretches:
        if time.monotonic() > deadline:
            complete = False
            break
        wrong, tried = wrong_formulas(stretch)
        walk.checked += tried
        blamed = _blamed(stretch, wrong)
        findings += _of_numbers(page, stretch, blamed, patience)
        findings += _of_formulas(page, wrong, blamed)
    findings += _of_updates(page, walk)
    in_code = list(statements(lex(page, code=True), value_of_text))
    findings += contradictions(page, sorted([*chains, *in_code], key=_start), walk.book)
    unread = tuple(_unread(page, chains))
    return ArticleReport(page, _once(findings), unread, walk.checked, complete)


def _speaks(page: Page, chain: Statement) -> bool:
    """Whether a chain is something the page says: in LaTeX, commands stand outside formulas."""
    first, second = chain.members[0].tree, chain.members[1].tree
    if isinstance(first, Literal) and isinstance(second, Literal) and len(chain.members) == 2:
        return False
    return page.kind != "latex" or page.pieces[chain.piece].kind == "formula"


def _start(one: Statement | Said | Code) -> int:
    return one.literal.place[0] if isinstance(one, Said) else one.start


def _read_codes(page: Page) -> list[Code]:
    """What the page's pieces of code say, with their places."""
    return [Code(piece.places[0], read_code(piece.text)) for piece in page.pieces if piece.kind == "code"]


def _take_code(book: Notebook, read: CodeRead) -> None:
    """The functions of code, and the formulas of names that the page has not defined itself."""
    for name, (arguments, body) in read.functions.items():
        book.functions[name] = Function(arguments, body)
    for name, formula in read.definitions.items():
        inside = names_in(formula)
        if inside and name not in closure_names(book, *inside) and name not in book.given:
            book.definitions.setdefault(name, book.resolved(formula))


def _of_words(walk: Walk, one: Said, patience: Patience) -> Iterator[Finding]:
    """A value told in words: a given one is noted, one that is calculated is compared."""
    book, key = walk.book, Key(one.name)
    if one.supposed:
        return
    formula = book.definitions.get(one.name)
    if formula is None:
        if key not in book.values and one.name not in book.given:
            book.give(one.name, one.literal)
        return
    value = book.filled(book.resolved(formula))
    if value is None or key in book.values:
        return
    walk.checked += 1
    wrong = disagreement(value, one.literal, book)
    if wrong is not None:
        start, end = one.literal.place
        yield Finding(
            *("word_value", "wrong", start, end, one.literal.text, one.name),
            *(wrong.expected, _digits(wrong.expected, one.literal)),
            causes=Lines(book, patience).causes(wrong.reckoned, one.literal),
        )


_Blamed = dict[tuple[Key, Expr], tuple[Cause, ...]]


def _blamed(stretch: Stretch, wrong: list[Claim]) -> _Blamed:
    """The mistakes in each wrong formula of a stretch."""
    found: _Blamed = {}
    for claim in wrong:
        if claim.key is not None and (claim.key, claim.tree) not in found:
            found[claim.key, claim.tree] = formula_causes(stretch.book, claim)
    return found


def _of_numbers(page: Page, stretch: Stretch, blamed: _Blamed, patience: Patience) -> Iterator[Finding]:
    """The numbers of a stretch, by the problem where there is one, else by their neighbours."""
    tied = tie(stretch)
    told = tied.told(stretch.claims) if tied is not None else {}
    lines = Lines(stretch.book, patience)
    by_key = {key: causes for (key, _), causes in blamed.items()}
    reported: set[Quantity] = set()
    order = sorted(range(len(stretch.claims)), key=lambda k: told[k].order if k in told else -1)
    for k in order:
        claim, verdict = stretch.claims[k], told.get(k)
        carried = verdict is not None and verdict.judged.verdict == "carried"
        if carried and verdict is not None and not reported.intersection(verdict.judged.rests_on):
            continue
        finding = _judged(page, claim, verdict, by_key.get(claim.key) if claim.key else None, lines)
        if finding is not None:
            yield finding
            if verdict is not None:
                reported.add(verdict.judged.quantity)


def _judged(
    page: Page, claim: Claim, told: Told | None, blamed: tuple[Cause, ...] | None, lines: Lines
) -> Finding | None:
    """What is to be said of one number; `blamed` are the mistakes in the formula that it comes from."""
    literal = number_of(claim)
    name = str(claim.key or "")
    text = page.text(claim.start, claim.end)
    verdict = told.judged.verdict if told is not None else None
    place = (claim.start, claim.end)
    if literal is not None and claim.inner:
        place, text = literal.place, literal.text
    if verdict in ("right", "rounded"):
        return _copied_wrong(page, claim)
    if told is not None and (verdict == "carried" or claim.from_wrong):
        expected = told.judged.expected
        return Finding("carried", "carried", *place, text, name, expected, _digits(expected, literal))
    if claim.mismatch is not None:
        expected = claim.mismatch.expected
        causes = told.causes() if told is not None and verdict == "wrong" else ()
        causes = causes or lines.causes(claim.mismatch.reckoned, literal)
        code = _code(claim, literal)
        return Finding(code, "wrong", *place, text, name, expected, _digits(expected, literal), causes)
    if (
        verdict == "wrong"
        and told is not None
        and (blamed is not None or not (claim.supported or _bare(claim)))
    ):
        expected, digits = told.judged.expected, _digits(told.judged.expected, literal)
        causes = blamed if blamed and claim.supported else told.causes()
        return Finding("number_untrue", "wrong", *place, text, name, expected, digits, causes)
    return None


def _bare(claim: Claim) -> bool:
    """A derivative said to be 0, 1 or the like with no calculation: mostly one of something else."""
    return claim.key is not None and bool(claim.key.by) and number_of(claim) in _SMALL


def _copied_wrong(page: Page, claim: Claim) -> Finding | None:
    """Numbers put in that do not give the right result that stands behind them."""
    result = claim.tree
    if claim.before is None or not claim.certain or not isinstance(result, Literal):
        return None
    start, end = claim.before.start, claim.before.end
    return Finding(
        *("factors_wrong", "wrong", start, end, page.text(start, end), str(claim.key or "")),
        *(result.value, _digits(result.value, result)),
    )


def _code(claim: Claim, literal: Literal | None) -> str:
    if literal is None:
        return "put_in_wrong"
    if claim.inner:
        return "inner_wrong"
    return "number_wrong" if claim.key is not None else "number_wrong_here"


def _digits(value: float, literal: Literal | None) -> int:
    """To how many digits a number is given: to as many places as stand there, to three digits at least."""
    number = written_as(literal) if literal is not None else None
    if number is None:
        return FEW_DIGITS
    if number.decimals is not None and 10.0**-number.decimals <= abs(value) < 1e15:
        rounded = abs(round(value, number.decimals))
        return max(FEWEST_DIGITS, math.floor(math.log10(rounded)) + 1 + number.decimals)
    return max(FEWEST_DIGITS + 1, number.digits)


def _of_formulas(page: Page, wrong: list[Claim], blamed: _Blamed) -> Iterator[Finding]:
    for claim in wrong:
        assert claim.key is not None
        yield Finding(
            *("formula_wrong", "wrong", claim.start, claim.end, page.text(claim.start, claim.end)),
            str(claim.key),
            causes=blamed[claim.key, claim.tree],
        )


def _of_updates(page: Page, walk: Walk) -> Iterator[Finding]:
    for weight, member in walk.updates:
        cause = update_cause(weight, member.tree) if member.tree is not None else None
        if cause is not None:
            yield Finding(
                *("update_wrong", "wrong", member.start, member.end, page.text(member.start, member.end)),
                weight,
                causes=(Cause(cause),),
            )


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each place once, the first thing said of it, in the order of the page."""
    found: dict[tuple[int, int], Finding] = {}
    for finding in findings:
        found.setdefault((finding.start, finding.end), finding)
    return tuple(sorted(found.values(), key=lambda f: (f.start, f.end)))


def _unread(page: Page, chains: list[Statement]) -> Iterator[Unread]:
    for chain in chains:
        if any(member.tree is None for member in chain.members):
            yield Unread(chain.start, chain.end, page.text(chain.start, chain.end))
