"""A problem that names a network: what is given is checked, and the network's equations take their place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np

from byhand.equations.hopfield import Hopfield
from byhand.equations.resonance import Search
from byhand.equations.step import Settings, Shapes, posed
from byhand.errors import ProblemError
from byhand.sources.misfits import several
from byhand.sources.problem import Problem, make_problem, read_given, read_samples
from byhand.sources.recalling import recall_problem
from byhand.sources.unrolling import search_problem

OF_DESCENT = {
    *("rate", "rule", "rule_settings", "rule_state", "schedule", "schedule_settings", "clip_norm"),
    *("learn", "until", "reduce", "penalty"),
}


def with_equations(problem: Problem) -> Problem:
    """The problem with the equations of the network it names; one that names none as it is.

    Raises
    ------
    ProblemError
        A name that is missing or not one of the network's, a value of another shape or without a number, a
        key that has no place beside this network.
    """
    if not problem.network:
        return problem
    weights, samples = _checked(problem)
    stated = _stated(problem, weights, samples)
    said = {"network", "settings", "given", "samples", *(stated.keys() & {"penalty"})}
    typed = problem.model_fields_set - said
    misplaced = sorted(typed & OF_DESCENT) if "learn" not in stated else []
    if misplaced:
        raise ProblemError("network_descent", network=problem.network, keys=", ".join(misplaced))
    kept = {key: getattr(problem, key) for key in typed}
    kept |= {
        key: {**stated.get(key, {}), **getattr(problem, key)}
        for key in ("labels", "headings", "roles", "then")
    }
    return make_problem({**stated, **kept})


def _stated(problem: Problem, weights: dict[str, Any], samples: dict[str, list[Any]]) -> dict[str, Any]:
    """The network's equations and their numbers, by the keys of a problem."""
    if isinstance(problem.settings, Search):
        return search_problem(problem.network, problem.settings, weights, samples)
    if isinstance(problem.settings, Hopfield):
        return recall_problem(problem.settings, weights, samples)
    step = problem.settings.step(weights, samples)
    stated = posed(step, weights, samples)
    if problem.penalty and not problem.penalty.names:
        stated["penalty"] = problem.penalty.model_copy(update={"names": list(step.penalised)})
    return stated


def _checked(problem: Problem) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """All that is given besides samples, and the samples; each value of the shape that the network needs."""
    kind, (given, open_names) = problem.settings, read_given(problem)
    if open_names:
        raise ProblemError("network_open", key=f"given.{min(open_names)}", network=problem.network)
    columns = {name: list(map(np.atleast_1d, column)) for name, column in read_samples(problem).items()}
    if not columns:
        columns = {name: [np.atleast_1d(given.pop(name))] for name in kind.sample if name in given}
    shapes = kind.shapes({**given, **columns})
    given = {name: _raised(value, shapes.get(name, ())) for name, value in given.items()}
    found = {**{name: column[0] for name, column in columns.items()}, **given}
    sizes = _sizes(shapes, found)
    wrong = [
        *_strangers(kind, [name for name in shapes if name in kind.sample], columns, _place(problem)),
        *_strangers(kind, [name for name in shapes if name not in kind.sample], given, "given"),
        *(error for name in shapes if (error := _misfit(problem, name, shapes, found, sizes))),
        *(error for x in columns.get(kind.sample[0], []) if (error := kind.unfit(x))),
    ]
    if wrong:
        raise several(wrong)
    weights = {
        name: given[name] if name in given else np.zeros([_size(one, sizes) for one in shape])
        for name, shape in shapes.items()
        if name not in kind.sample
    }
    return weights, columns


def _place(problem: Problem) -> str:
    """The table in which the samples stand."""
    return "samples" if problem.samples else "given"


def _misfit(
    problem: Problem,
    name: str,
    shapes: Shapes,
    found: Mapping[str, Any],
    sizes: Mapping[str | int, int],
) -> ProblemError | None:
    """What is wrong with one name of the network's: it is missing, or has another shape."""
    kind, shape = problem.settings, shapes[name]
    is_sample = name in kind.sample
    key = f"{_place(problem) if is_sample else 'given'}.{name}"
    wanted = [("", tuple(sizes.get(one, one) for one in shape))]
    if name not in found:
        if name not in kind.needed(shapes, found):
            return None
        return ProblemError("network_missing", key=key, network=problem.network, wanted=wanted)
    own = np.shape(found[name])
    if own == wanted[0][1]:
        return None
    code = "network_samples" if is_sample and len(own) > len(shape) else "network_shape"
    return ProblemError(code, key=key, name=name, found=[("", own)], wanted=wanted)


def _strangers(kind: Settings, known: list[str], found: Mapping[str, Any], place: str) -> list[ProblemError]:
    """An error for each name that is none of the network's."""
    wrong = []
    for name in [name for name in found if name not in known]:
        if name in type(kind).model_fields:
            wrong.append(ProblemError("setting_among_given", key=f"{place}.{name}", name=name))
            continue
        alike = {one.lower(): one for one in known}
        near = "".join(alike[one] for one in difflib.get_close_matches(name.lower(), alike, 1, 0.5))
        code = "key_unknown_near" if near else "key_unknown"
        wrong.append(ProblemError(code, key=f"{place}.{name}", near=near, known=", ".join(known)))
    return wrong


def _raised(value: Any, shape: tuple[str | int, ...]) -> Any:
    """A number where a list is wanted as a list of one."""
    return value if np.ndim(value) else np.reshape(value, (1,) * len(shape))


def _sizes(shapes: Shapes, found: Mapping[str, Any]) -> dict[str | int, int]:
    """What each letter stands for: what it is where it stands first."""
    sizes: dict[str | int, int] = {}
    for name, shape in shapes.items():
        if name in found and len(shape) == np.ndim(found[name]):
            for one, size in zip(shape, np.shape(found[name]), strict=True):
                sizes.setdefault(one, one if isinstance(one, int) else size)
    return sizes


def _size(one: str | int, sizes: Mapping[str | int, int]) -> int:
    """What a letter stands for, 0 where nothing tells."""
    return one if isinstance(one, int) else sizes.get(one, 0)
