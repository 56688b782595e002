"""Every estimator with equations as a fit may have left it, and the sheet that says the same."""

import numpy as np

from byhand import networks
from byhand.equations import generative, masked, transformer
from byhand.equations.contrastive import Kind
from byhand.equations.gated import Gated
from byhand.equations.transformer import Form
from byhand.networks.text.tokens import numbered
from byhand.networks.transformers.attending import Sizes
from byhand.train.contrastive import first_numbers
from byhand.train.drawing import normals, uniforms

rng = np.random.default_rng(6)


def drawn(*shape):
    """Numbers that float32 holds exactly, so that the estimator and the sheet begin with the same."""
    return rng.normal(size=shape).round(2).astype(np.float32)


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
