"""A thousand random programs: every value, gradient and contribution against JAX in float64."""

from collections import Counter
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from byhand.ops import OPS, Derivative
from byhand.trace.backward import run_backward
from byhand.trace.derivative import pulled
from byhand.trace.element import Speller
from byhand.trace.evaluate import evaluate
from byhand.trace.forward import run_forward
from tests.jax_reference import REFERENCE, read_as
from tests.random_programs import WRITABLE, random_program

PROGRAMS = 1000


@cache
def worked(seed):
    program, given = random_program(seed)
    forward = run_forward(program, given)
    return program, given, forward, run_backward(program, forward, "L")


def by_jax(program, forward, given):
    """Every value, and the gradient of L by every name: by givens, and by a 0 added to each step."""

    def values(given, added):
        known = dict(given)
        for step in program.equations:
            xs = [known[arg] if isinstance(arg, str) else jnp.asarray(arg) for arg in step.args]
            known[step.name] = REFERENCE[step.op](*xs, **step.attrs) + added[step.name]
        return known["L"], known

    given = {name: np.asarray(value) for name, value in given.items()}
    zeros = {step.name: np.zeros(np.shape(forward.values[step.name])) for step in program.equations}
    with jax.enable_x64(True):
        gradients = jax.value_and_grad(values, argnums=(0, 1), has_aux=True)
        (_, known), (by_given, by_step) = read_as(gradients, given, zeros)
    return known, {**by_given, **by_step}


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_values_and_gradients_are_those_of_jax(seed):
    program, given, forward, backward = worked(seed)
    values, gradients = by_jax(program, forward, given)
    largest = dict.fromkeys(values, 0.0)
    for one in backward.contributions:
        largest[one.of] = max(largest[one.of], np.max(np.abs(one.product)))
    for name in values:
        for mine, theirs, scale in (
            (forward.values[name], values[name], 1.0),
            (backward.gradients[name], gradients[name], largest[name]),
        ):
            assert np.shape(theirs) == np.shape(mine)
            bound = 1e-12 * np.maximum(np.abs(theirs), max(1.0, scale))
            assert np.all(np.abs(mine - np.asarray(theirs)) <= bound), name


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_contributions_multiply_and_add_up(seed):
    program, _, forward, backward = worked(seed)
    total = {"L": 1.0}
    for one in backward.contributions:
        if one.local is not None:
            product = OPS["sum_to"].value(one.upstream * one.local, np.shape(forward.values[one.of]))
            assert np.array_equal(product, one.product)
        assert np.array_equal(backward.gradients[one.through], one.upstream)
        total[one.of] = total.get(one.of, 0.0) + one.product
    for name, gradient in backward.gradients.items():
        assert np.array_equal(total.get(name, np.zeros(np.shape(gradient))), gradient), name
    uses = Counter(arg for step in program.equations for arg in step.args if isinstance(arg, str))
    assert all(
        count <= uses[name] for name, count in Counter(one.of for one in backward.contributions).items()
    )


@pytest.mark.parametrize("seed", range(0, PROGRAMS, 4))
def test_the_formula_shown_gives_what_was_computed(seed):
    program, _, forward, backward = worked(seed)
    shapes = {name: np.shape(value) for name, value in forward.values.items()}
    speller = Speller(forward.values, backward.gradients)
    shares = {}
    for one in backward.contributions:
        key = one.through, one.of
        shares[key] = shares.get(key, 0.0) + one.product
    for (line, operand), share in shares.items():
        formula = pulled(program, line, operand, Derivative("L", line), shapes)
        bound = 1e-12 * max(1.0, np.max(np.abs(share)))
        found = evaluate(formula, forward.values, backward.gradients)
        assert np.all(np.abs(found - share) <= bound), (line, operand)
        for index in np.ndindex(np.shape(share) if np.shape(found) else ()):
            spelled = evaluate(speller.element(formula, index), forward.values, backward.gradients)
            assert abs(spelled - np.asarray(share)[index]) <= bound, (line, operand, index)


def test_the_programs_use_every_operation_and_share_names():
    used, shared = Counter(), 0
    for seed in range(PROGRAMS):
        program, _ = random_program(seed)
        used.update(step.op for step in program.equations)
        names = Counter(arg for step in program.equations for arg in step.args if isinstance(arg, str))
        shared += max(names.values()) >= 5
    assert set() == {op for op in WRITABLE if used[op] < 20}
    assert shared > PROGRAMS / 10
