"""One number of a run by the name people give it: ``h1``, ``dL/dw1[0,2]``, ``w1_new``, ``L#31``."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable
from typing import Any, NamedTuple

import numpy as np

from byhand.errors import ProblemError
from byhand.trace.backward import run_backward, zero_like
from byhand.trace.forward import Forward
from byhand.trace.program import is_inner
from byhand.trace.run import Pass, Run, work_pass
from byhand.trace.scalar import element_name

MOST_NAMES = 40


class Asked(NamedTuple):
    """What a name asks for.

    Attributes
    ----------
    kind : str
        ``value``, ``derivative`` or ``new``.
    of, by : str
        The value's name; for a derivative also by what.
    of_index, by_index : tuple of int
        Elements, empty for the whole.
    step : int or None
        Which iteration, from 1.
    """

    kind: str
    of: str
    by: str = ""
    of_index: tuple[int, ...] = ()
    by_index: tuple[int, ...] = ()
    step: int | None = None


_ELEMENT = re.compile(r"^(?P<name>[^\[\]]+)(\[(?P<index>[-\d, ]+)\])?(?P<new>_new)?$")


def asked(text: str, known: Collection[str], learn: Container[str] = ()) -> Asked:
    """What a text asks for, where these names are known and those learned.

    Raises
    ------
    ProblemError
        ``unknown_wanted`` where it names none of them.
    """
    body, _, step_text = text.replace(" ", "").replace("∂", "d").partition("#")
    if step_text and not step_text.isdigit():
        raise no_such_number(text, known)
    step = int(step_text) if step_text else None
    for cut in [k for k, letter in enumerate(body) if letter == "/"]:
        top, bottom = body[:cut], body[cut + 1 :]
        if top.startswith("d") and bottom.startswith("d"):
            of, by = _element(top[1:], known, learn), _element(bottom[1:], known, learn)
            if of and by and not of[2] and not by[2]:
                return Asked("derivative", of[0], by[0], of[1], by[1], step)
    element = _element(body, known, learn)
    if element is None:
        raise no_such_number(text, known)
    name, index, new = element
    return Asked("new" if new else "value", name, "", index, (), step)


def _element(
    text: str, known: Container[str], learn: Container[str]
) -> tuple[str, tuple[int, ...], bool] | None:
    match = _ELEMENT.match(text)
    if match is None:
        return None
    index = tuple([int(part) for part in match["index"].split(",") if part]) if match["index"] else ()
    name, new = match["name"], bool(match["new"])
    old = name.removesuffix("_new")
    if not new and old != name and (name not in known or old in learn):
        name, new = old, True
    return (name, index, new) if name in known else None


class Found(NamedTuple):
    """What a text asks for in a run.

    Attributes
    ----------
    what : Asked
    step : int
        The iteration that is meant: the one named, or for a new value the last, for anything else the first.
    value : float, Fraction, ndarray or None
        None where a given has no number and so this has none.
    """

    what: Asked
    step: int
    value: Any


def number(run: Run, text: str) -> Any:
    """The number a text asks for: see `find`."""
    return find(run, text).value


def find(run: Run, text: str) -> Found:
    """What a text asks for, in which iteration, and the number itself.

    Raises
    ------
    ProblemError
        ``unknown_wanted``, ``no_step``; ``index_range``, ``one_number`` or ``no_index``.
    """
    what = asked(text, run.first.forwards[0].values, run.plan.learn)
    step = what.step
    if step is None:
        step = len(run.starts) - 1 if what.kind == "new" else 1
    last = len(run.starts) - (what.kind == "new")
    if not 1 <= step <= last:
        raise ProblemError("no_step", name=text[:60], last=last)
    try:
        value = _value(run, what, step)
    except KeyError:
        raise no_such_number(text, run.first.forwards[0].values) from None
    except IndexError:
        values = run.first.forwards[0].values
        misfit = what.by and is_element(what.of_index, np.shape(values[what.of]))
        name, index = (what.by, what.by_index) if misfit else (what.of, what.of_index)
        raise no_such_element(name, index, np.shape(values[name])) from None
    is_given = what.kind == "value" and (step == 1 or what.of not in run.plan.learn)
    return Found(what, step, value if not run.symbolic or (is_given and has_number(run, what.of)) else None)


def no_such_number(text: str, names: Iterable[str]) -> ProblemError:
    """The error for a text that asks for none of the values of these names."""
    known = [name for name in names if not is_inner(name)]
    return ProblemError("unknown_wanted", name=text[:60], known=", ".join(known[:MOST_NAMES]))


def no_such_element(name: str, index: tuple[int, ...], shape: tuple[int, ...]) -> ProblemError:
    """The error for an element that a value of this shape has not."""
    last = element_name(name, tuple(size - 1 for size in shape))
    first = element_name(name, (0,) * len(shape))
    code = "index_range" if index and shape else "one_number" if shape else "no_index"
    return ProblemError(code, name=element_name(name, index), first=first, last=last, of=name)


def is_element(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether a value of this shape has such an element."""
    return len(index) == len(shape) and all(0 <= i < size for i, size in zip(index, shape, strict=True))


