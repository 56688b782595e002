"""Auto-encoders, and networks whose layers are pre-trained: compiled, worked out, stopped, refused."""

import signal
import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.networks import Autoencoder, Checkpoint, MLPClassifier, MLPRegressor, StackedAutoencoderClassifier
from byhand.networks import checkpoint as checkpoints
from byhand.networks.progress import Progress
from byhand.train import backend
from byhand.train.descent import Descent, Epoch, descend
from byhand.train.drawing import uniforms

rng = np.random.default_rng(5)
X = rng.uniform(0.02, 0.98, (24, 5)).astype(np.float32)
WORDS = np.array(["low", "mid", "top"])[np.argsort(np.argsort(X[:, 0] + X[:, 1])) // 8]
PLAIN = rng.normal(size=(24, 5)).astype(np.float32) + 0.3
FOREVER = {"tol": 0.0, "n_iter_no_change": 1000}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def stacked(**settings):
    how = {"pretraining_epochs": 4, "batch_size": 7, "max_iter": 5, "random_state": 3, **FOREVER, **settings}
    return StackedAutoencoderClassifier((4, 3), **how)


def assert_same(one, other):
    """Every learned number of the network and of its layers is the same, to the last bit."""
    for a, b in ((one, other), *zip(one.layers_, other.layers_, strict=True)):
        assert a.params_.keys() == b.params_.keys()
        assert all(value.tobytes() == b.params_[name].tobytes() for name, value in a.params_.items())
        assert (a.t_, a.n_iter_, a.loss_curve_) == (b.t_, b.n_iter_, b.loss_curve_)


# One step

KINDS = {
    "denoising": (X, {"corruption": 0.4}),
    "tied": (X, {}),
    "untied, tanh": (PLAIN, {"tied": False, "activation": "tanh", "corruption": 0.3}),
    "squared error of a sigmoid": (X, {"output": "sigmoid", "loss": "quadratic", "alpha": 0.02}),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_step_worked_out_is_the_compiled_step_with_the_same_draws(name):
    data, settings = KINDS[name]
    net = Autoencoder(3, rule="sgd", learning_rate=0.5, batch_size=24, max_iter=2, random_state=1, **settings)
    work = net.fit(data).work(data)
    made = clone(net).set_params(max_iter=3).fit(data)
    order = next(net._orders(24))
    drawn = uniforms(net._seed, net.t_, 24, net._drawn())
    descent = Descent(
        *(net._objective(), "sgd", net._settings(), net._penalised() if net.alpha else (), net.alpha, 24)
    )
    samples = {"x": data.astype(np.float64), **{key: np.asarray(u, np.float64) for key, u in drawn.items()}}
    with jax.enable_x64(True):
        start = Epoch({key: value.astype(np.float64) for key, value in net.params_.items()}, {}, 0, 0.0)
        (reached,) = descend(descent, start, samples, np.ones(24), iter([order]))
    for key, update in work.updates.items():
        wide = np.asarray(reached.params[key])
        np.testing.assert_allclose(update.new, wide, rtol=1e-12, atol=1e-12)
        if not settings.get("corruption"):  # else each place of the batch has numbers of its own
            np.testing.assert_allclose(made.params_[key], update.new, rtol=1e-5, atol=1e-6)


def test_a_compiled_step_sets_to_0_what_is_told():
    net = Autoencoder(3, corruption=0.4, rule="sgd", learning_rate=0.5, batch_size=24, shuffle=False)
    net.set_params(max_iter=2, random_state=1).fit(X)
    work = net.work(X)
    for key, value in net.partial_fit(X).params_.items():
        np.testing.assert_allclose(work.updates[key].new, value, rtol=1e-5, atol=1e-6)
    assert 0.3 < 1 - np.mean(work.number("keep")) < 0.5
    assert "the corrupted input" in work.to_text(language="en")
    assert "由编码重构出的输入" in work.to_text(language="zh")


def test_a_denoising_step_by_hand():
    """Tied weights: each has a share from the code and one from what is given back."""
    net = Autoencoder(3, corruption=0.4, rule="sgd", learning_rate=0.5, random_state=1, max_iter=1).fit(X)
    work = net.work(X[:1])
    W, b, c = (net.params_[name].astype(float) for name in ("W1", "b1", "b2"))
    x, noisy = X[0].astype(float), np.where(work.number("u") < 0.4, 0, X[0])
    a = 1 / (1 + np.exp(-(W @ noisy + b)))
    back = 1 / (1 + np.exp(-(W.T @ a + c)))
    error = (back - x) / 5
    delta = (W @ error) * a * (1 - a)
    np.testing.assert_allclose(
        work.updates["W1"].new, W - 0.5 * (np.outer(delta, noisy) + np.outer(a, error))
    )
    np.testing.assert_allclose(work.updates["b1"].new, b - 0.5 * delta)
    np.testing.assert_allclose(work.updates["b2"].new, c - 0.5 * error)


def test_without_noise_and_ties_it_is_a_multilayer_perceptron_whose_targets_are_its_inputs():
    how = {"learning_rate": 0.01, "batch_size": 5, "max_iter": 6, "random_state": 2}
    net = Autoencoder(3, "tanh", tied=False, **how).fit(PLAIN)
    mlp = MLPRegressor((3,), "tanh", **how).fit(PLAIN, PLAIN)
    for key, value in mlp.params_.items():
        np.testing.assert_allclose(net.params_[key], value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.predict(PLAIN), mlp.predict(PLAIN), rtol=1e-4, atol=1e-5)


def test_noise_is_new_in_every_step_and_about_as_strong_as_asked_for():
    first, second = (np.asarray(uniforms(4, turn, 200, {"u": (50,)})["u"]) for turn in (0, 1))
    assert abs(np.mean(first < 0.3) - 0.3) < 0.02
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05


# Layers


def test_every_check_of_scikit_learn_passes_for_one_that_is_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(Autoencoder(max_iter=5), on_fail=None, on_skip=None)
    assert [] == [one["check_name"] for one in results if one["status"] not in ("passed", "skipped")]


def test_each_layer_learns_the_codes_of_the_one_below_it_without_labels():
    net = stacked().fit(X, WORDS)
    codes = X
    for layer in net.layers_:
        alone = clone(layer).fit(codes)
        assert all(alone.params_[key].tobytes() == value.tobytes() for key, value in layer.params_.items())
        codes = layer.transform(codes)
    for one, other in zip(net.layers_, stacked().fit(X, WORDS[::-1]).layers_, strict=True):
        assert one.params_["W1"].tobytes() == other.params_["W1"].tobytes()


def test_a_pipeline_is_the_same_layers():
    net = stacked().fit(X, WORDS)
    line = make_pipeline(*map(clone, net.layers_)).fit(X)
    codes = net.layers_[1].transform(net.layers_[0].transform(X))
    assert codes.tobytes() == line.transform(X).tobytes()


def test_fine_tuning_is_the_descent_of_a_multilayer_perceptron_from_the_weights_found():
    net = stacked().fit(X, WORDS)
    plain = MLPClassifier((4, 3), "sigmoid", batch_size=7, max_iter=5, random_state=3, warm_start=True)
    plain.set_params(**FOREVER).fit(X, WORDS)
    plain.params_ = stacked(max_iter=1).fit(X, WORDS).params_ | {
        f"{letter}{k}": layer.params_[f"{letter}1"]
        for k, layer in enumerate(net.layers_, 1)
        for letter in "Wb"
    }
    first = MLPClassifier((4, 3), "sigmoid", random_state=3)
    first._seed, first.n_features_in_, first.n_outputs_ = net._seed, 5, 3
    plain.params_ |= {name: first._first_weights(0)[name] for name in ("W3", "b3")}
    plain.rule_state_, plain.t_, plain.n_iter_, plain.loss_curve_ = {}, 0, 0, []
    plain.fit(X, WORDS)
    assert net.loss_curve_ == plain.loss_curve_
    assert all(value.tobytes() == net.params_[key].tobytes() for key, value in plain.params_.items())


def test_without_pretraining_it_is_a_multilayer_perceptron():
    net = stacked(pretraining_epochs=0).fit(X, WORDS)
    plain = MLPClassifier((4, 3), "sigmoid", batch_size=7, max_iter=5, random_state=3, **FOREVER)
    assert plain.fit(X, WORDS).loss_curve_ == net.loss_curve_
    assert [] == net.layers_
    assert "" == net.problem(X, WORDS)["title"]


def test_the_phase_is_told():
    net = stacked().fit(X, WORDS)
    second = net.work(X[:2], WORDS[:2], layer=2)
    assert (3, 4) == second.updates["W1"].new.shape
    assert "Pre-training of layer 2 of 2" in second.to_text(language="en")
    assert "预训练：第 2 层（共 2 层）" in second.to_text(language="zh")
    tuning = net.work(X[:2], WORDS[:2])
    assert "Fine-tuning" in tuning.to_text(language="en")
    assert {"W1", "b1", "W2", "b2", "W3", "b3"} == tuning.updates.keys()
    for layer in (0, 3, "first"):
        with pytest.raises(ProblemError, match="numbered from 1, and there are 2"):
            net.work(X, WORDS, layer=layer)


def test_the_representation_is_what_the_last_hidden_layer_gives():
    net = stacked().fit(X, WORDS)
    work = net.work(X[:1], WORDS[:1])
    np.testing.assert_allclose(net.transform(X[:1])[0], work.number("a2"), rtol=1e-5)
    assert [f"stackedautoencoderclassifier{k}" for k in range(3)] == net.get_feature_names_out().tolist()


# Stopped, and gone on with


@pytest.fixture
def two_steps_together(monkeypatch):
    """A place to stop after every other step, and a checkpoint at each."""
    monkeypatch.setattr(backend, "TOGETHER", 2 * backend.LEAST)
    monkeypatch.setattr(checkpoints, "SECONDS", 0.0)


@pytest.mark.parametrize("saves", [1, 3, 8, 13, 17, 22])
def test_a_fit_goes_on_in_the_midst_of_a_layer_and_after_it(tmp_path, monkeypatch, two_steps_together, saves):
    path, count, save = tmp_path / "run.byhand", [0], Checkpoint.save

    def interrupting(self, network):
        save(self, network)
        count[0] += 1
        if count[0] == saves:
            signal.raise_signal(signal.SIGINT)

    how = {"early_stopping": True, "validation_fraction": 0.25}
    never = stacked(**how).fit(X, WORDS)
    monkeypatch.setattr(Checkpoint, "save", interrupting)
    with pytest.warns(UserWarning, match="Interrupted") as told:
        stopped = stacked(**how).fit(X, WORDS, callbacks=[Checkpoint(path)])
    assert 1 == len(told)
    assert len(stopped.predict(X)) == 24
    for net in (byhand.load(path), stopped):
        assert_same(never, net.resume(X, WORDS))


def test_ctrl_c_without_a_checkpoint_stops_the_layer(monkeypatch, two_steps_together):
    fit, begun = Autoencoder.fit, []

    def pressing(self, *data, callbacks):
        begun.append(self)
        if len(begun) == 2:
            signal.raise_signal(signal.SIGINT)
        return fit(self, *data, callbacks=callbacks)

    never = stacked().fit(X, WORDS)
    monkeypatch.setattr(Autoencoder, "fit", pressing)
    with pytest.warns(UserWarning, match="Go on with resume"):
        net = stacked().fit(X, WORDS)
    assert (2, 0) == (len(net.layers_), net.n_iter_)
    assert 0 < net.layers_[1].t_ < never.layers_[1].t_
    assert_same(never, net.resume(X, WORDS))
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_other_data_and_other_settings_are_refused_in_the_midst_of_a_layer(monkeypatch):
    monkeypatch.setattr(Progress, "tell", lambda self, code, **facts: signal.raise_signal(signal.SIGINT))
    with pytest.warns(UserWarning, match="Interrupted"):
        net = stacked().fit(X, WORDS)
    assert 1 == net.layers_[0].n_iter_
    with pytest.raises(ProblemError, match="X is not what the fit began with"):
        net.resume(X[::-1], WORDS)
    with pytest.raises(ProblemError, match=r"corruption 0\.2 → 0\.5"):
        net.set_params(corruption=0.5).resume(X, WORDS)


def test_a_layer_that_diverges_is_named():
    with pytest.raises(
        CalculationError, match=r"layer 1 diverges.*smaller pretraining_learning_rate than 1e"
    ):
        stacked(rule="sgd", pretraining_learning_rate=1e30, activation="relu").fit(PLAIN, WORDS)


def test_progress_names_the_layer(capfd):
    stacked(verbose=True, pretraining_epochs=2, max_iter=1).fit(X, WORDS)
    lines = capfd.readouterr().err.splitlines()
    assert 5 == len(lines)
    assert lines[2].startswith("pre-training of layer 2 of 2, epoch 1 of 2: loss 0.")


# What does not fit


def test_the_cross_entropy_needs_numbers_between_0_and_1():
    with pytest.raises(ProblemError, match=r"An input is .*scale the inputs"):
        Autoencoder(loss="binary_cross_entropy").fit(PLAIN)
    net = Autoencoder(3, max_iter=1).fit(X)
    with pytest.raises(ProblemError, match="from 0 to 1"):
        net.partial_fit(PLAIN)
    with pytest.raises(ProblemError, match="do not go together"):
        Autoencoder(output="identity", loss="binary_cross_entropy").fit(X)
    with pytest.raises(ProblemError, match="units=4, tied=True no longer fits"):
        net.set_params(units=4).partial_fit(X)
