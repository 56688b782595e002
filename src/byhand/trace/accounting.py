"""Any number of a run accounted for: a single one, a whole array, one of a batch, a new weight."""

from __future__ import annotations

import numpy as np

from byhand.trace.lookup import Asked, Found, find, pass_at, share_of
from byhand.trace.moment import Account, Batch, Moment, answer, cone_of, element_of, traced_back
from byhand.trace.program import is_inner, lines_of
from byhand.trace.reason import Reason
from byhand.trace.run import Pass, Run, Update, norm_of, updated
from byhand.trace.scalar import element_name

AMONG_ARRAYS = 2
DEEPEST = 100


def accounted(run: Run, text: str, terms: int | None, depth: int | None) -> Account:
    """A number of a run accounted for.

    Parameters
    ----------
    run : Run
    text : str
        Its name: ``h1``, ``dL/dw1``, ``dL/dW1[0,2]``, ``w1_new``, ``L#5``.
    terms : int or None
        Among arrays, a longer sum is followed through its largest term only.
    depth : int or None
        How many levels back; None for two from one number among arrays, else back to what is given.

    Raises
    ------
    ProblemError
        There is no such number.
    CalculationError
    """
    found = find(run, text)
    done = pass_at(run, found.step)
    first = _first(run, done, found)
    of_element = found.what.kind == "derivative" and bool(found.what.of_index)
    arrays = any(map(np.ndim, first.cone.values.values()))
    in_full = depth is None and not of_element and (first.is_whole or not arrays)
    levels = DEEPEST if in_full else AMONG_ARRAYS if depth is None else depth
    batch = None if run.symbolic else _batch(run, done, found)
    return Account(
        found.what,
        found.value,
        *traced_back(first, terms, levels, in_full),
        in_full,
        found.step if len(run.starts) > 1 else None,
        batch,
    )


def _first(run: Run, done: Pass, found: Found) -> Reason:
    """The number in the first sample."""
    values, lines, plan = done.forwards[0].values, lines_of(run.program), run.plan
    given = {name: value for name, value in values.items() if name not in lines and not is_inner(name)}
    moment = Moment(run.program, given, plan, done.number, {})
    what = found.what._replace(step=None)
    if what.kind != "new":
        return answer(moment, what, arrays=True)
    if what.of in plan.carried:
        return answer(moment, what._replace(kind="value", of=plan.carried[what.of]), arrays=True)
    assert plan.objective is not None
    return Reason(what, found.value, None, cone_of(moment, plan.objective, ()), _update(run, done, what))


def _update(run: Run, done: Pass, what: Asked) -> Update | None:
    """The update that led to a new weight, or one of its elements; None where it cannot be known any more."""
    name, index = what.of, what.of_index
    update = done.updates.get(name)
    if update is None:
        if run.plan.rule is None or run.plan.rule.state:
            return None
        old, gradient = run.starts[done.number - 1][name], done.gradients[name]
        known = norm_of(run.plan, done.gradients)
        update = updated(run.plan, name, old, gradient, done.number, known)
    if not index:
        return update
    old, new, gradient = (element_of(value, index) for value in update[1:4])
    shape = np.shape(update.old)
    working = {
        key: element_of(value, index) if np.shape(value) == shape else value
        for key, value in update.working.items()
    }
    return Update(element_name(name, index), old, new, gradient, working)


def _batch(run: Run, done: Pass, found: Found) -> Batch | None:
    """What each sample has, and what the batch takes of it; None where all have the same."""
    what, value, plan = found.what._replace(step=None), found.value, run.plan
    if len(done.samples) < 2:
        return None
    if what.kind == "new":
        assert plan.objective is not None
        what = Asked("derivative", plan.objective, what.of, by_index=what.of_index)
        value = element_of(done.gradients[what.by], what.by_index)
    shares = tuple([share_of(run, forward, what) for forward in done.forwards])
    by_objective = what.of == plan.objective and not what.of_index
    if by_objective and (what.kind == "value" or what.by in done.gradients):
        taken = "mean" if plan.mean else "sum"
    elif np.ndim(value) == np.ndim(shares[0]):
        return None
    else:
        taken = "part" if what.kind == "derivative" and what.of == plan.objective and plan.mean else "each"
    return Batch(what, done.samples, shares, taken, value)