def _value(run: Run, wanted: Asked, step: int) -> Any:
    if wanted.kind == "new":
        if wanted.of not in run.plan.learn or not 1 <= step < len(run.starts):
            raise KeyError
        return _part(run.starts[step][wanted.of], wanted.of_index)
    done = pass_at(run, step)
    of_objective = wanted.of == run.plan.objective and not wanted.of_index
    if wanted.kind == "value":
        if (
            len(wanted.of_index) == np.ndim(done.forwards[0].values[wanted.of]) + 1
        ):  # the first says which sample
            return _part(value_in(run, done, wanted.of), wanted.of_index)
        each = [share_of(run, forward, wanted) for forward in done.forwards]
        return done.objective if of_objective else _shared(each, wanted.of in run.plan.samples)
    if of_objective and wanted.by in done.gradients:
        return _part(done.gradients[wanted.by], wanted.by_index)
    parts = len(done.samples) if of_objective and run.plan.mean else 1
    each = [share_of(run, forward, wanted) / parts for forward in done.forwards]
    return _shared(each, wanted.by in run.plan.samples or of_objective)


def _shared(each: list[Any], differs: bool) -> Any:
    """What all samples have; one a sample where they differ."""
    same = all(value is each[0] or np.array_equal(value, each[0]) for value in each)
    return each[0] if (same and not differs) or len(each) == 1 else np.array(each)


def share_of(run: Run, forward: Forward, what: Asked) -> Any:
    """A value or a derivative in one sample.

    Raises
    ------
    IndexError, KeyError
        There is no such element or name.
    """
    if what.kind == "value":
        return _part(forward.values[what.of], what.of_index)
    return _part(whole_derivative(run, forward, what.of, what.of_index, what.by), what.by_index)


def _part(value: Any, index: tuple[int, ...]) -> Any:
    if len(index) != np.ndim(value) and index:
        raise IndexError
    return value[index] if index else value


def has_number(run: Run, name: str) -> bool:
    """Whether a value has a number: where a given has none, only the other givens have."""
    plan = run.plan
    return not run.symbolic or (name in {**run.given, **plan.samples} and name not in plan.numberless)


def need_numbers(run: Run) -> None:
    """Nothing, where every given has a number.

    Raises
    ------
    ProblemError
        ``numberless``: a calculation in symbols alone has nothing to check.
    """
    if run.symbolic:
        raise ProblemError("numberless", names=", ".join(sorted(run.plan.numberless)))


def value_in(run: Run, done: Pass, name: str) -> Any:
    """A value in one iteration: of the batch for the objective, one a sample where samples differ."""
    if name == run.plan.objective:
        return done.objective
    return _shared([forward.values[name] for forward in done.forwards], name in run.plan.samples)


def pass_at(run: Run, step: int) -> Pass:
    """An iteration, worked out again where it was not kept.

    Raises
    ------
    KeyError
        There is no such iteration.
    """
    if step in run.passes:
        return run.passes[step]
    if not 1 <= step <= len(run.starts):
        raise KeyError(step)
    return work_pass(run.program, {**run.given, **run.starts[step - 1]}, run.plan, step, None)


def whole_derivative(run: Run, forward: Forward, of: str, index: tuple[int, ...], by: str) -> Any:
    """The derivative of a value, or one element of it, by any other over all paths; 0 where there is none."""
    value = forward.values[of]
    if np.ndim(value) and len(index) != np.ndim(value):
        raise IndexError
    seed = one_at(value, index)
    if of == by:
        return seed
    return run_backward(run.program, forward, of, seed).gradients[by]


def one_at(value: Any, index: tuple[int, ...]) -> Any:
    """The gradient of one element of a value by the value: 1 there, 0 elsewhere."""
    if not index:
        return zero_like(value) + 1
    seed = zero_like(value)
    seed[index] += 1
    return seed
