"""One sample in one iteration, of which any single number may be asked for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import ProblemError
from byhand.ops import Number
from byhand.trace.backward import zero_like
from byhand.trace.cone import Cone, Elements
from byhand.trace.lookup import Asked, asked, is_element, no_such_element, no_such_number
from byhand.trace.paths import sliced
from byhand.trace.program import Program, givens_of, lines_of
from byhand.trace.reason import Reason, reason
from byhand.trace.run import Plan, norm_of, updated
from byhand.trace.scalar import element_name

MOST_NEXT = 8


class Moment(NamedTuple):
    """What the numbers of one sample are worked out from.

    Attributes
    ----------
    program : Program
    given : mapping
        Values by name; weights may be `Widened`. A target that is not there cannot be asked about.
    plan : Plan
    number : int
        Of the iteration, from 1.
    kept : mapping
        For each learned name what the rule has kept for it; nothing stands for 0.
    """

    program: Program
    given: Mapping[str, Any]
    plan: Plan
    number: int
    kept: Mapping[str, Mapping[str, Any]]


class Batch(NamedTuple):
    """A number of which each sample has its own.

    Attributes
    ----------
    what : Asked
    samples : tuple of int
    shares : tuple
        The number in each sample.
    taken : str
        What the batch takes: their ``mean``, their ``sum``, its ``part`` of each (the mean's), or ``each``.
    value : float, Fraction or ndarray
        What that comes to.
    """

    what: Asked
    samples: tuple[int, ...]
    shares: tuple[Any, ...]
    taken: str
    value: Any


class Account(NamedTuple):
    """A number accounted for.

    Attributes
    ----------
    what : Asked
    value : float, Fraction, ndarray or None
    levels : list of list of Reason
        The number itself, in a batch that of the first sample; what its formula rests on; and so on back,
        each number once.
    following : list of Asked
        What may be asked next: what the last level rests on, and the next largest terms of the first sum.
    in_full : bool
        Whether nothing is left out on the way back to what is given.
    number : int or None
        Of the iteration, where there is more than one.
    batch : Batch or None
        Of the number; of a new weight, of the gradient it rests on.
    """

    what: Asked
    value: Any
    levels: list[list[Reason]]
    following: list[Asked]
    in_full: bool = False
    number: int | None = None
    batch: Batch | None = None

    @property
    def first(self) -> Reason:
        """The number that was asked for."""
        return self.levels[0][0]


def title(what: Asked) -> str:
    """A number as it is asked for: ``a1[3]``, ``dL/dW1[3,17]``, ``W1[3,17]_new``, ``L#31``."""
    name = element_name(what.of, what.of_index)
    if what.kind == "derivative":
        name = f"d{name}/d{element_name(what.by, what.by_index)}"
    elif what.kind == "new":
        name = f"{name}_new"
    return name if what.step is None else f"{name}#{what.step}"


def account(moment: Moment, text: str, terms: int | None, depth: int) -> Account:
    """One number accounted for, as far back as `depth` levels.

    Parameters
    ----------
    moment : Moment
    text : str
        Its name.
    terms : int or None
        A longer sum is followed through its largest term only.
    depth : int

    Raises
    ------
    ProblemError, CalculationError
    """
    first = ask(moment, text)
    return Account(first.what, first.value, *traced_back(first, terms, depth))


def traced_back(
    first: Reason, terms: int | None, depth: int, in_full: bool = False
) -> tuple[list[list[Reason]], list[Asked]]:
    """The levels and the following numbers of an `Account`."""
    levels, seen = [[first]], {first.what}
    while True:
        found = dict.fromkeys(what for one in levels[-1] for what in one.rests_on(terms, in_full))
        fresh = [what for what in found if what not in seen]
        if not fresh or len(levels) > depth:
            beside = [what for what in first.beside(terms) if what not in seen]
            return levels, list(dict.fromkeys([*fresh, *beside]))[:MOST_NEXT]
        seen.update(fresh)
        levels.append([reason(first.cone, what) for what in fresh])


def ask(moment: Moment, text: str) -> Reason:
    """One number and where it comes from.

    Raises
    ------
    ProblemError
        There is no such number, or it needs a target and there is none.
    CalculationError
    """
    what = _known(moment, text)
    if what.kind == "new" and what.of in moment.plan.carried:
        what = what._replace(kind="value", of=moment.plan.carried[what.of])
    return _new(moment, what) if what.kind == "new" else answer(moment, what)


def answer(moment: Moment, what: Asked, arrays: bool = False) -> Reason:
    """A value or a derivative and where it comes from; whole arrays only where they are wanted.

    Raises
    ------
    ProblemError
        There is no such element, or it needs a target and there is none.
    CalculationError
    """
    cone = cone_of(moment, what.of, what.of_index if what.kind == "derivative" else ())
    if what.of_index or not arrays:
        _check_index(what.of, what.of_index, cone.values[what.of])
    if what.kind == "value":
        return reason(cone, what)
    by = cone if what.by in cone.values else cone_of(moment, what.by, ())
    if what.by_index or not arrays:
        _check_index(what.by, what.by_index, by.values[what.by])
    if what.by not in cone.values:
        zero = zero_like(by.values[what.by]) if arrays and not what.by_index else 0.0
        return Reason(what, zero if cone.known else None, Number(0), cone)
    if (what.of, what.of_index) == (what.by, what.by_index):
        return Reason(what, 1.0 if cone.known else None, Number(1), cone)
    return reason(cone, what)


def _new(moment: Moment, what: Asked) -> Reason:
    """A weight after its next update."""
    name, index, plan = what.of, what.of_index, moment.plan
    if name not in plan.learn or plan.objective is None:
        raise ProblemError("not_learned", name=name, known=", ".join(plan.learn) or "-")
    cone = cone_of(moment, plan.objective, ())
    _check_index(name, index, cone.values[name])
    kept = moment.kept.get(name, {})
    assert plan.rule is not None
    state = {key: element_of(kept[key], index) if key in kept else 0.0 for key in plan.rule.state}
    old, gradient = element_of(cone.values[name], index), element_of(cone.gradients[name], index)
    whole = {key: cone.gradients[key] for key in plan.learn} if plan.rule.clips else {}
    known = {**state, **norm_of(plan, {key: _in_full(slope) for key, slope in whole.items()})}
    update = updated(plan, element_name(name, index), old, gradient, moment.number, known)
    return Reason(what, update.new, None, cone, update)


def element_of(value: Any, index: tuple[int, ...]) -> Any:
    """One number of an array, as Python's own; without an index the value itself."""
    found = value[index] if index else value
    return found.item() if isinstance(found, np.generic) else found


def _in_full(slope: Any) -> Any:
    """A gradient as a number or a whole array, if its elements are worked out one by one."""
    return slope[()] if isinstance(slope, Elements) else slope


def cone_of(moment: Moment, of: str, index: tuple[int, ...]) -> Cone:
    """What leads to one value of a moment.

    Raises
    ------
    ProblemError
        ``target_unknown``: it needs a value that is not there.
    CalculationError
    """
    program = sliced(moment.program, of)
    needed = givens_of(program) if of in lines_of(program) else [of]
    if missing := [name for name in needed if name not in moment.given]:
        raise ProblemError("target_unknown", name=of, missing=", ".join(missing))
    return Cone(program, moment.given, of, index, not moment.plan.numberless)


def _known(moment: Moment, text: str) -> Asked:
    """What a text asks for; where there is no such number, the nearest name is offered."""
    names = {*moment.given, *givens_of(moment.program), *lines_of(moment.program)}
    try:
        what = asked(text, names)
    except ProblemError:
        raise _unknown(text, names) from None
    if what.step is not None and what.step != moment.number:
        raise no_such_number(text, sorted(names))
    return what._replace(step=None)


def _unknown(text: str, names: set[str]) -> ProblemError:
    """The error for a name that is none, with the names that come nearest."""
    bare = re.sub(r"\[[^\]]*\]|_new$", "", text)
    tried = [part for part in (bare, *(part[1:] for part in bare.split("/"))) if part not in names]
    near = [name for part in tried for name in difflib.get_close_matches(part, sorted(names), 2, 0.5)]
    listed = ", ".join(dict.fromkeys(near)) or ", ".join(sorted(names))[:200]
    return ProblemError("unknown_number", name=text[:60], near=listed)


def _check_index(name: str, index: tuple[int, ...], value: Any) -> None:
    """That an element was asked for, and one that there is."""
    if not is_element(index, np.shape(value)):
        raise no_such_element(name, index, np.shape(value))
