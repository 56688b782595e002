"""What a JAX function comes to: its formulas, its names, and JAX's own numbers in float64."""

import jax
import numpy as np

from byhand.lesson.document import Formula
from byhand.lesson.telling import Telling, tell
from byhand.views.text_math import math_text

RNG = np.random.default_rng(5)


def normal(*shape):
    return RNG.normal(size=shape).round(3)


def formulas(work):
    """The lines of the forward pass in symbols."""
    told = tell(work.task, work.run, Telling()).blocks
    lines = [block.parts for block in told if isinstance(block, Formula) and block.code == "forward"]
    return [f"{math_text(left)} = {math_text(formula)}" for left, formula, *_ in lines]


def names(work):
    """The lines a function's calculation has, in order."""
    return [name for name in work.values if name not in work.run.given]


def assert_as_jax(work, function, *args, of=None):
    """The value and the gradients of a function's arguments are those of `jax.value_and_grad`."""
    wanted = range(len(args)) if of is None else of
    with jax.enable_x64(True):
        value, gradients = jax.value_and_grad(function, argnums=tuple(wanted))(*args)
        value, leaves = float(value), list(map(np.asarray, jax.tree.leaves(gradients)))
    mine = [work.gradients[name] for name in given_names(work, function, args, wanted)]
    np.testing.assert_allclose(work.values[work.run.plan.objective], value, rtol=1e-12, atol=1e-12)
    for theirs, own in zip(leaves, mine, strict=True):
        assert np.shape(own) == np.shape(theirs)
        np.testing.assert_allclose(own, theirs, rtol=1e-12, atol=1e-12)


def given_names(work, function, args, wanted):
    """The names of the arguments' arrays in JAX's order, found by their values."""
    leaves = jax.tree.leaves([args[k] for k in wanted])
    return [
        next(name for name, one in work.run.given.items() if np.array_equal(one, leaf)) for leaf in leaves
    ]
