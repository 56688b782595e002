"""A network named in a problem file: what its estimator works out, checked as a sheet, told, refused."""

import json
import runpy

import numpy as np
import pytest

import byhand
from byhand import networks
from byhand.cli import run
from byhand.equations import generative, masked, transformer
from byhand.equations.contrastive import Kind
from byhand.equations.gated import Gated
from byhand.equations.known import NETWORKS
from byhand.equations.transformer import Form
from byhand.errors import ProblemError
from byhand.lesson.document import Table
from byhand.networks.attending import Sizes
from byhand.networks.tokens import numbered
from byhand.train.contrastive import first_numbers
from byhand.train.drawing import normals, uniforms

rng = np.random.default_rng(6)


def drawn(*shape):
    """Numbers that float32 holds exactly, so that the estimator and the sheet begin with the same."""
    return rng.normal(size=shape).round(2).astype(np.float32)


# What the estimator works out is what the sheet works out

X, ONE_HOT = drawn(3, 2), np.array([[0, 1], [1, 0], [0, 1]], np.float32)
UNIT = np.array([[0.1, 0.2], [0.15, 0.25], [0.8, 0.9]], np.float32)
BITS = np.array([[1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 1, 1]], np.float32)
STORED = np.array([[0, 1, 1, -1], [1, 0, 1, -1], [1, 1, 0, -1], [-1, -1, -1, 0]], np.float32)
FITTED = {"n_features_in_": 2, "classes_": np.array(["a", "b"]), "n_outputs_": 1, "t_": 0, "n_iter_": 0}
LAYERS = {"W1": drawn(3, 2), "b1": drawn(3), "W2": drawn(1, 3), "b2": drawn(1)}
SERIES = drawn(2, 4, 2)
RECURRENT = {"W": drawn(3, 2), "U": drawn(3, 3), "bh": drawn(3), "V": drawn(2, 3), "by": drawn(2)}
LSTM = {name: drawn(*shape) for name, shape in Gated("lstm", "", "", False, None).shapes(2, 3, 2).items()}
GRU = {name: drawn(*shape) for name, shape in Gated("gru", "", "", False, None).shapes(2, 3, 2).items()}
DESCENT = {**FITTED, "rule_state_": {}, "multilabel_": False}
PICTURES, CONVOLVED = drawn(2, 3, 3), ["conv 2 2x2", "tanh", "mean_pool 2"]
IMAGED = {"n_features_in_": 9, "image_shape_": (3, 3, 1)}
KERNELS = {"W1": drawn(2, 1, 2, 2), "b1": drawn(2, 1, 1), "W3": drawn(3, 2), "b3": drawn(3)}
NORMED, ONES = ["conv 2 2x2", "batch_norm", "tanh"], np.ones((2, 1, 1), np.float32)
GAINS = {"gamma2": drawn(2, 1, 1), "beta2": drawn(2, 1, 1), "M2": drawn(2, 1, 1), "V2": ONES}
GAUSSIANS = {"C": drawn(2, 2), "beta": abs(drawn(2)) + 1, "W": drawn(1, 2), "b": drawn(1)}
UNITS = {"U": np.array([[0.5, -1, 0.75, 0]], np.float32), "W": drawn(1, 4)}
GROWN = {**FITTED, "params_": UNITS, "n_units_": 1, "_seed": 5}
SGD = {"rule": "sgd", "learning_rate": 0.25}
MACHINE, PARAMS = {"_seed": 5, "limits_": None}, {"W": drawn(4, 2), "b": drawn(2), "c": drawn(4)}
PLAYERS = {"W1_G": drawn(3, 2), "b1_G": drawn(3), "W2_G": drawn(2, 3), "b2_G": drawn(2)}
PLAYERS |= {"W1_D": drawn(3, 2), "b1_D": drawn(3), "W2_D": drawn(1, 3), "b2_D": drawn(1)}
GAME = {"n_features_in_": 2, "t_": 0, "_seed": 5, "rule_state_": {}, "bounded_": False, "params_": PLAYERS}
CHAIN, VELOCITIES = (
    (drawn(3, 4) > 0) * np.float32(1),
    {f"m{name}": value / 4 for name, value in PARAMS.items()},
)
RHO = {"vigilance": 0.8}

ENCODER = {"sizes_": Sizes(1, 2, 4, "relu", 1e-12, 3, 4)}
FORM, TOKENS = Form(1, 2, 4, "relu"), np.array([[3, 0, 2, 1], [1, 2, 2, 0]])
ENCODED = {
    name: drawn(*shape)
    for name, shape in {
        **transformer.embedding_shapes(FORM._replace(tokens=False), 2, 4, 4),
        **transformer.layer_shapes(FORM, 4, 3),
        **transformer.class_shapes("mean", 4, 2),
    }.items()
}
MASKED = {name: drawn(*shape) for name, shape in {**masked.shapes(FORM, 5, 4, 4, 3), "T": (1, 4)}.items()}
GENERATING = {
    name: drawn(*shape) for name, shape in generative.shapes(generative.decoder(FORM), 4, 4, 4, 3).items()
}
# What a first step hides of the tokens: the place with the lowest u.
U = np.asarray(uniforms(2, 0, 2, {"u": (3, 4)})["u"])
PLACES = np.argmin(U[:, 0], axis=1)
ASKED = {
    "x": np.where(
        (np.arange(4) == PLACES[:, None]) & (U[:, 1] < 0.9),
        np.where(U[:, 1] < 0.8, 4, np.floor(5 * U[:, 2])),
        TOKENS,
    ),
    "m": PLACES[:, None],
    "y": np.take_along_axis(TOKENS, PLACES[:, None], axis=1),
}

