"""Layered networks recognised in programs, roles of names, and the four equations of backpropagation."""

import numpy as np
import pytest

import byhand
from byhand.lesson.backpropagation import layer_deltas, matrices
from byhand.lesson.layers import layers
from byhand.lesson.roles import roles
from byhand.ops import Derivative, Name
from byhand.trace.evaluate import evaluate

# Han & Kamber's network: three inputs, two hidden units and one output, thresholds as biases.
HAN_KAMBER = {
    "problem": """
        O4 = sigmoid(w14*x1 + w24*x2 + w34*x3 + t4)
        O5 = sigmoid(w15*x1 + w25*x2 + w35*x3 + t5)
        O6 = sigmoid(w46*O4 + w56*O5 + t6)
        E = 1/2*(T - O6)^2
    """,
    "given": {
        **{
            "x1": 1,
            "x2": 0,
            "x3": 1,
            "T": 1,
            "w14": 0.2,
            "w15": -0.3,
            "w24": 0.4,
            "w25": 0.1,
            "w34": -0.5,
            "w35": 0.2,
        },
        **{"w46": -0.3, "w56": -0.2, "t4": -0.4, "t5": 0.2, "t6": 0.1},
    },
}
THRESHOLDS = {
    "problem": "h = tanh(w1*x1 + w2*x2 - q)\no = v*h - q2\nL = (y - o)^2",
    "given": {"x1": 0.5, "x2": 0.3, "w1": 0.2, "w2": -0.3, "q": 0.4, "v": 0.6, "q2": 0.1, "y": 0.9},
}
ROWS = {
    "problem": "a = leaky_relu(X @ W1 + b1, slope=0.1)\np = softmax(a @ W2 + b2)\nL = cross_entropy(Y, p)",
    "given": {
        "X": [[1, 2], [0.5, -1], [2, 3]],
        "W1": [[0.1, 0.2, 0.3], [-0.4, 0.5, 0.6]],
        "b1": [0.1, 0.2, 0.3],
        "W2": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]],
        "b2": [0.1, 0.2],
        "Y": [[1, 0], [0, 1], [1, 0]],
    },
}
LINEAR_OUTPUT = {
    "problem": "z1 = W1 @ x + b1\na1 = relu(z1)\ns = W2 @ a1 + b2\nL = mse(y, s)",
    "given": {
        "x": [1, 2],
        "W1": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]],
        "b1": [0.1, 0.2, 0.3],
        "W2": [[0.1, 0.2, 0.7]],
        "b2": [0.1],
        "y": [2],
    },
}
PARTLY_CONNECTED = {
    "problem": "h1 = sigmoid(x1*w1)\nh2 = sigmoid(x1*w2 + x2*w3)\no = sigmoid(h1*u1 + h2*u2)\nL = (y - o)^2",
    "given": {"x1": 0.5, "x2": 0.3, "w1": 0.2, "w2": -0.3, "w3": 0.4, "u1": 0.6, "u2": 0.1, "y": 0.9},
}
NETWORKS = {
    **{
        name: name
        for name in ("mazur", "house-price", "network-2-2-2", "matrix-network", "logistic-regression")
    },
    "han-kamber": HAN_KAMBER,
    "thresholds": THRESHOLDS,
    "rows": ROWS,
    "linear-output": LINEAR_OUTPUT,
    "partly-connected": PARTLY_CONNECTED,
}


def worked(problem):
    """A worked problem's network, deltas, values and gradients."""
    run = byhand.work(byhand.example(problem) if isinstance(problem, str) else problem).run
    values, gradients = run.first.forwards[0].values, run.first.backwards[0].gradients
    network = layers(run.program, values)
    assert network is not None
    return (
        network,
        layer_deltas(run.program, network, run.plan.objective, values, gradients),
        values,
        gradients,
    )


def assert_equal(expected, found):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert np.shape(expected) == np.shape(found)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_formulas_of_backpropagation_give_the_gradients_of_the_engine(name):
    _, found, values, gradients = worked(NETWORKS[name])
    for own in found:
        for delta in own.deltas:
            assert_equal(gradients[delta.a], evaluate(delta.arriving, values, gradients))
            assert_equal(gradients[delta.z], evaluate(delta.formula, values, gradients))
            assert_equal(gradients[delta.z], delta.value)
        for learned, formula in {**own.weights, **own.biases}.items():
            assert_equal(gradients[learned], evaluate(formula, values, gradients))


@pytest.mark.parametrize(
    "name", ["mazur", "house-price", "network-2-2-2", "han-kamber", "thresholds", "partly-connected"]
)
def test_the_matrix_form_of_a_scalar_network_gives_the_same_numbers(name):
    _, found, values, gradients = worked(NETWORKS[name])
    made = matrices(found, values, gradients)
    assert len(found) == len(made)
    for own, matrix in zip(found, made, strict=True):
        assert_equal([gradients[z] for z in own.layer.z], evaluate(matrix.delta, {}))
        for row, names in zip(evaluate(matrix.weight, {}), own.layer.weights, strict=True):
            assert_equal(
                [gradients[n] for n in names if n], [value for value, n in zip(row, names, strict=True) if n]
            )
        if matrix.arriving is not None:
            assert_equal([gradients[a] for a in own.layer.a], evaluate(matrix.arriving, {}))


