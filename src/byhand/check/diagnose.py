"""Why a number is wrong: the one mistake that, made once, gives the number that was written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from byhand.check.book import Quantity, Ref, refs
from byhand.check.interval import Interval
from byhand.check.literal import Written
from byhand.check.mistakes import MISTAKES, Spot, spelled_out
from byhand.check.mistakes.writing import COSTS, slips
from byhand.check.own import Own
from byhand.ops import Expr, Number
from byhand.ops.expression import substitute

MOST_BASES = 4
TWO_MISTAKES = 2.5
DIGITS_FOR_TWO = 4
DIGITS_FOR_SURE = 5
SURE, LIKELY = 0.02, 0.2
# Wrong numbers lie within some three powers of ten, 7 on the natural logarithm's scale.
DECADES = 7.0
EQUALLY = 0.35
_OTHER_NUMBERS = 0.6

Certainty = Literal["sure", "likely", "possible"]


class Used(NamedTuple):
    """A number in a formula: its value, and whether it is the learner's own or the true one."""

    value: float
    source: Literal["own", "true"]


class Explanation(NamedTuple):
    """A mistake, or two, that give the number that was written.

    Attributes
    ----------
    codes : tuple of str
    facts : mapping
        What the sentence of the first code names.
    used : dict
        The numbers put into the formula, by quantity.
    formula : Expr
        The formula with the mistake in it.
    value : float
        What it gives.
    cost : float
        Lower is likelier.
    certainty : str
        ``sure``, ``likely`` or ``possible``: with few digits a coincidence explains much.
    """

    codes: tuple[str, ...]
    facts: Mapping[str, str]
    used: dict[Quantity, Used]
    formula: Expr
    value: float
    cost: float
    certainty: Certainty


class _Try(NamedTuple):
    """A formula tried, with the numbers put in."""

    codes: tuple[str, ...]
    facts: Mapping[str, str]
    used: dict[Quantity, Used]
    formula: Expr
    value: float
    interval: Interval
    cost: float


def explain(q: Quantity, written: Written, own: Own) -> list[Explanation]:
    """The explanations of a wrong number, the likeliest first.

    Parameters
    ----------
    q : Quantity
    written : Written
        The number.
    own : Own
        The learner's numbers and what follows from them.
    """
    tries = list(_tries(q, own))
    fits = [one for one in tries if one.interval.meets(written.possible) and math.isfinite(one.value)]
    fits += _slips(q, written, own, tries)
    found: dict[tuple[str, ...], Explanation] = {}
    for one in fits:
        cost = one.cost + _distance(one, written)
        made = Explanation(
            one.codes, one.facts, one.used, one.formula, one.value, cost, _certainty(one, len(tries), written)
        )
        if one.codes not in found or cost < found[one.codes].cost:
            found[one.codes] = made
    return sorted(found.values(), key=lambda e: e.cost)


def best(explanations: list[Explanation]) -> list[Explanation]:
    """Those that fit equally well: no more than a little costlier than the best."""
    return [one for one in explanations if one.cost <= explanations[0].cost + EQUALLY]


def _tries(q: Quantity, own: Own) -> Iterator[_Try]:
    """Every mistake at every way of forming the number, with the learner's numbers and with true ones."""
    if own.book.formula(q) is None:
        return
    bases: list[Expr] = []
    for way in own.formulas(q):
        base = spelled_out(own, way)
        if base not in bases:
            bases.append(base)
    for k, base in enumerate(bases[:MOST_BASES]):
        yield from _with_numbers((), {}, base, own, 0.2 * k)
        spot = Spot(q, own, base)
        for kind in MISTAKES:
            if q.kind in kind.kinds:
                for variant in kind.variants(spot):
                    yield from _with_numbers(
                        (kind.code,), variant.facts, variant.formula, own, kind.cost + 0.2 * k
                    )


def _with_numbers(
    codes: tuple[str, ...], facts: Mapping[str, str], formula: Expr, own: Own, cost: float
) -> Iterator[_Try]:
    """A formula with the learner's numbers; with true ones; with one true one among the learner's."""
    if codes:
        yield _tried(codes, facts, formula, own, frozenset(), cost)
    differing = [q for q in dict.fromkeys(refs(formula)) if _differs(q, own)]
    if not differing:
        return
    # A number of the formula taken right although it was written wrong before.
    if codes:
        yield _tried(codes, facts, formula, own, frozenset(differing), cost + _OTHER_NUMBERS)
    if codes and len(differing) > 1:
        for q in differing:
            yield _tried(codes, facts, formula, own, frozenset((q,)), cost + _OTHER_NUMBERS)


def _differs(q: Quantity, own: Own) -> bool:
    try:
        return not math.isclose(own.result(q).value, own.book.true(q), rel_tol=1e-9)
    except KeyError:
        return False


def _tried(
    codes: tuple[str, ...],
    facts: Mapping[str, str],
    formula: Expr,
    own: Own,
    true: frozenset[Quantity],
    cost: float,
) -> _Try:
    put_in = formula
    if true:
        put_in = substitute(
            formula,
            lambda n: (
                Number(own.book.true(n.quantity)) if isinstance(n, Ref) and n.quantity in true else None
            ),
        )
    made = own.of_formula(put_in)
    used = {
        q: Used(own.book.true(q), "true") if q in true else Used(own.result(q).value, "own")
        for q in refs(formula)
    }
    return _Try(codes, facts, used, formula, made.value, made.interval, cost)


def _slips(q: Quantity, written: Written, own: Own, tries: list[_Try]) -> Iterator[_Try]:
    """Slips of the pen: at the right number and, where enough digits stand there, after one mistake."""
    right = (
        [_tried((), {}, way, own, frozenset(), 0.0) for way in own.formulas(q)] if own.book.formula(q) else []
    )
    true = own.book.true(q)
    right.append(_Try((), {}, {}, Number(true), true, Interval(true, true), 0.1))
    for one in right:
        for code in slips(one.value, written):
            yield one._replace(codes=(code,), cost=one.cost + COSTS[code])
    if written.digits < DIGITS_FOR_TWO:
        return
    for one in tries:
        if len(one.codes) == 1 and not one.interval.meets(written.possible):
            for code in slips(one.value, written):
                yield one._replace(codes=(*one.codes, code), cost=one.cost + COSTS[code] + TWO_MISTAKES)


def _certainty(one: _Try, tried: int, written: Written) -> Certainty:
    """How sure it is: by how many of the mistakes tried would fit by coincidence."""
    share = (one.interval.width + written.unit) / max(abs(written.value), 1e-300)
    chance = tried * share / DECADES
    if written.digits >= DIGITS_FOR_SURE and chance < SURE:
        return "sure"
    return "likely" if written.digits >= DIGITS_FOR_TWO and chance < LIKELY else "possible"


def _distance(one: _Try, written: Written) -> float:
    """Nearer values are likelier: 0 where it is the number written, a half at the ends of the interval."""
    reach = max(one.interval.width + written.unit, 1e-300)
    return min(0.5, abs(one.value - written.value) / reach / 2) if one.interval.width else 0.0