# The estimator, what fitting made of it, its samples, the sheet's settings and keys, the sheet's samples.
SAME = {
    "SOM": (
        networks.SOM((2, 2), sigma=0.9, torus=True),
        {**FITTED, "params_": {"W": drawn(4, 2)}, "decay_time_": 7, "t_": 3},
        (X,),
        {"shape": [2, 2], "sigma": 0.9, "torus": True, "decay_time": 7},
        {"given": {"t": 3}},
        {"x": X},
    ),
    "SOM in a batch": (
        networks.SOM((1, 4), batch=True, hexagonal=True),
        {**FITTED, "params_": {"W": drawn(4, 2)}, "decay_time_": 3},
        (X,),
        {"batch": True, "hexagonal": True},
        {},
        {"x": X},
    ),
    "Perceptron": (
        networks.Perceptron(0.5),
        {**FITTED, "params_": {"W1": drawn(1, 2), "b1": drawn(1)}},
        (X, ["a", "b", "b"]),
        {"learning_rate": 0.5},
        {},
        {"x": X, "y": [0, 1, 1]},
    ),
    "Adaline": (
        networks.Adaline(0.25),
        {**DESCENT, "params_": {"W1": drawn(1, 2), "b1": drawn(1)}},
        (X, ["a", "b", "b"]),
        {},
        {"rate": 0.25},
        {"x": X, "y": [-1, 1, 1]},
    ),
    "LogisticRegression": (
        networks.LogisticRegression(**SGD),
        {**DESCENT, "params_": {"W1": drawn(1, 2), "b1": drawn(1)}},
        (X, ["a", "b", "b"]),
        {},
        {"rate": 0.25},
        {"x": X, "y": [0, 1, 1]},
    ),
    "MLPClassifier": (
        networks.MLPClassifier((3,), "tanh", output="sigmoid", alpha=0.1, **SGD),
        {**DESCENT, "params_": LAYERS},
        (X, ["a", "b", "b"]),
        {"activation": "tanh", "output": "sigmoid"},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": X, "y": [0, 1, 1]},
    ),
    "MLPRegressor": (
        networks.MLPRegressor((3,), ["softplus"], loss="quadratic", **SGD | {"rule": "momentum"}),
        {**DESCENT, "params_": LAYERS},
        (X[:1], X[:1, 0]),
        {"activation": ["softplus"], "loss": "quadratic"},
        {"rate": 0.25, "rule": "momentum"},
        {"x": X[:1], "y": X[:1, 0]},
    ),
    "ElmanClassifier": (
        networks.ElmanClassifier(3, "sigmoid", truncation=1, return_sequences=True, alpha=0.1, **SGD),
        {**DESCENT, "rows_": False, "params_": RECURRENT},
        (SERIES[:1], [["a", "b", "b", "a"]]),
        {"activation": "sigmoid", "truncation": 1, "return_sequences": True},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": SERIES[:1], "y": np.eye(2)[[[0, 1, 1, 0]]]},
    ),
    "ElmanRegressor": (
        networks.ElmanRegressor(3, context="output", output="tanh", initial_context=0.5, **SGD),
        {**DESCENT, "n_outputs_": 2, "rows_": False, "params_": RECURRENT | {"U": drawn(3, 2)}},
        (SERIES, X[:2]),
        {"context": "output", "output": "tanh", "initial_context": 0.5},
        {"rate": 0.25},
        {"x": SERIES, "y": X[:2]},
    ),
    "LSTMClassifier": (
        networks.LSTMClassifier(3, truncation=1, return_sequences=True, alpha=0.1, **SGD),
        {**DESCENT, "rows_": False, "params_": LSTM},
        (SERIES[:1, :2], [["a", "b"]]),
        {"truncation": 1, "return_sequences": True},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": SERIES[:1, :2], "y": np.eye(2)[[[0, 1]]]},
    ),
    "LSTMRegressor": (
        networks.LSTMRegressor(3, "gru", output="tanh", **SGD),
        {**DESCENT, "n_outputs_": 2, "rows_": False, "params_": GRU},
        (SERIES[:, :2], X[:2]),
        {"cell": "gru", "output": "tanh"},
        {"rate": 0.25},
        {"x": SERIES[:, :2], "y": X[:2]},
    ),
    "CNNClassifier": (
        networks.CNNClassifier(CONVOLVED, output="sigmoid", alpha=0.1, **SGD),
        {**DESCENT, **IMAGED, "n_outputs_": 3, "classes_": np.array(["a", "b", "c"]), "params_": KERNELS},
        (PICTURES, ["a", "b"]),
        {"layers": CONVOLVED, "output": "sigmoid"},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": PICTURES[:, None], "y": np.eye(3)[:2]},
    ),
    "CNNClassifier that norms": (
        networks.CNNClassifier(NORMED, alpha=0.1, **SGD),
        {
            **{**DESCENT, **IMAGED, "n_outputs_": 3, "classes_": np.array(["a", "b", "c"])},
            "params_": {**KERNELS, "W3": drawn(3, 8), **GAINS},
        },
        (PICTURES, ["a", "b"]),
        {"layers": NORMED},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": PICTURES[:, None], "y": np.eye(3)[:2]},
    ),
    "CNNClassifier that drops": (
        networks.CNNClassifier([*CONVOLVED[:2], "dropout 0.5"], **SGD),
        {
            **{**DESCENT, **IMAGED, "n_outputs_": 3, "classes_": np.array(["a", "b", "c"])},
            **{"params_": {**KERNELS, "W3": drawn(3, 8)}, "_seed": 4, "t_": 6},
        },
        (PICTURES, ["a", "b"]),
        {"layers": [*CONVOLVED[:2], "dropout 0.5"]},
        {"rate": 0.25},
        {"x": PICTURES[:, None], "y": np.eye(3)[:2], "u2": uniforms(4, 6, 2, {"u2": (2, 2, 2)})["u2"]},
    ),
    "TransformerClassifier": (
        networks.TransformerClassifier(4, 1, 2, inner=3, activation="relu", alpha=0.1, **SGD),
        {**DESCENT, **ENCODER, "n_outputs_": 2, "rows_": False, "tokens_": None, "params_": ENCODED},
        (SERIES, ["a", "b"]),
        {"activation": "relu"},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": SERIES, "y": np.eye(2)},
    ),
    "BERT": (
        networks.BERT(4, 1, 2, inner=3, activation="relu", **SGD | {"rule": "momentum"}),
        {
            **{**DESCENT, **ENCODER, "n_features_in_": 1, "rows_": False},
            **{"tokens_": numbered(4), "params_": MASKED, "_seed": 2},
        },
        (TOKENS,),
        {"activation": "relu"},
        {"rate": 0.25, "rule": "momentum"},
        ASKED,
    ),
    "GPT": (
        networks.GPT(4, 1, 2, inner=3, activation="relu", eps=1e-12, **SGD),
        {
            **{**DESCENT, "sizes_": ENCODER["sizes_"], "n_outputs_": 4},
            **{"characters_": np.array(["a", "b", "c", "d"]), "params_": GENERATING},
        },
        ("dacbb",),
        {"activation": "relu", "eps": 1e-12},
        {"rate": 0.25},
        {"x": [[3, 0, 2, 1]], "y": [[0, 2, 1, 1]]},
    ),
    "CharacterModel": (
        networks.CharacterModel(3, **SGD),
        {**FITTED, "n_outputs_": 2, "rule_state_": {}, "characters_": np.array(["a", "b"]), "params_": LSTM},
        ("abb",),
        {},
        {"rate": 0.25},
        {"x": [[[1, 0], [0, 1]]], "y": [[[0, 1], [0, 1]]]},
    ),
    "RBFClassifier": (
        networks.RBFClassifier(alpha=0.5),
        {**DESCENT, "params_": GAUSSIANS},
        (X, ["a", "b", "b"]),
        {"alpha": 0.5},
        {},
        {"x": X, "y": [0, 1, 1]},
    ),
    "RBFRegressor": (
        networks.RBFRegressor(training="full", alpha=0, **SGD),
        {**DESCENT, "params_": GAUSSIANS},
        (X, X[:, 1]),
        {"training": "full"},
        {"rate": 0.25},
        {"x": X, "y": X[:, 1]},
    ),
    "Autoencoder": (
        networks.Autoencoder(3, "tanh", tied=False, alpha=0.1, **SGD),
        {**DESCENT, "params_": {**LAYERS, "W2": drawn(2, 3), "b2": drawn(2)}, "bounded_": False},
        (X,),
        {"activation": "tanh", "tied": False},
        {"rate": 0.25, "penalty": {"form": "half", "lambda": 0.1}},
        {"x": X},
    ),
    "Autoencoder that denoises": (
        networks.Autoencoder(3, corruption=0.5, **SGD),
        {
            **DESCENT,
            **{"params_": {"W1": LAYERS["W1"], "b1": LAYERS["b1"], "b2": drawn(2)}},
            **{"bounded_": True, "_seed": 4, "t_": 6},
        },
        (UNIT,),
        {"corruption": 0.5},
        {"rate": 0.25},
        {"x": UNIT, "u": uniforms(4, 6, 3, {"u": (2,)})["u"]},
    ),
    "CascadeCorrelationRegressor": (
        networks.CascadeCorrelationRegressor("sigmoid", rule="sgd", learning_rate=0.5),
        GROWN,
        (X, X[:, 1]),
        {"activation": "sigmoid", "phase": "candidates"},
        {"rate": 0.1},
        {"x": X, "y": X[:, 1]},
    ),
    "CascadeCorrelationClassifier": (
        networks.CascadeCorrelationClassifier("gaussian", loss="quadratic", rule="sgd", learning_rate=0.5),
        GROWN,
        (X, ["a", "b", "b"], "outputs"),
        {"activation": "gaussian", "loss": "quadratic", "phase": "outputs"},
        {"rate": 0.5},
        {"x": X, "y": [0, 1, 1]},
    ),
    "Hopfield": (
        networks.Hopfield(order="sequential"),
        {**FITTED, "n_features_in_": 4, "_seed": 0, "params_": {"W": STORED, "b": np.zeros(4, np.float32)}},
        (2 * BITS - 1, None, "store"),
        {},
        {"given": {"patterns": (2 * BITS - 1).tolist()}},
        {},
    ),
    "BoltzmannMachine": (
        networks.BoltzmannMachine(1, annealing=[(1, 2.0)], gathering=2, repeats=1, learning_rate=0.5),
        {**FITTED, "_seed": 5, "params_": {"W": STORED[:3, :3], "b": drawn(3)}},
        (BITS[:, :2],),
        {"annealing": [[1, 2]], "gathering": 2, "repeats": 1, "learning_rate": 0.5, "random_state": 5},
        {},
        {"x": BITS[:, :2]},
    ),
    "ART": (
        networks.ART(0.4),
        {**FITTED, "params_": {"W": UNIT[:2]}},
        (UNIT[2:],),
        {"vigilance": 0.4},
        {},
        {"x": UNIT[2:]},
    ),
    "ART1": (
        networks.ART1(0.6),
        {**FITTED, "n_features_in_": 4, "params_": {"B": BITS[:2] / 2, "T": BITS[:2]}},
        (BITS[2:],),
        {"vigilance": 0.6},
        {},
        {"x": BITS[2:]},
    ),
    "FuzzyART": (
        networks.FuzzyART(0.8, learning_rate=0.5, scale=False),
        {**FITTED, "limits_": None, "params_": {"W": np.hstack([UNIT[:2], 1 - UNIT[:2]])}},
        (UNIT[2:],),
        {**RHO, "learning_rate": 0.5},
        {},
        {"x": UNIT[2:]},
    ),
    "FuzzyARTMAP": (
        networks.FuzzyARTMAP(scale=False),
        {**FITTED, "limits_": None, "params_": {"W": np.hstack([UNIT, 1 - UNIT]), "V": ONE_HOT}},
        (UNIT[1:2] * 2, ["a"]),
        {},
        {},
        {"x": UNIT[1:2] * 2, "y": [[1, 0]]},
    ),
    "RBM": (
        networks.RBM(k=2, weight_decay=0.5),
        {**FITTED, **MACHINE, "params_": PARAMS, "chain_": None, "velocities_": {}},
        (abs(X) / 4,),
        {"k": 2, "weight_decay": 0.5},
        {},
        {"v0": abs(X) / 4, **first_numbers(Kind(k=2), (4, 2), 3, 3, 5, 0)},
    ),
    "RBM with chains": (
        networks.RBM(persistent=True, momentum=0.5, visible="gaussian", batch_size=3),
        {**FITTED, **MACHINE, "params_": PARAMS, "chain_": CHAIN, "velocities_": VELOCITIES},
        (X,),
        {"persistent": True, "momentum": 0.5, "visible": "gaussian"},
        {"given": {"h": CHAIN.tolist(), **{name: value.tolist() for name, value in VELOCITIES.items()}}},
        {"v0": X, **first_numbers(Kind("gaussian", persistent=True), (4, 2), 3, 3, 5, 0)},
    ),
    "GAN": (
        networks.GAN(3, 3, noise_size=2, **SGD),
        GAME,
        (X,),
        {},
        {"rate": 0.25},
        {"x": X, **normals(5, 0, 3, {"z_D": (2,), "z_G": (2,)})},
    ),
    "GAN of a critic": (
        networks.GAN(3, 3, noise_size=2, loss="wasserstein", discriminator_activation="tanh", **SGD),
        GAME,
        (X[:1],),
        {"loss": "wasserstein", "discriminator_activation": "tanh"},
        {"rate": 0.25},
        {
            **{"x": X[:1], **normals(5, 0, 1, {"z_D": (2,), "z_G": (2,)})},
            **uniforms(5, 0, 1, {"epsilon": (1,)}),
        },
    ),
}  # fmt: skip


