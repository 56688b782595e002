"""Recurrent networks of every form: weights and sequences, a step worked out, and gradients in float64."""

import jax
import numpy as np

import byhand
from byhand.equations.unrolled import equations
from byhand.train.backend import quick_options

STEPS, FEATURES, UNITS, OUTPUTS = 5, 2, 3, 4


def drawn(form, samples=1, steps=STEPS):
    """Weights, and samples with targets that the loss takes."""
    own = np.random.default_rng(3)
    y = own.random((samples, steps, OUTPUTS) if form.each_step else (samples, OUTPUTS))
    y /= y.sum(axis=-1, keepdims=True)
    columns = {"x": own.normal(size=(samples, steps, FEATURES)), "y": y, "present": np.ones((samples, steps))}
    columns |= {name: own.random((samples, UNITS)) for name in form.drawn}
    shapes = form.shapes(FEATURES, UNITS, OUTPUTS)
    return {name: own.normal(size=shape) for name, shape in shapes.items()}, columns


def worked(form, params, columns, initial=0.0, **keys):
    """The same step worked out."""
    first = {f"{name}0": np.full(size, initial) for name, size in form.sizes(UNITS, OUTPUTS).items()}
    problem = {
        "problem": equations(form, columns["x"].shape[1]),
        **{"minimise": "L", "learn": list(params), "given": {**params, **first}},
        **{"samples": {name: list(columns[name]) for name in ("x", "y", *form.drawn)}, **keys},
    }
    if len(columns["x"]) == 1:
        given = {name: column[0] for name, column in problem["samples"].items()}
        problem = {**problem, "samples": {}, "given": {**problem["given"], **given}}
    return byhand.work(problem)


def graded(losses, params):
    """The mean of losses and its gradients, in float64."""
    with jax.enable_x64(True):
        at = jax.value_and_grad(lambda params: losses(params).mean())
        return jax.jit(at, compiler_options=quick_options())(params)


def fast(kind, columns):
    """The losses by the faster form."""
    return lambda params: kind.together(params, columns)[0]
