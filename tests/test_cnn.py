"""Convolutional networks: what is compiled is what is worked out; PyTorch's numbers; images, layers, answers."""

import copy
import warnings

import jax
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.equations.convolutional import Form, equations
from byhand.equations.image_layers import NAMED, placed, written
from byhand.errors import DataError
from byhand.networks import CNNClassifier
from byhand.networks.feature_maps import outputs
from byhand.train.backend import quick_options
from byhand.train.convolution import Imaging
from byhand.train.moving import Motion

rng = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# What is compiled is what is worked out

ENTROPY = ("softmax", "cross_entropy")
FORMS = {
    "like LeNet": Form(
        written(["conv 3 3x3 pad 1", "tanh", "mean_pool 2", "conv 2 2x2", "sigmoid", "dense 4", "relu"]),
        (1, 6, 6),
        *(3, *ENTROPY),
    ),
    "colours, groups, gaps": Form(
        written(["conv 4 2x3 stride 2 pad 2 dilation 2 groups 2", "relu", "max_pool 2 stride 1", "dropout 0.3"]),
        (2, 5, 7),
        *(3, "sigmoid", "binary_cross_entropy"),
    ),
    "windows that overlap": Form(
        written(["max_pool 3 stride 2", "conv 2 1x1", "mean_pool 2 stride 1", "tanh", "dropout 0.5"]),
        (2, 7, 6),
        *(2, "sigmoid", "quadratic"),
    ),
    "pools that leave a rest": Form(
        written(["mean_pool 2", "conv 2 2x2 stride 2 pad 1", "max_pool 2", "softplus"]),
        (1, 9, 11),
        *(3, "softmax", "mse"),
    ),
}


def drawn(form, samples=1):
    """Weights, images with their targets, and what decides on dropping; each pool sees a tie here and there."""
    own = np.random.default_rng(3)
    y = own.random((samples, form.outputs))
    x = own.normal(size=(samples, *form.image)).round(1)
    columns = {"x": x, "y": y / y.sum(axis=1, keepdims=True)}
    columns |= {name: own.random((samples, *shape)) for name, shape in form.drawn.items()}
    return {name: own.normal(size=shape) / 3 for name, shape in form.shapes.items()}, columns


def worked(form, params, columns, **keys):
    """The same step worked out."""
    problem = {"problem": equations(form), "minimise": "L", "learn": list(params), "given": params, **keys}
    return byhand.work({**problem, "samples": {name: list(column) for name, column in columns.items()}})


def graded(losses, params):
    """The mean of losses and its gradients, in float64."""
    with jax.enable_x64(True):
        at = jax.value_and_grad(lambda params: losses(params).mean())
        return jax.jit(at, compiler_options=quick_options())(params)


@pytest.mark.parametrize("name", FORMS)
def test_a_compiled_step_is_the_step_that_is_worked_out(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=2)
    work = worked(form, params, columns)
    found = graded(lambda params: Imaging(form).together(params, columns)[0], params)
    np.testing.assert_allclose(found[0], work.run.first.objective, rtol=1e-12)
    for key in params:
        np.testing.assert_allclose(found[1][key], work.gradients[key], rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", FORMS)
def test_many_images_at_once_give_what_each_gives_alone(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=3)
    draws = {name: columns.pop(name) for name in form.drawn}
    kind = Imaging(form)
    each = jax.vmap(kind, (None, 0, 0))
    expected = graded(lambda params: each(params, columns, draws), params)
    found = graded(lambda params: kind.together(params, {**columns, **draws})[0], params)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14), found, expected)


@pytest.mark.parametrize("name", ["like LeNet", "pools that leave a rest"])
def test_its_answers_are_those_of_its_equations(name):
    form = FORMS[name]
    params, columns = drawn(form)
    work = worked(form, params, columns)
    np.testing.assert_allclose(outputs(form, params, columns["x"])[0], work.values["yhat"], rtol=1e-12)