def sheet_of(name):
    """The problem that says in a file what an estimator has in memory."""
    net, fitted, data, settings, keys, samples = SAME[name]
    vars(net).update(fitted)
    weights = {key: value.tolist() for key, value in fitted["params_"].items()}
    if fitted is GROWN:  # in its problem a row for each unit, and the candidates that it drew
        given = net.problem(*data)["given"]
        weights = {key: given[key].tolist() for key in ("u1", "W", "U") if key in given}
    return {
        "network": name.partition(" ")[0],
        "settings": settings,
        **keys,
        "given": {**weights, **keys.get("given", {})},
        "samples": {key: np.asarray(column).tolist() for key, column in samples.items()},
    }


@pytest.mark.parametrize("name", SAME)
def test_a_sheet_is_worked_out_as_the_estimator_is(name):
    net, _, data, *_ = SAME[name]
    sheet = sheet_of(name)
    expected, worked = net.work(*data), byhand.work(sheet)
    assert_same(expected, worked)
    if expected.then:
        assert_same(expected.then, worked.then)


def assert_same(expected, worked):
    """The same lines, the same numbers, and the same new ones."""
    assert expected.values.keys() == worked.values.keys()
    for key, value in expected.values.items():
        np.testing.assert_array_equal(value, worked.values[key], err_msg=key)
    assert expected.updates.keys() == worked.updates.keys() != set()
    for key, update in expected.updates.items():
        np.testing.assert_array_equal(update.new, worked.updates[key].new, err_msg=key)
    assert {name: line.text for name, line in expected.run.program.lines.items()} == {
        name: line.text for name, line in worked.run.program.lines.items()
    }


