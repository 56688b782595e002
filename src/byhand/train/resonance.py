"""Learning by resonance: each sample is searched for and learned in one compiled loop that can grow.

An array has more rows than there are categories. All rows that are not committed are alike, so the first of
them, which of equal ones the choice takes, stands for all. When none is left the loop ends, and goes on with
twice as many; it ends, too, after so many samples that Ctrl-C need not wait long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from byhand.equations.resonance import Resonance
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.train.backend import jitted, quick_options, start_backend, steps_together
from byhand.train.reading import read

FEWEST_ROWS = 64
BRIEF = 1e8  # operations that are done before a careful compilation has paid
UNBUNDLED = 40.0  # how often more time a weight takes in a search than an operation of a matrix product


class Epoch(NamedTuple):
    """An epoch as far as it has come.

    Attributes
    ----------
    params : dict
        Arrays by name, a row for each category.
    chosen : ndarray of int, shape (n,)
        The category that learned each sample, in the order of the samples; -1 where none has yet.
    seen : int
        How many samples have been presented.
    whole : bool
        Whether all have been.
    """

    params: dict[str, np.ndarray]
    chosen: np.ndarray
    seen: int
    whole: bool


def operations(params: Mapping[str, np.ndarray]) -> float:
    """Arithmetic operations of one search, about.

    Parameters
    ----------
    params : mapping
        Arrays by name, a row for each category.
    """
    rows = max(FEWEST_ROWS, *map(len, params.values()))
    return 2.0 * rows * sum(value.shape[1] for value in params.values())


def present(
    form: Resonance,
    params: Mapping[str, np.ndarray],
    first: Mapping[str, float],
    settings: Mapping[str, float],
    samples: Mapping[str, np.ndarray],
    order: np.ndarray,
    seen: int = 0,
) -> Iterator[Epoch]:
    """Present every sample once.

    Parameters
    ----------
    form : Resonance
    params : mapping
        Arrays by name, a row for each category.
    first : mapping
        For each of them the number that stands everywhere in a row that is not committed; infinitely far
        away where the network has no such rows.
    settings : mapping
    samples : mapping
        For each name the values of all samples along the first axis.
    order : ndarray of int
        In which samples are presented; those that are not in it are left out.
    seen : int
        How many of them have been presented before.

    Yields
    ------
    Epoch
        After a part of it that depends on the sizes alone.
    """
    width = sum(value.shape[1] for value in params.values())
    start_backend(operations(params))
    data, order = jax.device_put(dict(samples)), np.asarray(order, np.int32)
    known, used, done = dict(params), len(params[form.learned[0]]), seen
    chosen = np.zeros(len(order), np.int32)
    while done < len(order):
        rows = max(FEWEST_ROWS, 1 << used.bit_length())
        wide = {name: _widened(value[:used], rows, first.get(name, np.inf)) for name, value in known.items()}
        quick = 2.0 * rows * width * (len(order) - done) < BRIEF
        end = min(len(order), done + steps_together(UNBUNDLED * rows * width))
        run = compiled(form, quick=quick)
        state = run(wide, used, done, end, chosen, data, order, dict(settings))
        known, used, done, chosen = (state[0], int(state[1]), int(state[2]), state[3])
        placed = np.full(len(next(iter(samples.values()))), -1)
        placed[order[seen:done]] = chosen[seen:done]
        found = {name: np.asarray(value[:used]) for name, value in known.items()}
        yield Epoch(found, placed, done, done == len(order))


def _widened(value: Any, rows: int, first: float) -> np.ndarray:
    blank = np.full((rows - len(value), *value.shape[1:]), first, value.dtype)
    return np.concatenate([np.asarray(value), blank])


@lru_cache(maxsize=16)
def compiled(form: Resonance, *, quick: bool) -> Callable[..., Any]:
    """Presenting samples until they, or the rows, are at an end, as one compiled function."""
    one = founding_step(form) if form.founds else step(form)

    def run(
        params: Any, used: Any, done: Any, end: Any, chosen: Any, data: Any, order: Any, settings: Any
    ) -> Any:
        rows = len(params[form.learned[0]])

        def goes_on(state: Any) -> Any:
            return (state[2] < end) & (state[1] < rows)

        def presented(state: Any) -> Any:
            params, used, done, chosen = state
            sample = {name: column[order[done]] for name, column in data.items()}
            params, decisions = one(params, sample, {**settings, "committed": used}, {})
            place = decisions["J"].astype(chosen.dtype)
            return params, jnp.maximum(used, place + 1), done + 1, chosen.at[done].set(place)

        return jax.lax.while_loop(goes_on, presented, (params, used, done, chosen))

    return jitted(run, quick_options() if quick else None)


@lru_cache(maxsize=8)
def step(form: Resonance) -> Callable[..., Any]:
    """``step(params, sample, settings, draws)``: one sample searched for and learned, for JAX.

    Parameters
    ----------
    form : Resonance

    Returns
    -------
    callable
        ``settings["committed"]`` says how many rows are categories. Gives the new parameters, and its
        decision ``J``, the category.
    """
    texts = (form.entry, form.screen, form.round, form.reset, form.learn)
    entry, screen, turn, reset, learn = map(_program, texts)
    choice = f"{form.carried[0]}1"

    def one(
        params: Any, sample: Mapping[str, Any], settings: Mapping[str, Any], draws: Mapping[str, Any]
    ) -> Any:
        known = read(entry, {**params, **sample, **settings, **draws})
        is_new = jnp.arange(len(known[choice])) >= settings["committed"]

        def tried(carried: Mapping[str, Any]) -> dict[str, Any]:
            state = {**known, **carried}
            stays = (read(screen, state)["fit1"] > 0) | is_new
            found = read(turn, {**state, choice: jnp.where(stays, state[choice], -1)})
            return {name: value for name, value in found.items() if name not in known}

        def goes_on(state: Any) -> Any:
            _, found = state
            passed = jnp.stack([found[f"{name}1"] > 0 for name in form.tests]).all()
            return ~passed & (found["J1"] < settings["committed"])

        def again(state: Any) -> Any:
            carried, found = state
            after = read(reset, {**known, **carried, **found})
            carried = {f"{name}1": after[f"{name}2"] for name in form.carried}
            return carried, tried(carried)

        start = {f"{name}1": known[f"{name}1"] for name in form.carried}
        _, found = jax.lax.while_loop(goes_on, again, (start, tried(start)))
        if "beta" in settings:  # a new category learns at once
            is_known = found["J1"] < settings["committed"]
            known = {**known, "beta": jnp.where(is_known, settings["beta"], 1.0)}
        after = read(learn, {**known, **found})
        learned = {name: after[f"{name}_new"] for name in form.learned}
        return learned, {"J": found["J1"]}

    return one


@lru_cache(maxsize=8)
def founding_step(form: Resonance) -> Callable[..., Any]:
    """As `step`, where there is one round, and a category that fails its test leaves the sample to a new one.

    Parameters
    ----------
    form : Resonance

    Returns
    -------
    callable
    """
    texts = (form.entry, form.round, form.learn, form.founds_first)
    entry, turn, learn, founds = map(_program, texts)

    def one(
        params: Any, sample: Mapping[str, Any], settings: Mapping[str, Any], draws: Mapping[str, Any]
    ) -> Any:
        known = read(entry, {**params, **sample, **settings, **draws})
        found = read(turn, known)
        passed = jnp.stack([found[f"{name}1"] > 0 for name in form.tests]).all()
        place = settings["committed"]
        # The new row is written where the next category begins, and learning then leaves it as it is.
        new = read(founds, known)
        rows = {
            name: params[name].at[place].set(jnp.where(passed, params[name][place], new[f"{name}_new"][0]))
            for name in form.learned
        }
        J = jnp.where(passed, found["J1"], place)
        after = read(learn, {**known, **found, **rows, "J1": J})
        return {name: after[f"{name}_new"] for name in form.learned}, {"J": J}

    return one


def _program(text: str) -> Program:
    return build(read_lines(text.format(k=1, next=2)).expressions)
