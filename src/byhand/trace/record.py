"""A run as one JSON-ready mapping, by the contract of ``work --json``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from byhand.trace.named import last_updates, named_gradients, named_values
from byhand.trace.program import Program, lines_of
from byhand.trace.run import Pass, Run

SCHEMA = "byhand.work/1"


class Coded(Protocol):
    """Something said by a code, its sentence in the words of a language: a convention, a warning."""

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


def record(run: Run, conventions: Iterable[Coded], warnings: Iterable[Coded]) -> dict[str, Any]:
    """Everything that was worked out, as numbers, texts, lists and mappings.

    Numbers are floats that read back as the same float; one that is not finite is null, and so is every
    number that is calculated where a given has none (``"?"``). Where a number is a
    fraction, ``exact`` holds it beside as text, under the same key and name: ``{"values": {"a": "9/10"}}``.

    Parameters
    ----------
    run : Run
    conventions, warnings : iterable of Coded
        Written as ``{"code": …, "facts": {…}}``.

    Returns
    -------
    dict
        ``values`` and ``gradients`` (of the first iteration), ``updates`` (the last one's), ``steps`` and
        ``contributions`` of the first iteration, ``history`` of the objective, ``stopped``, ``conventions``,
        ``warnings``. An operand that is a text names a value or an earlier step of the same sample; one that
        is a number is a constant. Where the problem has samples, each step and contribution says of which.
    """
    first = run.first
    numbers = {
        "values": named_values(run),
        "gradients": named_gradients(run),
        "updates": {name: {"old": one.old, "new": one.new} for name, one in last_updates(run).items()},
        "history": [None] * len(run.objectives) if run.symbolic else run.objectives,
    }
    return {
        "schema": SCHEMA,
        "objective": run.plan.objective,
        "goal": "maximise" if run.plan.maximise else "minimise",
        **{key: jsonable(value) for key, value in numbers.items()},
        "stopped": run.stopped,
        "steps": [step for sample in range(len(first.forwards)) for step in _steps(run, sample)],
        "contributions": [
            one for sample in range(len(first.backwards)) for one in _contributions(run, sample)
        ],
        "conventions": [_coded(one) for one in conventions],
        "warnings": [_coded(one) for one in warnings],
        "exact": {key: found for key, value in numbers.items() if (found := _fractions(value)) is not None},
    }


def jsonable(value: Any) -> Any:
    """A value in the kinds JSON has: arrays as nested lists, fractions as floats, null if not finite."""
    match value:
        case Mapping():
            return {str(key): jsonable(inner) for key, inner in value.items()}
        case np.ndarray() | np.generic():
            return jsonable(value.tolist())
        case Fraction():
            return _as_float(value)
        case float():
            return value if math.isfinite(value) else None
        case None | str() | bool() | int():
            return value
        case Iterable():
            return [jsonable(inner) for inner in value]
    return str(value)


def _as_float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _fractions(value: Any) -> Any:
    """The fractions in a value as texts; None where it holds none."""
    if isinstance(value, Mapping):
        return {
            key: found for key, inner in value.items() if (found := _fractions(inner)) is not None
        } or None
    if isinstance(value, np.ndarray):
        return _fractions(value.tolist()) if value.dtype == object else None
    if isinstance(value, list):
        found = [_fractions(inner) for inner in value]
        return found if any(inner is not None for inner in found) else None
    return str(value) if isinstance(value, Fraction | int) else None


def _steps(run: Run, sample: int) -> Iterator[dict[str, Any]]:
    """The forward pass of one sample, operation by operation."""
    values = run.first.forwards[sample].values
    for line, equations in lines_of(run.program).items():
        for equation in equations:
            yield {
                "id": equation.name,
                "line": line,
                **_place(run.program, line),
                **_sections(run.program, line),
                **_which(run, run.first, sample),
                "op": equation.op,
                "operands": jsonable(equation.args),
                **(
                    {"settings": {k: _setting(v) for k, v in equation.attrs.items()}}
                    if equation.attrs
                    else {}
                ),
                "value": None if run.symbolic else jsonable(values[equation.name]),
            }


def _place(program: Program, line: str) -> dict[str, Any]:
    known = program.lines.get(line)
    return {"source": known.text, "source_line": known.number} if known else {}


def _sections(program: Program, line: str) -> dict[str, Any]:
    path = program.sections.get(line, ())
    return {"sections": [section._asdict() for section in path]} if path else {}


def _which(run: Run, done: Pass, sample: int) -> dict[str, Any]:
    return {"sample": done.samples[sample]} if run.plan.samples else {}


def _setting(value: Any) -> Any:
    """A setting; a slice as it is written."""
    if isinstance(value, slice):
        return ":".join("" if end is None else str(end) for end in (value.start, value.stop))
    return [_setting(inner) for inner in value] if isinstance(value, tuple) else jsonable(value)


def _contributions(run: Run, sample: int) -> Iterator[dict[str, Any]]:
    """What each use of a value adds to its gradient, in the order of the backward pass."""
    for one in run.first.backwards[sample].contributions:
        told = one._replace(upstream=None, local=None, product=None) if run.symbolic else one
        where = _which(run, run.first, sample)
        yield {**{key: jsonable(value) for key, value in told._asdict().items()}, **where}


def _coded(one: Coded) -> dict[str, Any]:
    return {"code": one.code, "facts": jsonable(one.facts)}