def test_every_estimator_with_equations_is_tried():
    assert {name.partition(" ")[0] for name in SAME} == NETWORKS.keys()


# A setting is a parameter of the estimator; what stands here is different for a reason.
OTHERWISE = {
    "shape": "without it the units of a sheet stand in a row",
    "sigma": "None is auto",
    "decay_time": "None is auto",
    "widths": "one number for all, else beta is given",
    "phase": "a parameter of work",
    "return_sequences": "a text always has a target for each time step",
    "rows": "an estimator has a row for each hidden unit",
    "one_by_one": "an estimator learns what it is given as one batch",
}


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_setting_has_the_name_and_the_default_of_the_estimators_parameter(name):
    known = getattr(networks, name)().get_params()
    for key, field in NETWORKS[name].model_fields.items():
        if key not in OTHERWISE:
            assert known[key] == field.default, key


# Several samples of a search, and the short form


def test_several_samples_are_searched_as_one_after_the_other():
    samples = [[0.1, 0.2], [0.15, 0.25], [0.8, 0.9], [0.3, 0.1]]
    settings = {"vigilance": 0.8, "learning_rate": 0.5}
    whole = byhand.work({"network": "FuzzyART", "settings": settings, "samples": {"x": samples}})
    W = None
    for number, x in enumerate(samples, 1):
        given = {"x": x} if W is None else {"x": x, "W": W.tolist()}
        one = byhand.work({"network": "FuzzyART", "settings": settings, "given": given})
        category, rows = one.values["J1"], 0 if W is None else len(W)
        W = one.values["W_new"][: max(rows, int(category) + 1)]
        assert category == whole.values[f"J1_{number}"]
        np.testing.assert_array_equal(W, whole.values[f"W_{number}"][: len(W)])
    assert 1 < len(W) < 4