def test_the_errors_of_han_and_kamber():
    _, found, _, _ = worked(HAN_KAMBER)
    published = {
        "O6": 0.1311,
        "O5": -0.0065,
        "O4": -0.0087,
    }  # their Err is minus delta; 0.1311 was cut, not rounded
    for delta in [delta for own in found for delta in own.deltas]:
        assert published[delta.a] == pytest.approx(-delta.value, abs=1e-4)


def test_a_delta_is_the_weighted_sum_of_the_deltas_above_times_the_slope():
    _, found, _, _ = worked("network-2-2-2")
    h1 = found[1].deltas[0]
    assert (Name("v11") * Derivative("E", "u1"), Name("v21") * Derivative("E", "u2")) == h1.arriving.args
    assert Name("h1") * (1 - Name("h1")) == h1.slope
    assert Derivative("E", "z1") * Name("x2") == found[1].weights["w12"]
    assert Derivative("E", "z1") == found[1].biases["b1"]


def test_a_bias_shared_by_a_layer_gets_the_sum_of_its_deltas():
    _, found, _, _ = worked("mazur")
    assert (Derivative("E_total", "net_h1"), Derivative("E_total", "net_h2")) == found[1].biases["b1"].args


def test_layers_are_read_with_the_weights_in_the_order_of_the_textbook():
    network, _, _, _ = worked("house-price")
    hidden, output = network.layers
    assert (("w1", "w4"), ("w2", "w5"), ("w3", "w6")) == hidden.weights
    assert (("x1", "x2"), ("z1", "z2", "z3"), ("h1", "h2", "h3")) == (hidden.inputs, hidden.z, hidden.a)
    assert (("w7", "w8", "w9"),) == output.weights
    assert ("scalar", "sigmoid") == (hidden.form, hidden.activation)


def test_missing_connections_thresholds_and_an_output_without_activation():
    assert (("w1", None), ("w2", "w3")) == worked(PARTLY_CONNECTED)[0].layers[0].weights
    hidden, output = worked(THRESHOLDS)[0].layers
    assert ((("q", -1),),) == hidden.biases
    assert (("o",), ("o",), "copy") == (output.z, output.a, output.activation)
    assert ["row", "row"] == [layer.form for layer in worked(ROWS)[0].layers]
    assert ["column", "column"] == [layer.form for layer in worked(LINEAR_OUTPUT)[0].layers]


@pytest.mark.parametrize(
    "problem",
    [
        "z = apples*price\nt = z*tax",
        "C = (v1^2 + 10*v2^2)/2",
        "yhat = w*x\nL = (y - yhat)^2",
        "h = sigmoid(w*x)\no = sigmoid(w*h)\nL = (y - o)^2",  # one weight in two layers
        "h = sigmoid(w*x)\no = sigmoid(v*h + u*x)\nL = (y - o)^2",  # a connection that skips a layer
        "h = sigmoid(w*x)\no = sigmoid(v*h)\nL = (y - o)^2 + h^2",  # a hidden value used by the loss
        "h = sigmoid(w*x)\ng = tanh(v*x)\no = sigmoid(u*h + p*g)\nL = (y - o)^2",  # a layer of two kinds
        "h = sigmoid(w*x)\ng = sigmoid(v*x)\no = sigmoid(u*h)\nL = (y - o)^2",  # a unit that leads nowhere
        "h = sigmoid(w*x)\ng = tanh(v*x)\no = h*g\nL = (y - o)^2",  # a gate
    ],
)
def test_what_is_no_layered_network_is_not_taken_for_one(problem):
    names = ["apples", "price", "tax", "v1", "v2", "w", "x", "y", "v", "u", "p"]
    values = byhand.work(problem, given=dict.fromkeys(names, 0.5)).run
    assert layers(values.program, values.first.forwards[0].values) is None


def roles_of(problem):
    run = byhand.work(byhand.example(problem) if isinstance(problem, str) else problem).run
    return roles(run.program, run.plan, layers(run.program, run.first.forwards[0].values))


def test_the_roles_of_a_network():
    found = roles_of("mazur")
    expected = {"i1": "input", "w1": "weight", "b1": "bias", "out_h1": "hidden", "out_o2": "output"}
    expected |= {"target_o1": "target", "E_o1": "other", "E_total": "objective"}
    assert expected == {name: found[name] for name in expected}


def test_the_roles_of_a_program_that_is_no_network():
    assert {"yhat": "output", "J": "objective", "w": "weight", "x": "input", "y": "target"} == roles_of(
        "four-points"
    )
    line = {"problem": "o = w*x + b\nL = (y - o)^2", "learn": ["w", "b"], "rate": 0.1}
    assert "bias" == roles_of({**line, "given": {"w": 1, "x": 2, "b": 3, "y": 4}})["b"]
    valley = roles_of("valley")
    assert ("other", "objective") == (valley["v1"], valley["C"])
    apples = roles_of("apples")
    assert {"input"} == {apples[name] for name in ("a", "b", "c")}
