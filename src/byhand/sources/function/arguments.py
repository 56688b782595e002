"""The arguments of a JAX function: their numbers, and the names under which the function knows them."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from byhand.errors import ProblemError
from byhand.sources.function.names import spelled
from byhand.sources.problem import number_or_array


class Argument(NamedTuple):
    """One array of the arguments.

    Attributes
    ----------
    name : str
        ``x``; in a tree of arrays its own key (``W1``), after the argument's name where two have the same.
    value : float or ndarray
        Its numbers, if it is differentiable; else the array as it came.
    counts : bool
        Whether it is a number or an array of numbers; whole-number arrays, flags and random keys are not.
    place : int
        Which argument it is part of, from 0.
    """

    name: str
    value: Any
    counts: bool
    place: int


class Arguments(NamedTuple):
    """All of them.

    Attributes
    ----------
    leaves : list of Argument
    structure : treedef
        Puts arrays in the place of the leaves again: positional arguments, and keyword arguments.
    """

    leaves: list[Argument]
    structure: Any


def read_arguments(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Arguments:
    """Name and check the arguments of a call.

    Parameters
    ----------
    function : callable
    args : tuple
    kwargs : mapping

    Returns
    -------
    Arguments

    Raises
    ------
    ProblemError
        They do not fit the function, or one is no array of finite numbers.
    """
    owners = _owners(function, args, kwargs)
    flat, structure = jax.tree_util.tree_flatten_with_path((args, dict(kwargs)))
    paths = [path for path, _ in flat]
    places = [place for place, _ in owners]
    keys = [tuple([_key(entry) for entry in path[2:]]) for path in paths]
    owner = [dict(owners)[path[0].idx, _key(path[1])] for path in paths]
    short = [own[-1] if own and not own[-1].isdigit() else "" for own in keys]
    often = Counter([name for name, own in zip(short, keys, strict=True) if own] + owner)
    leaves: list[Argument] = []
    for path, (_, value), own, whose, brief in zip(paths, flat, keys, owner, short, strict=True):
        long = "_".join([whose, *own])
        name = spelled(brief if brief and often[brief] == 1 else long)
        while any(name == leaf.name for leaf in leaves):
            name += "_2"
        leaves.append(_argument(name, value, places.index((path[0].idx, _key(path[1])))))
    return Arguments(leaves, structure)


def _owners(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> list[tuple[tuple[int, str], str]]:
    """For each argument, by its place or its keyword, what the function calls it."""
    try:
        signature = inspect.signature(function)
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise ProblemError("wrong_arguments", reason=str(error)) from None
    except ValueError:  # a function of a library need not say
        bound = None
    called: list[str] = []
    for name, value in bound.arguments.items() if bound else ():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            called += [f"{name}_{k}" for k in range(len(value))]
        elif kind is not inspect.Parameter.VAR_KEYWORD:
            called.append(name)
    called += [f"x_{k}" for k in range(len(called), len(args))]
    positional = [((0, str(k)), called[k]) for k in range(len(args))]
    return [*positional, *(((1, name), name) for name in kwargs)]


def _key(entry: Any) -> str:
    """One step into a tree of arrays: a key, a field's name, or a place."""
    found = next(getattr(entry, what) for what in ("key", "name", "idx") if hasattr(entry, what))
    return str(found)


def _argument(name: str, value: Any, place: int) -> Argument:
    if isinstance(value, bool | np.bool_):
        return Argument(name, value, False, place)
    try:
        dtype = value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype
    except ValueError:
        dtype = np.dtype(object)
    if jax.numpy.issubdtype(dtype, jax.dtypes.prng_key):
        return Argument(name, value, False, place)
    if dtype.kind in "biu" and np.ndim(value):
        return Argument(name, value, False, place)
    if dtype.kind not in "iufV" or not (hasattr(value, "dtype") or isinstance(value, int | float)):
        raise ProblemError("not_an_array", name=name, found=str(value)[:60])
    return Argument(name, number_or_array(name, np.asarray(value, np.float64)), True, place)