def test_the_published_search_of_four_patterns():
    """Fausett 1994, example 5.1."""
    values = byhand.work(byhand.example("art1")).values
    assert [0, 1, 0, 1] == [values[f"J1_{k}"] for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(values["B_1"][0], [2 / 3, 2 / 3, 0, 0])
    np.testing.assert_allclose(values["y1_3"], [2 / 3, 0, 0.2])
    assert [[1, 0, 0, 0], [0, 0, 0, 1]] == values["T_4"][:2].tolist()


def test_the_short_form_of_resonance():
    """The nearest prototype learns; where it is not similar enough a new one is made."""
    sheet = {"network": "ART", "settings": {"vigilance": 0.4}, "samples": {"x": [[0, 0], [0.6, 0.8], [5, 5]]}}
    worked = byhand.work(sheet)
    assert 0.5 == worked.values["similarity1_2"]  # at the distance 1
    np.testing.assert_allclose(worked.values["W_3"], [[0.3, 0.4], [5, 5]])
    assert "Category 0 is nearest, but not similar enough" in worked.to_text(language="en")
    assert "离类别 0 最近，但相似度不够" in worked.to_text(language="zh")
    one = byhand.work({"network": "ART", "given": {"x": [1, 2], "W": [[1, 1], [4, 5]]}})
    np.testing.assert_allclose(one.values["W_new"], [[1, 1], [4, 5], [1, 2]])  # 1/(1 + 1) is not above 1/2


# Published pages as sheets

PAGES = {
    "SOM": (
        {  # Problems on SOM-1: the winner alone learns
            "network": "SOM",
            "settings": {"neighbourhood": "bubble", "sigma": 0.5, "decay": "constant"},
            "given": {"x": [1, 0, 0, 1], "W": [[0.2, 0.3, 0.15, 0.3], [0.3, 0.25, 0.2, 0.2]]},
        },
        {"D": ["1.114675", "1.11018"], "winner": "1", "W_new[1]": ["0.650", "0.125", "0.100", "0.600"]},
        {
            "D[1]": ({"D": ["1.114675", "1.12018"], "winner": "0"}, ["winner"]),
            "winner": ({"winner": "0", "W_new[0,0]": "0.6"}, ["W_new[0,0]"]),
            "W_new[1,1]": ({"W_new[1]": ["0.650", "0.375", "0.100", "0.600"]}, []),
        },
    ),
    "ART1": (
        "art1",
        {
            **{
                "y1_1": ["0.4"],
                "J1_1": "0",
                "match1_1": "1",
                "B_1[0]": ["0.66666667", "0.66666667", "0", "0"],
            },
            **{"T_1[0]": ["1", "1", "0", "0"], "y1_2": ["0", "0.2"], "J1_2": "1", "J1_3": "0", "J1_4": "1"},
            **{
                "y1_4": ["0", "1.0", "0.4"],
                "match1_4": "0.5",
                "fits1_4": "1",
                "T_4[1]": ["0", "0", "0", "1"],
            },
        },
        {
            "J1_4": ({"J1_4": "2"}, []),
            "match1_4": ({"match1_4": "0.2", "fits1_4": "0"}, ["fits1_4"]),
            "T_4[1,2]": ({"T_4[1]": ["0", "0", "1", "1"]}, []),
        },
    ),
    "ElmanRegressor": (
        {  # Tom Yeh, RNN; the page has no targets
            "network": "ElmanRegressor",
            "settings": {"output": "sigmoid", "return_sequences": True},
            "given": {
                "x": [[2, -1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 2, -1, 2]],
                **{"W": [[1, 0, -1, 1], [0, 2, 1, 0], [1, 2, 1, 0]], "bh": [1, -1, -1]},
                **{"U": [[1, 0, 1], [0, 1, 1], [0, 1, 0]], "V": [[3, 0, -1]], "by": [3]},
                "y": [[1], [0], [1], [0]],
            },
        },
        {
            **{"z1": ["4", "-3", "-1"], "h1": ["0.999329", "-0.995055", "-0.761594"], "o1": ["6.759582"]},
            **{"z2": ["1.237735", "-1.756649", "0.004945"], "h2": ["0.844808", "-0.942128", "0.004945"]},
            **{"h3": ["0.993327", "0.062735", "0.784848"], "yhat3": ["0.994487"]},
            **{"z4": ["6.778175", "2.847583", "3.062735"], "yhat4": ["0.993336"]},
        },
        {
            "z2[1]": (
                {"z2": ["1.237735", "-0.756649", "0.004945"], "h2": ["0.844808", "-0.639099", "0.004945"]},
                ["h2[1]"],
            ),
            "yhat4[0]": ({"yhat4": ["0.993836"]}, []),
        },
    ),
    "LSTMRegressor": (
        {  # Tom Yeh, LSTM; the page has neither outputs nor a target
            "network": "LSTMRegressor",
            "given": {
                "x": [[1, 2, 1], [2, 1, 0], [0, -1, 3], [-1, 0, 2]],
                **{"W_f": [[0, -1, 0], [-2, 0, -2]], "U_f": [[0, -2], [-2, 0]], "b_f": [0, 0]},
                **{"W_g": [[0, 1, 0], [-1, 0, -1]], "U_g": [[0, -1], [-4, 0]], "b_g": [0, 1]},
                **{"W_i": [[2, 0, 3], [0, 1, 0]], "U_i": [[1, 0], [0, 2]], "b_i": [1, 0]},
                **{"W_o": [[1, 1, 0], [0, 0, -1]], "U_o": [[4, 1], [-1, -2]], "b_o": [0, 4]},
                **{"V": [[1, 1]], "b_y": [0], "y": [0]},
            },
        },
        {
            **{
                "f1": ["0.119203", "0.017986"],
                "g1": ["0.964028", "-0.761594"],
                "i1": ["0.997527", "0.880797"],
            },
            **{
                "c1": ["0.961644", "-0.67081"],
                "o1": ["0.952574", "0.952574"],
                "h1": ["0.709677", "-0.557744"],
            },
            **{"f2": ["0.52884", "0.00441"], "g2": ["0.915054", "-0.999074"], "i2": ["0.996697", "0.47116"]},
            **{
                "c2": ["1.420588", "-0.473682"],
                "o2": ["0.994938", "0.987941"],
                "h2": ["0.885218", "-0.43585"],
            },
            **{
                "f3": ["0.866655", "0.000422"],
                "g3": ["-0.51105", "-0.999969"],
                "i3": ["0.999981", "0.133345"],
            },
            **{
                "c3": ["0.720118", "-0.133541"],
                "o3": ["0.89139", "0.728392"],
                "h3": ["0.549972", "-0.096696"],
            },
            **{
                "f4": ["0.548198", "0.04311"],
                "g4": ["0.096396", "-0.975738"],
                "i4": ["0.996127", "0.451802"],
            },
            **{"c4": ["0.49079", "-0.446597"], "o4": ["0.750858", "0.838"], "h4": ["0.341523", "-0.351204"]},
        },
        {
            "c1[0]": ({"c1": ["0.691644", "-0.67081"]}, []),
            "h4[1]": ({"h4": ["0.341523", "-0.531204"]}, []),
        },
    ),
    "RBF": (
        {  # CIS 311: two Gaussian units and the normal equations
            "network": "RBFRegressor",
            "settings": {"alpha": 0},
            "given": {"C": [[1, 1], [0, 0]], "beta": [1, 1]},
            "samples": {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]},
        },
        {
            "Phi": [["0.1353", "1"], ["0.3679", "0.3679"], ["0.3679", "0.3679"], ["1", "0.1353"]],
            **{"r": [["2"], ["0.7358"], ["0.7358"]], "w": [["2.8413"], ["-2.5027"], ["-2.5027"]]},
        },
        {  # the page's own slips: the targets are x2, and the weights follow from that
            "r[1,0]": (
                {"r": [["2"], ["1.3678"], ["0.5031"]], "w": [["0.5"], ["0.5782"], ["-0.5782"]]},
                ["w[0,0]", "w[1,0]", "w[2,0]"],
            ),
            "Phi[0,0]": ({"Phi[0,0]": "0.3679"}, []),
        },
    ),
}


