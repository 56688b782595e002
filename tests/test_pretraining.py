"""Networks whose layers are pre-trained: layers, phases, stopping in the midst of one, what does not fit."""

import signal
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline

import byhand
from byhand.data import Preparation, from_arrays, load
from byhand.errors import CalculationError, ProblemError
from byhand.networks import Checkpoint, DBNClassifier, MLPClassifier, StackedAutoencoderClassifier
from byhand.networks.fits import checkpoint as checkpoints
from byhand.networks.fits.progress import Progress
from byhand.networks.multilayer import mlp
from byhand.networks.tasks import pictures
from byhand.networks.tasks.seen import Seen
from byhand.train import backend, contrastive

rng = np.random.default_rng(5)
X = rng.uniform(0.02, 0.98, (24, 5)).astype(np.float32)
WORDS = np.array(["low", "mid", "top"])[np.argsort(np.argsort(X[:, 0] + X[:, 1])) // 8]
PLAIN = rng.normal(size=(24, 5)).astype(np.float32) + 0.3
HOW = {"batch_size": 7, "max_iter": 5, "random_state": 3, "tol": 0.0, "n_iter_no_change": 1000}
FAMILIES = {
    "autoencoders": StackedAutoencoderClassifier((4, 3), pretraining_epochs=4, **HOW),
    "machines": DBNClassifier((4, 3), pretraining_epochs=4, momentum=0.5, **HOW),
}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


def made(family, **settings):
    return clone(FAMILIES[family]).set_params(**settings)


def same_bits(one, other):
    return one.keys() == other.keys() and all(a.tobytes() == other[name].tobytes() for name, a in one.items())


def assert_same(one, other):
    """Every learned number of the network and of its layers is the same, to the last bit."""
    for a, b in ((one, other), *zip(one.layers_, other.layers_, strict=True)):
        assert same_bits(a.params_, b.params_)
        assert (a.t_, a.n_iter_) == (b.t_, b.n_iter_)
        for name in ("loss_curve_", "reconstruction_errors_", "validation_scores_"):
            assert getattr(a, name, None) == getattr(b, name, None)


# Layers


def test_each_layer_learns_the_codes_of_the_one_below_it_without_labels(family):
    net, codes = made(family).fit(X, WORDS), X
    for layer in net.layers_:
        assert same_bits(clone(layer).fit(codes).params_, layer.params_)
        codes = layer.transform(codes)
    for one, other in zip(net.layers_, made(family).fit(X, WORDS[::-1]).layers_, strict=True):
        assert same_bits(one.params_, other.params_)


def test_a_pipeline_is_the_same_layers(family):
    layers = made(family).fit(X, WORDS).layers_
    line = make_pipeline(*map(clone, layers)).fit(X)
    assert layers[1].transform(layers[0].transform(X)).tobytes() == line.transform(X).tobytes()


def test_fine_tuning_is_the_descent_of_a_multilayer_perceptron_from_the_weights_found(family):
    how = {"dropout": 0.4, "input_dropout": 0.2}
    net = made(family, **how).fit(X, WORDS)
    plain = MLPClassifier((4, 3), "sigmoid", warm_start=True, **HOW, **how)
    plain.set_params(max_iter=1).fit(X, WORDS)
    drawn = mlp.first_weights(net._seed, (5, 4, 3, 3), net._form)
    for k, layer in enumerate(net.layers_, 1):
        drawn[f"W{k}"], drawn[f"b{k}"] = net._incoming(layer)
    plain.params_, plain.rule_state_, plain.t_, plain.n_iter_, plain.loss_curve_ = drawn, {}, 0, 0, []
    plain.set_params(max_iter=5).fit(X, WORDS)
    assert plain.loss_curve_ == net.loss_curve_
    assert same_bits(plain.params_, net.params_)


def test_without_pretraining_it_is_a_multilayer_perceptron(family):
    net = made(family, pretraining_epochs=0).fit(X, WORDS)
    assert same_bits(MLPClassifier((4, 3), "sigmoid", **HOW).fit(X, WORDS).params_, net.params_)
    assert ([], "") == (net.layers_, net.problem(X, WORDS)["title"])


def test_the_first_batches_pre_train_and_the_later_ones_fine_tune(family):
    net = made(family).partial_fit(X, WORDS, classes=["low", "mid", "top"])
    assert_same(net, made(family, max_iter=1).fit(X, WORDS))
    layers = [dict(layer.params_) for layer in net.layers_]
    net.partial_fit(X[:9], WORDS[:9])
    assert 2 == net.n_iter_
    assert all(same_bits(before, layer.params_) for before, layer in zip(layers, net.layers_, strict=True))


def test_samples_without_labels_are_for_the_layers_alone(family):
    net = made(family).fit(X[:9], WORDS[:9], unlabelled=X[9:])
    assert same_bits(clone(net.layers_[0]).fit(X).params_, net.layers_[0].params_)
    assert 2 * 5 == net.t_  # two batches of nine samples, five times


def test_inputs_that_are_no_shares_have_gaussian_units_or_a_linear_layer_below():
    machines, coders = (made(family).fit(PLAIN, WORDS).layers_ for family in ("machines", "autoencoders"))
    assert ["gaussian", "binary"] == [layer.visible for layer in machines]
    assert [0.001, 0.1] == [layer.learning_rate for layer in machines]
    assert [("identity", "mse"), ("sigmoid", "binary_cross_entropy")] == [one._form()[1:3] for one in coders]


def test_layers_learned_without_labels_help_where_few_samples_have_labels(family):
    """The short form of benchmarks/pretraining.py: 60 of the digits have labels, 940 have none."""
    digits = load("digits")
    how = {"hidden_layer_sizes": (50, 50), "batch_size": 10, "max_iter": 40, "pretraining_epochs": 15}
    with_layers, without = made(family, **how), made(family, **how | {"pretraining_epochs": 0})
    if family == "autoencoders":
        with_layers.set_params(pretraining_learning_rate=0.003)
    with_layers.fit(digits.X[:60], digits.y[:60], unlabelled=digits.X[60:1000])
    without.fit(digits.X[:60], digits.y[:60])
    held_out = digits.X[1000:], digits.y[1000:]
    assert with_layers.score(*held_out) > without.score(*held_out) + 0.15


# Told

TITLES = {
    "autoencoders": (
        "of layer 2 of 2: an auto-encoder",
        "预训练第 2 层（共 2 层）：自编码器，输入是前一层的编码",
    ),
    "machines": (
        "of layer 2 of 2: a restricted Boltzmann machine",
        "预训练第 2 层（共 2 层）：受限玻尔兹曼机",
    ),
}


def test_the_phase_is_told_and_worked_out(family):
    net = made(family).fit(X, WORDS)
    second, (english, chinese) = net.work(X[:2], WORDS[:2], layer=2), TITLES[family]
    (W, *_) = second.updates
    assert (3, 4) == second.updates[W].new.shape
    assert english in second.to_text(language="en").replace("\n", " ")
    assert chinese in second.to_text(language="zh").replace("\n", "")
    tuning = net.work(X[:2], WORDS[:2])
    assert {"W1", "b1", "W2", "b2", "W3", "b3"} == tuning.updates.keys()
    assert "Fine-tuning: a step of the whole network" in tuning.to_text(language="en")
    for layer in (0, 3, "first"):
        with pytest.raises(ProblemError, match="numbered from 1, and there are 2"):
            net.work(X, WORDS, layer=layer)


def test_the_representation_is_what_the_last_hidden_layer_gives(family):
    net = made(family).fit(X, WORDS)
    np.testing.assert_allclose(net.transform(X[:1])[0], net.work(X[:1], WORDS[:1]).number("a2"), rtol=1e-5)
    name = type(net).__name__.lower()
    assert [f"{name}{k}" for k in range(3)] == net.get_feature_names_out().tolist()


def test_progress_names_the_layer(family, capfd):
    made(family, verbose=True, pretraining_epochs=2, max_iter=1).fit(X, WORDS)
    lines = capfd.readouterr().err.splitlines()
    assert 5 == len(lines)
    assert lines[2].startswith("pre-training of layer 2 of 2, epoch 1 of 2: loss 0.")


# Stopped, and gone on with


@pytest.fixture
def two_steps_together(monkeypatch):
    """A place to stop after every other step, and a checkpoint at each."""
    monkeypatch.setattr(backend, "TOGETHER", 2 * backend.LEAST)
    monkeypatch.setattr(contrastive, "steps_together", backend.steps_together)
    monkeypatch.setattr(checkpoints, "SECONDS", 0.0)


@pytest.mark.parametrize("saves", [1, 3, 8, 13, 17])
def test_a_fit_goes_on_in_the_midst_of_a_layer_and_after_it(
    tmp_path, monkeypatch, two_steps_together, family, saves
):
    path, count, save = tmp_path / "run.byhand", [0], Checkpoint.save

    def interrupting(self, network):
        save(self, network)
        count[0] += 1
        if count[0] == saves:
            signal.raise_signal(signal.SIGINT)

    how = {"early_stopping": True, "validation_fraction": 0.25}
    never = made(family, **how).fit(X, WORDS)
    monkeypatch.setattr(Checkpoint, "save", interrupting)
    with pytest.warns(UserWarning, match="Interrupted") as told:
        stopped = made(family, **how).fit(X, WORDS, callbacks=[Checkpoint(path)])
    assert 1 == len(told)
    assert len(stopped.predict(X)) == 24
    for net in (byhand.load(path), stopped):
        assert_same(never, net.resume(X, WORDS))


def test_ctrl_c_without_a_checkpoint_stops_the_layer(monkeypatch, two_steps_together, family):
    never, begun = made(family).fit(X, WORDS), []
    kind = type(never.layers_[0])
    fit = kind.fit

    def pressing(self, *data, callbacks):
        begun.append(self)
        if len(begun) == 2:
            signal.raise_signal(signal.SIGINT)
        return fit(self, *data, callbacks=callbacks)

    monkeypatch.setattr(kind, "fit", pressing)
    with pytest.warns(UserWarning, match="Go on with resume"):
        net = made(family).fit(X, WORDS)
    assert (2, 0) == (len(net.layers_), net.n_iter_)
    assert net.layers_[1].n_iter_ < never.layers_[1].n_iter_
    assert_same(never, net.resume(X, WORDS))
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_other_data_and_other_settings_are_refused_in_the_midst_of_a_layer(monkeypatch, family):
    monkeypatch.setattr(Progress, "tell", lambda self, code, **facts: signal.raise_signal(signal.SIGINT))
    with pytest.warns(UserWarning, match="Interrupted"):
        net = made(family).fit(X, WORDS)
    assert 1 == net.layers_[0].n_iter_
    with pytest.raises(ProblemError, match="X is not what the fit began with"):
        net.resume(X[::-1], WORDS)
    with pytest.raises(ProblemError, match="unlabelled is not what the fit began with"):
        net.resume(X, WORDS, unlabelled=X)
    with pytest.raises(ProblemError, match="pretraining_epochs 4 → 9"):
        net.set_params(pretraining_epochs=9).resume(X, WORDS)


def test_a_layer_that_diverges_is_named():
    net = made("autoencoders", rule="sgd", pretraining_learning_rate=1e30, activation="relu")
    with pytest.raises(
        CalculationError, match=r"layer 1 diverges.*smaller pretraining_learning_rate than 1e"
    ):
        net.fit(PLAIN, WORDS)
    assert all(np.isfinite(value).all() for value in net.params_.values())
    with pytest.raises(CalculationError, match=r"layer 1 diverges.*than 1e\+30"):  # not a hundredth of it
        made("machines", pretraining_learning_rate=1e30).fit(PLAIN, WORDS)


def test_layers_of_another_network_make_no_file(tmp_path, family):
    net = made(family).fit(X, WORDS)
    net.layers_ = net.layers_[::-1]
    net.save(tmp_path / "net")
    with pytest.raises(ProblemError, match="damaged"):
        byhand.load(tmp_path / "net")


# Pictures


def test_filters_of_the_first_layer_and_codes_of_two_units(family):
    net = made(family, hidden_layer_sizes=(4, 2)).fit(X, WORDS)
    seen = Seen(X, WORDS, Preparation.fit(from_arrays(X, WORDS), "none"))
    tiles, panel = pictures.panels_of(net, seen, "en")
    assert net.params_["W1"].ravel().tolist() == tiles.layers[0].values
    assert ["low", "mid", "top"] == [name for name, _ in panel.points]
    assert ("a2[0]", "a2[1]") == (panel.x, panel.y)
    np.testing.assert_array_equal(panel.points[2][1], net.transform(X)[WORDS == "top"])
    assert 1 == len(pictures.panels_of(made(family).fit(X, WORDS), seen, "zh"))
