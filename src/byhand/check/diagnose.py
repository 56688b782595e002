"""Why a number is wrong: the one mistake that, made once, gives the number that was written."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple

from byhand.check.book import Quantity
from byhand.check.literal import Written
from byhand.check.manner import Manner
from byhand.check.mistakes.writing import COSTS, meant, outcomes
from byhand.check.own import Own
from byhand.check.suppose import Made, Supposed, Supposing, Used
from byhand.ops import Expr, Number
from byhand.ops.interval import Interval

DIGITS_FOR_TWO, DIGITS_FOR_LIKELY, DIGITS_FOR_SURE = 4, 4, 5
LIKELY, SURE = 0.5, 0.9
MOST_WAYS = 3
# The second explanation is named where it is not twenty times less probable than the first.
_EQUALLY = math.log(20)
# Another name for the formula of the first says less than another formula that is half as probable.
_SAME_AGAIN = math.log(2)
_TWO_MISTAKES = math.exp(-2.5)
# A mistake that is not in the table: the number then lies within some three powers of ten, 7 on the natural
# logarithm's scale, or off the right one by anything within twelve powers of ten, 28 on that scale.
_UNKNOWN, _SIZES, _DISTANCES = math.exp(-2.0), 7.0, 28.0
# How often a learner's number fits no manner of rounding and lies anywhere within reach.
_ANYWHERE = 0.1

Certainty = Literal["sure", "likely", "possible"]


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
        Lower is likelier: minus the logarithm of its probability beside the others.
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


class _Fit(NamedTuple):
    """A supposition, or a slip of the pen, that gives the number; and how probable that is."""

    codes: tuple[str, ...]
    one: Supposed
    weight: float


def explain(
    q: Quantity,
    written: Written,
    own: Own,
    bad: frozenset[Quantity] = frozenset(),
    manner: Manner | None = None,
    made: dict[Quantity, list[Made]] | None = None,
) -> list[Explanation]:
    """The explanations of a wrong number, the likeliest first.

    Parameters
    ----------
    q : Quantity
    written : Written
        The number.
    own : Own
        The learner's numbers and what follows from them.
    bad : frozenset of Quantity
        The other numbers that are wrong or carried.
    manner : Manner, optional
        How the learner rounds and carries on.
    made : dict, optional
        Mistakes found for other numbers of the same sheet, and room for those found now.
    """
    made = {} if made is None else made
    manner, supposing = manner or Manner(), Supposing(q, written, own, bad - {q}, made)
    supposed = [one for one in supposing.all() if math.isfinite(one.value)]
    fits = [fit for one in supposed if (fit := _fit(one, written, manner)) is not None]
    slips = [
        (code, number, math.exp(-COSTS[code]) / outcomes(code, written)) for code, number in meant(written)
    ]
    for one in _right_numbers(q, own):
        for code, number, weight in slips:
            fit = _fit(one, number, manner)
            if fit is not None:
                fits.append(_Fit((code,), one, fit.weight * weight))
    unknown = _unknown(
        written, own.of_formula(own.formula(q)).value if own.book.formula(q) else own.book.true(q)
    )
    if written.digits >= DIGITS_FOR_TWO and sum(fit.weight for fit in fits) < unknown:
        ranges = [(code, number.possible, weight) for code, number, weight in slips]
        fits += [
            _Fit((one.code, code), one, one.weight * weight * _TWO_MISTAKES)
            for one in supposed
            for code, (low, high), weight in ranges
            if low <= one.value <= high and one.weight * weight * _TWO_MISTAKES > unknown
        ]
    merged = _merged(fits)
    whole = sum(fit.weight for fit in fits) + unknown
    return [_explained(fit, fit.weight / whole, written, supposing) for fit in merged]


def best(explanations: list[Explanation]) -> list[Explanation]:
    """Those to be named: the likeliest, and a second that cannot be ruled out beside it."""
    if not explanations:
        return []
    first, *others = explanations
    near = [one for one in others if one.cost <= first.cost + _EQUALLY]
    return [first, *sorted(near, key=lambda one: one.cost + _SAME_AGAIN * (one.value == first.value))[:1]]


def _unknown(written: Written, right: float) -> float:
    """How probable the number is under a mistake that is not in the table."""
    size, distance = abs(written.value), abs(written.value - right)
    by_size = min(1.0, written.unit / max(size, 1e-300)) / _SIZES
    by_distance = min(1.0, written.unit / max(distance, 1e-300)) / _DISTANCES if distance == distance else 0.0
    return _UNKNOWN * (by_size + by_distance) / 2


def _fit(one: Supposed, written: Written, manner: Manner) -> _Fit | None:
    """A supposition with the probability of the number under it."""
    if not one.interval.meets(written.possible):
        return None
    share = written.unit / max(one.interval.width, written.unit)
    found = manner.probability(written, one.value, one.full) + _ANYWHERE * share
    return _Fit((one.code,), one, one.weight * found)


def _right_numbers(q: Quantity, own: Own) -> list[Supposed]:
    """What should have been written: as it follows from the learner's numbers, or the true value."""
    true = own.book.true(q)
    exact = Supposed("", {}, Number(true), q, frozenset(), true, true, Interval(true, true), 1.0)
    if own.book.formula(q) is None:
        return [exact]
    found = []
    for way in own.formulas(q)[:MOST_WAYS]:
        made = own.of_formula(way)
        if math.isfinite(made.value):
            found.append(Supposed("", {}, way, q, frozenset(), made.value, true, made.interval, 1.0))
    return [one._replace(weight=1 / len(found)) for one in found] or [exact]


def _merged(fits: list[_Fit]) -> list[_Fit]:
    """One entry a kind, its likeliest formula; of kinds with equal formulas the likeliest speaks for all."""
    by_value: defaultdict[str, list[_Fit]] = defaultdict(list)
    by_code: defaultdict[tuple[str, ...], list[_Fit]] = defaultdict(list)
    for fit in fits:
        by_code[fit.codes].append(fit)
        if fit.one.code:  # slips of the pen with the same value are different mistakes
            by_value[f"{fit.one.value:.9e}"].append(fit)
    spoken_for: defaultdict[tuple[str, ...], list[_Fit]] = defaultdict(list)
    for group in by_value.values():
        spoken_for[_likeliest(group).codes] += group
    merged = [
        _likeliest(group)._replace(weight=sum(fit.weight for fit in spoken_for.get(codes, group)))
        for codes, group in by_code.items()
    ]
    return sorted(merged, key=lambda fit: -fit.weight)


def _likeliest(fits: list[_Fit]) -> _Fit:
    return max(fits, key=lambda fit: fit.weight)


def _explained(fit: _Fit, share: float, written: Written, supposing: Supposing) -> Explanation:
    formula = supposing.in_full(fit.one)
    used = supposing.used(formula, fit.one.true)
    cost = -math.log(max(share, 1e-300))
    return Explanation(
        fit.codes, fit.one.facts, used, formula, fit.one.value, cost, _certainty(share, written)
    )


def _certainty(share: float, written: Written) -> Certainty:
    """How sure it is: by its share of all that may have happened, and by how many digits speak for it."""
    if written.digits >= DIGITS_FOR_SURE and share >= SURE:
        return "sure"
    return "likely" if written.digits >= DIGITS_FOR_LIKELY and share >= LIKELY else "possible"