def page(name):
    problem, right, planted = PAGES[name]
    return byhand.example(problem) if isinstance(problem, str) else problem, right, planted


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_prints_right_is_right(name):
    problem, right, _ = page(name)
    verdicts = {claim.name: claim.verdict for claim in byhand.check(problem, right).claims}
    assert {} == {key: verdict for key, verdict in verdicts.items() if verdict not in ("right", "rounded")}


@pytest.mark.parametrize(("name", "first"), [(name, key) for name in PAGES for key in PAGES[name][2]])
def test_a_wrong_number_is_found_where_it_stands_first(name, first):
    problem, right, planted = page(name)
    changes, carried = planted[first]
    kept = {key: text for key, text in right.items() if first.partition("[")[0] != key or key in changes}
    checked = byhand.check(problem, {**kept, **changes})
    assert first == checked.first_wrong
    verdicts = {claim.name: claim.verdict for claim in checked.claims}
    assert carried == [key for key, verdict in verdicts.items() if verdict == "carried"]


def test_a_zero_that_is_exact_stands_for_itself_alone():
    """The second pattern shares nothing with the first category: its sum is 0, not anything up to 1."""
    problem = byhand.example("art1")
    first = {"B_1": [["0.667", "0.667", "0", "0"], ["0.2", "0.2", "0.2", "0.2"]]}
    assert "y1_2[0]" == byhand.check(problem, {**first, "y1_2": ["0.13", "0.2"]}).first_wrong


# Read, told and looked up

MAP = """
network = "SOM"
[settings]
neighbourhood = "bubble"
sigma = 0.5
[given]
x = [1, 0]
W = [[0, 0], [1, 2]]
"""


def test_a_file_is_worked_out_and_checked(tmp_path, capfd):
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    assert 0 == run(["work", str(tmp_path / "map.toml"), "--json"])
    found = json.loads(capfd.readouterr().out)
    assert [1.0, 2.0] == found["values"]["D"]
    assert [[0.5, 0.0], [1.0, 2.0]] == found["updates"]["W"]["new"]
    (tmp_path / "sheet.toml").write_text(f"{MAP}[claims]\nwinner = '0'\n'W_new[0,0]' = '1.5'\n", "utf-8")
    assert 1 == run(["check", str(tmp_path / "sheet.toml"), "--json"])
    assert "W_new[0,0]" == json.loads(capfd.readouterr().out)["first_wrong"]


def test_what_is_given_on_the_way_changes_the_search():
    sheet = {"network": "ART", "given": {"x": [0, 0], "W": [[1, 0]]}}
    assert [2, 1] == [len(byhand.work(sheet, x=x).values["W_new"]) for x in ([9, 9], [1, 0])]
    assert 2 == len(byhand.work(sheet, x=[1, 0], settings={"vigilance": 1}).values["W_new"])


@pytest.mark.parametrize("name", SAME)
def test_a_sheet_is_told_in_every_form(name, tmp_path, capsys):
    worked = byhand.work(sheet_of(name))
    for language in ("en", "zh"):
        for told in (worked.to_text, worked.to_markdown, worked.to_latex, worked.to_html):
            assert len(told(language=language)) > 300
    (tmp_path / "script.py").write_text(worked.to_python(), "utf-8")
    runpy.run_path(str(tmp_path / "script.py"))
    printed = dict(line.split(" = ", 1) for line in capsys.readouterr().out.splitlines() if " = " in line)
    for one in (worked, worked.then) if worked.then else (worked,):
        for name, update in one.updates.items():
            np.testing.assert_allclose(json.loads(printed[f"{name}_new"]), update.new, rtol=1e-9)


@pytest.mark.parametrize(
    ("example", "wanted"),
    [
        (
            "som",
            {"W": "weight", "t": "given", "sigma0": "setting", "T": "setting", "r": "given", "x": "input"},
        ),
        ("art1", {"B": "weight", "T_spare": "weight", "rho": "setting", "L": "setting", "x_3": "input"}),
        ("rbf-xor", {"x": "input", "y": "target", "one": "given", "ridge": "setting", "W": "weight"}),
        ("kohonen", {"w0": "weight", "sigma": "setting", "x": "input"}),
    ],
)
def test_only_what_a_sample_gives_is_called_an_input(example, wanted):
    blocks = byhand.work(byhand.example(example)).lesson(language="en").document.blocks
    given = next(block for block in blocks if isinstance(block, Table))
    roles = {row[0][0].name: row[2][0] for row in given.rows}
    assert wanted == {name: roles[name] for name in wanted}


def test_why_a_weight_changed_by_lines_is_what_it_is():
    worked = byhand.work(byhand.example("som"))
    why = worked.why("W_new[2,1]", language="en")
    assert worked.number("W_new[2,1]") == why.value == worked.updates["W"].new[2, 1]
    assert "W_new[2, 1] = W[2, 1] + eta·h[2, 0]·(x[1] − W[2, 1])" in why.to_text()
    assert worked.number("W_new[2,1]#1") == worked.why("W_new[2,1]#1").value != why.value
    assert "往前追溯一步" in worked.why("W_new[2,1]", language="zh").to_text()


# What does not fit

SOM = {"network": "SOM", "given": {"x": [1, 2], "W": [[1, 2], [3, 4]]}}
ONE_D = {"W1_G": [[1]], "b1_G": 0, "W1_D": [[1]], "b1_D": 0}
GAN = {"network": "GAN", "given": {"x": [1], "z_D": [1], "z_G": [1], **ONE_D}}
MLP = {"network": "MLPClassifier", "given": {"x": [1, 2], "y": 1, "W1": [[1, 2]], "b1": 0}}
ENTROPY = {"output": "softmax", "loss": "binary_cross_entropy"}
SLIPS = {"sigm": 1, "sigma": -1, "torus": "maybe", "decay": "slow", "shape": [2]}
HAT = {"batch": True, "neighbourhood": "mexican_hat"}


def with_settings(sheet, settings):
    return {**sheet, "settings": settings}


def with_given(sheet, **given):
    return {**sheet, "given": {**sheet["given"], **given}}


def bare(network, **given):
    return {"network": network, "given": given}


WRONG = {
    "no such network": ({"network": "SON"}, "network_name_near", "did you mean SOM"),
    "part of a name": ({"network": "mlp"}, "network_name_near", "MLPClassifier, MLPRegressor"),
    "nothing given": ({"network": "SOM"}, "network_missing network_missing", "W is missing: SOM needs it"),
    "settings": (
        with_settings(SOM, SLIPS),
        "key_bound key_choice key_missing key_truth key_unknown_near",
        "There is no key settings.sigm; did you mean sigma?",
    ),
    "a key among settings": (with_settings(MLP, {"learning_rate": 1}), "setting_outside", "rate"),
    "a setting among what is given": (with_given(SOM, learning_rate=1), "setting_among_given", "[settings]"),
    "a number not given": (with_given(SOM, t="?"), "network_open", "given.t"),
    "settings of nothing": ({"problem": "y = 1", "settings": {}}, "settings_of_nothing", "network"),
    "equations twice": ({**SOM, "problem": "y = 1"}, "network_keys", "problem"),
    "a gradient's key": ({**SOM, "rate": 1}, "network_descent", "rate"),
    "a small letter": (bare("SOM", x=[1], w=[[1]]), "key_unknown_near network_missing", "did you mean W"),
    "width": (with_given(SOM, W=[[1, 2, 3]]), "network_shape", "W has the shape (1×3); it must be (1×2)"),
    "units": (with_settings(SOM, {"shape": [2, 2]}), "network_shape", "it must be (4×2)"),
    "samples": (with_given(SOM, x=[[1, 2], [3, 4]]), "network_samples", "[samples] x"),
    "a vector of weights": (with_given(MLP, W1=[1, 2]), "network_shape", "(1×2)"),
    "layers": (with_settings(MLP, {"activation": ["tanh"]}), "activations", "tanh"),
    "loss": (with_settings(MLP, ENTROPY), "output_loss", "softmax"),
    "map": (with_settings(SOM, HAT), "hat_in_batch", "Mexican"),
    "bits": (bare("ART1", x=[0.5, 1]), "key_choice", "0.5"),
    "no bit": (bare("ART1", x=[0, 0]), "nothing_excites", "1"),
    "half of the weights": (bare("ART1", x=[1, 0], B=[[1, 0]]), "network_missing", "given.T"),
    "no noise": (bare("GAN", x=[1], z_D=[1], **ONE_D), "network_missing", "given.z_G"),
    "an answer for each input": (with_given(GAN, W1_D=[[1], [2]]), "network_shape", "(1×1)"),
    "outside": (bare("FuzzyART", x=[1.5]), "key_bound", "0 ≤ x ≤ 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_said_at_once(name):
    problem, codes, said = WRONG[name]
    with pytest.raises(ProblemError) as caught:
        byhand.work(problem)
    error = caught.value
    found = error.facts["details"] if error.code == "several" else [error]
    assert codes == " ".join(sorted(one.code for one in found))
    assert said in error.explained("en")
    assert error.explained("zh") != error.explained("en")
